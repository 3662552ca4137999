"""Leaving demo mode: all example data goes, the first real admin and host come, in one step.

What was made up goes with its history; what real records name stays (docs/adr/0010).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, delete, false, or_, select, update

from livinglab.adapters.secrets import new_token
from livinglab.db.locking import lock_tables
from livinglab.db.queries import examples
from livinglab.db.tables import (
    Audit,
    Block,
    Booking,
    Facility,
    IdempotencyKey,
    Organisation,
    Outbox,
    Pilot,
    Resource,
    Site,
    User,
)
from livinglab.domain.errors import Problem, RulesBroken
from livinglab.domain.messages import N_, Message
from livinglab.services import accounts
from livinglab.services.kept import begin_era
from livinglab.services.organisations import add_host
from livinglab.services.records import audit, remove

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from livinglab.services.work import Work

LEFT = "leave-demo"
"""Action of the audit row that tells of it."""
NOT_YET = Message(N_("Real data would be lost. Nothing was removed."))


@dataclass(frozen=True, slots=True)
class NewAdmin:
    """The first real admin, as given; see :func:`accounts.checked_email` for the address."""

    email: str
    name: str
    password_hash: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """What leaving takes away, and what is in its way.

    ``people`` are addresses of real people who lose a role in example data; they keep their
    account. ``pilots`` and ``problems`` are real data that would be lost.
    """

    counts: examples.Counts
    people: Sequence[str]
    pilots: Sequence[examples.RealPilot]
    problems: Sequence[Problem]


def outlook(session: Session, given_up: Collection[str] = ()) -> Leaving:
    """What leaving would take away now. ``given_up`` are refs of real pilots that may go too."""
    pilots = examples.real_pilots(session)
    problems = [_in_the_way(pilot) for pilot in pilots if pilot.ref not in given_up]
    problems += [_example_host(*found) for found in examples.real_facilities(session)]
    return Leaving(examples.counts(session), examples.real_people(session), pilots, problems)


def leave(
    work: Work, admin: NewAdmin | None, host: str, given_up: Collection[str] = ()
) -> examples.Counts:
    """Remove all example data, make the admin and the host of that name; what went.

    ``admin`` None: the actor is a real admin and stays it. Every session, token and feed of an
    example person ends. The row of the audit that tells it names the example account that did it.

    Raises:
        RulesBroken: real data would be lost; the problems name it.
        InvalidInput: the admin or the host has faults.
    """
    session = work.session
    lock_tables(session)
    known = outlook(session, given_up)
    if known.problems:
        raise RulesBroken(known.problems, NOT_YET)
    by = work.actor.email if work.actor else ""
    doer = work if _is_real(work) else replace(work, actor=None)
    # First what is new: SQLite gives the highest id again, and sessions name people by it.
    made = add_host(doer, host)
    if admin is not None:
        accounts.create_admin(doer, admin.email, admin.password_hash, admin.name)
    given = [pilot.id for pilot in known.pilots]
    remove(doer, *_noted(session, given))
    _remove_pilots(session, given)
    _remove_places(session)
    _remove_people(session)
    session.expire_all()
    _begin_anew(session)
    facts = {
        "removed": known.counts._asdict(),
        "given_up": sorted(pilot.ref for pilot in known.pilots),
        "host": made.slug,
    }
    who = {"by": by, "admin": admin.email if admin else by}
    audit(doer, LEFT, "service", "example-data", facts=facts, note=who)
    return known.counts


def _is_real(work: Work) -> bool:
    """Whether somebody acts who is still there afterwards."""
    return work.actor is not None and not work.session.get_one(User, work.actor.user_id).is_example


def _in_the_way(pilot: examples.RealPilot) -> Problem:
    text = Message(
        N_(
            "%(ref)s of %(company)s is a real request at the example facility %(facility)s. Let"
            " the firm ask for another place, or give the request up with the example data."
        ),
        {"ref": pilot.ref, "company": pilot.company, "facility": pilot.facility},
    )
    return Problem("real_pilot", pilot.ref, text)


def _example_host(facility: str, host: str) -> Problem:
    text = Message(
        N_(
            "The real facility %(facility)s belongs to the example host %(host)s. Import it again"
            " with its own host."
        ),
        {"facility": facility, "host": host},
    )
    return Problem("example_host", facility, text)


def _noted(session: Session, given_up: Sequence[int]) -> list[ColumnElement[bool]]:
    """Which audit rows go: those of pilots and places that go, and people's own affairs."""
    pilots = select(Pilot.id).where(or_(Pilot.id.in_(examples.PILOTS), Pilot.id.in_(given_up)))
    slugs = session.scalars(select(Facility.slug).where(Facility.is_example)).all()
    sites = select(Site.slug).where(Site.id.in_(examples.SITES))
    units = select(Resource.slug).where(Resource.id.in_(examples.RESOURCES))
    people = session.scalars(examples.PEOPLE).all()
    own = Audit.object_kind.in_(("token", "feed", "view"))
    photos = or_(false(), *(Audit.object_ref.startswith(f"{slug}/") for slug in slugs))
    return [
        Audit.pilot_id.in_(pilots),
        and_(Audit.object_kind == "facility", Audit.object_ref.in_(slugs)),
        and_(Audit.object_kind == "photo", photos),
        and_(Audit.object_kind == "resource", Audit.object_ref.in_(units)),
        and_(Audit.object_kind == "site", Audit.object_ref.in_(sites)),
        and_(Audit.actor_id.in_(people), own),
    ]


