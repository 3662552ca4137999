"""A pilot's lane and what put it there, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from livinglab.db.tables import Organisation
from livinglab.domain.messages import Localised
from livinglab.domain.pilot import State
from livinglab.domain.rules import CONDITION
from livinglab.services import judging, outlook, rules
from livinglab.web import context
from livinglab.web.filters import localised, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livinglab.db.tables import Condition, Pilot
    from livinglab.domain.gates import Reason
    from livinglab.services.availability import Finder
    from livinglab.services.judging import Judged
    from livinglab.services.rules import Numbered


class Told(TypedDict):
    """One reason in words."""

    code: str
    lane: str
    why: str


@dataclass(frozen=True, slots=True)
class LaneView:
    """The lane, the working days it usually takes, and the answers that caused it.

    ``rules`` is the number of the rules it was judged by; ``changed`` whether newer ones are in
    force.
    """

    lane: str
    days: int
    why: tuple[Told, ...]
    rules: int
    changed: bool = False


def told(reasons: Iterable[Reason]) -> list[Told]:
    """The reasons in the reader's language."""
    return [{"code": r.code, "lane": r.lane, "why": _words(r)} for r in reasons]


def of_judged(judged: Judged) -> LaneView:
    """The lane of a request that is not sent."""
    return _view(judged.lane, judged.reasons, judged.by)


def of_pilot(finder: Finder, pilot: Pilot, newest: int) -> LaneView:
    """The lane of a pilot as it stands; ``newest`` is the number of the rules in force."""
    if pilot.state == State.DRAFT:
        return of_judged(outlook.judged(finder, pilot, rules.current(context.session())))
    by = judging.book_of(context.session(), pilot)
    found = _view(pilot.lane, judging.told(finder.places, pilot, by), by)
    return LaneView(found.lane, found.days, found.why, by.number, by.number != newest)


def sketched(finder: Finder, drawn: Pilot | None, stored: Pilot | None = None) -> Judged | None:
    """What the rules say of what a form describes, for the firm of the reader."""
    if drawn is None:
        return None
    by = rules.current(context.session())
    return outlook.judged(finder, drawn, by, _country(stored))


def condition_text(condition: Condition, by: Numbered) -> str:
    """A condition in words: a rule's own in the reader's language."""
    rule = by.book.rule(condition.evidence.removeprefix(CONDITION))
    if condition.evidence.startswith(CONDITION) and rule and rule.condition:
        return localised(rule.condition)
    return condition.text


def _country(stored: Pilot | None) -> str | None:
    if stored is not None:
        return stored.company.country
    who = context.principal()
    if who is None or who.is_host:
        return None
    company = context.session().get(Organisation, who.organisation_id)
    return company.country if company else None


def _view(lane: str, reasons: Iterable[Reason], by: Numbered) -> LaneView:
    return LaneView(lane, by.book.lanes[lane], tuple(told(reasons)), by.number)


def _words(reason: Reason) -> str:
    return localised(reason.why) if isinstance(reason.why, Localised) else sentence(reason.why)
