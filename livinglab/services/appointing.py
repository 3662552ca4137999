"""Naming who decides at a facility: somebody known gets the role, somebody new an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters.secrets import new_token, password_hash
from livinglab.db.queries import accounts as people
from livinglab.db.tables import Membership, User
from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import Node
from livinglab.services.accounts import checked_email
from livinglab.services.hosts import acting, managed
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livinglab.services.work import Work

PASSWORD_OCTETS = 15


def appoint(work: Work, slug: str, given: Mapping[str, str]) -> str | None:
    """Give a role of the facility to the person of that ``role``, ``email`` and ``name``.

    Who is known keeps name and password, and acts for the organisation they act for already. A new
    person belongs to the facility's host; their first password is given back, this once.

    Raises:
        NotFound, NotAllowed: the facility is not there for the actor, or not theirs to manage.
        InvalidInput: nobody decides by that role there; the address or the name has faults; the
            person works for a company, or is an example.
    """
    place = managed(work.world.places(work.session), acting(work), slug)
    node = Node(dict(given)).record(("role", "email", "name"))
    role = node["role"].choice({approver.role for approver in place.facility.approvers})
    node.finish()
    user = people.user_by_email(work.session, checked_email(given.get("email", "")))
    password = None
    if user is None:
        name = node["name"].text()
        node.finish()
        password = new_token(PASSWORD_OCTETS)
        user = User(
            email=given["email"].strip(),
            name=name,
            password=password_hash(password),
            fs_uniquifier=new_token(),
            confirmed_at=work.now,
        )
        work.session.add(user)
        work.session.flush()
        home = place.host_id
    else:
        home = _home(work, user, place.host_id)
    held = people.membership(work.session, user.id, home, role, place.id)
    if held is None:
        held = Membership(user_id=user.id, organisation_id=home, role=role, facility_id=place.id)
        work.session.add(held)
    held.first_day = held.last_day = None
    facts = {"role": role, "user": user.id}
    audit(work, "appoint", "facility", slug, facts=facts, note={"email": user.email})
    work.session.flush()
    return password


def _home(work: Work, user: User, host_id: int) -> int:
    """The organisation a known person acts for; the facility's host where there is none yet."""
    rights = people.rights(work.session, user.id, on=work.world.today(work.now))
    company = any(organisation.kind != "host" for organisation, _, _ in rights)
    if company or user.is_example or not user.active:
        text = Message(N_("“%(email)s” cannot decide for a host."), {"email": user.email})
        raise InvalidInput.of(Problem("not_of_a_host", "email", text))
    return rights[0][0].id if rights else host_id
