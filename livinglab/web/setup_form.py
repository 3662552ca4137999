"""The form that leaves demo mode: what is typed in, judged before anything happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.adapters.secrets import password_hash
from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.folding import fold
from livinglab.domain.messages import N_, Message
from livinglab.domain.passwords import password_problems
from livinglab.domain.reading import Node
from livinglab.services.accounts import checked_email
from livinglab.services.demo.leaving import NewAdmin

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

CONFIRMATION = N_("remove the example data")
"""Typed in the reader's language before everything goes."""


@dataclass(frozen=True, slots=True)
class Given:
    """A form that can be acted on. ``admin`` is None when a real admin acts and stays it."""

    admin: NewAdmin | None
    host: str
    given_up: tuple[str, ...]


def read(form: MultiDict[str, str], *, new_admin: bool) -> Given:
    """What the form says.

    Raises:
        InvalidInput: with every fault of it.
    """
    node = Node(dict(form))
    host = node["host"].text()
    problems = [*_confirmed(form)]
    email = name = ""
    if new_admin:
        name = node["name"].text()
        try:
            email = checked_email(form.get("email", ""))
        except InvalidInput as refusal:
            problems += refusal.problems
        problems += _password(form)
    problems = [*node.faults, *problems]
    if problems:
        raise InvalidInput.of(*problems)
    admin = NewAdmin(email, name, password_hash(form["password"])) if new_admin else None
    return Given(admin, host, tuple(form.getlist("give_up")))


def _confirmed(form: MultiDict[str, str]) -> list[Problem]:
    words = gettext(CONFIRMATION)
    if " ".join(fold(form.get("confirm", "")).split()) == fold(words):
        return []
    text = Message(N_("Type “%(words)s”: it cannot be undone."), {"words": words})
    return [Problem("not_confirmed", "confirm", text)]


def _password(form: MultiDict[str, str]) -> list[Problem]:
    password = form.get("password", "")
    if found := password_problems(password, form.get("email", ""), form.get("name", "")):
        return found
    if password != form.get("password_again", ""):
        text = Message(N_("The two passwords differ. Type the same one twice."))
        return [Problem("passwords_differ", "password_again", text)]
    return []
