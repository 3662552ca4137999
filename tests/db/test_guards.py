"""No double booking as a fact of the database, on both engines, whoever writes."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from livinglab.db.guards import NO_BLOCK, NO_OVERLAP, ensure_guards, missing_guards, refusal_for
from livinglab.db.schema import upgrade
from livinglab.domain.errors import SlotTaken, TryLater
from tests.bare import DROPPED, hour


def refused(write, *arguments, name=NO_OVERLAP, **values):
    """A write is refused by that guard; people read that the time is taken."""
    with pytest.raises(DBAPIError) as raised:
        write(*arguments, **values)
    assert name in str(raised.value.orig)
    assert isinstance(refusal_for(raised.value), SlotTaken)


# --- Bookings over bookings -----------------------------------------------------------------------


@pytest.mark.both_engines
@pytest.mark.parametrize("state", ["tentative", "firm"])
@pytest.mark.parametrize("span", [(0, 4), (1, 2), (-1, 1), (3, 5), (-1, 5), (3.999, 5)])
def test_overlap_is_refused_on_insert(table, state, span):
    table.book(0, 4, state)
    refused(table.book, *span, "tentative")
    assert table.count() == 1


@pytest.mark.both_engines
def test_touching_is_allowed(table):
    for span in ((0, 4), (4, 5), (-1, 0)):
        table.book(*span)
    assert table.count() == 3


@pytest.mark.both_engines
def test_another_resource_is_another_matter(table):
    table.book(0, 4)
    table.book(0, 4, resource=table.second)
    assert table.count() == 2


@pytest.mark.both_engines
def test_released_time_does_not_count(table):
    table.book(0, 4, "released")
    table.book(0, 4)
    table.book(0, 4, "released")
    assert table.count() == 3


@pytest.mark.both_engines
def test_the_buffers_count(table):
    table.book(0, 4, blocked_from=hour(-2), blocked_to=hour(6))
    refused(table.book, 5, 7)
    refused(table.book, 7, 9, blocked_from=hour(5), blocked_to=hour(9))
    table.book(6, 7)
    assert table.count() == 2


@pytest.mark.both_engines
def test_overlap_is_refused_on_update(table):
    table.book(0, 4)
    released = table.book(0, 4, "released")
    later = table.book(4, 6)
    elsewhere = table.book(0, 4, resource=table.second)
    refused(table.change, released, state="firm")
    refused(table.change, released, state="tentative")
    refused(table.change, later, blocked_from=hour(3))
    refused(table.change, later, starts_at=hour(1), ends_at=hour(2), blocked_from=hour(1))
    refused(table.change, elsewhere, resource_id=table.first)
    table.change(
        later, starts_at=hour(7), ends_at=hour(9), blocked_from=hour(7), blocked_to=hour(9)
    )
    table.change(elsewhere, ical_sequence=3)
    assert table.count() == 4


@pytest.mark.both_engines
def test_a_booking_may_move_over_its_own_old_time(table):
    key = table.book(0, 4)
    for start in (1, -2, 0):
        span = {"starts_at": hour(start), "ends_at": hour(start + 4)}
        table.change(key, **span, blocked_from=hour(start), blocked_to=hour(start + 4))


@pytest.mark.both_engines
def test_a_long_booking_is_found_by_a_short_one(table):
    """SQLite's search reaches back as far as the longest booking ever stored."""
    table.book(0, 24 * 300)
    refused(table.book, 24 * 299, 24 * 299 + 1)
    table.book(24 * 300, 24 * 300 + 1)
    # Made long by a change, not born so.
    key = table.book(-10, -9)
    table.change(key, starts_at=hour(-24 * 400), blocked_from=hour(-24 * 400))
    refused(table.book, -24 * 399, -24 * 399 + 1)


@pytest.mark.both_engines
def test_fractions_of_a_second_count(table):
    second = 1 / 3600
    table.book(0, 1 + second / 2)
    refused(table.book, 1, 2)
    refused(table.book, 1 + second / 2 - second / 1_000_000, 2)
    table.book(1 + second / 2, 2)


# --- Bookings over blocks, blocks over bookings ---------------------------------------------------


@pytest.mark.both_engines
def test_a_booking_over_a_block_is_refused(table):
    table.block(0, 4)
    for span in ((0, 4), (1, 2), (-1, 1), (3, 5)):
        refused(table.book, *span, name=NO_BLOCK)
    refused(table.book, 5, 7, blocked_from=hour(3), name=NO_BLOCK)
    table.book(4, 5)
    table.book(-1, 0)
    table.book(0, 4, resource=table.second)
    assert table.count() == 3


@pytest.mark.both_engines
def test_a_booking_is_not_put_over_a_block_by_a_change(table):
    table.block(0, 4)
    released = table.book(0, 4, "released")
    later = table.book(4, 6)
    elsewhere = table.book(0, 4, resource=table.second)
    refused(table.change, released, state="firm", name=NO_BLOCK)
    refused(table.change, later, blocked_from=hour(3), name=NO_BLOCK)
    refused(table.change, elsewhere, resource_id=table.first, name=NO_BLOCK)


@pytest.mark.both_engines
def test_a_block_over_a_booking_is_accepted_and_stops_no_change_of_state(table):
    key = table.book(0, 4, "tentative")
    table.block(1, 2)
    table.change(key, state="firm")
    table.change(key, state="tentative", ical_sequence=7)
    refused(table.change, key, blocked_to=hour(5), name=NO_BLOCK)
    table.change(key, state="released")
    refused(table.change, key, state="firm", name=NO_BLOCK)


# --- The guards themselves ------------------------------------------------------------------------


@pytest.mark.both_engines
def test_every_lost_guard_is_missed_and_made_again(engine):
    ways = DROPPED[engine.dialect.name]
    with engine.begin() as connection:
        assert missing_guards(connection) == []
        for statement in ways.values():
            connection.execute(text(statement))
        assert missing_guards(connection) == sorted(ways)
    upgrade(engine)
    with engine.connect() as connection:
        assert missing_guards(connection) == []


def test_the_bound_is_right_after_rows_came_in_without_guards(table):
    with table.engine.begin() as connection:
        for statement in DROPPED["sqlite"].values():
            connection.execute(text(statement))
    table.book(0, 24 * 300)
    with table.engine.begin() as connection:
        ensure_guards(connection)
    refused(table.book, 24 * 299, 24 * 299 + 1)


def test_a_lost_bound_makes_the_search_longer_not_blind(table):
    table.book(0, 24 * 300)
    with table.engine.begin() as connection:
        connection.execute(text("DELETE FROM booking_bound"))
    refused(table.book, 24 * 299, 24 * 299 + 1)


@pytest.mark.both_engines
def test_other_faults_are_ours(table):
    key = table.book(0, 1)
    with pytest.raises(IntegrityError) as raised:
        table.change(key, state="unheard-of")
    assert refusal_for(raised.value) is None


def test_a_busy_or_full_database_is_a_matter_of_time():
    for words in ("database is locked", "database or disk is full", "disk I/O error"):
        error = OperationalError("INSERT", {}, Exception(words))
        assert isinstance(refusal_for(error), TryLater)
    assert refusal_for(OperationalError("SELECT", {}, Exception("no such table: x"))) is None
