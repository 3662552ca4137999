"""``livinglab seed-demo`` and ``import-facilities``."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from livinglab.adapters.secrets import new_token, password_hash
from livinglab.adapters.texts import sentence
from livinglab.assets import examples_path
from livinglab.cli.tools import Failure, command_work, give, say
from livinglab.domain.errors import InvalidInput
from livinglab.services import demo
from livinglab.services.importing import import_facility

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from config import Settings
    from livinglab.services.work import Work

PASSWORD_OCTETS = 9


def add(verbs: _SubParsersAction) -> None:  # type: ignore[type-arg]  # argparse's own shape
    """Add the commands."""
    verb = verbs.add_parser("seed-demo", help="fill an empty database with example data")
    verb.add_argument(
        "--anchor",
        type=_day,
        metavar="DATE",
        help="the day to take for today (default: today); the example moves by whole weeks",
    )
    verb.add_argument("--if-empty", action="store_true", help="do nothing when there is data")
    verb.set_defaults(run=seed_demo)
    verb = verbs.add_parser("import-facilities", help="make or update facilities from a JSON file")
    verb.add_argument("file", type=Path)
    verb.set_defaults(run=import_facilities)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def seed_demo(settings: Settings, options: Namespace) -> None:
    """Fill the database; print who can sign in, and the password unless it was set."""
    password = settings.demo_password or new_token(PASSWORD_OCTETS)
    with command_work(settings) as work:
        anchor = options.anchor or work.world.today(work.now)
        try:
            seeded = demo.seed(work, examples_path(), password_hash(password), anchor=anchor)
        except demo.NotEmpty:
            if options.if_empty:
                say("There is data already. Example accounts keep their password.")
                return
            raise Failure(
                "There is data already: example data is only for an empty database."
            ) from None
    say(f"{seeded.facilities} facilities, {seeded.pilots} pilots.")
    for line in seeded.moved:
        say(f"Moved, the rules refused it: {line}")
    give("Sign in with any of these addresses:")
    for account in seeded.accounts:
        give(f"  {account}")
    give(f"Password of them all, shown this once: {password}")


def import_facilities(settings: Settings, options: Namespace) -> None:
    """Make or update every facility of the file, or none when one has a fault."""
    with command_work(settings) as work:
        documents = _documents(options.file)
        for index, document in enumerate(documents):
            _import(work, index, document)
    give(f"{len(documents)} facilities imported.")


def _documents(file: Path) -> list[Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise Failure(f"{file} is not JSON in UTF-8: {error}") from None
    return found if isinstance(found, list) else [found]


def _import(work: Work, index: int, document: object) -> None:
    try:
        import_facility(work, document)
    except InvalidInput as refusal:
        faults = [f"  {p.field}: {sentence(p.message, 'en')}" for p in refusal.problems]
        raise Failure("\n".join([f"Facility number {index + 1} has faults:", *faults])) from None
