"""The request form as typed: raw texts that survive every answer, and the JSON they stand for.

Names of fields are the paths of the JSON document (``periods.0.windows.1.end``), so that a
problem finds its field and a fix is a change of one. Only a few differ: one choice of place stands
for facility and resource, one length with its unit for days and hours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from livinglab.domain.article_json import FLAGS
from livinglab.domain.request_json import PERIOD_LIMIT, WINDOW_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from livinglab.services.places import Places

ARTICLE = "test_article"
SIMPLE = ("name", "kind", "conformity", "laser_class", "ai_risk", "people_near", "use")
NUMBERS = (
    *("count", "mass_kg", "battery_kwh", "speed_m_s", "noise_dba", "ingress_ip"),
    *("people", "charge_pct", "latency_ms", "air_bar", "lift_kg"),
)
POWER = ("phases", "voltage", "current_a")
SIDES = 3
UNITS = ("days", "hours")
STAY_TEXTS = {"facility": "place", "capability": "capability", "length": "length"}
"""Fields of a stay with one text, by their name in the form."""
LONGEST_FIX = 1000
_STAY = re.compile(r"periods\.([0-9]{1,2})\.([a-z_]+)(?:\.([0-9]{1,2})\.(start|end))?")
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?(?:e[-+]?[0-9]{1,3})?", re.IGNORECASE)
_DOUBTFUL = re.compile(r"[-+]?[0-9]{1,3},[0-9]{3}")
"""One and a half, or fifteen hundred? Nobody knows."""


@dataclass(slots=True)
class WindowForm:
    """A wish: two dates as typed."""

    start: str = ""
    end: str = ""

    @property
    def empty(self) -> bool:
        """Nothing is typed."""
        return not (self.start or self.end)


@dataclass(slots=True)
class StayForm:
    """A stay. ``place`` is the id of a facility or of one of its resources, or empty."""

    place: str = ""
    others: list[str] = field(default_factory=list)
    capability: str = ""
    also: list[str] = field(default_factory=list)
    length: str = "1"
    unit: str = "days"
    windows: list[WindowForm] = field(default_factory=list)


@dataclass(slots=True)
class RequestForm:
    """Everything typed. ``article`` maps names without their prefix; flags are ``y`` or empty.

    ``confidential`` holds unless the form says otherwise.
    """

    title: str = ""
    purpose: str = ""
    confidential: str = "y"
    asks_aid: str = ""
    focus_areas: list[str] = field(default_factory=list)
    article: dict[str, str] = field(
        default_factory=lambda: {"kind": "other", "count": "1", "open_category": "y"}
    )
    stays: list[StayForm] = field(default_factory=list)

    # --- What is done to it -------------------------------------------------------------------

    def edit(self, command: str) -> bool:
        """Add, remove or move a part, as a button says; False when it says something else."""
        verb, _, where = command.partition(":")
        numbers = [int(part) for part in where.split(".") if part.isdecimal() and len(part) < 3]  # noqa: PLR2004  # two digits
        stay = self.stays[numbers[0]] if numbers and numbers[0] < len(self.stays) else None
        match verb:
            case "add-stay":
                if len(self.stays) < PERIOD_LIMIT:
                    last = self.stays[-1] if self.stays else StayForm()
                    self.stays.append(StayForm(last.place, length=last.length, unit=last.unit))
            case "remove-stay":
                if stay:
                    self.stays.remove(stay)
            case "add-window":
                self.tidy()
                if stay and len(stay.windows) < WINDOW_LIMIT:
                    stay.windows += [WindowForm() for _ in range(1 if stay.windows else 2)]
            case "remove-window" | "up-window" | "down-window":
                if stay and len(numbers) > 1 and numbers[1] < len(stay.windows):
                    _arrange(stay.windows, verb, numbers[1])
                self.tidy()
            case "refresh":
                self.tidy()
            case _:
                return False
        return True

    def apply(self, changes: str) -> None:
        """Put values where a fix says: ``path=value`` pairs as in an address."""
        for path, value in parse_qsl(changes[:LONGEST_FIX]):
            self.put(path, value)

    def put(self, path: str, value: str) -> None:
        """Take a text for the field of that name; unknown names are passed over."""
        found = _STAY.fullmatch(path)
        if found is not None:
            index, name, rank, end = found.groups()
            self._put_in_stay(index, name, (rank, end), value)
        elif path in {"title", "purpose", "confidential", "asks_aid"}:
            setattr(self, path, value)
        elif path.startswith(f"{ARTICLE}."):
            self.article[path.removeprefix(f"{ARTICLE}.")] = value

    def _put_in_stay(
        self, index: str, name: str, window: tuple[str | None, str | None], value: str
    ) -> None:
        rank, end = window
        if int(index) > PERIOD_LIMIT or int(rank or 0) > WINDOW_LIMIT:
            return
        while len(self.stays) <= int(index):
            self.stays.append(StayForm(length=""))
        stay = self.stays[int(index)]
        if name == "windows" and rank and end:
            while len(stay.windows) <= int(rank):
                stay.windows.append(WindowForm())
            setattr(stay.windows[int(rank)], end, value)
        elif name in UNITS:
            stay.length, stay.unit = value, name
        elif name == "unit":
            stay.unit = value if value in UNITS else UNITS[0]
        elif name in STAY_TEXTS:
            setattr(stay, STAY_TEXTS[name], value)

    def tidy(self) -> None:
        """Leave out windows without any date; those after them move up."""
        for stay in self.stays:
            stay.windows = [window for window in stay.windows if not window.empty]

    # --- What it stands for ---------------------------------------------------------------------

    def to_json(self, places: Places) -> dict[str, Any]:
        """The request as ``domain.request_json`` reads it."""
        return {
            "title": self.title,
            "purpose": self.purpose,
            "confidential": bool(self.confidential),
            "asks_aid": bool(self.asks_aid),
            "focus_areas": self.focus_areas,
            ARTICLE: article_json(self.article),
            "periods": [_stay_json(stay, places) for stay in self.stays],
        }


def from_post(given: MultiDict[str, str]) -> RequestForm:
    """What was typed, as it was typed."""
    form = RequestForm(article={})
    for name in given:
        form.put(name, given[name])
    form.focus_areas = given.getlist("focus_areas")
    for number, stay in enumerate(form.stays):
        stay.others = given.getlist(f"periods.{number}.facilities")
        stay.also = given.getlist(f"periods.{number}.also")
    return form


def from_json(document: Mapping[str, Any]) -> RequestForm:
    """The form of a stored request, given as the JSON that ``to_json`` makes."""
    article = dict(document[ARTICLE])
    typed = {name: _shown(article.get(name)) for name in (*SIMPLE, *NUMBERS)}
    for index, side in enumerate(article.get("dimensions_mm") or ()):
        typed[f"dimensions_mm.{index}"] = _shown(side)
    for name, value in (article.get("power") or {}).items():
        typed[f"power.{name}"] = _shown(value)
    typed |= {flag: "y" if article.get(flag) else "" for flag in FLAGS}
    return RequestForm(
        title=document["title"],
        purpose=document["purpose"],
        confidential="y" if document.get("confidential", True) else "",
        asks_aid="y" if document.get("asks_aid") else "",
        focus_areas=list(document["focus_areas"]),
        article=typed,
        stays=[_stay_form(period) for period in document["periods"]],
    )


def article_json(typed: Mapping[str, str]) -> dict[str, Any]:
    """The test article; what is left empty is left out."""
    found: dict[str, Any] = {}
    for name in SIMPLE:
        if text := typed.get(name, "").strip():
            found[name] = text
    for name in NUMBERS:
        if text := typed.get(name, "").strip():
            found[name] = number(text)
    sides = [typed.get(f"dimensions_mm.{index}", "").strip() for index in range(SIDES)]
    if any(sides):
        found["dimensions_mm"] = [number(side) if side else None for side in sides]
    power = {name: typed.get(f"power.{name}", "").strip() for name in POWER}
    if any(power.values()):
        found["power"] = {name: number(text) for name, text in power.items() if text}
    return found | {flag: bool(typed.get(flag)) for flag in FLAGS}


def number(text: str) -> float | str:
    """The number written in a text; the text itself where none, or where it may mean two."""
    bare = text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    if _NUMBER.fullmatch(bare) is None or _DOUBTFUL.fullmatch(bare):
        return text
    value = float(bare.replace(",", "."))
    return int(value) if value.is_integer() else value


def _stay_json(stay: StayForm, places: Places) -> dict[str, Any]:
    found: dict[str, Any] = {}
    resource = places.resources.get(stay.place)
    if resource is not None:
        found |= {"facility": resource.place.slug, "resource": resource.slug}
    elif stay.place:
        found["facility"] = stay.place
    chosen = found.get("facility")
    found["facilities"] = [slug for slug in stay.others if slug != chosen]
    if not chosen and not stay.others and stay.capability:
        found["capabilities"] = [stay.capability]
    found["also"] = [
        slug
        for slug in stay.also
        if slug != stay.place
        and (known := places.resources.get(slug))
        and known.place.slug == chosen
    ]
    found[stay.unit] = number(stay.length)
    found["windows"] = [
        {"start": window.start or None, "end": window.end or None}
        for window in stay.windows
        if not window.empty
    ]
    return found


def _stay_form(period: Mapping[str, Any]) -> StayForm:
    unit = "hours" if period.get("hours") else "days"
    return StayForm(
        place=period.get("resource") or period.get("facility") or "",
        others=[slug for slug in period["facilities"] if slug != period.get("facility")],
        capability=next(iter(period.get("capabilities", ())), ""),
        also=list(period["also"]),
        length=_shown(period.get(unit)),
        unit=unit,
        windows=[WindowForm(window["start"], window["end"]) for window in period["windows"]],
    )


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _arrange(windows: list[WindowForm], verb: str, rank: int) -> None:
    window = windows.pop(rank)
    if verb == "up-window":
        windows.insert(max(rank - 1, 0), window)
    elif verb == "down-window":
        windows.insert(rank + 1, window)
