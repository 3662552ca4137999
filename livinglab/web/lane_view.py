"""A pilot's lane and what put it there, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypedDict

from livinglab.db.tables import Organisation
from livinglab.domain.messages import Localised, Message
from livinglab.domain.pilot import State
from livinglab.domain.rules import CONDITION
from livinglab.domain.vocabulary import LANES
from livinglab.services import judging, outlook, rules
from livinglab.web import clock_words, context
from livinglab.web.filters import localised, sentence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from livinglab.db.tables import Pilot
    from livinglab.domain.gates import Reason
    from livinglab.services.availability import Finder
    from livinglab.services.judging import Judged
    from livinglab.services.places import Places
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
    force. ``conditions`` are those of rules in words, by what a condition calls its evidence;
    ``clock`` says what runs.
    """

    lane: str
    days: int
    why: tuple[Told, ...]
    rules: int
    changed: bool = False
    conditions: Mapping[str, str] = field(default_factory=dict)
    clock: str = ""


def told(reasons: Iterable[Reason]) -> list[Told]:
    """The reasons in the reader's language."""
    return [{"code": r.code, "lane": r.lane, "why": _words(r)} for r in reasons]


def of_judged(judged: Judged) -> LaneView:
    """The lane of a request that is not sent."""
    found = _view(judged.lane, judged.reasons, judged.by)
    return replace(found, clock=clock_words.before_sending(judged.by.book.clocks))


def of_pilot(places: Places, pilot: Pilot) -> LaneView | None:
    """The lane of a pilot that was sent; None for a draft."""
    if pilot.state == State.DRAFT:
        return None
    newest = rules.current(context.session())
    by = judging.book_of(context.session(), pilot)
    found = _view(pilot.lane, judging.told(places, pilot, by), by)
    asked = {CONDITION + r.id: localised(r.condition) for r in by.book.rules if r.condition}
    changed = by.number != newest.number
    clock = clock_words.of_pilot(pilot, by.book.clocks)
    return replace(found, changed=changed, conditions=asked, clock=clock)


def sketched(finder: Finder, drawn: Pilot | None, stored: Pilot | None = None) -> Judged | None:
    """What the rules say of what a form describes, for the firm of the reader."""
    if drawn is None:
        return None
    by = rules.current(context.session())
    return outlook.judged(finder, drawn, by, _country(stored))


def rule_hints(judged: Judged | None, fact: str) -> list[str]:
    """What answering yes would add by the rules alone: lane, deciders and papers, in words."""
    if judged is None:
        return []
    asking = [
        rule
        for rule in judged.by.book.rules
        if [(test.fact, test.value) for test in rule.when] == [(fact, True)]
    ]
    evidence = judged.by.book.evidence
    words = [sentence(Message(LANES[rule.lane])) for rule in asking if rule.lane]
    words += [localised(rule.gate.title) for rule in asking if rule.gate]
    codes = [c for r in asking for c in (*r.evidence, *(r.gate.evidence if r.gate else ()))]
    return words + [localised(evidence[code].name) for code in codes]


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
