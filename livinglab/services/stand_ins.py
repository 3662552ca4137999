"""Stand-ins: a colleague holds a role at a facility from one date to another, both included.

On their days they decide, are told and see as the one they stand in for; outside them the role
gives nothing. Dates are Helsinki's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.db.queries import accounts as people
from livinglab.db.tables import Membership
from livinglab.domain.errors import (
    InvalidInput,
    NotFound,
    Problem,
)
from livinglab.domain.messages import N_, Message
from livinglab.domain.vocabulary import OWNER_ROLES
from livinglab.services.hosts import acting, managed
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Audit, Gate, User
    from livinglab.domain.access import Principal
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.work import Work

LONGEST = timedelta(days=366)
FOR = "stands_in_for"
"""The fact of an audit row that names (by id) whom its actor stood in for."""


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who stands in as what at a facility, from the first to the last day, both included."""

    id: int
    role: str
    name: str
    email: str
    first: date
    last: date


def listed(session: Session, places: Places, who: Principal, slug: str) -> list[StandIn]:
    """Every stand-in of a facility, past ones too, by first day; one statement.

    Raises:
        NotFound, NotAllowed: the facility is not there for the reader, or not theirs to manage.
    """
    place = managed(places, who, slug)
    return [
        StandIn(row.id, row.role, row.name, row.email, row.first_day, row.last_day)
        for row in people.stand_ins_at(session, place.id)
    ]


def add(work: Work, slug: str, role: str, email: str, first: date, last: date) -> Membership:
    """Let a colleague of the facility's host hold a role there on these days.

    Raises:
        NotFound, NotAllowed: the facility is not there for the actor, or not theirs to manage.
        InvalidInput: no such role; nobody of the host has that address, or they hold the role
            anyway; days in no order, over, or more than a year.
    """
    who = acting(work)
    place = managed(work.world.places(work.session), who, slug)
    faults = list(_day_faults(work.world.today(work.now), first, last))
    if role not in OWNER_ROLES:
        text = Message(N_("There is no such role."))
        faults.append(Problem("unknown_code", "role", text))
    person = people.colleague(work.session, email, place.host_id)
    if person is None:
        text = Message(
            N_("Nobody of %(host)s signs in as “%(email)s”."),
            {"host": place.facility.host, "email": email.strip()},
        )
        faults.append(Problem("unknown_person", "email", text))
    if faults or person is None:
        raise InvalidInput.of(*faults)
    return _given(work, place, role, person, (first, last))


def end(work: Work, slug: str, stand_in_id: int) -> None:
    """Take a stand-in's role away at once; their other roles stay.

    Raises:
        NotFound: there is no such stand-in at the facility, or it is not there for the actor.
        NotAllowed: the facility is not the actor's to manage.
    """
    place = managed(work.world.places(work.session), acting(work), slug)
    row = work.session.get(Membership, stand_in_id)
    if row is None or row.facility_id != place.id or row.first_day is None:
        raise NotFound
    facts = {"user": row.user_id, "role": row.role}
    work.session.delete(row)
    audit(work, "end stand-in", "facility", slug, facts=facts)
    work.session.flush()


def on_behalf(work: Work, gate: Gate) -> dict[str, object]:
    """For the audit row of a decision: whom the actor stands in for at the gate.

    Nothing where they decide in their own right, or where nobody else has the role.
    """
    if work.actor is None:
        return {}
    today = work.world.today(work.now)
    found = people.duties(work.session, gate.role, gate.facility_id, today)
    if any(d.user_id == work.actor.user_id and not d.stands_in for d in found):
        return {}
    lasting = [duty for duty in found if not duty.stands_in]
    here = [duty for duty in lasting if duty.facility_id is not None]
    return {FOR: [duty.user_id for duty in here or lasting]} if lasting else {}


def stood_in_for(session: Session, history: Iterable[Audit]) -> dict[int, list[str]]:
    """The names of those whom the actors of audit rows (by id) stood in for."""
    found = {row.id: row.facts[FOR] for row in history if FOR in row.facts}
    if not found:
        return {}
    names = people.names_of(session, {key for keys in found.values() for key in keys})
    return {row: [names[key] for key in keys if key in names] for row, keys in found.items()}


def _given(
    work: Work, place: PlacedFacility, role: str, person: User, days: tuple[date, date]
) -> Membership:
    row = people.membership(work.session, person.id, place.host_id, role, place.id)
    if row is not None and (row.last_day is None or row.last_day >= work.world.today(work.now)):
        text = Message(N_("%(name)s has that role here already."), {"name": person.name})
        raise InvalidInput.of(Problem("held_already", "email", text))
    if row is None:
        row = Membership(
            user_id=person.id, organisation_id=place.host_id, role=role, facility_id=place.id
        )
        work.session.add(row)
    row.first_day, row.last_day = days
    audit(
        work,
        "stand-in",
        "facility",
        place.slug,
        facts={
            "user": person.id,
            "role": role,
            "first": days[0].isoformat(),
            "last": days[1].isoformat(),
        },
    )
    work.session.flush()
    return row


def _day_faults(today: date, first: date, last: date) -> list[Problem]:
    if last < first:
        text = Message(N_("The last day is before the first day."))
        return [Problem("reversed", "last", text)]
    if last < today:
        text = Message(N_("These days are in the past."))
        return [Problem("past", "last", text)]
    if last - first >= LONGEST:
        text = Message(N_("Somebody stands in for a year at most."))
        return [Problem("too_long", "last", text)]
    return []
