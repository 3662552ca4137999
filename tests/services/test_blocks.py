"""Closing time: for everybody, over bookings too, by who runs the place."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.adapters.texts import sentence
from livinglab.db.tables import Audit, Block
from livinglab.domain.calendar import Length
from livinglab.domain.errors import InvalidInput, NotAllowed, NotFound, NotSignedIn, SlotTaken
from livinglab.services import blocks
from livinglab.services.availability import Finder
from livinglab.services.blocks import BlockInput
from livinglab.services.placement import ChosenSlot
from livinglab.services.world import from_epoch
from tests.casework import MONDAY, WEEK, Held, at, days, stay

BENCH = "fac-03-vision-bench"
START, END = at(MONDAY, 8), at(MONDAY, 17)


def given(resources=(BENCH,), kind="maintenance", start=START, end=END, reason="Lamp change"):
    said = reason if isinstance(reason, dict) else {"en": reason}
    return BlockInput(tuple(resources), kind, start, end, said)


def rows(house):
    with Session(house.engine) as session:
        return session.scalars(select(Block).order_by(Block.id)).all()


def first_free(house):
    """The first whole day at the bench in the ordinary week."""
    with Session(house.engine) as session:
        finder = Finder.read(house.world, session, house.clock())
        found = finder.first_stay(finder.places.resources[BENCH], Length(2), WEEK)
        return from_epoch(found.start)


@pytest.mark.both_engines
def test_a_block_closes_time_until_it_is_removed(house):
    house.place()
    assert first_free(house) == START
    key = house.block(BENCH, START, END)
    assert first_free(house) == at(days(1)[0], 8)
    with house.work("manager.fac-03") as work:
        blocks.remove(work, key)
    assert (first_free(house), rows(house)) == (START, [])
    with Session(house.engine) as session:
        audits = session.execute(select(Audit.action, Audit.object_ref, Audit.facts)).all()
    assert [tuple(row) for row in audits] == [
        ("block", BENCH, {"kind": "maintenance"}),
        ("unblock", BENCH, {"kind": "maintenance"}),
    ]


@pytest.mark.both_engines
def test_several_resources_are_closed_at_once(house):
    house.place("fac-01")
    cells = ("fac-01-cell-a", "fac-01-cell-b")
    with house.work("manager.fac-01") as work:
        made = blocks.add(work, given((*cells, cells[0]), reason={"fi": " Huolto ", "sv": ""}))
        assert [row.reason for row in made] == [dict.fromkeys(("en", "fi", "sv"), "Huolto")] * 2
    assert len(rows(house)) == 2
    assert house.revisions() == {**dict.fromkeys(cells, 1), "fac-01-loud-test": 0}


@pytest.mark.both_engines
def test_a_block_over_a_booking_is_a_clash_to_repair(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    before = house.held(ref), house.texts(ref)
    with house.work("manager.fac-03") as work:
        item = work.world.places(work.session).resources[BENCH]
        assert [b.pilot.ref for b in blocks.clashes(work, [item], START, END)] == [ref]
        assert blocks.clashes(work, [item], END, END + timedelta(days=1)) == []
        blocks.add(work, given())
    assert (house.held(ref), house.texts(ref)) == before
    assert house.act(ref, "reschedule", "manager.fac-03", stay(BENCH, days(1)[0])) == "confirmed"


@pytest.mark.both_engines
def test_a_booking_over_a_block_is_refused(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, windows=[(MONDAY, MONDAY)])
    house.block(BENCH, at(MONDAY, 16, 59), at(MONDAY, 23))
    before = house.snapshot(ref)
    for slots in ((), (stay(BENCH, MONDAY),)):
        with pytest.raises(SlotTaken):
            house.approve(ref, "manager.fac-03", *slots)
    assert house.snapshot(ref) == before


@pytest.mark.both_engines
def test_a_block_may_touch_a_booking(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, windows=[(MONDAY, MONDAY)])
    house.block(BENCH, at(MONDAY, 17), at(MONDAY, 23))
    house.block(BENCH, at(MONDAY, 0), at(MONDAY, 8))
    assert house.approve(ref, "manager.fac-03") == "confirmed"
    assert house.held(ref) == [Held(BENCH, "firm", START, END)]


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"resources": ()}, [("missing", "resource")]),
        ({"resources": ("nothing",)}, [("unknown_id", "resource")]),
        ({"kind": "party"}, [("unknown_code", "kind")]),
        ({"end": START}, [("end_before_start", "end")]),
        ({"end": START - timedelta(hours=1)}, [("end_before_start", "end")]),
        ({"end": START + timedelta(days=801)}, [("too_long", "end")]),
        ({"start": datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))}, "range"),
        ({"end": datetime.max.replace(tzinfo=timezone(timedelta(hours=-12)))}, "range"),
        ({"start": datetime(1999, 12, 31, 23, 59, tzinfo=UTC), "end": START}, "range"),
        ({"reason": {}}, [("reason_missing", "reason")]),
        ({"reason": " "}, [("reason_missing", "reason")]),
        ({"reason": "x" * 201}, [("bad_reason", "reason")]),
        ({"reason": "a\nb"}, [("bad_reason", "reason")]),
        (
            {"resources": ("nothing",), "kind": "party", "end": START, "reason": ""},
            [
                ("unknown_id", "resource"),
                ("unknown_code", "kind"),
                ("end_before_start", "end"),
                ("reason_missing", "reason"),
            ],
        ),
    ],
)
def test_every_fault_of_a_block_is_named(house, changes, found):
    house.place()
    with house.work("admin") as work, pytest.raises(InvalidInput) as raised:
        blocks.add(work, given(**changes))
    wanted = [("out_of_range", "start")] if found == "range" else found
    assert [(p.code, p.field) for p in raised.value.problems] == wanted
    assert rows(house) == []


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        (None, NotSignedIn),
        ("firm", NotAllowed),
        ("staff", NotAllowed),
        ("safety_owner", NotAllowed),
        ("manager.fac-01", NotAllowed),
        ("manager.fac-03:read", NotAllowed),
    ],
)
def test_only_who_runs_the_place_closes_it(house, name, refusal):
    house.place("fac-03")
    house.place("fac-01")
    with house.work(name) as work, pytest.raises(refusal):
        blocks.add(work, given())
    assert rows(house) == []


def test_one_foreign_resource_refuses_all(house):
    house.place("fac-03")
    house.place("fac-01")
    with house.work("manager.fac-03") as work, pytest.raises(NotAllowed):
        blocks.add(work, given((BENCH, "fac-01-cell-a")))
    assert rows(house) == []


@pytest.mark.both_engines
def test_a_block_is_removed_once_by_who_runs_the_place(house):
    house.place("fac-03")
    house.place("fac-01")
    key = house.block(BENCH, START, END)
    for name in ("firm", "manager.fac-01", "staff", "admin:read"):
        with house.work(name) as work, pytest.raises(NotFound):
            blocks.remove(work, key)
    with house.work() as work, pytest.raises(NotSignedIn):
        blocks.remove(work, key)
    with house.work("coordinator") as work:
        blocks.remove(work, key)
    for missing in (key, key + 1):
        with house.work("coordinator") as work, pytest.raises(NotFound):
            blocks.remove(work, missing)


def test_a_vessel_call_keeps_a_stay_away_and_says_why(house):
    yard = "fac-08-yard-block-1"
    house.place("fac-08")
    ref = house.sent(resource=yard, days=1)
    with house.work("manager.fac-08") as work:
        given = BlockInput((yard,), "vessel_call", at(MONDAY, 4), at(MONDAY, 20), {"en": "A ship"})
        blocks.add(work, given)
    slot = ChosenSlot(0, yard, at(MONDAY, 6), at(MONDAY, 22))
    with pytest.raises(SlotTaken) as refusal:
        house.act(ref, "offer", "manager.fac-08", slot)
    assert sentence(refusal.value.message, "en", "Europe/Helsinki") == (
        "Closed from Mon 11 Jan 2027, 04:00 to Mon 11 Jan 2027, 20:00: A ship."
    )
    assert house.held(ref) == []
