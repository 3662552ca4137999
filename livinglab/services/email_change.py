"""Another mail address: confirmed by a link to the new one, undone by a link to the old one.

The links carry what they are for, signed; each counts while the account is as it was when the link
was made. Nobody is told whether somebody else has the new address: no link comes then.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from livinglab.adapters.secrets import new_token, token_hash
from livinglab.adapters.signed import read_signed, sign
from livinglab.db.queries import accounts as people
from livinglab.db.tables import User
from livinglab.domain.errors import NotFound
from livinglab.domain.messages import N_, Message
from livinglab.services import letters
from livinglab.services.accounts import end_all_sign_ins, principal_for
from livinglab.services.records import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.services.work import Work

CONFIRM, UNDO = "/account/email/confirm/", "/account/email/undo/"
"""Where the links lead; the token follows."""
TO_CONFIRM = timedelta(hours=24)
TO_UNDO = timedelta(hours=72)


class Change(NamedTuple):
    """What a link does: the account gets the address ``new`` in place of ``old``."""

    user_id: int
    old: str
    new: str


def ask(work: Work, user_id: int, new: str, secret: str) -> None:
    """Mail a link to the new address, unless somebody has it already."""
    user = work.session.get_one(User, user_id)
    audit(work, "ask", "mail address", str(user_id))
    if people.user_by_email(work.session, new) is not None:
        return
    until = work.now + TO_CONFIRM
    letters.write(
        work,
        user,
        "email-confirm",
        Message(N_("Confirm your new mail address")),
        Message(
            N_("this address is to be that of your account. Confirm it by %(when)s:"),
            {"when": until},
        ),
        f"{work.world.base_url}{CONFIRM}{_token(user, new, CONFIRM, until, secret)}",
        Message(N_("If it was not you, do nothing: nothing changes.")),
        to=new,
    )


def pending(session: Session, kind: str, token: str, secret: str, now: datetime) -> Change | None:
    """What the link would do; None when it is used, cut, foreign, or too old.

    ``kind`` is ``CONFIRM`` or ``UNDO``.
    """
    values = read_signed(secret, kind, token, now)
    if not values:
        return None
    user_id, new, state = values
    user = session.get(User, user_id)
    if user is None or not user.active or _state(user) != state:
        return None
    holder = people.user_by_email(session, str(new))
    if holder is not None and holder.id != user.id:
        return None
    return Change(user.id, user.email, str(new))


def confirm(work: Work, token: str, secret: str) -> Change:
    """Give the account its new address, and tell the old one how to undo it.

    Raises:
        NotFound: the link does not work (any more).
    """
    change = _apply(work, CONFIRM, token, secret)
    user = work.session.get_one(User, change.user_id)
    until = work.now + TO_UNDO
    letters.write(
        work,
        user,
        "email-changed",
        Message(N_("Your mail address is new")),
        Message(N_("your account now has the address %(email)s."), {"email": change.new}),
        Message(N_("If it was not you, take it back by %(when)s:"), {"when": until}),
        f"{work.world.base_url}{UNDO}{_token(user, change.old, UNDO, until, secret)}",
        to=change.old,
    )
    return change


def undo(work: Work, token: str, secret: str) -> Change:
    """Give the account its old address back, and end all its sessions.

    Raises:
        NotFound: the link does not work (any more).
    """
    change = _apply(work, UNDO, token, secret)
    end_all_sign_ins(work, change.user_id)
    return change


def _apply(work: Work, kind: str, token: str, secret: str) -> Change:
    change = pending(work.session, kind, token, secret, work.now)
    if change is None:
        raise NotFound
    user = work.session.get_one(User, change.user_id, with_for_update=True)
    work.actor = principal_for(work.session, user.id, on=work.world.today(work.now))
    user.email = change.new
    if kind == UNDO:
        user.fs_uniquifier = new_token()
    work.session.flush()
    audit(
        work,
        "change" if kind == CONFIRM else "undo",
        "mail address",
        str(user.id),
        note={"old": change.old, "new": change.new},
    )
    return change


def _token(user: User, new: str, kind: str, until: datetime, secret: str) -> str:
    return sign(secret, kind, (user.id, new, _state(user)), until)


def _state(user: User) -> str:
    """What a change of the address, or a way back from it, changes."""
    return token_hash(f"{user.email} {user.fs_uniquifier}")[:32]
