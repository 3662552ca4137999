"""The second factor besides a password: an authenticator app, and recovery codes for its loss.

A code counts once: the time step of the last one accepted is kept. Recovery codes have 80 random
bits and are kept as SHA-256; each opens the door once.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from livinglab.adapters.secrets import token_hash
from livinglab.db.queries.accounts import user_by_email
from livinglab.db.tables import User
from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.messages import N_, Message
from livinglab.services import letters
from livinglab.services.accounts import end_all_sign_ins
from livinglab.services.records import audit

if TYPE_CHECKING:
    from livinglab.adapters.totp import Codes
    from livinglab.services.work import Work

RECOVERY_CODES = 10
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Signs of recovery codes: none that is taken for another."""
GROUPS, GROUP = 4, 4
AUTHENTICATOR = "authenticator"
"""How Flask-Security calls an app that makes codes."""


def turn_on(work: Work, user_id: int, codes: Codes, sealed: str, code: str) -> list[str]:
    """Ask for codes of this app from now on; the recovery codes, shown once.

    Raises:
        InvalidInput: the app does not show that code now.
    """
    user = _locked(work, user_id)
    step = codes.accept(sealed, code, work.now, None)
    if step is None:
        raise _wrong()
    user.tf_primary_method, user.tf_totp_secret, user.totp_counter = AUTHENTICATOR, sealed, step
    fresh = _new_codes(user)
    audit(work, "turn-on", "second factor", str(user.id))
    _tell(work, user, Message(N_("An authenticator app was added to your account.")))
    return fresh


def turn_off(work: Work, user_id: int, codes: Codes, code: str) -> None:
    """Ask for no codes any more, and forget the recovery codes, if the code counts.

    Raises:
        InvalidInput: it does not.
    """
    user = _locked(work, user_id)
    _use(work, user, codes, code)
    user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = None
    audit(work, "turn-off", "second factor", str(user.id))
    _tell(work, user, Message(N_("The authenticator app of your account was taken away.")))


def renew_codes(work: Work, user_id: int) -> list[str]:
    """New recovery codes in place of all earlier ones, shown once."""
    user = _locked(work, user_id)
    fresh = _new_codes(user)
    audit(work, "renew", "recovery codes", str(user.id))
    _tell(work, user, Message(N_("New recovery codes were made. The earlier ones are worthless.")))
    return fresh


def forget(work: Work, email: str) -> None:
    """Take app, recovery codes and passkeys away from somebody who lost them, and end all sessions.

    Whoever calls this has made sure in another way who asks.

    Raises:
        NotFound: nobody has that address.
    """
    user = user_by_email(work.session, email)
    if user is None:
        nobody = Message(N_("Nobody with the address “%(email)s” may act here."), {"email": email})
        raise NotFound(nobody)
    user.tf_primary_method = user.tf_totp_secret = user.mf_recovery_codes = None
    user.webauthn.clear()
    end_all_sign_ins(work, user.id)
    audit(work, "forget", "second factor", str(user.id))
    _tell(work, user, Message(N_("Apps and passkeys of your account were taken away.")))


def use(work: Work, user_id: int, codes: Codes, code: str) -> None:
    """Take a code of the app, or a recovery code, which is used up then.

    Raises:
        InvalidInput: it is neither, or was used before.
    """
    _use(work, _locked(work, user_id), codes, code)


def codes_left(user: User) -> int:
    """How many recovery codes are not used yet."""
    return len(user.mf_recovery_codes or ())


def _use(work: Work, user: User, codes: Codes, code: str) -> None:
    plain = "".join(filter(str.isalnum, code.lower()))
    if user.tf_totp_secret and plain.isdigit():
        step = codes.accept(user.tf_totp_secret, plain, work.now, user.totp_counter)
        if step is not None:
            user.totp_counter = step
            return
    hashed = token_hash(plain)
    if hashed in (user.mf_recovery_codes or ()):
        left = [kept for kept in user.mf_recovery_codes or () if kept != hashed]
        user.mf_recovery_codes = left
        audit(work, "use", "recovery code", str(user.id), facts={"left": len(left)})
        _tell(
            work,
            user,
            Message(N_("A recovery code was used. Left: %(count)s."), {"count": len(left)}),
        )
        return
    raise _wrong()


def _locked(work: Work, user_id: int) -> User:
    return work.session.get_one(User, user_id, with_for_update=True)


def _new_codes(user: User) -> list[str]:
    fresh = [
        "-".join("".join(secrets.choice(SIGNS) for _ in range(GROUP)) for _ in range(GROUPS))
        for _ in range(RECOVERY_CODES)
    ]
    user.mf_recovery_codes = [token_hash(code.replace("-", "")) for code in fresh]
    return fresh


def _wrong() -> InvalidInput:
    text = Message(N_("This code does not count. Wait for the next one and type it in."))
    return InvalidInput.of(Problem("wrong_code", "code", text))


def _tell(work: Work, user: User, what: Message) -> None:
    letters.write(
        work,
        user,
        "second-factor",
        Message(N_("Your way of signing in has changed")),
        what,
        Message(N_("If it was not you, choose a new password at once:")),
        f"{work.world.base_url}/reset",
    )
