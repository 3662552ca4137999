"""Stays in the open calendar of one resource, by example and against a slow search."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livinglab.domain.calendar import Buffer, Buffers, Busy, Length, OpenCalendar, Stay
from livinglab.domain.opening import Closure, OpenDay, OpeningRules, Span, open_day
from tests.strategies import (
    ORDINARY,
    REASON,
    almanac,
    buffers,
    lengths,
    pairs,
    rules,
    taken_pairs,
)

HELSINKI = ZoneInfo("Europe/Helsinki")
NONE = Buffers()
FEBRUARY = date(2027, 2, 1), date(2027, 2, 28)  # 1 February is a Monday
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # Sundays


def days(count):
    return Length(halves=int(2 * count))


def rules_of(*edges, weekdays="0123456", **more):
    spans = tuple(
        Span(int(60 * a), int(60 * b)) for a, b in zip(edges[::2], edges[1::2], strict=True)
    )
    week = tuple(spans if str(day) in weekdays else () for day in range(7))
    return OpeningRules("Europe/Helsinki", week, **more)


OFFICE = rules_of(8, 18, weekdays="01234")
NIGHTS = rules_of(20, 30, weekdays="60123")
ROUND_THE_CLOCK = OpeningRules("Europe/Helsinki", (), round_the_clock=True)


def calendar_of(rules, first=FEBRUARY[0], last=FEBRUARY[1], world=ORDINARY):
    return OpenCalendar.build(rules, first, last, world)


def at(text, fold=0):
    """Epoch seconds of a wall-clock time in Helsinki, ``02-01 08:00`` (in 2027)."""
    local = datetime.fromisoformat(f"2027-{text}").replace(tzinfo=HELSINKI, fold=fold)
    return int(local.timestamp())


def wall(start, end):
    edges = (datetime.fromtimestamp(edge, UTC).astimezone(HELSINKI) for edge in (start, end))
    return " – ".join(f"{edge:%m-%d %H:%M}" for edge in edges)


def stays(rules, length, window, *, busy=(), buffers=NONE, world=ORDINARY, dates=FEBRUARY):
    found = calendar_of(rules, *dates, world).stays(length, Busy(busy), buffers, window)
    return [wall(stay.start, stay.end) for stay in found]


def only_block(rules, length, window, buffers, **more):
    """What the single stay in the window blocks."""
    (stay,) = calendar_of(rules, **more).stays(length, Busy(), buffers, window)
    return wall(stay.blocked_start, stay.blocked_end)


def dates(first, last):
    return date.fromisoformat(f"2027-{first}"), date.fromisoformat(f"2027-{last}")


# --- Lengths in days --------------------------------------------------------------------------


def test_a_half_day_starts_at_either_half():
    assert stays(OFFICE, days(0.5), dates("02-01", "02-02")) == [
        "02-01 08:00 – 02-01 13:00",
        "02-01 13:00 – 02-01 18:00",
        "02-02 08:00 – 02-02 13:00",
        "02-02 13:00 – 02-02 18:00",
    ]


def test_whole_days_start_at_openings_only():
    assert stays(OFFICE, days(1), dates("02-01", "02-02")) == [
        "02-01 08:00 – 02-01 18:00",
        "02-02 08:00 – 02-02 18:00",
    ]


def test_after_a_taken_morning_a_whole_day_starts_at_the_next_opening():
    busy = [(at("02-01 08:00"), at("02-01 13:00"))]
    window = dates("02-01", "02-03")
    assert stays(OFFICE, days(1), window, busy=busy) == [
        "02-02 08:00 – 02-02 18:00",
        "02-03 08:00 – 02-03 18:00",
    ]
    assert stays(OFFICE, days(1.5), window, busy=busy)[0] == "02-01 13:00 – 02-02 18:00"
    two_mornings = [(at("02-01 08:00"), at("02-02 13:00"))]
    assert stays(OFFICE, days(1), window, busy=two_mornings) == ["02-03 08:00 – 02-03 18:00"]


def test_a_day_and_a_half_starts_at_either_half():
    assert stays(OFFICE, days(1.5), dates("02-01", "02-03")) == [
        "02-01 08:00 – 02-02 13:00",
        "02-01 13:00 – 02-02 18:00",
        "02-02 08:00 – 02-03 13:00",
        "02-02 13:00 – 02-03 18:00",
    ]


def test_a_lunch_gap_lies_between_halves_and_inside_days():
    lunch = rules_of(8, 12, 13, 17)
    assert stays(lunch, days(0.5), dates("02-01", "02-01")) == [
        "02-01 08:00 – 02-01 12:00",
        "02-01 13:00 – 02-01 17:00",
    ]
    assert stays(lunch, days(1), dates("02-01", "02-01")) == ["02-01 08:00 – 02-01 17:00"]


def test_a_stay_holds_the_nights_and_the_weekend_between():
    friday_night = [(at("02-05 23:00"), at("02-05 23:30"))]
    sunday = [(at("02-07 10:00"), at("02-07 11:00"))]
    window = dates("02-05", "02-08")
    assert stays(OFFICE, days(2), window) == ["02-05 08:00 – 02-08 18:00"]
    assert stays(OFFICE, days(2), window, busy=friday_night) == []
    assert stays(OFFICE, days(2), window, busy=sunday) == []
    assert stays(OFFICE, days(1), window, busy=friday_night + sunday) == [
        "02-05 08:00 – 02-05 18:00",
        "02-08 08:00 – 02-08 18:00",
    ]


def test_closed_days_do_not_count_but_are_held():
    closed = rules_of(8, 18, closures=(Closure(*dates("02-02", "02-03"), REASON),))
    holiday = almanac([date(2027, 2, 4)])
    assert stays(closed, days(2), dates("02-01", "02-05"), world=holiday) == [
        "02-01 08:00 – 02-05 18:00"
    ]


def test_round_the_clock_counts_calendar_days():
    assert stays(ROUND_THE_CLOCK, days(2), dates("02-06", "02-08")) == [
        "02-06 00:00 – 02-08 00:00",
        "02-07 00:00 – 02-09 00:00",
    ]
    assert stays(ROUND_THE_CLOCK, days(0.5), dates("02-06", "02-06")) == [
        "02-06 00:00 – 02-06 12:00",
        "02-06 12:00 – 02-07 00:00",
    ]


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25)])
def test_a_calendar_day_of_the_clock_change_is_one_day(day, hours):
    calendar = calendar_of(ROUND_THE_CLOCK, day, day)
    (stay,) = calendar.stays(days(1), Busy(), NONE, (day, day))
    assert (stay.end - stay.start) / 3600 == hours
    assert (stay.first_day, stay.last_day) == (day, day)


def test_the_window_includes_both_dates_and_nothing_else():
    assert stays(OFFICE, days(3), dates("02-01", "02-02")) == []
    assert stays(OFFICE, days(3), dates("02-02", "02-04")) == ["02-02 08:00 – 02-04 18:00"]
    assert stays(OFFICE, days(1), dates("02-06", "02-07")) == []
    assert stays(OFFICE, days(1), dates("02-04", "02-02")) == []


def test_a_night_belongs_to_the_date_on_which_it_begins():
    assert stays(NIGHTS, days(1), dates("02-07", "02-07")) == ["02-07 20:00 – 02-08 06:00"]
    assert stays(NIGHTS, days(0.5), dates("02-07", "02-07")) == [
        "02-07 20:00 – 02-08 01:00",
        "02-08 01:00 – 02-08 06:00",
    ]
    # Five nights from Thursday: over Friday and Saturday, which have none.
    assert stays(NIGHTS, days(5), dates("02-04", "02-10")) == ["02-04 20:00 – 02-11 06:00"]
    calendar = calendar_of(NIGHTS)
    (stay,) = calendar.stays(days(1), Busy(), NONE, dates("02-07", "02-07"))
    assert stay == Stay(
        *[at("02-07 20:00"), at("02-08 06:00")] * 2, date(2027, 2, 7), date(2027, 2, 7)
    )


def test_stays_lie_within_the_calendar_whatever_the_window():
    window = date(2020, 1, 1), date.max
    found = stays(OFFICE, days(20), window)
    assert found == ["02-01 08:00 – 02-26 18:00"]
    assert stays(OFFICE, days(20.5), window) == []
    assert stays(OFFICE, days(1), (date(2028, 1, 1), date(2028, 2, 1))) == []


def test_a_calendar_without_open_days_has_no_stays():
    assert stays(rules_of(weekdays=""), days(0.5), FEBRUARY) == []
    assert stays(rules_of(weekdays=""), Length(hours=1), FEBRUARY) == []


@pytest.mark.parametrize(
    "length", [Length(), Length(-1), Length(hours=-1), Length(2, 3), Length(2, -1)]
)
def test_stays_refuse_an_impossible_length(length):
    with pytest.raises(ValueError, match="length"):
        calendar_of(OFFICE).stays(length, Busy(), NONE, FEBRUARY)


# --- Lengths in hours -------------------------------------------------------------------------


def test_hours_start_every_half_hour_and_end_by_closing():
    assert stays(rules_of(8, 11), Length(hours=2), dates("02-01", "02-01")) == [
        "02-01 08:00 – 02-01 10:00",
        "02-01 08:30 – 02-01 10:30",
        "02-01 09:00 – 02-01 11:00",
    ]


def test_hours_start_with_the_opening_even_when_it_is_odd():
    assert stays(rules_of(8.25, 9.5), Length(hours=1), dates("02-01", "02-01")) == [
        "02-01 08:15 – 02-01 09:15"
    ]


def test_hours_do_not_run_over_a_gap():
    lunch = rules_of(8, 12, 13, 17)
    assert stays(lunch, Length(hours=4), dates("02-01", "02-01")) == [
        "02-01 08:00 – 02-01 12:00",
        "02-01 13:00 – 02-01 17:00",
    ]
    assert stays(lunch, Length(hours=5), FEBRUARY) == []


def test_hours_go_round_what_is_taken():
    busy = [(at("02-01 09:10"), at("02-01 10:20"))]
    assert stays(rules_of(8, 12), Length(hours=1), dates("02-01", "02-01"), busy=busy) == [
        "02-01 08:00 – 02-01 09:00",
        "02-01 10:30 – 02-01 11:30",
        "02-01 11:00 – 02-01 12:00",
    ]


def test_hours_may_start_when_what_is_taken_ends():
    busy = [(at("02-01 08:00"), at("02-01 10:00"))]
    assert stays(rules_of(8, 12), Length(hours=2), dates("02-01", "02-01"), busy=busy) == [
        "02-01 10:00 – 02-01 12:00"
    ]


def test_hours_run_over_midnight_round_the_clock():
    calendar = calendar_of(ROUND_THE_CLOCK)
    window = dates("02-01", "02-03")
    found = [*calendar.stays(Length(hours=30), Busy(), NONE, window)]
    assert len(found) == 2 * (72 - 30) + 1
    assert [wall(found[n].start, found[n].end) for n in (0, 36, 37, -1)] == [
        "02-01 00:00 – 02-02 06:00",
        "02-01 18:00 – 02-03 00:00",
        "02-01 18:30 – 02-03 00:30",
        "02-02 18:00 – 02-04 00:00",
    ]
    first, second, third = (date(2027, 2, n) for n in (1, 2, 3))
    assert [(found[n].first_day, found[n].last_day) for n in (0, 36, 37, -1)] == [
        (first, second),
        (first, second),
        (first, third),
        (second, third),
    ]


def test_hours_may_be_longer_than_a_week_round_the_clock():
    window = dates("02-01", "02-10")
    assert stays(ROUND_THE_CLOCK, Length(hours=240), window) == ["02-01 00:00 – 02-11 00:00"]


def test_hours_over_midnight_stop_at_the_next_gap():
    week = (Span(1200, 1440),), (Span(0, 120), Span(240, 600)), *((),) * 5
    rules = OpeningRules("Europe/Helsinki", week)
    assert stays(rules, Length(hours=6), dates("02-01", "02-02")) == [
        "02-01 20:00 – 02-02 02:00",
        "02-02 04:00 – 02-02 10:00",
    ]
    assert stays(rules, Length(hours=7), dates("02-01", "02-02")) == []


@pytest.mark.parametrize(("day", "starts"), [(SPRING, 23), (AUTUMN, 25)])
def test_hours_are_elapsed_time_over_the_clock_change(day, starts):
    calendar = calendar_of(ROUND_THE_CLOCK, day, day)
    found = [*calendar.stays(Length(hours=1), Busy(), NONE, (day, day))]
    assert len(found) == 2 * starts - 1
    assert all(stay.end - stay.start == 3600 for stay in found)


# --- Buffers ----------------------------------------------------------------------------------

WEEKEND = dates("02-05", "02-05")  # a Friday


@pytest.mark.parametrize(("before", "after", "expected"), [
    (Buffer(), Buffer(), "02-05 08:00 – 02-05 18:00"),
    (Buffer(hours=2), Buffer(hours=2), "02-05 06:00 – 02-05 20:00"),
    (Buffer(hours=0.5), Buffer(hours=48), "02-05 07:30 – 02-07 18:00"),
    (Buffer(), Buffer(halves=1), "02-05 08:00 – 02-08 13:00"),
    (Buffer(), Buffer(halves=2), "02-05 08:00 – 02-08 18:00"),
    (Buffer(), Buffer(halves=4), "02-05 08:00 – 02-09 18:00"),
    (Buffer(halves=1), Buffer(), "02-04 13:00 – 02-05 18:00"),
    (Buffer(halves=2), Buffer(), "02-04 08:00 – 02-05 18:00"),
    (Buffer(halves=10), Buffer(), "01-29 08:00 – 02-05 18:00"),
    (Buffer(), Buffer(hours=100, halves=1), "02-05 08:00 – 02-09 22:00"),
])  # fmt: skip
def test_buffers_of_hours_are_elapsed_and_of_days_are_open_days(before, after, expected):
    assert only_block(OFFICE, days(1), WEEKEND, Buffers(before, after)) == expected


def test_a_half_day_after_a_morning_is_the_afternoon():
    calendar = calendar_of(OFFICE)
    morning, afternoon = calendar.stays(days(0.5), Busy(), Buffers(after=Buffer(halves=1)), WEEKEND)
    assert wall(morning.blocked_start, morning.blocked_end) == "02-05 08:00 – 02-05 18:00"
    assert wall(afternoon.blocked_start, afternoon.blocked_end) == "02-05 13:00 – 02-08 13:00"


def test_a_day_after_the_last_night_is_the_next_night():
    buffer = Buffers(after=Buffer(halves=2))
    assert only_block(NIGHTS, days(1), dates("02-04", "02-04"), buffer) == (
        "02-04 20:00 – 02-08 06:00"
    )


def test_a_day_after_skips_a_closure_and_holidays():
    closed = rules_of(
        8, 18, weekdays="01234", closures=(Closure(*dates("02-08", "02-09"), REASON),)
    )
    world = almanac([date(2027, 2, 10)])
    block = only_block(closed, days(1), WEEKEND, Buffers(after=Buffer(halves=2)), world=world)
    assert block == "02-05 08:00 – 02-11 18:00"


def test_hours_after_are_elapsed_over_the_clock_change():
    saturday = SPRING - timedelta(days=1)
    buffer = Buffers(after=Buffer(hours=12))
    block = only_block(
        rules_of(8, 18), days(1), (saturday,) * 2, buffer, first=saturday, last=SPRING
    )
    assert block == "03-27 08:00 – 03-28 07:00"


def test_buffers_reach_beyond_the_calendar():
    buffer = Buffers(Buffer(halves=2), Buffer(halves=2))
    friday = date(2027, 2, 5)
    block = only_block(OFFICE, days(1), WEEKEND, buffer, first=friday, last=friday)
    assert block == "02-04 08:00 – 02-08 18:00"


def test_a_buffer_ends_with_the_last_half_day_there_is():
    friday = date(2027, 2, 5)
    shut = Closure(friday + timedelta(days=1), date(2028, 12, 31), REASON)
    ending = rules_of(8, 18, closures=(shut,))
    buffer = Buffers(after=Buffer(halves=2))
    assert only_block(ending, days(1), WEEKEND, buffer, first=friday, last=friday) == (
        "02-05 08:00 – 02-05 18:00"
    )


def test_a_buffer_of_hours_stays_counts_whole_halves_beside_it():
    calendar = calendar_of(OFFICE)
    buffer = Buffers(Buffer(halves=1), Buffer(halves=1))
    block = calendar.block(at("02-05 10:00"), at("02-05 11:00"), buffer)
    assert wall(*block) == "02-04 13:00 – 02-05 18:00"


def test_block_refuses_a_buffer_it_cannot_count():
    calendar = calendar_of(OFFICE)
    for buffer in (Buffers(Buffer(halves=21)), Buffers(after=Buffer(halves=21))):
        with pytest.raises(ValueError, match="at most 10 open days"):
            calendar.block(at("02-05 08:00"), at("02-05 18:00"), buffer)


def test_a_buffer_meets_what_is_taken_and_touching_is_allowed():
    buffer = Buffers(Buffer(hours=2), Buffer(hours=2))
    window = dates("02-01", "02-02")
    touching = [(at("02-01 20:00"), at("02-02 06:00"))]
    assert stays(OFFICE, days(1), window, busy=touching, buffers=buffer) == [
        "02-01 08:00 – 02-01 18:00",
        "02-02 08:00 – 02-02 18:00",
    ]
    closer = [(at("02-01 19:59"), at("02-02 06:00"))]
    assert stays(OFFICE, days(1), window, busy=closer, buffers=buffer) == [
        "02-02 08:00 – 02-02 18:00"
    ]


# --- Dates ------------------------------------------------------------------------------------


def test_the_calendar_knows_open_and_closed_dates():
    calendar = calendar_of(OFFICE, *dates("02-05", "02-08"))
    assert [day.date for day in calendar.days] == [date(2027, 2, 5), date(2027, 2, 8)]
    assert [*calendar.closed] == [date(2027, 2, 6), date(2027, 2, 7)]
    assert calendar.open_on(date(2027, 2, 5)) == calendar.days[0]
    assert calendar.open_on(date(2027, 2, 6)) is None
    assert calendar.open_on(date(2027, 2, 9)) is None
    assert [calendar.day_index(date(2027, 2, day)) for day in (1, 5, 6, 8, 9)] == [0, 0, 1, 1, 2]
    assert [calendar.index_after(date(2027, 2, day)) for day in (1, 5, 6, 8, 9)] == [0, 1, 1, 2, 2]


# --- Laws -------------------------------------------------------------------------------------


def overlap(one, other):
    return one[0] < other[1] and other[0] < one[1]


@given(st.lists(pairs(), max_size=8), pairs())
def test_obstacle_is_the_end_of_the_first_taken_time_in_the_way(taken, span):
    seconds = {second for pair in taken for second in range(*pair)}
    meeting = [second for second in range(*span) if second in seconds]
    expected = None
    if meeting:
        expected = meeting[0]
        while expected in seconds:
            expected += 1
    assert Busy(taken).obstacle(*span) == expected


@given(st.lists(pairs(), max_size=8), st.lists(pairs(), max_size=8))
def test_busy_is_sorted_and_apart_and_unites(one, other):
    busy = Busy(one).union(Busy(other), Busy())
    spans = [*zip(busy.starts, busy.ends, strict=True)]
    assert {n for span in spans for n in range(*span)} == {
        n for pair in one + other for n in range(*pair)
    }
    assert all(before[1] < after[0] for before, after in pairwise(spans))


def test_busy_ignores_empty_time():
    assert Busy([(5, 5)]).obstacle(0, 10) is None


FIRST = date(2027, 3, 22)  # the clock changes in Helsinki on the 28th, elsewhere before or after
LAST = date(2027, 4, 6)
AROUND = 60


def slow_search(rules, world, length, busy, buffers, window):
    """Every feasible stay, by the words of the design: try all, compare with everything."""
    days = [
        answer
        for n in range((LAST - FIRST).days + 1 + 2 * AROUND)
        if isinstance(answer := open_day(rules, FIRST + timedelta(days=n - AROUND), world), OpenDay)
    ]
    halves = [(*half, day.date) for day in days for half in day.halves]
    spans = [(*span, day.date) for day in days for span in day.spans]
    window = (max(window[0], FIRST), min(window[1], LAST))
    if length.halves:
        asked = [*stays_of_halves(halves, length.halves, window)]
    else:
        asked = [*stays_of_hours(spans, length.hours * 3600, window)]
    blocks = [slow_block(halves, start, end, buffers) for start, end, _, _ in asked]
    return [
        Stay(start, end, *block, first, last)
        for (start, end, first, last), block in zip(asked, blocks, strict=True)
        if not any(overlap(block, pair) for pair in busy)
    ]


def stays_of_halves(halves, count, window):
    for index in range(len(halves) - count + 1):
        chosen = halves[index : index + count]
        whole_days_from_noon = count % 2 == 0 and index % 2 == 1
        if not whole_days_from_noon and all(window[0] <= half[2] <= window[1] for half in chosen):
            yield chosen[0][0], chosen[-1][1], chosen[0][2], chosen[-1][2]


def stays_of_hours(spans, seconds, window):
    inside = [span for span in spans if window[0] <= span[2] <= window[1]]
    for opens, closes, day in inside:
        for start in range(opens, closes, 1800):
            end = start + seconds
            met = [span for span in inside if overlap(span, (start, end))]
            if sum(min(span[1], end) - max(span[0], start) for span in met) == seconds:
                yield start, end, day, met[-1][2]


def slow_block(halves, start, end, buffers):
    before, after = buffers
    earlier = [half[0] for half in halves if half[1] <= start]
    later = [half[1] for half in halves if half[0] >= end]
    return (
        int(
            min(
                start - before.hours * 3600, *earlier[max(len(earlier) - before.halves, 0) :], start
            )
        ),
        int(max(end + after.hours * 3600, *later[: after.halves], end)),
    )


@st.composite
def searches(draw):
    begin, end = (
        int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) for day in (FIRST, LAST)
    )
    start = FIRST + timedelta(days=draw(st.integers(-2, 10)))
    return {
        "rules": draw(rules(FIRST, daylight=False)),
        "world": almanac(draw(st.lists(st.dates(FIRST, LAST), max_size=3))),
        "length": draw(lengths()),
        "busy": draw(taken_pairs(begin, end)),
        "buffers": draw(buffers()),
        "window": (start, start + timedelta(days=draw(st.integers(-1, 16)))),
    }


@settings(max_examples=300)
@given(searches())
def test_stays_are_those_of_a_slow_search_in_the_same_order(search):
    calendar = OpenCalendar.build(search["rules"], FIRST, LAST, search["world"])
    found = calendar.stays(
        search["length"], Busy(search["busy"]), search["buffers"], search["window"]
    )
    assert [*found] == slow_search(**search)


@given(searches())
def test_a_stay_lies_in_what_it_blocks_and_beside_what_is_taken(search):
    calendar = OpenCalendar.build(search["rules"], FIRST, LAST, search["world"])
    busy, window = search["busy"], search["window"]
    previous = 0
    for stay in calendar.stays(search["length"], Busy(busy), search["buffers"], window):
        assert stay.blocked_start <= stay.start < stay.end <= stay.blocked_end
        assert not any(overlap((stay.blocked_start, stay.blocked_end), pair) for pair in busy)
        assert window[0] <= stay.first_day <= stay.last_day <= window[1]
        assert previous < stay.start
        previous = stay.start
