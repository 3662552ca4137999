"""Busy calendars: what they close, what stays the same, who may, and what goes with them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.queries import busy as queries
from livinglab.db.tables import Audit, Block, BusySource
from livinglab.domain.busy import Busy
from livinglab.domain.errors import IllegalTransition, InvalidInput, NotAllowed, NotFound
from livinglab.services import blocks, busy_sources
from livinglab.services.busy_sources import SourceInput
from tests.casework import MONDAY, at, days

BENCH, MANAGER = "fac-03-vision-bench", "manager.fac-03"
CALLS = SourceInput(BENCH, "Vessel calls", "vessel_call")
FIRST, SECOND, THIRD = ((at(day, 8), at(day, 12)) for day in days(0, 1, 2))


def rows(house, table=Block):
    with Session(house.engine) as session:
        return session.scalars(select(table).order_by(table.id)).all()


def closed(house):
    return {(row.starts_at, row.ends_at): row.id for row in rows(house)}


def added(house, *spans, given=CALLS):
    with house.work(MANAGER) as work:
        return busy_sources.add(work, "fac-03", given, Busy(spans)).id


@pytest.mark.both_engines
def test_reading_again_changes_the_difference_and_removing_opens_it_all(house):
    house.place()
    own = house.block(BENCH, *THIRD)
    key = added(house, FIRST, SECOND)
    before = closed(house)
    assert [(row.kind, row.reason, row.source_id) for row in rows(house) if row.id != own] == [
        ("vessel_call", dict.fromkeys(("en", "fi", "sv"), "Vessel calls"), key)
    ] * 2
    revisions = house.revisions()[BENCH]
    with house.work(MANAGER) as work:
        busy_sources.read_again(work, "fac-03", key, Busy((SECOND, THIRD), 2, 1))
    assert closed(house).keys() == {SECOND, THIRD}
    assert closed(house)[SECOND] == before[SECOND]
    with house.work(MANAGER) as work:  # nothing new: calendars are not touched again
        busy_sources.read_again(work, "fac-03", key, Busy((SECOND, THIRD), 2, 1))
    assert house.revisions()[BENCH] == revisions + 1
    [source] = rows(house, BusySource)
    assert (source.events, source.left_out, source.assumed) == (2, 2, 1)
    with house.work(MANAGER) as work:
        assert busy_sources.remove(work, "fac-03", key) == "Vessel calls"
    assert ([row.id for row in rows(house)], rows(house, BusySource)) == ([own], [])
    with Session(house.engine) as session:
        found = session.execute(select(Audit.action, Audit.facts).order_by(Audit.id)).all()
    assert [tuple(row) for row in found][1:] == [
        ("add calendar", {"source": key, "kind": "vessel_call"}),
        ("read calendar", {"source": key, "closed": 2, "opened": 0}),
        ("read calendar", {"source": key, "closed": 1, "opened": 1}),
        ("remove calendar", {"source": key}),
    ]


@pytest.mark.both_engines
def test_of_two_at_once_who_comes_after_the_removal_finds_none(house):
    house.place()
    key = added(house, FIRST)
    together = Barrier(3)

    def try_it(act, *values):
        together.wait(10)
        try:
            with house.work(MANAGER) as work:
                act(work, "fac-03", key, *values)
        except NotFound:
            return "not found"
        return "done"

    with ThreadPoolExecutor(3) as pool:
        removals = [pool.submit(try_it, busy_sources.remove) for _ in range(2)]
        reading = pool.submit(try_it, busy_sources.read_again, Busy((SECOND,)))
        assert sorted(one.result() for one in removals) == ["done", "not found"]
        assert reading.result() in {"done", "not found"}
    assert (rows(house), rows(house, BusySource)) == ([], [])


def test_a_stay_in_the_closed_time_stays_and_is_told(house):
    facility = house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, MANAGER)
    before = house.held(ref)
    key = added(house, (at(MONDAY, 0), at(MONDAY, 23)))
    assert house.held(ref) == before
    with Session(house.engine) as session:
        found = queries.clashes(session, facility.id, house.clock())
    assert {source: row.number for source, row in found.items()} == {key: 1}


def test_only_its_calendar_changes_what_was_read(house):
    house.place()
    added(house, FIRST)
    [row] = rows(house)
    for change in (
        lambda work: blocks.remove(work, row.id),
        lambda work: blocks.reshape(work, row.id, FIRST, SECOND),
    ):
        with pytest.raises(IllegalTransition), house.work(MANAGER) as work:
            change(work)
    assert closed(house) == {FIRST: row.id}


def test_what_is_missing_or_not_ones_own_is_refused(house):
    for slug in ("fac-03", "fac-06"):
        house.place(slug)
    key = added(house, FIRST)
    wrong = SourceInput("fac-06-scan-room", " ", "party")
    with pytest.raises(InvalidInput) as refused, house.work(MANAGER) as work:
        busy_sources.add(work, "fac-03", wrong, Busy(()))
    assert [p.field for p in refused.value.problems] == ["resource", "name", "kind"]
    with pytest.raises(NotAllowed), house.work("manager.fac-06") as work:
        busy_sources.remove(work, "fac-03", key)
    with pytest.raises(NotFound), house.work("manager.fac-06") as work:
        busy_sources.remove(work, "fac-06", key)
    assert closed(house).keys() == {FIRST}
