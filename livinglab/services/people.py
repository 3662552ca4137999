"""The people of an organisation: who they are, what they may be, and how they leave.

The organisation is locked first and the actor's rights are read again behind the lock: of two
admins who remove each other one stays. Who leaves is out at once: what stood for them there ends
in the same transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from livinglab.db.locking import lock_organisation
from livinglab.db.queries import accounts as people
from livinglab.db.queries import people as queries
from livinglab.db.queries.outbox import forget_held
from livinglab.db.tables import ApiToken, AppPassword, Feed, Membership, SignIn, User
from livinglab.domain.access import may_grant, runs_people
from livinglab.domain.errors import IllegalTransition, NotAllowed, NotFound
from livinglab.domain.messages import N_, Message
from livinglab.services import attendance
from livinglab.services.accounts import principal_for
from livinglab.services.hosts import acting
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.db.queries.people import RoleRow
    from livinglab.db.tables import Organisation
    from livinglab.domain.access import Principal
    from livinglab.services.work import Work

RUNS = {"company": "company_admin", "host": "admin"}
"""The role without which nobody looks after the people of an organisation of that kind."""


def managed(work: Work, organisation_id: int) -> tuple[Organisation, Principal]:
    """The organisation, locked, and the actor as they are now, if its people are theirs to manage.

    Raises:
        NotFound: there is no such organisation, or it is a company the actor does not act for.
        NotAllowed: they may not, or not any more.
    """
    who = acting(work)
    organisation = lock_organisation(work.session, organisation_id)
    today = work.world.today(work.now)
    present = principal_for(work.session, who.user_id, who.organisation_id, who.scope, on=today)
    if organisation is None:
        raise NotFound
    if present is None or not runs_people(present, organisation.id, organisation.kind):
        if organisation.kind == "company" and who.organisation_id != organisation.id:
            raise NotFound
        raise NotAllowed(Message(N_("The people here are not yours to manage.")))
    return organisation, present


def change_role(work: Work, user_id: int, role: str) -> None:
    """Give a colleague of the actor's company that role in place of the one they have.

    Raises:
        NotFound: they do not belong to it.
        NotAllowed: the actor may not (any more), or there is no such role in a company.
        IllegalTransition: they are the last admin.
    """
    company, who = managed(work, acting(work).organisation_id)
    held = _held(work, user_id, company)
    if company.kind != "company" or not may_grant(who, company.id, company.kind, role):
        raise NotAllowed(Message(N_("This role is not yours to give.")))
    before = sorted({row.role for row in held})
    if before == [role]:
        return
    if role != RUNS["company"]:
        _keep_one(work, company, user_id, held)
        _withdraw_invitations(work, company.id, user_id)
    for row in held:
        row.role = role
    facts = {"user": user_id, "from": before, "to": role}
    audit(work, "change role", "organisation", company.slug, facts=facts)
    work.session.flush()


def remove(work: Work, user_id: int) -> None:
    """Take a person out of the actor's company, with everything that stood for them there.

    Raises:
        NotFound: they do not belong to it.
        NotAllowed: the actor may not (any more).
        IllegalTransition: they are the last admin.
    """
    company, _ = managed(work, acting(work).organisation_id)
    held = _held(work, user_id, company)
    _keep_one(work, company, user_id, held)
    _take_away(work, company, user_id, held)
    audit(work, "remove", "organisation", company.slug, facts={"user": user_id})


def end_role(work: Work, membership_id: int) -> None:
    """Take one role at a host away; with the last one the person has left.

    Raises:
        NotFound: nobody holds it any more, or it is one in a company.
        NotAllowed: the actor may not (any more).
        IllegalTransition: it is that of the last admin.
    """
    known = select(Membership.organisation_id).where(Membership.id == membership_id)
    organisation_id = work.session.scalar(known)
    if organisation_id is None:
        raise NotFound
    host, _ = managed(work, organisation_id)
    row = work.session.get(Membership, membership_id, populate_existing=True)
    if row is None or host.kind != "host":
        raise NotFound
    _keep_one(work, host, row.user_id, [row])
    facts = {"user": row.user_id, "role": row.role, "facility": row.facility_id}
    _take_away(work, host, row.user_id, [row])
    audit(work, "end role", "organisation", host.slug, facts=facts)


def leave(work: Work) -> None:
    """Leave the organisation one acts for.

    Raises:
        NotFound: one has left already.
        IllegalTransition: one is its last admin.
    """
    who = acting(work)
    organisation = lock_organisation(work.session, who.organisation_id)
    if organisation is None:
        raise NotFound
    held = _held(work, who.user_id, organisation)
    _keep_one(work, organisation, who.user_id, held)
    _take_away(work, organisation, who.user_id, held)
    audit(work, "leave", "organisation", organisation.slug, facts={"user": who.user_id})


def may_leave(rows: Sequence[RoleRow], user_id: int, kind: str) -> bool:
    """Whether somebody else runs the organisation of these people, or the person does not."""
    runners = {row.user_id for row in rows if row.role == RUNS[kind]}
    return runners != {user_id}


def act_for(work: Work, sign_in_id: int, organisation_id: int) -> None:
    """Let a browser session of the actor's act for another organisation of theirs.

    Raises:
        NotFound: they do not belong to it.
    """
    who = acting(work)
    if organisation_id not in dict(who.organisations):
        raise NotFound
    mine = (SignIn.id == sign_in_id) & (SignIn.user_id == who.user_id)
    work.session.execute(update(SignIn).where(mine).values(organisation_id=organisation_id))


def _held(work: Work, user_id: int, organisation: Organisation) -> Sequence[Membership]:
    found = queries.memberships(work.session, user_id, organisation.id)
    if not found:
        raise NotFound
    return found


def _keep_one(
    work: Work, organisation: Organisation, user_id: int, rows: Sequence[Membership]
) -> None:
    """Refuse to take these roles away when nobody else could give them again."""
    role = RUNS[organisation.kind]
    today = work.world.today(work.now)
    if all(row.role != role for row in rows):
        return
    if not queries.has_other(work.session, role, organisation.id, user_id, today):
        raise IllegalTransition(
            Message(N_("This is the last admin. Make somebody else admin first."))
        )


def _take_away(
    work: Work, organisation: Organisation, user_id: int, rows: Sequence[Membership]
) -> None:
    """Delete these memberships and end what depended on them."""
    session, today = work.session, work.world.today(work.now)
    first = next((place.id for place, *_ in people.rights(session, user_id, today)), None)
    for row in rows:
        session.delete(row)
    session.flush()
    left = queries.memberships(session, user_id, organisation.id)
    if all(row.role != RUNS[organisation.kind] for row in left):
        _withdraw_invitations(work, organisation.id, user_id)
    if left:
        return
    there = SignIn.organisation_id == organisation.id
    if first == organisation.id:
        there |= SignIn.organisation_id.is_(None)
    own = (SignIn.user_id == user_id) & SignIn.ended_at.is_(None)
    session.execute(update(SignIn).where(own, there).values(ended_at=work.now))
    for table in (ApiToken, AppPassword, Feed):
        session.execute(
            update(table)
            .where(
                table.user_id == user_id,
                table.organisation_id == organisation.id,
                table.revoked_at.is_(None),
            )
            .values(revoked_at=work.now)
        )
    if first in {organisation.id, None}:
        older = (Feed.user_id == user_id) & Feed.organisation_id.is_(None)
        live = older & Feed.revoked_at.is_(None)
        session.execute(update(Feed).where(live).values(revoked_at=work.now))
    company_id = organisation.id if organisation.kind == "company" else None
    forget_held(session, user_id, company_id)
    attendance.left(work, user_id)
    email = session.get_one(User, user_id).email
    for invitation in queries.to_address(session, organisation.id, email):
        invitation.revoked_at = work.now


def _withdraw_invitations(work: Work, organisation_id: int, user_id: int) -> None:
    """Take back what somebody who may no longer invite has sent."""
    for invitation in queries.from_person(work.session, organisation_id, user_id):
        invitation.revoked_at = work.now
