"""``livinglab jobs``: what the scheduler does, and letting it go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.cli.tools import command_work, give
from livinglab.db.queries.jobs import last_run
from livinglab.services import holds, outbox
from livinglab.services.jobs import ALL, overdue

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from config import Settings


def add(verbs: _SubParsersAction) -> None:  # type: ignore[type-arg]  # argparse's own shape
    """Add the command."""
    verb = verbs.add_parser("jobs", help="see whether jobs run and mail goes out")
    names = [outbox.MAIL, *(job.name for job in ALL)]
    verb.add_argument(
        "--release",
        choices=names,
        metavar="JOB",
        help=f"let what is held through for an hour: {', '.join(names)}",
    )
    verb.add_argument(
        "--retry-mail", action="store_true", help="try the mails again that were given up"
    )
    verb.set_defaults(run=jobs)


def jobs(settings: Settings, options: Namespace) -> None:
    """Do what is asked, then print one line per job and one for the mail."""
    with command_work(settings) as work:
        if options.release:
            holds.release(work, options.release)
        if options.retry_mail:
            give(f"mails to be tried again: {outbox.retry_all(work)}")
        late = overdue(work.session, work.now)
        for job in ALL:
            ran = last_run(work.session, job.name)
            when = f"last ran {ran.isoformat(timespec='seconds')}" if ran else "has not run yet"
            give(f"{job.name}: {'overdue' if job.name in late else 'ok'}, {when}")
        mail = outbox.state(work.session, work.now)
        give(
            f"{outbox.MAIL}: {mail.waiting} waiting, {mail.held} held, {mail.failed} given up,"
            f" the oldest due for {mail.oldest_seconds:.0f} s"
        )
