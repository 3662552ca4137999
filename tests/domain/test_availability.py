"""Free and closed time of one resource, by example and against a look at every quarter hour."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.availability import (
    OUTSIDE_HOURS,
    TOO_FAR,
    TOO_SOON,
    Cell,
    DayState,
    Fill,
    Segment,
    Taken,
    day_states,
    segments,
)
from livinglab.domain.calendar import OpenCalendar
from livinglab.domain.messages import Localised, Message
from livinglab.domain.opening import (
    ClosedBecause,
    ClosedReason,
    Closure,
    OpenDay,
    OpeningRules,
    Span,
    open_day,
)
from livinglab.domain.zones import local_date, midnight, zone
from tests.strategies import ORDINARY, REASON, almanac, rules, taken

HELSINKI = ZoneInfo("Europe/Helsinki")
FRIDAY, SUNDAY, MONDAY = date(2027, 2, 5), date(2027, 2, 7), date(2027, 2, 8)
OPEN = Span(8 * 60, 16 * 60)
OFFICE = OpeningRules("Europe/Helsinki", ((OPEN,),) * 5 + ((), ()))
NIGHTS = OpeningRules(
    "Europe/Helsinki", ((Span(20 * 60, 30 * 60),),) * 4 + ((), (), (Span(20 * 60, 30 * 60),))
)
WEEKDAY = ClosedReason(ClosedBecause.WEEKDAY, Message("Not open on this weekday"))
BOOKED = ClosedReason(ClosedBecause.BUSY, Message("Booked"))
HELD = ClosedReason(ClosedBecause.BUSY, Message("Held for another request"))
SET_UP = ClosedReason(ClosedBecause.BUSY, Message("Set-up or take-down"))
BLOCKED = ClosedReason(ClosedBecause.BLOCK, Message("Closed by the host"))
ALWAYS = 0, 10**11


def at(text):
    return int(datetime.fromisoformat(f"2027-{text}").replace(tzinfo=HELSINKI).timestamp())


def wall(segment):
    start, end = (
        f"{datetime.fromtimestamp(edge, UTC).astimezone(HELSINKI):%d. %H:%M}"
        for edge in (segment.start, segment.end)
    )
    return start, end, segment.reason


def calendar_of(rules, first=FRIDAY, last=MONDAY, world=ORDINARY):
    return OpenCalendar.build(rules, first, last, world)


def shown(rules, first, last, *taken, limits=ALWAYS, world=ORDINARY):
    found = segments(calendar_of(rules, world=world), HELSINKI, first, last, taken, *limits)
    assert all(segment.free == (segment.reason is None) for segment in found)
    return [wall(segment) for segment in found]


def states(rules, *taken, limits=ALWAYS, first=FRIDAY, last=FRIDAY, world=ORDINARY):
    return day_states(calendar_of(rules, world=world), first, last, taken, *limits)


# --- Segments ---------------------------------------------------------------------------------


def test_open_hours_are_free_and_the_rest_has_its_reason():
    assert shown(OFFICE, FRIDAY, SUNDAY) == [
        ("05. 00:00", "05. 08:00", OUTSIDE_HOURS),
        ("05. 08:00", "05. 16:00", None),
        ("05. 16:00", "06. 00:00", OUTSIDE_HOURS),
        ("06. 00:00", "08. 00:00", WEEKDAY),
    ]


def test_a_night_reaches_into_the_next_date_and_over_the_first_one():
    assert shown(NIGHTS, SUNDAY, MONDAY) == [
        ("07. 00:00", "07. 20:00", OUTSIDE_HOURS),
        ("07. 20:00", "08. 06:00", None),
        ("08. 06:00", "08. 20:00", OUTSIDE_HOURS),
        ("08. 20:00", "09. 00:00", None),
    ]
    assert shown(NIGHTS, MONDAY, MONDAY)[0] == ("08. 00:00", "08. 06:00", None)
    assert shown(NIGHTS, FRIDAY, FRIDAY) == [
        ("05. 00:00", "05. 06:00", None),  # Thursday's, before the calendar begins
        ("05. 06:00", "06. 00:00", WEEKDAY),
    ]


def test_closures_and_holidays_tell_their_names():
    closed = OpeningRules(
        "Europe/Helsinki", OFFICE.week, closures=(Closure(MONDAY, MONDAY, REASON),)
    )
    holiday = Message(
        "Public holiday: %(name)s", {"name": Localised({"en": "Feast of 2027-02-05"})}
    )
    assert shown(closed, FRIDAY, MONDAY, world=almanac([FRIDAY])) == [
        ("05. 00:00", "06. 00:00", ClosedReason(ClosedBecause.HOLIDAY, holiday)),
        ("06. 00:00", "08. 00:00", WEEKDAY),
        (
            "08. 00:00",
            "09. 00:00",
            ClosedReason(ClosedBecause.CLOSURE, Message("Closed: %(reason)s", {"reason": REASON})),
        ),
    ]


def test_what_is_taken_lies_over_the_rules_and_a_block_over_everything():
    vessel = Message("Vessel call")
    found = shown(
        OFFICE,
        FRIDAY,
        FRIDAY,
        Taken(at("02-05 06:00"), at("02-05 09:00"), "buffer"),
        Taken(at("02-05 09:00"), at("02-05 12:00"), "firm"),
        Taken(at("02-05 11:00"), at("02-05 14:00"), "tentative"),
        Taken(at("02-05 13:30"), at("02-05 15:00"), "block", vessel),
        Taken(at("02-05 14:30"), at("02-06 15:00"), "block"),
    )
    assert found == [
        ("05. 00:00", "05. 06:00", OUTSIDE_HOURS),
        ("05. 06:00", "05. 09:00", SET_UP),
        ("05. 09:00", "05. 12:00", BOOKED),
        ("05. 12:00", "05. 13:30", HELD),
        ("05. 13:30", "05. 15:00", ClosedReason(ClosedBecause.BLOCK, vessel)),
        ("05. 15:00", "06. 00:00", BLOCKED),
    ]


def test_notice_and_horizon_are_told_only_of_time_that_would_be_free():
    limits = at("02-05 10:00"), at("02-05 15:00")
    found = shown(
        OFFICE, FRIDAY, FRIDAY, Taken(at("02-05 09:00"), at("02-05 11:00"), "firm"), limits=limits
    )
    assert found == [
        ("05. 00:00", "05. 08:00", OUTSIDE_HOURS),
        ("05. 08:00", "05. 09:00", TOO_SOON),
        ("05. 09:00", "05. 11:00", BOOKED),
        ("05. 11:00", "05. 15:00", None),
        ("05. 15:00", "05. 16:00", TOO_FAR),
        ("05. 16:00", "06. 00:00", OUTSIDE_HOURS),
    ]


def test_a_horizon_before_the_notice_leaves_nothing_free():
    limits = at("02-05 12:00"), at("02-05 10:00")
    assert shown(OFFICE, FRIDAY, FRIDAY, limits=limits)[1:3] == [
        ("05. 08:00", "05. 12:00", TOO_SOON),
        ("05. 12:00", "05. 16:00", TOO_FAR),
    ]


def test_equal_neighbours_are_one_segment():
    found = shown(
        OFFICE,
        FRIDAY,
        FRIDAY,
        Taken(at("02-05 08:00"), at("02-05 10:00"), "firm"),
        Taken(at("02-05 10:00"), at("02-05 16:00"), "firm"),
    )
    assert found[1] == ("05. 08:00", "05. 16:00", BOOKED)


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25)])
def test_a_date_of_the_clock_change_is_covered_wholly(day, hours):
    rules = OpeningRules("Europe/Helsinki", (), round_the_clock=True)
    calendar = calendar_of(rules, day, day)
    start = int(midnight(day, HELSINKI).timestamp())
    assert segments(calendar, HELSINKI, day, day, [], *ALWAYS) == [
        Segment(start, start + hours * 3600, free=True, reason=None)
    ]


@pytest.mark.parametrize(("first", "last"), [
    (FRIDAY - timedelta(days=1), MONDAY),
    (FRIDAY, MONDAY + timedelta(days=1)),
    (MONDAY, FRIDAY),
])  # fmt: skip
def test_dates_outside_the_calendar_are_refused(first, last):
    with pytest.raises(ValueError, match="does not cover"):
        segments(calendar_of(OFFICE), HELSINKI, first, last, [], *ALWAYS)
    with pytest.raises(ValueError, match="does not cover"):
        day_states(calendar_of(OFFICE), first, last, [], *ALWAYS)


# --- Days and halves --------------------------------------------------------------------------

FREE = Cell(Fill.FREE, None)


@pytest.mark.parametrize(("hours", "kind", "state", "reason", "cells"), [
    ("16:00 20:00", "firm", Fill.FREE, None, (FREE, FREE)),
    ("08:00 12:00", "firm", Fill.PARTLY, BOOKED, (Cell(Fill.TAKEN, BOOKED), FREE)),
    ("12:00 16:00", "tentative", Fill.PARTLY, HELD, (FREE, Cell(Fill.TAKEN, HELD))),
    ("14:00 18:00", "buffer", Fill.PARTLY, SET_UP, (FREE, Cell(Fill.PARTLY, SET_UP))),
    ("00:00 23:00", "firm", Fill.TAKEN, BOOKED, (Cell(Fill.TAKEN, BOOKED),) * 2),
    ("00:00 23:00", "block", Fill.CLOSED, BLOCKED, (Cell(Fill.CLOSED, BLOCKED),) * 2),
])  # fmt: skip
def test_a_day_and_its_halves_are_judged_by_their_open_time(hours, kind, state, reason, cells):
    start, end = (at(f"02-05 {hour}") for hour in hours.split())
    assert states(OFFICE, Taken(start, end, kind)) == [DayState(FRIDAY, state, reason, cells)]


def test_closed_days_tell_why():
    shut = Cell(Fill.CLOSED, WEEKDAY)
    free = DayState(FRIDAY, Fill.FREE, None, (FREE, FREE))
    saturday, sunday = (
        DayState(FRIDAY + timedelta(days=n), Fill.CLOSED, WEEKDAY, (shut, shut)) for n in (1, 2)
    )
    everything = Taken(at("02-05 16:00"), at("02-08 08:00"), "firm")
    assert states(OFFICE, everything, last=MONDAY) == [
        free, saturday, sunday, free._replace(date=MONDAY),
    ]  # fmt: skip


def test_lunch_does_not_count():
    lunch = OpeningRules("Europe/Helsinki", ((Span(480, 720), Span(780, 960)),) * 7)
    busy = Taken(at("02-05 12:00"), at("02-05 13:00"), "firm")
    assert states(lunch, busy) == [DayState(FRIDAY, Fill.FREE, None, (FREE, FREE))]


def test_a_night_counts_for_the_date_on_which_it_begins():
    morning = Taken(at("02-08 01:00"), at("02-08 06:00"), "firm")
    sunday, monday = states(NIGHTS, morning, first=SUNDAY, last=MONDAY)
    assert sunday == DayState(SUNDAY, Fill.PARTLY, BOOKED, (FREE, Cell(Fill.TAKEN, BOOKED)))
    assert monday == DayState(MONDAY, Fill.FREE, None, (FREE, FREE))


def test_notice_and_horizon_close_what_is_left():
    soon, far = (Cell(Fill.CLOSED, reason) for reason in (TOO_SOON, TOO_FAR))
    assert states(OFFICE, limits=(at("02-05 12:00"), at("02-05 14:00"))) == [
        DayState(FRIDAY, Fill.PARTLY, TOO_SOON, (soon, Cell(Fill.PARTLY, TOO_FAR)))
    ]
    assert states(OFFICE, limits=(at("02-05 12:00"), at("02-05 12:00"))) == [
        DayState(FRIDAY, Fill.CLOSED, TOO_SOON, (soon, far))
    ]


def test_the_strongest_reason_is_told():
    found = states(
        OFFICE,
        Taken(at("02-05 08:00"), at("02-05 10:00"), "firm"),
        Taken(at("02-05 10:00"), at("02-05 12:00"), "block"),
        limits=(at("02-05 16:00"), ALWAYS[1]),
    )
    assert found == [
        DayState(
            FRIDAY, Fill.CLOSED, BLOCKED, (Cell(Fill.CLOSED, BLOCKED), Cell(Fill.CLOSED, TOO_SOON))
        )
    ]


# --- Laws -------------------------------------------------------------------------------------

FIRST, LAST = date(2027, 3, 26), date(2027, 3, 30)
QUARTER = 900
RANKS = ["block", "firm", "tentative", "buffer"]
REASONS = dict(zip(RANKS, [BLOCKED, BOOKED, HELD, SET_UP], strict=True))


def seconds(day):
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


@st.composite
def places(draw):
    """Rules in a world, what is taken, and the limits of notice and horizon."""
    begin, end = seconds(FIRST), seconds(LAST)
    limit = st.integers(-50, 300).map(lambda quarters: begin + quarters * 2 * QUARTER)
    return (
        draw(rules(FIRST)),
        almanac(draw(st.lists(st.dates(FIRST, LAST), max_size=1))),
        draw(taken(begin, end)),
        draw(st.sampled_from([begin - 10**6, begin + 86400]) | limit),
        draw(st.sampled_from([end + 10**6, end - 86400]) | limit),
    )


def expected_at(moment, tz, days, taken, not_before, horizon_end):
    """Why this instant is not free, or None."""
    over = [item for item in taken if item.start <= moment < item.end]
    if over:
        item = min(over, key=lambda item: RANKS.index(item.kind))
        default = REASONS[item.kind]
        return ClosedReason(default.code, item.message or default.message)
    today = days[local_date(datetime.fromtimestamp(moment, UTC), tz)]
    if not any(
        start <= moment < end
        for day in days.values()
        if isinstance(day, OpenDay)
        for start, end in day.spans
    ):
        return OUTSIDE_HOURS if isinstance(today, OpenDay) else today
    if moment < not_before:
        return TOO_SOON
    return TOO_FAR if moment >= horizon_end else None


@given(places())
def test_segments_part_the_dates_and_are_right_at_every_quarter_hour(place):
    rules, world, taken, not_before, horizon_end = place
    tz = zone(rules.zone)
    calendar = OpenCalendar.build(rules, FIRST, LAST, world)
    found = segments(calendar, tz, FIRST, LAST, taken, not_before, horizon_end)

    begin, end = (int(midnight(day, tz).timestamp()) for day in (FIRST, LAST + timedelta(days=1)))
    assert (found[0].start, found[-1].end) == (begin, end)
    assert all(one.start < one.end for one in found)
    for before, after in pairwise(found):
        assert before.end == after.start
        assert before.reason != after.reason

    days = {
        day: open_day(rules, day, world)
        for day in (FIRST + timedelta(days=n) for n in range(-2, (LAST - FIRST).days + 1))
    }
    told = [segment.reason for segment in found for _ in range(segment.start, segment.end, QUARTER)]
    assert told == [
        expected_at(moment, tz, days, taken, not_before, horizon_end)
        for moment in range(begin, end, QUARTER)
    ]
    assert all(segment.free == (segment.reason is None) for segment in found)


@given(places())
def test_day_states_agree_with_the_quarter_hours_of_their_halves(place):
    rules, world, taken, not_before, horizon_end = place
    tz = zone(rules.zone)
    calendar = OpenCalendar.build(rules, FIRST, LAST, world)
    found = day_states(calendar, FIRST, LAST, taken, not_before, horizon_end)
    assert [state.date for state in found] == [FIRST + timedelta(days=n) for n in range(5)]
    for state in found:
        day = open_day(rules, state.date, world)
        if isinstance(day, ClosedReason):
            shut = Cell(Fill.CLOSED, day)
            assert state == DayState(state.date, Fill.CLOSED, day, (shut, shut))
            continue
        days = {state.date + timedelta(days=n): day for n in (-1, 0, 1, 2)}
        reasons = [
            [
                expected_at(moment, tz, days, taken, not_before, horizon_end)
                for start, end in day.spans
                for moment in range(max(start, half[0]), min(end, half[1]), 450)
            ]
            for half in day.halves
        ]
        for cell, why in zip(
            (*state.halves, Cell(state.state, state.reason)),
            (*reasons, reasons[0] + reasons[1]),
            strict=True,
        ):
            assert (cell.state is Fill.FREE) == (not any(why))
            assert (cell.state is Fill.PARTLY) == (None in why and any(why))
            assert (cell.state is Fill.TAKEN) == (
                None not in why and cell.reason.code is ClosedBecause.BUSY
            )
            assert cell.reason in why or cell.state is Fill.FREE
