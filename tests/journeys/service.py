"""The real service with example data, for browsers: its pages, its database and its mail."""

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from threading import Condition

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session, selectinload

from livinglab.adapters.secrets import password_hash
from livinglab.assets import examples_path
from livinglab.db.engine import engine_options, prepare
from livinglab.db.queries.accounts import user_by_email
from livinglab.db.schema import upgrade
from livinglab.db.tables import Period, Pilot
from livinglab.domain.calendar import Length
from livinglab.services import demo
from livinglab.services.accounts import principal_for
from livinglab.services.availability import Finder
from livinglab.services.demo.pictures import illustrate
from livinglab.services.work import begin_work
from livinglab.services.world import World, from_epoch
from tests.factories import PASSWORD
from tests.post import Mailbox, serving
from tests.server import ROOT, serve

LIVINGLAB = Path(sys.executable).with_name("livinglab")
MAIL_SECONDS = 120
"""The scheduler looks for mail every three seconds; that of a decision waits a minute first."""


@dataclass
class Service:
    """A running service and the way to its database."""

    base_url: str
    engine: object
    languages: dict = field(default_factory=dict)  # of accounts whose people changed it

    @property
    def world(self):
        return World(self.base_url, "Living Lab <desk@livinglab.example>")

    @contextmanager
    def session(self):
        """A session for reading. It ends with the block: an open read would hold up writers."""
        with Session(self.engine) as session:
            yield session

    @contextmanager
    def acting(self, email):
        """A unit of work of a person's, for what happened before the journey begins."""
        now = datetime.now(UTC).replace(microsecond=0)
        with Session(self.engine) as session:
            who = principal_for(session, user_by_email(session, email).id, on=now.date())
            with begin_work(session, self.world, now=now, actor=who) as work:
                yield work

    def free_stays(self, resource, days, window=None):
        """Feasible stays of so many days now, as (start, end), soonest first."""
        now = datetime.now(UTC)
        with self.session() as session:
            finder = Finder.read(self.world, session, now)
            item = finder.places.resources[resource]
            days_open = window or finder.all_days(item.facility)
            for stay in finder.stays(item, Length(round(days * 2)), days_open):
                yield from_epoch(stay.start), from_epoch(stay.end)

    def pilot(self, title):
        """The one pilot of that title, with its bookings and wishes."""
        whole = (
            selectinload(Pilot.bookings),
            selectinload(Pilot.periods).selectinload(Period.windows),
        )
        with self.session() as session:
            found = session.scalars(select(Pilot).where(Pilot.title == title).options(*whole)).one()
            session.expunge_all()
            return found


@contextmanager
def example_service(folder):
    """Serve freshly made example data from ``folder``; every example account has PASSWORD."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'livinglab.sqlite3'}"
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    upgrade(engine)
    world = World("http://127.0.0.1", "Living Lab <desk@livinglab.example>")
    now = datetime.now(UTC).replace(microsecond=0)
    with Session(engine) as session, begin_work(session, world, now=now) as work:
        demo.seed(work, examples_path(), password_hash(PASSWORD), anchor=world.today(now))
        illustrate(work)
    with serve(folder, sign_in_tries_per_minute=10_000, feed_reads_per_minute=10_000) as base_url:
        yield Service(base_url, engine)
    engine.dispose()


class Postbox(Mailbox):
    """Takes every mail, and lets a journey wait for the one it expects."""

    def __init__(self):
        super().__init__()
        self._changed = Condition()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        with self._changed:
            self._changed.notify_all()
        return answer

    def wait_for(self, recipient, words):
        """The first mail to that address whose subject has those words, waiting for it."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._find(recipient, words), MAIL_SECONDS):
                subjects = [(mail["To"], mail["Subject"]) for mail in self.taken]
                raise AssertionError(f"no mail to {recipient} with {words!r} among {subjects}")
            return self._find(recipient, words)

    def _find(self, recipient, words):
        for mail in list(self.taken):
            if parseaddr(mail["To"])[1] == recipient and words in mail["Subject"]:
                return mail
        return None


@contextmanager
def mail_of(service, folder):
    """The service's scheduler, handing mail to a server of our own."""
    postbox = Postbox()
    with serving(postbox) as address:
        values = {
            "instance_path": folder,
            "base_url": service.base_url,
            "smtp_url": address,
        }
        environ = {k: v for k, v in os.environ.items() if not k.startswith("LIVINGLAB_")}
        environ |= {f"LIVINGLAB_{name.upper()}": str(value) for name, value in values.items()}
        with (Path(folder) / "worker.log").open("wb") as log:
            worker = subprocess.Popen(
                [LIVINGLAB, "worker"], cwd=ROOT, env=environ, stdout=log, stderr=log
            )
            try:
                yield postbox
            finally:
                worker.terminate()
                worker.wait(30)
