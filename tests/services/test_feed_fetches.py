"""Who reads a feed is written down once a minute for each program, and judged in sentences."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Feed, FeedFetch
from livinglab.domain.feed_health import Readings, warnings
from livinglab.services import feed_fetches, feeds
from livinglab.services.accounts import make_feed
from livinglab.services.feed_fetches import MOST_AGENTS, Fetch


@pytest.fixture
def note(house, clock):
    """Note a reading so many seconds later; what is known of the feed's readers then."""
    with house.work("firm") as work:
        make_feed(work, "firm@lab.example")
        feed_id = work.session.scalar(select(Feed.id))

    def later(seconds, agent, status=200, octets=100, *, conditional=False):
        clock.now += timedelta(seconds=seconds)
        with house.work() as work:
            feed_fetches.note(work, feed_id, Fetch(agent, status, octets, conditional))
            rows = work.session.scalars(select(FeedFetch).order_by(FeedFetch.id)).all()
            return [
                (r.agent, r.count, r.status, r.octets, r.conditional, clock.now - r.at)
                for r in rows
            ]

    return later


NOW, A_MINUTE = timedelta(0), timedelta(minutes=1)


@pytest.mark.both_engines
def test_each_program_is_noted_once_a_minute(house, note):
    assert note(0, "a") == [("a", 1, 200, 100, False, NOW)]
    assert note(59, "a", 304, 0, conditional=True)[0][1:5] == (1, 200, 100, False)
    told = note(1, "a", 304, 0, conditional=True)
    assert told == [("a", 2, 304, 100, True, NOW)]
    odd = note(60, "b\x00\x1b" + "c" * 300, octets=7)
    assert odd == [("a", 2, 304, 100, True, A_MINUTE), ("b" + "c" * 199, 1, 200, 7, False, NOW)]
    with house.work("firm") as work:
        (feed,) = work.session.scalars(select(Feed))
        assert feed.used_by == "b" + "c" * 199
        feeds.rotate(work, feed.id)
        assert work.session.scalars(select(FeedFetch)).all() == []


def test_names_without_end_fill_nothing_and_old_habits_fade(note):
    for number in range(MOST_AGENTS + 5):
        told = note(1, f"program {number}")
    assert [row[0] for row in told] == [f"program {n}" for n in range(5, MOST_AGENTS + 5)]
    for _ in range(101):
        told = note(60, "steady")
    assert told[-1][:2] == ("steady", 50)


def test_what_the_owner_should_know_is_said(clock):
    now, hour, day = clock.now, timedelta(hours=1), timedelta(days=1)

    def told(first, last, count, *, conditional):
        return [
            (message.template.split(".")[0][:30], dict(message.params))
            for message in warnings(Readings(now - first, now - last, count, conditional), now)
        ]

    assert told(10 * day, hour, 200, conditional=True) == []
    assert told(hour, hour, 1, conditional=False) == []
    assert told(10 * day, 3 * day, 100, conditional=True) == [
        ("Has not asked for %(days)s day", {"days": 3})
    ]
    assert told(hour, timedelta(0), 60, conditional=False) == [
        ("Asks oftener than every 5 minu", {}),
        ("Never says what it has already", {}),
    ]