def _remove_pilots(session: Session, given_up: Sequence[int]) -> None:
    """Pilots with all that hangs on them and the mails about them."""
    pilots = or_(Pilot.id.in_(examples.PILOTS), Pilot.id.in_(given_up))
    ids = select(Pilot.id).where(pilots)
    _delete(session, Outbox, or_(Outbox.id.in_(examples.MAILS), Outbox.pilot_id.in_(ids)))
    _delete(session, Booking, Booking.pilot_id.in_(ids))
    _delete(session, Pilot, pilots)


def _remove_places(session: Session) -> None:
    """Facilities with their resources, blocks, versions and photos."""
    _delete(session, Block, Block.id.in_(examples.BLOCKS))
    _delete(session, Resource, Resource.id.in_(examples.RESOURCES))
    _delete(session, Facility, Facility.is_example)
    _delete(session, Site, Site.id.in_(examples.SITES))


def _remove_people(session: Session) -> None:
    """People and organisations. Whom a real record names stays without any right."""
    people = session.scalars(examples.PEOPLE).all()
    for column in examples.going_with(User):
        session.execute(delete(column.table).where(column.in_(people)))
    keys = session.scalars(select(IdempotencyKey.principal).distinct()).all()
    theirs = [key for key in keys if int(key.partition("@")[0]) in set(people)]
    _delete(session, IdempotencyKey, IdempotencyKey.principal.in_(theirs))
    kept = examples.named(session, User, examples.PEOPLE)
    _delete(session, User, and_(User.is_example, User.id.not_in(kept)))
    for user in session.scalars(select(User).where(User.id.in_(kept))):
        user.active, user.password, user.fs_uniquifier = False, None, new_token()
    kept = examples.named(session, Organisation, examples.ORGANISATIONS)
    gone = select(Organisation.id).where(
        Organisation.id.in_(examples.ORGANISATIONS), Organisation.id.not_in(kept)
    )
    _delete(session, Organisation, Organisation.id.in_(gone))


def _begin_anew(session: Session) -> None:
    """The lab itself and sites of real places are real; what processes keep of places is void.

    (SQLite may give the ids of places again.)
    """
    session.execute(update(Site).values(is_example=False))
    lab = update(Organisation).where(Organisation.slug == examples.OWNER)
    session.execute(lab.values(is_example=False))
    begin_era(session)


def _delete(session: Session, table: type[Any], where: Any) -> None:  # noqa: ANN401
    session.execute(delete(table).where(where).execution_options(synchronize_session=False))
