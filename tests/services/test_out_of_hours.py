"""Bookings in closed time on the board: of linked resources each by what it must keep."""

from datetime import timedelta

import pytest

from livinglab.services import board
from tests.casework import MONDAY, at, days, stay
from tests.keeping import MANAGER, change, document

BENCH, ROOM = "fac-03-vision-bench", "fac-03-gpu-workspace-remote"
WEDNESDAY = MONDAY + timedelta(days=2)


def resources(bench=None, room=None, *, link=True):
    """The bench, which takes the room with it, and the room, with other opening rules."""
    first, second = document()["resources"]
    return [
        {
            **first,
            "requires": [{"resource": ROOM, "when": "always"}] if link else [],
            "opening": {**first["opening"], **(bench or {})},
        },
        {**second, "opening": {**second["opening"], **(room or {})}},
    ]


def shut(first, last=None):
    edges = {"from": first.isoformat(), "to": (last or first).isoformat()}
    return {"closures": [{"reason": {"en": "Inventory"}, **edges}]}


def hours(opens, closes):
    return {"week": {day: [[opens, closes]] for day in ("mon", "tue", "wed", "thu", "fri")}}


def clashes(house):
    with house.work() as work:
        items = work.world.places(work.session).bookable("fac-03")
        lines = board.read(
            work.session, work.world, house.who("coordinator"), work.now, items, days(0, 6)
        )
        return [(item.slug, entry.start, entry.end) for item, entry in board.clashes(lines)]


@pytest.fixture
def linked(placed):
    """A stay from Monday to Wednesday at the bench, with the room."""
    change(placed, resources=resources())
    ref = placed.sent(resource=BENCH, days=3)
    placed.approve(ref, MANAGER, stay(BENCH, MONDAY, WEDNESDAY))
    assert {held.resource for held in placed.held(ref)} == {BENCH, ROOM}
    return placed


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({}, []),
        ({"bench": shut(WEDNESDAY + timedelta(days=1))}, []),
        ({"bench": shut(MONDAY)}, [(BENCH, at(MONDAY, 8), at(MONDAY + timedelta(days=1), 8))]),
        ({"room": shut(WEDNESDAY)}, [(ROOM, at(WEDNESDAY, 0), at(WEDNESDAY, 17))]),
        # The room need not be open at the bench's hours, only on its days.
        ({"room": hours("10:00", "12:00") | {"round_the_clock": False}}, []),
    ],
)
def test_each_keeps_what_it_must(linked, rules, expected):
    change(linked, version=2, resources=resources(**rules))
    assert clashes(linked) == expected


def test_what_is_over_is_no_clash(linked):
    change(linked, version=2, resources=resources(bench=shut(MONDAY, WEDNESDAY)))
    linked.clock.now = at(WEDNESDAY, 17)
    assert clashes(linked) == []
