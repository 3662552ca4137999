"""Passkeys of a person: adding, taking away, and finding out whose one is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from livinglab.adapters import passkeys
from livinglab.adapters.secrets import derived_key
from livinglab.db.tables import Passkey, User
from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import Node
from livinglab.services import letters
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from livinglab.adapters.passkeys import RelyingParty
    from livinglab.services.work import Work

LABELS = {"name": N_("Name of the passkey")}
LONGEST_NAME = 64
MOST = 20
"""Passkeys of one person."""


def of(session: Session, user_id: int) -> Sequence[Passkey]:
    """The person's passkeys, the oldest first."""
    mine = select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id)
    return session.scalars(mine).all()


def handle_of(user: User, secret: str) -> str:
    """The name by which authenticators know the person: random to others, kept from the first on.

    Looking at the page writes nothing, so it is made from the installation's secret.
    """
    return user.fs_webauthn_user_handle or derived_key(secret, f"passkey {user.id}").hex()


def add(
    work: Work,
    party: RelyingParty,
    user_id: int,
    given: Mapping[str, str],
    challenge: bytes,
    secret: str,
) -> None:
    """Keep the passkey (``credential``) that the browser made for this challenge, and its name.

    Raises:
        InvalidInput: the name is missing or taken, or the answer does not hold.
    """
    user = work.session.get_one(User, user_id, with_for_update=True)
    mine = of(work.session, user_id)
    node = Node({"name": given.get("name")}, labels=LABELS)
    called = node["name"].name(LONGEST_NAME)
    problems = list(node.faults)
    if called in {key.name for key in mine}:
        text = Message(N_("You have a passkey called “%(name)s”."), {"name": called})
        problems.append(Problem("name_taken", "name", text))
    if problems:
        raise InvalidInput.of(*problems)
    made = passkeys.read_new(party, _parsed(given.get("credential", "")), challenge)
    if made is None or len(mine) >= MOST or _by_credential(work.session, made.credential_id):
        raise _unproven("name")
    user.fs_webauthn_user_handle = handle_of(user, secret)
    work.session.add(
        Passkey(
            user_id=user_id,
            credential_id=made.credential_id,
            public_key=made.public_key,
            sign_count=made.sign_count,
            backup_state=made.backed_up,
            device_type=made.device_type,
            create_datetime=work.now,
            lastuse_datetime=work.now,
            name=called,
            usage="first",
        )
    )
    audit(work, "add", "passkey", str(user_id))
    _tell(work, user, Message(N_("The passkey “%(name)s” was added."), {"name": called}))


def remove(work: Work, user_id: int, passkey_id: int) -> None:
    """Take a passkey of the person's away.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = work.session.get(Passkey, passkey_id)
    if row is None or row.user_id != user_id:
        raise NotFound
    user = work.session.get_one(User, user_id)
    _tell(work, user, Message(N_("The passkey “%(name)s” was taken away."), {"name": row.name}))
    work.session.delete(row)
    audit(work, "remove", "passkey", str(user_id))


def owner(work: Work, party: RelyingParty, answer: str, challenge: bytes) -> int:
    """Whose passkey answered this challenge; the person's id.

    Raises:
        InvalidInput: the answer does not hold, or its passkey is not known here.
    """
    given = _parsed(answer)
    row = _by_credential(work.session, passkeys.answered_by(given))
    if row is None:
        raise _unproven("passkey")
    count = passkeys.sign_count_of(party, given, challenge, row.public_key, row.sign_count)
    if count is None:
        raise _unproven("passkey")
    row.sign_count, row.lastuse_datetime = count, work.now
    return row.user_id


def _by_credential(session: Session, credential_id: bytes) -> Passkey | None:
    found = select(Passkey).where(Passkey.credential_id == credential_id)
    return session.scalars(found.with_for_update()).one_or_none()


def _parsed(answer: str) -> dict[str, Any]:
    try:
        given = json.loads(answer[: passkeys.LONGEST])
    except (ValueError, RecursionError):
        return {}
    return given if isinstance(given, dict) else {}


def _unproven(field: str) -> InvalidInput:
    text = Message(N_("The passkey did not prove itself. Try once more."))
    return InvalidInput.of(Problem("passkey_unproven", field, text))


def _tell(work: Work, user: User, what: Message) -> None:
    letters.write(
        work,
        user,
        "passkey",
        Message(N_("Your way of signing in has changed")),
        what,
        Message(N_("If it was not you, choose a new password at once:")),
        f"{work.world.base_url}/reset",
    )
