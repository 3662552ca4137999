"""Opening decided gates again, and only those whose decision rests on what has changed.

A new date opens those that depend on dates, a new article those that depend on it; stays of another
kind open all. Who sets the time decides again whenever time was given back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from livinglab.db.queries.pilots import last_audit
from livinglab.domain.access import SCHEDULERS
from livinglab.domain.messages import N_, Localised, Message
from livinglab.domain.rules import CONDITION
from livinglab.services import evidence, notices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from livinglab.db.tables import Audit, Gate, Pilot
    from livinglab.services.work import Work

CAUSES = {
    "dates": N_("the date has changed"),
    "article": N_("the test article has changed"),
    "stays": N_("another stay is asked for"),
}


@dataclass(frozen=True, slots=True)
class Reopened:
    """A gate that is to be decided anew, why, and since when."""

    title: Localised
    causes: tuple[Message, ...]
    at: datetime


def by_change(work: Work, pilot: Pilot, causes: Sequence[str], *, freed: bool) -> dict[str, object]:
    """Open what rests on what the firm has changed (``CAUSES``); the facts for the audit row.

    ``freed``: held time was given back, so whoever sets it decides again.
    """
    wanted = [gate for gate in pilot.gates if _rests_on(gate, causes, freed=freed)]
    return _facts(_open(work, pilot, wanted), causes)


def by_dates(
    work: Work, pilot: Pilot, before: Mapping[int, tuple[date, date]]
) -> dict[str, object]:
    """Open gates that depend on dates if a stay has other days than ``before``; the facts.

    Their owners are to be told once the move is made (:func:`tell`).
    """
    places = work.world.places(work.session)
    if evidence.days_held(places, pilot) == before:
        return {}
    return _by_new_days(work, pilot)


def by_offer(work: Work, pilot: Pilot) -> dict[str, object]:
    """The same when the firm takes a time that lies outside what it wished for."""
    places = work.world.places(work.session)
    held = evidence.days_held(places, pilot)
    wished = all(
        any(window.first <= first and last <= window.last for window in pilot.periods[n].windows)
        for n, (first, last) in held.items()
    )
    return {} if wished else _by_new_days(work, pilot)


def tell(work: Work, pilot: Pilot, facts: Mapping[str, object]) -> None:
    """Write to the owners of the gates that a new date has opened, with the new time."""
    names = cast("Sequence[str]", facts.get("reopened", ()))
    opened = [gate for gate in pilot.gates if f"{gate.role}@{gate.facility.slug}" in names]
    if opened:
        notice = notices.Notice(
            "reopened",
            Message(N_("Decide again: %(title)s"), {"title": pilot.title}),
            (Message(N_("The date has changed, and your decision rests on it. The time is now:")),),
            with_times=True,
        )
        notices.to_owners(work, pilot, notice, of=opened)


def told(work: Work, pilot: Pilot) -> tuple[Message, ...]:
    """Why gates are open again, for the owners, when the firm sends its request anew."""
    last = last_audit(work.session, pilot.id, "change")
    causes = last.facts.get("because", ()) if last is not None else ()
    text = N_("What was decided before is to be decided again: %(why)s.")
    return tuple(Message(text, {"why": Message(CAUSES[cause])}) for cause in causes)


def explained(pilot: Pilot, history: Iterable[Audit]) -> list[Reopened]:
    """Every open gate that was decided once, with the last reason why it is open again."""
    latest = {key: row for row in history for key in row.facts.get("reopened", ())}
    return [
        Reopened(
            Localised(gate.title),
            tuple(Message(CAUSES[cause]) for cause in row.facts["because"]),
            row.at,
        )
        for gate in pilot.gates
        if gate.state == "open"
        and (row := latest.get(f"{gate.role}@{gate.facility.slug}")) is not None
    ]


def _by_new_days(work: Work, pilot: Pilot) -> dict[str, object]:
    wanted = [gate for gate in pilot.gates if gate.date_dependent]
    return _facts(_open(work, pilot, wanted), ("dates",))


def _rests_on(gate: Gate, causes: Sequence[str], *, freed: bool) -> bool:
    return (
        "stays" in causes
        or ("dates" in causes and gate.date_dependent)
        or ("article" in causes and gate.article_dependent)
        or (freed and gate.role in SCHEDULERS)
    )


def _open(work: Work, pilot: Pilot, wanted: Sequence[Gate]) -> list[Gate]:
    """The gates that were decided; conditions not met go with what set them."""
    opened = [gate for gate in wanted if gate.state != "open"]
    today = work.world.today(work.now)
    for gate in opened:
        gate.state, gate.decided_at, gate.decided_by_id, gate.note = "open", None, None, ""
        gate.opened_at, gate.escalated_at = work.now, None
        gate.due_on = work.world.almanac.add_working_days(today, gate.working_days)
    gone = {gate.id for gate in opened}
    every = all(gate.state == "open" for gate in pilot.gates)
    pilot.conditions = [
        condition
        for condition in pilot.conditions
        if condition.fulfilled_at is not None
        or condition.evidence.startswith(CONDITION)
        or not (condition.gate_id in gone or (every and condition.gate_id is None))
    ]
    return opened


def _facts(opened: Sequence[Gate], causes: Sequence[str]) -> dict[str, object]:
    if not opened:
        return {}
    names = [f"{gate.role}@{gate.facility.slug}" for gate in opened]
    return {"reopened": names, "because": list(causes)}
