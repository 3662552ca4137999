"""Passwords: a new one by a mailed link, or in place of the one known.

Whether an address is known is told by mail to its owner only. A link carries the state of the
account, signed: the new password ends it, and every other one. Sessions end with the old password.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.adapters.secrets import is_password, new_token, token_hash
from livinglab.adapters.signed import read_signed, sign
from livinglab.adapters.texts import PORI
from livinglab.db.queries import accounts as people
from livinglab.db.tables import User
from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.folding import fold
from livinglab.domain.messages import N_, Message
from livinglab.domain.passwords import password_problems
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.services import letters
from livinglab.services.accounts import end_all_sign_ins, principal_for
from livinglab.services.records import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.services.work import Work

PURPOSE = "reset"
KEPT = timedelta(hours=1)
"""How long a link to a new password works."""
RESET = "/reset/"
"""Where the links of mails lead; the token follows."""
NAME_OF_SERVICE = "livinglab"
SHORTEST_WORD = 4
"""Letters of a name that make a password guessable when it contains them."""


def ask_reset(work: Work, email: str, secret: str) -> None:
    """Mail a link to the owner of that address, if there is one who may act here.

    Unknown addresses leave a line in the audit trail, too: nothing tells the caller which it was.
    """
    today = work.world.today(work.now)
    address = email.strip().lower()
    user = people.serving_user(work.session, "email", address, today, any_case=True) or _nobody()
    until = work.now + KEPT
    token = sign(secret, PURPOSE, (user.id, _state(user)), until)
    letters.write(
        work,
        user,
        PURPOSE,
        Message(N_("A new password")),
        Message(N_("somebody, most likely you, wants a new password for this account.")),
        Message(N_("Choose it on this page by %(when)s:"), {"when": until}),
        f"{work.world.base_url}{RESET}{token}",
        Message(N_("If it was not you, do nothing: the old password stays.")),
    )
    audit(work, "ask-reset", "address", token_hash(address)[:16])


def _nobody() -> User:
    """Stands for whoever has no account: what is done for them takes as long, and is not kept."""
    return User(name="", language=LANGUAGES[0], timezone=PORI, password="", fs_uniquifier="")


def account_of(session: Session, token: str, secret: str, now: datetime) -> User | None:
    """Whose password the link changes; None when it is used, cut, foreign, or too old."""
    values = read_signed(secret, PURPOSE, token, now)
    return _account(session, values) if values else None


def reset(work: Work, token: str, secret: str, password_hash: str) -> None:
    """Take the new password of somebody who came by the link, and end all their sessions.

    Raises:
        NotFound: the link does not work (any more).
    """
    values = read_signed(secret, PURPOSE, token, work.now)
    user = _account(work.session, values, lock=True) if values else None
    if user is None:
        raise NotFound
    work.actor = principal_for(work.session, user.id, on=work.world.today(work.now))
    _change(work, user, password_hash)
    audit(work, "reset", "password", str(user.id))


def change(work: Work, user_id: int, password_hash: str) -> None:
    """Take a new password, and end all sessions of the person: the caller begins a new one."""
    user = work.session.get_one(User, user_id, with_for_update=True)
    _change(work, user, password_hash)
    audit(work, "change", "password", str(user.id))


def check_new(user: User, password: str) -> None:
    """Refuse a password that is too short or made of words others know of the person.

    Raises:
        InvalidInput: with every fault of it, at ``password``.
    """
    problems = password_problems(password, user.email, user.name)
    if not problems and _contains_own(fold(password), user):
        text = Message(N_("Leave your name, your address and ours out: they are tried first."))
        problems = [Problem("password_guessable", "password", text)]
    if problems:
        raise InvalidInput.of(*problems)


def check_known(user: User, password: str, field: str = "current") -> None:
    """Refuse a password that is not the person's.

    Raises:
        InvalidInput: it is another.
    """
    if not is_password(password, user.password or ""):
        wrong = Message(N_("This is not your password."))
        raise InvalidInput.of(Problem("wrong_password", field, wrong))


def _contains_own(folded: str, user: User) -> bool:
    plain = "".join(filter(str.isalnum, folded))
    words = [user.email.partition("@")[0], *user.name.split(), NAME_OF_SERVICE]
    known = ("".join(filter(str.isalnum, fold(word))) for word in words)
    return any(len(word) >= SHORTEST_WORD and word in plain for word in known)


def _state(user: User) -> str:
    return token_hash(f"{user.password} {user.fs_uniquifier}")[:32]


def _account(session: Session, values: tuple[str | int, ...], *, lock: bool = False) -> User | None:
    user_id, state = values
    found = select(User).where(User.id == user_id, User.active)
    user = session.scalars(found.with_for_update() if lock else found).one_or_none()
    return user if user is not None and _state(user) == state else None


def _change(work: Work, user: User, password_hash: str) -> None:
    user.password = password_hash
    user.fs_uniquifier = new_token()
    end_all_sign_ins(work, user.id)
    letters.write(
        work,
        user,
        "password",
        Message(N_("Your password is new")),
        Message(N_("the password of your account was changed %(when)s."), {"when": work.now}),
        Message(N_("All sessions have ended. Sign in with the new password.")),
        Message(N_("If it was not you, choose another one at once:")),
        f"{work.world.base_url}/reset",
    )
