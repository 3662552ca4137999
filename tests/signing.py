"""Helpers of tests that sign in: codes as an app shows them, mails as they lie in the outbox."""

import re
from datetime import timedelta

from passlib.totp import TOTP
from sqlalchemy import select

from livinglab.db.tables import Outbox

LINK = re.compile(r"^http://127\.0\.0\.1:8000(/\S+)$", re.MULTILINE)


def code_of(key, moment):
    """The code that an app with this typed key shows at that moment."""
    return TOTP(key.replace(" ", "")).generate(moment).token


def add_app(client, csrf, clock):
    """Set up an app for who is signed in; its key, and the recovery codes. A new step begins."""
    page = client.get("/account/authenticator").text
    key = re.search(r'class="ll-copy" tabindex="0">([A-Z2-7 ]+)<', page).group(1)
    form = {"csrf_token": csrf(client), "code": code_of(key, clock.now)}
    answer = client.post("/account/authenticator", data=form)
    assert answer.status_code == 200, answer.text
    clock.now += timedelta(seconds=30)
    return key, re.findall(r"<code>([a-z0-9-]{19})</code>", answer.text)


def mails(make):
    """All mails that were written, the oldest first."""
    return make.all(select(Outbox).order_by(Outbox.id))


def link_in(mail):
    """The path of the link that stands on a line of its own."""
    return LINK.search(mail.body).group(1)
