"""The example year, replayed through the use cases: what is shown was really decided."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, selectinload

from livinglab.assets import examples_path
from livinglab.db.base import Base
from livinglab.db.engine import engine_options, prepare
from livinglab.db.tables import Audit, Block, Booking, Facility, Outbox, Pilot, Resource, User
from livinglab.domain.calendar import Busy, Length
from livinglab.domain.pilot import HOLDS, Holds, State
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import demo, pilot
from livinglab.services.accounts import principal_for
from livinglab.services.demo.closed_times import clashes
from livinglab.services.work import begin_work
from livinglab.services.world import World
from tests.examples.data import ANCHOR, BY_REF, CALENDARS, FACILITIES, PILOTS, RESOURCES, epoch

OTHER_ANCHORS = (date(2027, 3, 30), date(2028, 2, 29))
RANDOM = {"uid", "fs_uniquifier", "text", "salt", "digest", "mac"}
"""Columns that hold a fresh name, a text with one in it, or what is made with chance or a key."""


@dataclass
class Seeded:
    """A seeded database and what the command would say of it."""

    engine: object
    world: World
    now: datetime
    told: demo.Seeded

    def work(self):
        session = Session(self.engine)
        return begin_work(session, self.world, now=self.now)

    def all(self, statement):
        with Session(self.engine) as session:
            return session.scalars(statement).all()


def connect(url):
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    return engine


def seed(url, anchor):
    engine = connect(url)
    world = World("http://lab.example", "Living Lab <desk@lab.example>")
    now = datetime(anchor.year, anchor.month, anchor.day, 8, tzinfo=UTC)
    with Session(engine) as session, begin_work(session, world, now=now) as work:
        told = demo.seed(work, examples_path(), "no password", anchor=anchor)
    return Seeded(engine, world, now, told)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory, _sqlite_template):
    """The example year as it was written; tests only look."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    path.write_bytes(_sqlite_template.read_bytes())
    made = seed(f"sqlite:///{path}", ANCHOR)
    yield made
    made.engine.dispose()


def states(seeded):
    return {row.ref: row.state for row in seeded.all(select(Pilot))}


def written():
    return {row["ref"]: row["state"] for row in PILOTS}


def test_every_pilot_stands_where_the_example_says(seeded):
    assert states(seeded) == written()
    assert (seeded.told.pilots, seeded.told.facilities) == (60, 14)


def test_there_are_accounts_for_everybody(seeded):
    names = {address.partition("@")[0] for address in seeded.told.accounts}
    assert names == {
        *("coordinator", "safety", "ethics", "dataprotection", "hygiene", "environment"),
        *("stateaid", "air", "staff", "admin"),
        *(f"manager.fac-{number:02d}" for number in range(1, 15)),
        *(f"c{number:02d}" for number in range(1, 13)),
    }
    with Session(seeded.engine) as session:
        people = [
            principal_for(session, user.id, on=seeded.now.date())
            for user in session.scalars(select(User))
        ]
    assert Counter(who.organisation_kind for who in people) == {"host": 24, "company": 12}


def test_what_the_rules_refused_was_moved_and_is_told(seeded):
    assert seeded.told.moved == (
        "PLL-2026-0056, window 1 (closed): 2027-07-01 – 2027-07-14",
        "PLL-2026-0057, window 1 (notice_too_short): 2027-02-02 – 2027-02-08",
    )


def test_one_block_lies_over_one_stay_on_purpose(seeded):
    with seeded.work() as work:
        assert clashes(work) == 1
    (block,) = seeded.all(
        select(Block)
        .join(Booking, Booking.resource_id == Block.resource_id)
        .where(
            Booking.state != "released",
            Block.starts_at < Booking.ends_at,
            Block.ends_at > Booking.starts_at,
        )
        .options(selectinload(Block.resource))
    )
    assert (block.resource.slug, block.kind) == ("fac-08-yard-block-1", "vessel_call")
    assert block.starts_at.date() == date(2026, 12, 1)


def visible(seeded):
    """(booking, its row of the example) of everything that holds time where people see it."""
    bookings = seeded.all(
        select(Booking)
        .join(Resource)
        .where(Booking.state != "released", Resource.bookable)
        .options(selectinload(Booking.resource), selectinload(Booking.pilot))
        .order_by(Booking.id)
    )
    return [(booking, BY_REF[booking.pilot.ref[-4:]]) for booking in bookings]


