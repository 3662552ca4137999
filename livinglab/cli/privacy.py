"""``livinglab erase-person``, ``erasures replay``, ``retention``, ``freeze-records``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters.texts import sentence
from livinglab.cli.tools import Failure, application, command_work, give, say
from livinglab.db.flask_db import db
from livinglab.domain.errors import RulesBroken
from livinglab.services import erasure, freezing, holds, jobs, retention
from livinglab.services.work import begin_work
from livinglab.web import context

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from config import Settings


def add(verbs: _SubParsersAction) -> None:  # type: ignore[type-arg]  # argparse's own shape
    """Add the commands."""
    verb = verbs.add_parser("erase-person", help="erase a person who asked for it")
    verb.add_argument("email")
    verb.add_argument("--yes", action="store_true", help="do it: it cannot be undone")
    verb.set_defaults(run=erase_person)
    actions = verbs.add_parser("erasures", help="the list of erased people").add_subparsers(
        required=True, metavar="ACTION"
    )
    action = actions.add_parser("replay", help="erase again whom a restored backup brought back")
    action.set_defaults(run=replay)
    verb = verbs.add_parser("retention", help="see what has been kept long enough")
    verb.add_argument(
        "--yes", action="store_true", help="let it go now, however much it is: for what was held"
    )
    verb.set_defaults(run=retention_now)
    verb = verbs.add_parser(
        "freeze-records", help="keep everything on record while an incident is looked into"
    )
    verb.add_argument("state", choices=("on", "off"))
    verb.set_defaults(run=freeze_records)


def erase_person(settings: Settings, options: Namespace) -> None:
    """Erase the person, or say that it would be done.

    Raises:
        Failure: it was not confirmed.
        RulesBroken, NotFound: nobody was erased.
    """
    if not options.yes:
        raise Failure(f"This erases {options.email} for good. Repeat it with --yes.")
    with command_work(settings) as work:
        former = erasure.erase_by_email(work, options.email).name
    say("Erased. What is left of the account is called:")
    give(former)


def replay(settings: Settings, _options: Namespace) -> int:
    """Erase everybody again who is on the list and back in the database; 1 when somebody stays."""
    stays = 0
    with command_work(settings) as work:
        for user in list(erasure.to_erase_again(work)):
            try:
                erasure.erase(work, user)
                give(user.name)
            except RulesBroken as refusal:
                stays += 1
                why = " ".join(sentence(problem.message, "en") for problem in refusal.problems)
                say(f"{user.email} is not erased: {why}")
    return 1 if stays else 0


def retention_now(settings: Settings, options: Namespace) -> None:
    """Print how much of each kind is due, after letting it go where that was asked for.

    Raises:
        Failure: it was asked for while records are frozen.
    """
    with application(settings):
        session, world, now = db.session(), context.world(), context.now()
        if freezing.frozen(session) and options.yes:
            raise Failure("Records are frozen: run `livinglab freeze-records off` first.")
        if options.yes:
            with begin_work(session, world, now=now) as work:
                holds.release(work, retention.NAME)
            jobs.run(session, world, jobs.RETENTION, now)
        for name, count in retention.due(session, world, now):
            give(f"{name}: {count}")


def freeze_records(settings: Settings, options: Namespace) -> None:
    """Freeze or thaw, and say what that means."""
    with command_work(settings) as work:
        freezing.freeze(work, on=options.state == "on")
    say(
        "Records are frozen: retention rests and nobody is erased until `freeze-records off`."
        if options.state == "on"
        else "Records are thawed: retention goes on, and people can be erased."
    )
