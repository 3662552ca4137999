"""What of the calendar is shown: stretch of days, zoom and filters, all kept in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import request, url_for
from flask_babel import gettext

from livinglab.domain.vocabulary import FACILITY_KINDS
from livinglab.services.board import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from livinglab.domain.access import Principal
    from livinglab.services.board import Entry
    from livinglab.services.places import PlacedResource, Places
    from livinglab.web.drawing.timeline import Scale

DAYS: dict[Scale, int] = {"day": 1, "week": 7, "month": 28, "quarter": 91}
"""Lengths, from the nearest to the widest."""
BACK, AHEAD = timedelta(days=364), timedelta(days=420)
"""How far from today the board can be turned: what the process keeps of open days."""
STATES: dict[str, frozenset[str]] = {
    "firm": frozenset({"firm"}),
    "tentative": frozenset({"tentative"}),
    "wish": frozenset({"wish"}),
    "clash": frozenset({"clash"}),
    "closed": frozenset({"closed", "block"}),
}
"""What a state in the address keeps of what lies on the lines."""
PAGE = 50
"""Facilities on one page of the board."""
MOST_DIGITS = 6


@dataclass(frozen=True, slots=True)
class View:
    """What part of the calendar is shown. ``page`` counts from 1, by facilities."""

    scale: Scale
    first: date
    today: date
    facility: str = ""
    kind: str = ""
    municipality: str = ""
    state: str = ""
    mine: bool = False
    page: int = 1

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.first + timedelta(days=DAYS[self.scale] - 1)

    @property
    def filtered(self) -> bool:
        """Whether anything besides the days is chosen."""
        return any((self.facility, self.kind, self.municipality, self.state, self.mine))

    def address(self, endpoint: str = "board.overview", *, today: bool = False) -> str:
        """Where this is shown; with ``today`` the same around whatever day it is then."""
        asked: dict[str, Any] = {
            "scale": self.scale,
            "facility": self.facility or None,
            "kind": self.kind or None,
            "municipality": self.municipality or None,
            "state": self.state or None,
            "mine": 1 if self.mine else None,
            "page": self.page if self.page > 1 else None,
            "from": None if today else self.first.isoformat(),
        }
        return url_for(endpoint, **asked)

    def at(self, scale: Scale) -> View:
        """The same at another zoom; of more days, the nearest look shows today or the first."""
        there = self.first <= self.today <= self.last and scale == "day"
        return replace(self, scale=scale, first=self.today if there else self.first)

    def turned(self, lengths: int) -> View:
        """The same, so many of its lengths later."""
        return replace(self, first=self.first + lengths * timedelta(days=DAYS[self.scale]))

    def on(self, page: int) -> View:
        """Another page of the same."""
        return replace(self, page=page)

    def zoom(self, step: int) -> Scale | None:
        """The next nearer (-1) or wider (1) length, if there is one."""
        scales: list[Scale] = list(DAYS)
        at = scales.index(self.scale) + step
        return scales[at] if 0 <= at < len(scales) else None


def read(places: Places, who: Principal, today: date) -> View:
    """What the address asks for; whatever it says wrong is left out."""
    asked = request.args
    scale = cast("Scale", asked.get("scale"))
    first = min(max(_day(asked.get("from", ""), today), today - BACK), today + AHEAD)
    facility, kind = asked.get("facility", ""), asked.get("kind", "")
    towns = {place.facility.municipality for place in places.seen_by(who).values()}
    town, state, page = (asked.get(name, "") for name in ("municipality", "state", "page"))
    scale = scale if scale in DAYS else "month"
    return View(
        scale,
        first if scale == "day" else first - timedelta(days=first.weekday()),
        today,
        facility if places.seen(facility, who) else "",
        kind if kind in FACILITY_KINDS else "",
        town if town in towns else "",
        state if state in STATES else "",
        asked.get("mine") == "1" and has_own(who),
        max(1, int(page)) if page.isascii() and page.isdigit() and len(page) <= MOST_DIGITS else 1,
    )


def has_own(who: Principal) -> bool:
    """Whether some of the calendar is the reader's own: a firm's stays, a host's facilities."""
    return not who.is_host or bool(who.facilities)


def items(places: Places, who: Principal, view: View) -> list[PlacedResource]:
    """The resources whose lines are asked for, on all pages."""
    slugs = [view.facility] if view.facility else list(places.seen_by(who))
    if view.mine and who.is_host:
        slugs = [slug for slug in slugs if slug in who.facilities]
    return [
        item
        for slug in slugs
        for item in places.bookable(slug)
        if view.kind in {"", item.facility.kind}
        and view.municipality in {"", item.facility.municipality}
    ]


def page_of(lines: Sequence[PlacedResource], page: int) -> tuple[list[PlacedResource], int, int]:
    """The resources of one page, which page that is, and how many there are."""
    slugs = list(dict.fromkeys(item.place.slug for item in lines))
    count = max(1, -(-len(slugs) // PAGE))
    page = min(page, count)
    here = set(slugs[(page - 1) * PAGE : page * PAGE])
    return [item for item in lines if item.place.slug in here], page, count


def kept(lines: Iterable[Line], who: Principal, view: View) -> list[Line]:
    """The lines with what the reader may see and asked to see; chosen states hide empty lines.

    A firm learns of the clashes of its own stays only.
    """
    wanted = STATES.get(view.state)
    own = view.mine and not who.is_host

    def shown(entry: Entry) -> bool:
        named = entry.case is not None and entry.case.named
        if entry.kind == "clash" and not who.is_host and not named:
            return False
        return (wanted is None or entry.kind in wanted) and (named or not own)

    found = [Line(line.item, tuple(filter(shown, line.entries))) for line in lines]
    return [line for line in found if line.entries or not (wanted or own)]


def options(places: Places, who: Principal) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: facilities are the caller's, their names are in a language."""
    towns = sorted({place.facility.municipality for place in places.seen_by(who).values()})
    words = {
        "firm": gettext("Firm"),
        "tentative": gettext("Tentative"),
        "wish": gettext("Wishes"),
        "clash": gettext("Clashes"),
        "closed": gettext("Closed"),
    }
    return {
        "kind": [(code, gettext(name)) for code, name in FACILITY_KINDS.items()],
        "municipality": [(town, town) for town in towns],
        "state": list(words.items()),
    }


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise
