"""Any schedule of ticks says and ends the same, each once; over both changes of clock, too."""

import shutil
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from livinglab.adapters.mail import Transport
from livinglab.db.engine import engine_options
from livinglab.db.queries.outbox import HELD_FOR
from livinglab.db.tables import Audit, Condition, Outbox, Pilot
from livinglab.services import jobs
from tests.casework import HELSINKI, House, at

DAYS = 18
"""Longer than any clock that was started on the first day."""
PEOPLE = {"people_in_view": True}
SEASONS = {
    "Christmas": date(2026, 12, 14),
    "the hour that is missing": date(2027, 3, 15),
    "the hour that comes twice": date(2027, 10, 18),
}


class Nowhere(Transport):
    """Takes every mail."""

    def send(self, message):
        pass


@pytest.fixture(params=SEASONS.values(), ids=SEASONS)
def season(request, engine_url, clock, tmp_path):
    """A house with every clock running, as a file to begin from, and its first day."""
    first = request.param
    clock.now = at(first, 10)
    house = House(engine_url, clock)
    house.place("fac-03")
    house.place("fac-01", hold_on_submit=True)
    far = first + timedelta(days=70)
    asked, agreed, held, wished = (
        house.sent(facility=slug, windows=[(first + timedelta(days=n), far)], days=1, **more)
        for slug, n, more in (
            ("fac-03", 30, {"article": PEOPLE}),
            ("fac-03", 40, {}),
            ("fac-01", 30, {}),
            ("fac-03", 30, {}),
        )
    )
    house.act(asked, "request-info", "manager.fac-03", note="Which camera?")
    house.approve(agreed, "manager.fac-03", conditions=("Send the insurance.",))
    with house.work() as work:
        work.session.execute(update(Condition).values(due_on=first + timedelta(days=3)))
        work.session.execute(update(Outbox).values(sent_at=clock()))
    assert house.held(held)
    assert house.read(wished).state == "submitted"
    house.close()
    begun = tmp_path / "begun.sqlite3"
    shutil.copyfile(tmp_path / "test.sqlite3", begun)
    return house, begun, first


def after(season, moments):
    """What was said and done, after ticks at these moments: intents, moves, states."""
    house, begun, _ = season
    path = begun.with_name("run.sqlite3")
    shutil.copyfile(begun, path)
    url = f"sqlite:///{path}"
    engine = create_engine(url, **engine_options(url))
    with Session(engine) as session:
        for moment in moments:
            house.clock.now = moment
            jobs.tick(session, house.world, Nowhere(), clock=house.clock)
        said = session.scalars(select(Outbox.intent).where(~Outbox.intent.startswith("digest:")))
        intents = sorted(intent.partition(HELD_FOR)[0] for intent in said)
        made = session.execute(
            select(Audit.action, Audit.object_ref).where(Audit.actor_id.is_(None))
        )
        states = session.execute(select(Pilot.ref, Pilot.state, Pilot.version))
        result = intents, sorted(map(tuple, made)), sorted(map(tuple, states))
    engine.dispose()
    return result


def hours(first):
    """Every hour of the days, by UTC."""
    start = at(first, 11).astimezone(UTC)
    return [start + timedelta(hours=n) for n in range(24 * DAYS + 2)]


@settings(
    max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_schedule_with_a_tick_a_day_says_and_ends_the_same_once(season, data):
    first = season[2]
    every = hours(first)
    by_day = {}
    for moment in every:
        by_day.setdefault(moment.astimezone(HELSINKI).date(), []).append(moment)
    chosen = {data.draw(st.sampled_from(moments)) for moments in by_day.values()}
    chosen |= set(data.draw(st.lists(st.sampled_from(every), max_size=10)))
    schedule = sorted(
        [*chosen, *data.draw(st.lists(st.sampled_from(every), max_size=3)), every[-1]]
    )
    assert all(a <= b for a, b in pairwise(schedule))
    intents, made, states = after(season, schedule)
    assert len(intents) == len(set(intents))
    assert (intents, made, states) == _by_the_day(season)


KNOWN = {}


def _by_the_day(season):
    """What one tick a day, at noon, comes to; worked out once for each season."""
    first = season[2]
    if first not in KNOWN:
        noons = [at(first + timedelta(days=n), 12) for n in range(DAYS + 1)]
        KNOWN[first] = after(season, [*noons, hours(first)[-1]])
        _, made, states = KNOWN[first]
        # It is no empty comparison: everything that can happen by itself has happened.
        assert {action for action, _ in made} >= {"escalate", "expire", "free-hold"}
        asked, _, held, wished = (state for _, state, _ in states)
        assert (asked, held, wished) == ("expired", "submitted", "submitted")
    return KNOWN[first]


def test_two_schedulers_at_once_say_nothing_twice(season):
    """The second finds what the first has noted, tick by tick."""
    first = season[2]
    noons = [at(first + timedelta(days=n), 12) for n in range(DAYS + 1)]
    twice = [moment for noon in noons for moment in (noon, noon)]
    assert after(season, [*twice, hours(first)[-1]]) == _by_the_day(season)


def test_the_seasons_are_what_they_say():
    for name, first in SEASONS.items():
        days = [first + timedelta(days=n) for n in range(DAYS + 1)]
        noons = [datetime(d.year, d.month, d.day, 12, tzinfo=HELSINKI).utcoffset() for d in days]
        assert (len(set(noons)) == 2) == (name != "Christmas")
        assert (date(2026, 12, 25) in days) == (name == "Christmas")
