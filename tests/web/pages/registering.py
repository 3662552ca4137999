"""What registers, and what is read of the mail that follows."""

import re

from sqlalchemy import select

from livinglab.db.tables import Outbox, User

GIVEN = {
    "email": "Ann@Kumo.example",
    "name": "Ann Ō",
    "company": "Kumo Robotics K.K.",
    "country": "JP",
    "language": "en",
    "password": "a password of my own",
}
VARYING = re.compile(r'name="csrf_token" value="[^"]*"|\?next=[^"]*"')
"""What differs between two pages that say the same."""


def people(make):
    return make.all(select(User).order_by(User.id))


def mails(make):
    return make.all(select(Outbox).order_by(Outbox.id))


def link(make):
    """The link of the last mail, without its host."""
    return re.search(r"http://[^/\s]+(/register/confirm/\S+)", mails(make)[-1].body)[1]
