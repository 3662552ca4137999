"""A company with people, and what became of inviting others."""

import re

from sqlalchemy import select

from livinglab.db.tables import Invitation, Membership, Outbox, User

ADMIN, MEMBER, NEW = "boss@firm.example", "member@firm.example", "new@firm.example"
RIVAL = "rival@rival.example"
PEOPLE = "/company/people"
NEWCOMER = {"name": "Nia New", "password": "a password of my own"}


def two_firms(make):
    """A company with an admin and a member, given back, and another company with an admin."""
    firm = make.company("firm")
    make.user(ADMIN, firm, "company_admin", name="Boss")
    make.user(MEMBER, firm, name="Member")
    make.user(RIVAL, make.company("rival"), "company_admin", name="Rival")
    return firm


def person(make, email):
    return make.all(select(User).where(User.email == email))[0]


def roles(make, email):
    """Organisation and role of each membership of a person."""
    found = make.all(
        select(Membership).join(User).where(User.email == email).order_by(Membership.id)
    )
    return [(row.organisation_id, row.role) for row in found]


def open_invitations(make):
    unanswered = Invitation.accepted_at.is_(None) & Invitation.revoked_at.is_(None)
    return make.all(select(Invitation).where(unanswered).order_by(Invitation.id))


def mails(make):
    return make.all(select(Outbox).order_by(Outbox.id))


def link(make):
    """The link of the last mail, without its host."""
    return re.search(r"http://[^/\s]+(/invitations/\S+)", mails(make)[-1].body)[1]
