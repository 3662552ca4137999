"""The request form as a page shows it: fields with problems, stays with what is free, the sum."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask_babel import gettext

from livinglab.domain.messages import Message
from livinglab.domain.request_json import LABELS, WINDOW_LIMIT
from livinglab.services import asking, evidence
from livinglab.services.pilot import judge
from livinglab.services.world import from_epoch
from livinglab.web.filters import localised, sentence, time_range
from livinglab.web.lane_view import of_judged, rule_hints
from livinglab.web.request_form import RequestForm, WindowForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.db.tables import Paper, Period, Pilot
    from livinglab.domain.errors import Problem
    from livinglab.domain.pricing import Estimate
    from livinglab.services.availability import Finder, Slot
    from livinglab.services.evidence import Piece
    from livinglab.services.judging import Judged
    from livinglab.services.places import PlacedFacility
    from livinglab.web.lane_view import LaneView

NOT_YET = frozenset(
    {
        "title_missing",
        "purpose_missing",
        "article_missing",
        "period_missing",
        "facility_missing",
        "window_missing",
    }
)
"""Problems of a form that is not finished; told only to those who want to send it."""
SAME_FIELD = {
    "days": "length",
    "hours": "length",
    "resource": "facility",
    "facilities": "facility",
    "capabilities": "facility",
    "windows": "windows.0.start",
}
ELSEWHERE = {
    "periods": "add-stay",
    "test_article": "test_article.name",
    "test_article.power": "test_article.power.current_a",
    "test_article.dimensions_mm": "test_article.dimensions_mm.0",
}
"""Paths of problems whose field on the page has another name."""
DEPTH = 3


@dataclass(frozen=True, slots=True)
class Shown:
    """A problem at its field: the sentence, and buttons that put it right."""

    text: str
    field: str
    fixes: tuple[dict[str, str], ...] = ()


@dataclass(slots=True)
class Stay:
    """A stay beside its form: place, what is free in each window, price and why there is none."""

    place: PlacedFacility | None = None
    free: list[str] = field(default_factory=list)
    price: Estimate | None = None


@dataclass(slots=True)
class RequestView:
    """The form and everything that is said beside it."""

    form: RequestForm
    finder: Finder
    pilot: Pilot | None
    attached: Sequence[Paper] = ()
    judged: Judged | None = None
    problems: dict[str, list[Shown]] = field(default_factory=lambda: defaultdict(list))
    stays: list[Stay] = field(default_factory=list)

    @property
    def most_windows(self) -> int:
        """How many windows a stay may have."""
        return WINDOW_LIMIT

    # --- Fields ---------------------------------------------------------------------------------

    def field(self, path: str, label: str = "", *, value: object = None) -> dict[str, Any]:
        """A field for the macros of forms: name, label, what is typed, what is wrong."""
        typed = self._typed(path) if value is None else value
        name = path.rpartition(".")[2]
        return {
            "name": path,
            "id": path,
            "label": label or (sentence(Message(LABELS[name])) if name in LABELS else name),
            "value": typed,
            "errors": self.problems.get(path, []),
        }

    def day(self, path: str, text: str) -> dict[str, Any]:
        """A date field; with a date that exists, the written date stands beneath it."""
        try:
            return self.field(path, value=date.fromisoformat(text))
        except ValueError:
            return self.field(path, value=text)

    def all_problems(self) -> list[Shown]:
        """Every problem, for the summary on top."""
        return [shown for found in self.problems.values() for shown in found]

    def windows(self, index: int) -> list[WindowForm]:
        """The windows of a stay; one empty one to begin with."""
        return self.form.stays[index].windows or [WindowForm()]

    # --- What follows from it --------------------------------------------------------------------

    @property
    def places(self) -> list[PlacedFacility]:
        """The facilities asked for first, each once."""
        found = {stay.place.slug: stay.place for stay in self.stays if stay.place}
        return list(found.values())

    def needs(self) -> list[Piece]:
        """The papers asked for by places and rules, with what was attached.

        What each person brings is asked for when it is known who comes.
        """
        if self.pilot is None:
            return []
        by_rules = [
            (asked, there.place.facility.name)
            for there in (self.judged.places if self.judged else ())
            for asked in there.judgement.evidence
            if not asked.per_person
        ]
        return evidence.pieces(
            self.finder.places, self.pilot, attached=self.attached, by_rules=by_rules
        )

    def deciders(self) -> list[tuple[str, int]]:
        """Who will decide, and within how many working days."""
        if self.judged is None:
            return []
        several = len(self.judged.places) > 1
        return [
            (
                f"{localised(gate.title)}, {localised(there.place.facility.name)}"
                if several
                else localised(gate.title),
                gate.working_days,
            )
            for there in self.judged.places
            for gate in there.gates
        ]

    def lane(self) -> LaneView | None:
        """The lane it would take, and the answers that cause it; None before a place is named."""
        return of_judged(self.judged) if self.judged and self.judged.places else None

    def consequence(self, code: str) -> str:
        """What answering yes would add at the places asked for: deciders and papers."""
        added: dict[str, None] = {}
        for place in self.places:
            asked = [(a.when, a.title) for a in place.facility.approvers]
            asked += [(p.when, p.name) for p in place.facility.papers]
            added |= {localised(text): None for when, text in asked if when == code}
        added |= dict.fromkeys(rule_hints(self.judged, code))
        if not added:
            return ""
        return str(gettext("Then needed: %(things)s", things=", ".join(added)))

    def total(self) -> Decimal | None:
        """The sum over all stays; None while one has no price."""
        prices = [stay.price for stay in self.stays]
        if not prices or None in prices:
            return None
        return sum((price.total for price in prices if price), Decimal(0))

    def earliest(self) -> str:
        """The first stay that is free in the windows, in words."""
        free = [text for stay in self.stays[:1] for text in stay.free if text]
        return free[0] if free else ""

    def _typed(self, path: str) -> str:
        head, _, name = path.partition(".")
        if head == "test_article":
            return self.form.article.get(name, "")
        return str(getattr(self.form, path, ""))


def view(
    form: RequestForm,
    finder: Finder,
    pilot: Pilot | None,
    faults: Sequence[Problem] = (),
    *,
    attached: Sequence[Paper] = (),
    complete: bool = False,
    judged: Judged | None = None,
) -> RequestView:
    """Judge what is typed. ``pilot`` is its sketch, None where it cannot be read; ``faults`` why.

    ``complete``: what is still missing counts as a problem too. ``judged``: what the rules say.
    """
    made = RequestView(form, finder, pilot, attached, judged)
    found = list(faults)
    if pilot is not None:
        found += [p for p in judge(finder, pilot) if complete or p.code not in NOT_YET]
        made.stays = [_stay(finder, pilot, period) for period in pilot.periods]
    for problem in found:
        shown = _shown(problem)
        made.problems[shown.field].append(shown)
    return made


def anchor(path: str) -> str:
    """The id of the field that a problem's path means on the page."""
    if path in ELSEWHERE:
        return ELSEWHERE[path]
    parts = path.split(".")
    if len(parts) == DEPTH and parts[0] == "periods":
        parts[2] = SAME_FIELD.get(parts[2], parts[2])
    return ".".join(parts)


