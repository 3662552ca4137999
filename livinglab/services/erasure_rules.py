"""What must come before a person can be erased, and who goes on with their requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased

from livinglab.db.queries.erasure import Words
from livinglab.db.tables import Facility, Membership, Organisation, Pilot, User
from livinglab.domain.errors import Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import HOLDS, Holds, State
from livinglab.services import freezing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

IN_PROGRESS = (State.IN_PROGRESS, State.SUSPENDED)
OVER = tuple(s for s, holds in HOLDS.items() if holds in {Holds.PAST, Holds.RELEASED})


def hurdles(session: Session, user: User) -> list[Problem]:
    """Every reason why the person cannot be erased now; none when they can."""
    return list(_hurdles(session, user))


def successors(session: Session, user: User) -> list[tuple[Pilot, int | None]]:
    """Requests of the person that are not over, each with the colleague who goes on with it.

    That is the company's first admin, else its first member; None where nobody is left.
    """
    pilots = session.scalars(
        select(Pilot)
        .where(Pilot.created_by_id == user.id, Pilot.state.not_in(OVER))
        .order_by(Pilot.id)
    ).all()
    heirs = {
        company: next(iter(_colleagues(session, user, company)), None)
        for company in {pilot.company_id for pilot in pilots}
    }
    return [(pilot, heirs[pilot.company_id]) for pilot in pilots]


def _hurdles(session: Session, user: User) -> Iterator[Problem]:
    if user.erased_at is not None:
        yield Problem("erased", "email", Message(N_("This person is erased already.")))
        return
    if user.is_example:
        text = N_("This is an example account. It goes with the example data.")
        yield Problem("example_account", "email", Message(text))
    if freezing.frozen(session):
        text = N_(
            "Nothing is erased at present: an incident is being looked into, and what happened must"
            " stay on record. Ask again later."
        )
        yield Problem("frozen", "email", Message(text))
    yield from _of_requests(session, user)
    yield from _of_roles(session, user)
    yield from _of_places(session, user)


def _of_requests(session: Session, user: User) -> Iterator[Problem]:
    for pilot, heir in successors(session, user):
        if pilot.state in IN_PROGRESS:
            text = N_(
                "%(ref)s is in progress: who answers for it must stay known until it is completed."
            )
            yield Problem("in_progress", pilot.ref, Message(text, {"ref": pilot.ref}))
        elif heir is None and pilot.state != State.DRAFT:
            text = N_(
                "%(ref)s is not over, and nobody else of the company could go on with it. Withdraw"
                " or cancel it, or invite a colleague."
            )
            yield Problem("nobody_left", pilot.ref, Message(text, {"ref": pilot.ref}))


def _of_roles(session: Session, user: User) -> Iterator[Problem]:
    """The last one to run a company with people, or the living lab, names another first."""
    other = aliased(Membership)
    last = ~exists().where(
        other.organisation_id == Membership.organisation_id,
        other.role == Membership.role,
        other.user_id != user.id,
        other.user_id.in_(select(User.id).where(User.active)),
    )
    runs = or_(
        and_(Organisation.kind == "company", Membership.role == "company_admin"),
        and_(Organisation.kind == "host", Membership.role == "admin"),
    )
    found = session.execute(
        select(Organisation.id, Organisation.name, Organisation.kind)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user.id, runs, last)
        .order_by(Organisation.id)
    ).all()
    for key, name, kind in found:
        if kind == "host" or _colleagues(session, user, key):
            text = N_("You are the last admin of %(name)s. Name another one first.")
            yield Problem("last_admin", "email", Message(text, {"name": name}))


def _of_places(session: Session, user: User) -> Iterator[Problem]:
    words = Words({user.email: ""})
    for slug in session.scalars(select(Facility.slug).where(words.within(Facility.profile))):
        text = N_("The description of %(id)s names this address. Put another contact there first.")
        yield Problem("contact", slug, Message(text, {"id": slug}))


def _colleagues(session: Session, user: User, organisation_id: int) -> list[int]:
    """Ids of the other active people of an organisation, its admins first."""
    rows = session.execute(
        select(Membership.user_id, Membership.role)
        .join(User, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            User.active,
            Membership.user_id != user.id,
        )
        .order_by(Membership.id)
    ).all()
    ordered = sorted(rows, key=lambda row: row.role != "company_admin")
    return [row.user_id for row in ordered]