def test_time_is_held_by_those_the_example_says(seeded):
    held = Counter(booking.pilot.ref for booking, _ in visible(seeded))
    # Who did not come has given the time back by now.
    came = [row["ref"] for row in PILOTS if row["holds_calendar"] and row["state"] != "no_show"]
    assert held == dict.fromkeys(came, 1)
    for booking, row in visible(seeded):
        holds = HOLDS[State(row["state"])]
        firm = holds in {Holds.FIRM, Holds.PAST}
        assert booking.state == ("firm" if firm else "tentative")


def test_stays_are_where_the_example_says(seeded):
    for booking, row in visible(seeded):
        facility, _ = RESOURCES[row["resource"]]
        assert (
            booking.resource.slug,
            booking.starts_at.timestamp(),
            booking.ends_at.timestamp(),
        ) == (
            row["resource"],
            epoch(row["start"], facility),
            epoch(row["end"], facility),
        )


def assert_stays_keep_the_rules(seeded, calendars):
    for booking, row in visible(seeded):
        facility, _ = RESOURCES[booking.resource.slug]
        days = (booking.starts_at.date() - timedelta(days=1), booking.ends_at.date())
        stays = calendars(booking.resource.slug).stays(
            Length(row["halves"]), Busy(), facility.stay.buffers, days
        )
        assert (
            booking.starts_at.timestamp(),
            booking.ends_at.timestamp(),
            booking.blocked_from.timestamp(),
            booking.blocked_to.timestamp(),
        ) in {stay[:4] for stay in stays}


def test_every_stay_keeps_the_rules_of_its_place(seeded):
    assert_stays_keep_the_rules(seeded, CALENDARS.get)


def test_history_is_in_order_and_in_the_past(seeded):
    moves = seeded.all(select(Audit).where(Audit.pilot_id.is_not(None)).order_by(Audit.id))
    by_pilot = {}
    for move in moves:
        by_pilot.setdefault(move.pilot_id, []).append(move)
    assert len(by_pilot) == 60
    for history in by_pilot.values():
        times = [move.at for move in history]
        assert times == sorted(times)
        assert times[-1] <= seeded.now
        steps = [move for move in history if move.action not in {"create", "attach"}]
        assert [m.from_state for m in steps[1:]] == [m.to_state for m in steps[:-1]]


def test_nothing_is_mailed(seeded):
    with Session(seeded.engine) as session:
        assert session.scalar(select(func.count()).select_from(Outbox)) == 0


def test_new_requests_are_numbered_on(seeded):
    with Session(seeded.engine) as session:
        firm = principal_for(
            session,
            session.scalar(select(User.id).where(User.email == "c01@demo.example")),
            on=seeded.now.date(),
        )
        with begin_work(session, seeded.world, now=seeded.now, actor=firm) as work:
            made = pilot.create(work, pilot_from_json({}))
            assert made.ref == "PLL-2026-0061"
            work.session.rollback()


def test_a_filled_database_is_left_alone(seeded):
    with pytest.raises(demo.NotEmpty), seeded.work() as work:
        demo.seed(work, examples_path(), "no password", anchor=ANCHOR)
    assert len(seeded.all(select(Facility))) == 14


# --- Elsewhere in time, and again -----------------------------------------------------------------


def dump(seeded):
    """Every value of every row that is not a fresh name."""
    found = {}
    with seeded.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            columns = [c for c in table.columns if c.name not in RANDOM]
            rows = connection.execute(select(*columns).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    return found


@pytest.mark.both_engines
@pytest.mark.slow
def test_the_replay_is_the_same_each_time_and_on_both_engines(seeded, engine_url):
    again = seed(engine_url, ANCHOR)
    assert dump(again) == dump(seeded)
    again.engine.dispose()


@pytest.mark.both_engines
@pytest.mark.slow
@pytest.mark.parametrize("anchor", OTHER_ANCHORS, ids=str)
def test_other_days_are_as_good(engine_url, anchor):
    there = seed(engine_url, anchor)
    assert states(there) == written()
    with there.work() as work:
        assert clashes(work) == 1
        places = work.world.places(work.session)
        assert len(places.facilities) == len(FACILITIES)
        assert_stays_keep_the_rules(
            there, lambda slug: work.world.calendar(places.resources[slug], anchor)
        )
    moved = {line.partition(",")[0] for line in there.told.moved}
    weeks = (anchor - ANCHOR).days // 7
    for booking, row in visible(there):
        start = date.fromisoformat(row["start"][:10]) + timedelta(weeks=weeks)
        told = booking.pilot.ref in moved
        assert told or abs((booking.starts_at.date() - start).days) <= 1
    there.engine.dispose()
