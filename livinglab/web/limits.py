"""How often somebody may try: per address they come from, and per account they name.

An account is named by what was typed or sent, never by what was found: a limit tells nobody which
accounts there are. Counts are rows that all server processes share (``services.attempts``), but for
what is asked so often that a write each time would be felt: API calls, reading calendars, drafts.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Final

from flask import current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import user_logged_in
from limits import parse_many
from werkzeug.exceptions import TooManyRequests

from livinglab.adapters.secrets import token_hash
from livinglab.services import attempts
from livinglab.services.work import begin_work
from livinglab.web import context
from livinglab.web.access import SAFE_METHODS, is_api
from livinglab.web.callers import bearer_token

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from flask import Flask
    from limits import RateLimitItem

    from livinglab.db.tables import User
    from livinglab.services.work import Work

EXTENSION = "livinglab.limiter"
MAILS = "4 per hour"
"""Mails that somebody can have sent to one address."""
FORMS = "120 per minute"
"""Forms of visitors that are kept, from one address."""
MESSAGES = "20 per minute; 200 per hour"
"""Messages that one person writes about pilots."""
COUNTS = "livinglab.counts"
MOST_COUNTED = 20_000
"""So many readers are counted; beyond, those are forgotten who began first."""
OF_PROCESS: Final = frozenset({"caldav", "draft", "feed", "feed-unknown"})
"""Purposes that each server process counts by itself."""


@dataclass(frozen=True, slots=True)
class Tries:
    """What is counted together, and which account it is about.

    ``account`` is the form field or the part of the address that names it; empty: the address one
    comes from only. ``of_account`` and ``of_address`` replace what the settings allow.
    """

    purpose: str
    account: str = ""
    of_account: str = ""
    of_address: str = ""


LIMITS: Final = {
    "security.login": Tries("password", "email"),
    "second_step.check": Tries("second-step"),
    "second_step.by_passkey": Tries("second-step"),
    "register.register": Tries("register-form"),
    "register.again": Tries("register-form"),
    "register.confirm": Tries("link", "token"),
    "invitations.accept": Tries("link", "token"),
    "attendance.answer": Tries("link", "token"),
    "password.send": Tries("reset-form"),
    "password.reset": Tries("link", "token"),
    "email.confirm": Tries("link", "token"),
    "email.undo": Tries("link", "token"),
    "people.invite": Tries("invite", "email"),
    "people.send_again": Tries("invite"),
    "hosting_roles.invite": Tries("invite", "email"),
    "hosting_roles.send_again": Tries("invite"),
    "statements.give_feedback": Tries("feedback-form"),
    "request.create": Tries("draft", of_address=FORMS),
}
"""What is counted before a view is asked: every form that anybody may send is here (a test).

Views that know the account only then, or send a mail in the end, call :func:`count` besides; the
API is counted as a whole, feeds in ``web.feeds``, calendar programs in ``web.caldav``."""


def install(app: Flask, calls: int) -> None:
    """Count what ``LIMITS`` names, and API calls per caller."""
    app.extensions[EXTENSION] = Limiter(
        _caller,
        app=app,
        storage_uri="memory://",
        application_limits=[f"{calls} per minute"],
        application_limits_exempt_when=lambda: not is_api(),
    )
    app.extensions[COUNTS] = OrderedDict()
    app.before_request(_count_tries)
    user_logged_in.connect(_forgive, app)


def count(purpose: str, account: str, often: str = "", from_address: str = "") -> None:
    """Count a try on an account, and on the address it comes from.

    ``often`` and ``from_address`` are written as ``10 per minute; 60 per hour``; empty: as the
    settings say. Without an account only the address counts.

    Raises:
        TooManyRequests: there were too many of either.
    """
    settings = context.settings()
    tries = f"{settings.sign_in_tries_per_minute} per minute"
    spend(purpose, from_address or tries, get_remote_address())
    if account:
        spend(purpose, often or _of_account(), _key(account))


def spend(purpose: str, allowed: str, whose: str) -> None:
    """Count one of what is allowed.

    Raises:
        TooManyRequests: there were too many.
        TryLater: the database was busy, full or away.
    """
    if purpose in OF_PROCESS:
        within = all(
            _hit(limit.get_expiry(), limit.amount, purpose, whose) for limit in _parsed(allowed)
        )
    else:
        with _work() as work:
            within = attempts.spend(work, _limits(purpose, allowed, whose))
    if not within:
        raise TooManyRequests


def _hit(seconds: int, amount: int, purpose: str, whose: str) -> bool:
    """Count in this process, in spans that begin with the first one; whether it was allowed.

    Flask-Limiter's own store begins a thread with each reading that follows a pause.
    """
    now, key = monotonic(), (seconds, purpose, whose)
    counts: OrderedDict[tuple[int, str, str], tuple[float, int]] = current_app.extensions[COUNTS]
    ends, count = counts.get(key, (0.0, 0))
    if ends <= now:
        counts.pop(key, None)  # spans stand in the order in which they began
        ends, count = now + seconds, 0
        while len(counts) >= MOST_COUNTED:
            counts.popitem(last=False)
    counts[key] = ends, count + 1
    return count < amount


@cache
def _parsed(allowed: str) -> list[RateLimitItem]:
    return parse_many(allowed)


def _count_tries() -> None:
    tries = LIMITS.get(request.endpoint or "")
    if tries is None or request.method in SAFE_METHODS:
        return
    named = (request.view_args or {}).get(tries.account) or request.form.get(tries.account, "")
    count(tries.purpose, str(named), tries.of_account, tries.of_address)


def _forgive(_app: Flask, user: User) -> None:
    """Forget the tries on an account whose person got in: only wrong passwords shall count."""
    limits = _limits("password", _of_account(), _key(user.email))
    with _work() as work:
        attempts.forgive(work, limits)


def _limits(purpose: str, allowed: str, whose: str) -> list[attempts.Limit]:
    return [
        attempts.Limit(
            limit.key_for(purpose, whose), limit.amount, timedelta(seconds=limit.get_expiry())
        )
        for limit in parse_many(allowed)
    ]


def _work() -> AbstractContextManager[Work]:
    """A unit of work by nobody: who acts is found out after the tries are counted."""
    return begin_work(context.session(), context.world(), now=context.now())


def _of_account() -> str:
    tries = context.settings().account_tries_per_minute
    return f"{tries} per minute; {6 * tries} per hour"


def _key(account: str) -> str:
    return token_hash(account.strip().lower())


def _caller() -> str:
    token = bearer_token()
    return token_hash(token) if token else get_remote_address()
