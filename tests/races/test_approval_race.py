"""Sixteen managers approve competing requests at once, over HTTP, with four web processes.

Each round every client approves its own request for the same slot. One wins, the others are told
that the slot is taken, and the database holds no overlap. With the guards taken out the same test
must see double bookings: that is what shows it can.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import islice
from threading import Barrier
from urllib.parse import urlsplit

import pytest
from sqlalchemy import create_engine, delete, func, select, text
from sqlalchemy.orm import Session, aliased

from livinglab.assets import examples_path
from livinglab.db.engine import engine_options, prepare
from livinglab.db.guards import NO_BLOCK, NO_OVERLAP, ensure_guards
from livinglab.db.queries.accounts import user_by_email
from livinglab.db.tables import Booking, CalendarText
from livinglab.domain.calendar import Length
from livinglab.domain.pilot import Action
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import actions, demo, pilot
from livinglab.services.accounts import principal_for
from livinglab.services.availability import Finder
from livinglab.services.moves import Command
from livinglab.services.tokens import make_token
from livinglab.services.work import begin_work
from livinglab.services.world import World, from_epoch
from tests.server import serve

pytestmark = pytest.mark.slow

CLIENTS = 16
ROUNDS = 100
RESOURCE = "fac-01-cell-a"
GATE = "facility_manager@fac-01"
REQUEST = {
    "title": "Race",
    "purpose": "Ask for the same day as fifteen others.",
    "focus_areas": ["automation_robotics"],
    "test_article": {"name": "Racer", "kind": "gripper", "mass_kg": 5, "conformity": "ce"},
}


@dataclass
class Field:
    """A seeded database and what the runners need."""

    engine: object
    world: World
    now: datetime
    token: str

    @property
    def season(self):
        """The days everybody wants."""
        return self.now.date() + timedelta(days=40), self.now.date() + timedelta(days=340)

    def slots(self, count):
        """So many one-day stays that do not touch each other's buffers."""
        with Session(self.engine) as session:
            finder = Finder.read(self.world, session, self.now)
            item = finder.places.resources[RESOURCE]
            stays = islice(finder.stays(item, Length(2), self.season), count)
            return [(from_epoch(stay.start), from_epoch(stay.end)) for stay in stays]

    def requests(self, count):
        """References of so many sent requests for any day of the season."""
        refs = []
        with Session(self.engine) as session:
            firm = principal_for(
                session, user_by_email(session, "c01@demo.example").id, on=datetime.now(UTC).date()
            )
            first, last = self.season
            days = {"start": first.isoformat(), "end": last.isoformat()}
            asked = [{"facility": "fac-01", "resource": RESOURCE, "days": 1, "windows": [days]}]
            given = pilot_from_json(REQUEST | {"periods": asked})
            with begin_work(session, self.world, now=self.now, actor=firm, quiet=True) as work:
                for _ in range(count):
                    made = pilot.create(work, given)
                    actions.perform(work, made.ref, Action.SUBMIT, Command(made.version))
                    refs.append(made.ref)
        return refs

    def overlaps(self):
        """Pairs of bookings that hold overlapping time on one resource."""
        one, other = aliased(Booking), aliased(Booking)
        held = ("tentative", "firm")
        with Session(self.engine) as session:
            return session.scalar(
                select(func.count())
                .select_from(one)
                .join(other, (one.resource_id == other.resource_id) & (one.id < other.id))
                .where(
                    one.state.in_(held),
                    other.state.in_(held),
                    one.blocked_from < other.blocked_to,
                    other.blocked_from < one.blocked_to,
                )
            )


@pytest.fixture
def field(engine_url):
    engine = create_engine(engine_url, **engine_options(engine_url))
    prepare(engine)
    world = World("http://127.0.0.1", "Living Lab <desk@livinglab.example>")
    now = datetime.now(UTC).replace(microsecond=0)
    with Session(engine) as session, begin_work(session, world, now=now) as work:
        demo.seed(work, examples_path(), "no password", anchor=now.date())
        token = make_token(work, "manager.fac-01@demo.example", "write")
    yield Field(engine, world, now, token)
    # The next test gets the same schema on PostgreSQL: whole, whatever was dropped here.
    with engine.begin() as connection:
        connection.execute(delete(CalendarText))
        connection.execute(delete(Booking))
        ensure_guards(connection)
    engine.dispose()


def race(field, base_url, rounds):
    """Statuses of every round, one list of sixteen each."""
    slots = field.slots(rounds)
    waiting = field.requests(CLIENTS)
    host = urlsplit(base_url).netloc
    barrier = Barrier(CLIENTS)

    def approve(ref, slot):
        """Approve over a connection of its own, at the same moment as all others."""
        body = {"gate": GATE, "version": 2, "slots": [slot]}
        headers = {"Authorization": f"Bearer {field.token}", "Content-Type": "application/json"}
        connection = HTTPConnection(host, timeout=60)
        connection.connect()
        barrier.wait(60)
        connection.request(
            "POST", f"/api/v1/pilots/{ref}/actions/approve", json.dumps(body), headers
        )
        answer = connection.getresponse()
        said = json.loads(answer.read())
        connection.close()
        return ref, answer.status, said.get("code")

    outcomes = []
    with ThreadPoolExecutor(CLIENTS) as runners:
        for start, end in slots:
            slot = {
                "period": 0,
                "resource": RESOURCE,
                "start": start.isoformat(),
                "end": end.isoformat(),
            }
            answers = list(runners.map(approve, waiting, [slot] * CLIENTS))
            outcomes.append([(status, code) for _, status, code in answers])
            winners = [ref for ref, status, _ in answers if status == 200]
            waiting = [ref for ref in waiting if ref not in winners]
            waiting += field.requests(len(winners))
    return outcomes


@pytest.mark.both_engines
def test_race_has_one_winner_each_round(field, engine_url, tmp_path):
    with serve(tmp_path / "instance", processes=4, database_url=engine_url) as base_url:
        outcomes = race(field, base_url, ROUNDS)
    expected = [(200, None)] + [(409, "slot_taken")] * (CLIENTS - 1)
    assert [sorted(outcome, key=str) for outcome in outcomes] == [expected] * ROUNDS
    assert field.overlaps() == 0


@pytest.mark.both_engines
def test_database_alone_keeps_one_winner_and_without_its_guard_there_are_two(
    field, engine_url, tmp_path
):
    """Without the check under the lock the database's guard still has the last word."""
    target = "tests.races.unguarded:app"
    with serve(
        tmp_path / "instance", processes=4, database_url=engine_url, target=target
    ) as base_url:
        outcomes = race(field, base_url, 5)
        winners = [sum(status == 200 for status, _ in outcome) for outcome in outcomes]
        assert max(winners) == 1
        assert field.overlaps() == 0
        with field.engine.begin() as connection:
            _drop_guards(connection)
        race(field, base_url, 5)
    assert field.overlaps() > 0


def _drop_guards(connection):
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"ALTER TABLE booking DROP CONSTRAINT {NO_OVERLAP}"))
        for move in ("insert", "update"):
            connection.execute(text(f"DROP TRIGGER {NO_BLOCK}_{move} ON booking"))
    else:
        for move in ("insert", "update"):
            connection.execute(text(f"DROP TRIGGER {NO_OVERLAP}_{move}"))
