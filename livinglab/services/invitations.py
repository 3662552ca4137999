"""Invitations to an organisation: a link by mail, good once and for two weeks.

Who is known here is told to nobody: inviting answers the same for every address. The one link of a
mail answers all that is open from that organisation to that address, so that a role at several
places is one click. Accepting proves the address, and only whose address it is accepts.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.adapters.secrets import new_token, token_hash
from livinglab.adapters.texts import sentence
from livinglab.db.queries import accounts as people
from livinglab.db.queries import people as queries
from livinglab.db.tables import Invitation
from livinglab.domain.access import may_grant
from livinglab.domain.errors import NotAllowed, NotFound, TooOften
from livinglab.domain.messages import N_, Message
from livinglab.domain.vocabulary import PEOPLE_ROLES
from livinglab.services import outbox
from livinglab.services.accounts import checked_email
from livinglab.services.hosts import acting
from livinglab.services.people import managed
from livinglab.services.records import audit
from livinglab.services.registration import waits

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Organisation
    from livinglab.domain.access import Principal
    from livinglab.services.work import Work

KEPT = timedelta(days=14)
"""How long a link works."""
A_DAY = timedelta(days=1)
MOST_A_DAY = 50
"""Invitations of one account; a firm that needs more has all week."""
PATH = "/invitations/"
"""Where the links of mails lead; the token follows."""


def invite(work: Work, email: str, role: str, facilities: Collection[str] = ()) -> None:
    """Invite an address to the actor's company, or to a role at a host.

    ``facilities`` (slugs) narrow a host role to these places; without them it is for all places and
    held in the organisation the actor acts for. Who has the role already is not written to.

    Raises:
        NotAllowed: the role is not the actor's to give (any more).
        InvalidInput: it is no mail address, or an unknown place.
        TooOften: the account has invited as many as it may in a day.
    """
    address = checked_email(email)
    who = acting(work)
    places = work.world.places(work.session)
    known = places.seen_by(who)
    if set(facilities) - set(known):
        raise NotFound
    wanted: dict[int, list[int | None]] = {}
    for slug in sorted(set(facilities)):
        wanted.setdefault(known[slug].host_id, []).append(known[slug].id)
    for organisation_id, ids in sorted((wanted or {who.organisation_id: [None]}).items()):
        organisation, present = managed(work, organisation_id)
        _invite(work, organisation, present, address, role, ids)


def send_again(work: Work, invitation_id: int) -> None:
    """Send a fresh link, good for two weeks; the earlier one ends.

    Raises:
        NotFound: there is no such open invitation, or it is not the actor's organisation's.
        NotAllowed, TooOften: see :func:`invite`.
    """
    row, organisation, who = _open_row(work, invitation_id)
    _invite(work, organisation, who, row.email, row.role, [row.facility_id])


def revoke(work: Work, invitation_id: int) -> None:
    """Take an invitation back: its link does nothing any more.

    Raises:
        NotFound, NotAllowed: see :func:`send_again`.
    """
    row, organisation, _ = _open_row(work, invitation_id)
    row.revoked_at = work.now
    audit(work, "revoke invitation", "organisation", organisation.slug, facts={"id": row.id})
    work.session.flush()


def opened(session: Session, token: str, now: datetime) -> Invitation:
    """The invitation of a link that can be accepted now.

    Raises:
        NotFound: it was answered, replaced or taken back, is over, cut, or none of ours.
    """
    found = queries.by_token(session, token_hash(token), now)
    if found is None:
        raise NotFound
    return found


def _invite(
    work: Work,
    organisation: Organisation,
    who: Principal,
    address: str,
    role: str,
    facility_ids: Sequence[int | None],
) -> None:
    """Write down one invitation a place, and one mail; nothing for who is that already."""
    session, at_one_place = work.session, facility_ids != [None]
    if not may_grant(who, organisation.id, organisation.kind, role, at_one_place=at_one_place):
        raise NotAllowed(Message(N_("This role is not yours to give.")))
    user = people.user_by_email(session, address)
    held = queries.memberships(session, user.id, organisation.id) if user else []
    for row in queries.to_address(session, organisation.id, address):
        if organisation.kind == "company" or (row.role == role and row.facility_id in facility_ids):
            row.revoked_at = work.now
    if organisation.kind == "company":
        wanted = [] if held else list(facility_ids)
    else:
        has = {(row.role, row.facility_id) for row in held}
        wanted = [key for key in facility_ids if not {(role, key), (role, None)} & has]
    if queries.sent_since(session, who.user_id, work.now - A_DAY) + len(wanted) > MOST_A_DAY:
        raise TooOften(
            Message(N_("You have sent %(count)s invitations today. Go on tomorrow."), _LIMIT)
        )
    token = None
    for facility_id in wanted:
        secret = new_token()
        token = token or secret
        session.add(
            Invitation(
                token_hash=token_hash(secret),
                organisation_id=organisation.id,
                email=address,
                role=role,
                facility_id=facility_id,
                invited_by_id=who.user_id,
                created_at=work.now,
                expires_at=work.now + KEPT,
            )
        )
    facts = {"role": role, "facilities": [key for key in facility_ids if key]}
    audit(
        *(work, "invite", "organisation", organisation.slug), facts=facts, note={"email": address}
    )
    if token:
        language = user.language if user and not waits(user) else who.language
        _write(work, organisation, who, outbox.Addressee(address, language), role, token)
    session.flush()


_LIMIT = {"count": MOST_A_DAY}


def _write(
    work: Work,
    organisation: Organisation,
    who: Principal,
    to: outbox.Addressee,
    role: str,
    token: str,
) -> None:
    """One mail: who invites to what, until when, the link, and what to do with it."""
    names = {
        "name": who.name,
        "organisation": organisation.name,
        "role": Message(PEOPLE_ROLES[role]),
        "when": work.now + KEPT,
    }
    parts = (
        Message(N_("Hello,")),
        Message(N_("%(name)s invites you to join %(organisation)s in the Living Lab."), names),
        Message(N_("You would be: %(role)s. The invitation holds until %(when)s:"), names),
        f"{work.world.base_url}{PATH}{token}",
        Message(N_("If you do not know them, do nothing: without you nothing happens.")),
        Message(N_("Living Lab Pori")),
    )
    texts = [part if isinstance(part, str) else sentence(part, to.language) for part in parts]
    outbox.queue(
        work,
        to,
        intent=f"invite:{token_hash(token)[:32]}",
        subject=sentence(Message(N_("Invitation to %(organisation)s"), names), to.language),
        body="\n\n".join(texts) + "\n",
    )


def _open_row(work: Work, invitation_id: int) -> tuple[Invitation, Organisation, Principal]:
    known = select(Invitation.organisation_id).where(Invitation.id == invitation_id)
    organisation_id = work.session.scalar(known)
    if organisation_id is None:
        raise NotFound
    organisation, who = managed(work, organisation_id)
    row = work.session.get(Invitation, invitation_id, populate_existing=True)
    if row is None or row.accepted_at or row.revoked_at:
        raise NotFound
    return row, organisation, who
