"""Who comes on site for a pilot, with their cards: named by the firm, read by those who decide.

Names are personal data: they go with the request (``retention_steps``), and the firm can have
somebody erased from all its requests. Nothing else tells them: no feed, no calendar, no record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.queries import participants as queries
from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.db.tables import Card, Participant
from livinglab.domain.access import sees_confidential
from livinglab.domain.errors import IllegalTransition, InvalidInput, NotFound, Problem, RulesBroken
from livinglab.domain.messages import N_, Message
from livinglab.domain.participants import NAME_LIMIT, PersonInput, problems_of
from livinglab.domain.pilot import STATE_NAMES, By, State
from livinglab.services import evidence, freezing, moves
from livinglab.services.evidence import OVER
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.work import Work

PEOPLE_PER_PILOT = 200


def read(session: Session, who: Principal, ref: str) -> tuple[Pilot, Sequence[Participant]]:
    """A pilot and who comes for it.

    Raises:
        NotFound: there is no such pilot, or its people are not this person's to know.
    """
    pilot = pilot_by_ref(session, ref, who)
    if pilot is None or not sees_confidential(who, moves.facts_of(pilot)):
        raise NotFound
    return pilot, queries.of_pilots(session, [pilot.id])


def add(work: Work, ref: str, given: Sequence[PersonInput], *, version: int | None) -> Pilot:
    """Name people who come, all of them or none.

    Raises:
        InvalidInput: somebody has no name, or there are too many; each line is named.
        IllegalTransition: the pilot is over.
        Others: see ``moves.open_pilot``.
    """
    pilot = _open(work, ref, version)
    there = queries.of_pilots(work.session, [pilot.id])
    found = [p for n, person in enumerate(given) for p in problems_of(person, f"people.{n}")]
    if not given:
        found.append(Problem("people_missing", "people", Message(N_("Name somebody first."))))
    if len(there) + len(given) > PEOPLE_PER_PILOT:
        text = Message(N_("At most %(limit)s people can be named."), {"limit": PEOPLE_PER_PILOT})
        found.append(Problem("too_many_people", "people", text))
    if found:
        raise InvalidInput.of(*found)
    known = {(one.name, one.task): one for one in there}
    for person in given:
        row = known.get((person.name, person.task))
        if row is None:
            row = Participant(
                pilot_id=pilot.id, name=person.name, task=person.task, created_at=work.now
            )
            work.session.add(row)
        _give_cards(work, row, person)
    _changed(work, pilot, "name people", {"people": len(given)})
    return pilot


def change(
    work: Work, ref: str, person_id: int, given: PersonInput, *, version: int | None
) -> Pilot:
    """Put somebody's name, task and cards right.

    Raises:
        NotFound: nobody of that number comes; else as :func:`add`.
    """
    pilot = _open(work, ref, version)
    row = _one(work, pilot, person_id)
    if found := list(problems_of(given, "person")):
        raise InvalidInput.of(*found)
    row.name, row.task = given.name, given.task
    _give_cards(work, row, given)
    kept = {card.code for card in given.cards}
    row.cards = [card for card in row.cards if card.code in kept]
    _changed(work, pilot, "change people", {"person": row.id})
    return pilot


def remove(work: Work, ref: str, person_id: int, *, version: int | None) -> Pilot:
    """Take somebody off the list.

    Raises:
        NotFound: nobody of that number comes; else as :func:`add`.
    """
    pilot = _open(work, ref, version)
    row = _one(work, pilot, person_id)
    work.session.delete(row)
    _changed(work, pilot, "remove people", {"person": person_id})
    return pilot


def copy(work: Work, ref: str, source: str, *, version: int | None) -> Pilot:
    """Name whoever came for another pilot of the company, cards included; known ones once.

    Raises:
        InvalidInput: the company has no such pilot, or nobody was named there.
        Others: see :func:`add`.
    """
    pilot = _open(work, ref, version)
    other = pilot_by_ref(work.session, source.strip(), work.actor)
    people = queries.of_pilots(work.session, [other.id]) if other else ()
    if not people or other is None or other.id == pilot.id:
        text = Message(N_("Choose an earlier pilot for which people were named."))
        raise InvalidInput.of(Problem("unknown_pilot", "source", text))
    given = [PersonInput(one.name, one.task, tuple(queries.cards_of(one))) for one in people]
    return add(work, ref, given, version=version)


def erase(work: Work, name: str) -> int:
    """Take everybody of that name off all requests of the actor's company; how many there were.

    Raises:
        InvalidInput: nobody is called so.
        NotFound: it is no company that acts.
        RulesBroken: records are frozen.
    """
    who = work.actor
    if who is None or who.is_host:
        raise NotFound
    if freezing.frozen(work.session):
        text = Message(N_("Nothing is erased at present: an incident is being looked into."))
        raise RulesBroken([Problem("frozen", "name", text)])
    rows = queries.named(work.session, who.organisation_id, name.strip()[:NAME_LIMIT])
    if not rows:
        text = Message(N_("Nobody of that name is on a list of yours."))
        raise InvalidInput.of(Problem("unknown_person", "name", text))
    for ref in sorted({row.pilot.ref for row in rows}):
        pilot = moves.open_pilot(work, ref, queries.version_of(work.session, ref), {By.COMPANY})
        for row in rows:
            if row.pilot_id == pilot.id:
                work.session.delete(row)
        _changed(work, pilot, "remove people", {"people": "by name"})
    return len(rows)


def _open(work: Work, ref: str, version: int | None) -> Pilot:
    pilot = moves.open_pilot(work, ref, version, {By.COMPANY})
    if State(pilot.state) in OVER:
        raise IllegalTransition(
            Message(
                N_("This cannot be done now: the pilot is “%(state)s”."),
                {"state": Message(STATE_NAMES[State(pilot.state)])},
            )
        )
    return pilot


def _one(work: Work, pilot: Pilot, person_id: int) -> Participant:
    row = work.session.get(Participant, person_id)
    if row is None or row.pilot_id != pilot.id:
        raise NotFound
    return row


def _give_cards(work: Work, row: Participant, given: PersonInput) -> None:
    """One card of a code each: a newer one takes the place of the older."""
    known = {card.code: card for card in row.cards}
    for card in given.cards:
        there = known.get(card.code)
        if there is None:
            there = Card(code=card.code, created_at=work.now)
            row.cards.append(there)
        there.number, there.expires_on = card.number, card.expires_on


def _changed(work: Work, pilot: Pilot, action: str, facts: dict[str, object]) -> None:
    pilot.version += 1
    pilot.changed_at = work.now
    work.session.flush()
    evidence.settle(work, pilot)
    audit(work, action, "pilot", pilot.ref, pilot=pilot, facts=facts)