def slot_text(slot: Slot) -> str:
    """A free stay in words: the part of the place, days and hours there."""
    facility = slot.resource.facility
    when = time_range(from_epoch(slot.stay.start), from_epoch(slot.stay.end), facility.zone)
    return f"{localised(slot.resource.resource.name)}, {when}"


def _stay(finder: Finder, pilot: Pilot, period: Period) -> Stay:
    slots = asking.window_slots(finder, pilot, period)
    day = period.windows[0].first if period.windows else finder.world.today(finder.now)
    return Stay(
        asking.first_place(finder.places, period),
        [slot_text(slot) if slot else "" for slot in slots],
        asking.price(finder.places, period, day),
    )


def _shown(problem: Problem) -> Shown:
    fixes: list[dict[str, str]] = []
    if problem.fix is not None:
        changes = {path: _plain(value) for path, value in problem.fix.changes.items()}
        fixes.append(
            {
                "label": sentence(problem.fix.message),
                "name": "fix",
                "value": urlencode(changes),
            }
        )
    parts = problem.field.split(".")
    if parts[0] == "periods" and "windows" in parts and len(parts) > DEPTH:
        value = f"remove-window:{parts[1]}.{parts[3]}"
        fixes.append({"label": gettext("Drop this window"), "name": "do", "value": value})
    return Shown(sentence(problem.message), anchor(problem.field), tuple(fixes))


def _plain(value: object) -> str:
    """A value as a field takes it: 2027-03-01, 20, 0.5."""
    return f"{value:g}" if isinstance(value, float) else str(value)
