"""``livinglab seed-demo`` and ``leave-demo``."""

from __future__ import annotations

import sys
from datetime import date
from typing import TYPE_CHECKING

from livinglab.adapters.secrets import new_token, password_hash
from livinglab.assets import examples_path
from livinglab.cli.tools import Failure, command_work, give, say
from livinglab.db.queries.accounts import has_example_data
from livinglab.services import accounts, demo
from livinglab.services.demo.leaving import NewAdmin, leave, outlook
from livinglab.services.demo.pictures import illustrate

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from config import Settings
    from livinglab.services.demo.leaving import Leaving

PASSWORD_OCTETS = 9
CONFIRMATION = "remove the example data"
"""What is typed before it happens: it cannot be undone."""


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
    verb = verbs.add_parser(
        "leave-demo", help="remove all example data, make the first real admin and host"
    )
    verb.add_argument("email", help="address of the admin")
    verb.add_argument("--name", required=True, help="name of the admin")
    verb.add_argument("--host", required=True, metavar="NAME", help="first host of facilities")
    verb.add_argument(
        "--give-up",
        action="append",
        default=[],
        metavar="REF",
        help="a real request at an example facility that may go too",
    )
    verb.add_argument("--confirm", metavar="WORDS", help=f"“{CONFIRMATION}”, not asked for then")
    verb.set_defaults(run=leave_demo)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def seed_demo(settings: Settings, options: Namespace) -> None:
    """Fill the database; print who can sign in, and the password unless it was set."""
    password = settings.demo_password or new_token(PASSWORD_OCTETS)
    with command_work(settings) as work:
        anchor = options.anchor or work.world.today(work.now)
        try:
            seeded = demo.seed(work, examples_path(), password_hash(password), anchor=anchor)
            illustrate(work)
        except demo.NotEmpty:
            if not options.if_empty:
                raise Failure(
                    "There is data already, or was: example data is only for an empty database."
                ) from None
            if has_example_data(work.session):
                say("There is data already. Example accounts keep their password.")
            return
    say(f"{seeded.facilities} facilities, {seeded.pilots} pilots.")
    for line in seeded.moved:
        say(f"Moved, the rules refused it: {line}")
    give("Sign in with any of these addresses:")
    for account in seeded.accounts:
        give(f"  {account}")
    give(f"Password of them all, shown this once: {password}")


def leave_demo(settings: Settings, options: Namespace) -> None:
    """Say what goes, have it confirmed, and print the new admin's password, made here."""
    email = accounts.checked_email(options.email)
    password = new_token(15)
    with command_work(settings) as work:
        known = outlook(work.session, options.give_up)
    if not known.problems:
        _confirm(known, options.confirm)
    with command_work(settings) as work:
        admin = NewAdmin(email, options.name, password_hash(password))
        leave(work, admin, options.host, options.give_up)
    say("The example data is gone.")
    say(f"{email} may now sign in at {settings.base_url}/login with this password:")
    give(password)


def _confirm(known: Leaving, given: str | None) -> None:
    """Have it typed that all this may go.

    Raises:
        Failure: something else was typed, or nobody is there to type.
    """
    what = ", ".join(f"{count} {name}" for name, count in known.counts._asdict().items() if count)
    say(f"This goes and cannot be brought back: {what or 'nothing'}.")
    for address in known.people:
        say(f"{address} loses a role that was held in example data.")
    if given is None and sys.stdin.isatty():
        say(f"Type “{CONFIRMATION}” to go on:")
        given = sys.stdin.readline()
    if (given or "").strip().strip("“”\"'").lower() != CONFIRMATION:
        raise Failure(f"Nothing was removed. Confirm with: --confirm '{CONFIRMATION}'")
