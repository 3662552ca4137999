"""Opening rules: which dates are open, when, and where their halves meet."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.messages import Localised, Message
from livinglab.domain.opening import (
    Almanac,
    ClosedBecause,
    ClosedReason,
    Closure,
    OpenDay,
    OpeningRules,
    Span,
    YearDay,
    open_day,
)
from livinglab.domain.zones import midnight, zone
from tests.strategies import ORDINARY, REASON, almanac, no_holiday, rules

HELSINKI = ZoneInfo("Europe/Helsinki")
MONDAY = date(2027, 2, 1)
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)  # Sundays


def clock(hour):
    """Minutes after midnight of 8, 12.5, 30 (the next morning at six)."""
    return int(hour * 60)


def hours(*edges):
    """Spans from opening, closing, opening, closing …"""
    return tuple(Span(clock(a), clock(b)) for a, b in zip(edges[::2], edges[1::2], strict=True))


def every_day(*edges, **more):
    return OpeningRules("Europe/Helsinki", (hours(*edges),) * 7, **more)


def working_week(*edges, **more):
    return OpeningRules("Europe/Helsinki", (hours(*edges),) * 5 + ((), ()), **more)


def on_the_wall(day, pairs, tz=HELSINKI):
    """(start, end) in epoch seconds as wall-clock times, with the date where it is another."""

    def shown(seconds):
        local = datetime.fromtimestamp(seconds, UTC).astimezone(tz)
        return f"{local:%H:%M}" + ("" if local.date() == day else f" {local:%d.%m.}")

    return [f"{shown(start)}-{shown(end)}" for start, end in pairs]


def spans(day, answer):
    return on_the_wall(day, answer.spans)


def halves(day, answer):
    return on_the_wall(day, answer.halves)


def elapsed(answer):
    """Open hours of the day."""
    return sum(end - start for start, end in answer.spans) / 3600


def reason(code, template, **params):
    return ClosedReason(code, Message(template, params))


# --- Hours and halves -------------------------------------------------------------------------


@pytest.mark.parametrize(("edges", "expected"), [
    ((8, 18), ["08:00-13:00", "13:00-18:00"]),
    ((8, 17), ["08:00-12:30", "12:30-17:00"]),
    ((7, 15.5), ["07:00-11:15", "11:15-15:30"]),
    ((8, 16.25), ["08:00-12:15", "12:15-16:15"]),  # the middle is 12:07:30
    ((8, 8.25), ["08:00-08:07", "08:07-08:15"]),  # no quarter hour lies inside
    ((8, 12, 13, 17), ["08:00-12:00", "13:00-17:00"]),
    ((8, 11, 11.5, 16), ["08:00-11:00", "11:30-16:00"]),
    ((8, 10, 10.25, 12, 13, 16), ["08:00-12:00", "13:00-16:00"]),
    ((8, 9, 9.25, 18), ["08:00-13:15", "13:15-18:00"]),  # a gap at nine halves nothing
    ((6, 15, 16, 17), ["06:00-11:00", "11:00-17:00"]),
    ((8, 12, 12, 16), ["08:00-12:00", "12:00-16:00"]),
    ((0, 24), ["00:00-12:00", "12:00-00:00 02.02."]),
    ((20, 30), ["20:00-01:00 02.02.", "01:00 02.02.-06:00 02.02."]),
    ((18, 22, 23, 27), ["18:00-22:00", "23:00-03:00 02.02."]),
])  # fmt: skip
def test_halves_meet_at_lunch_or_in_the_middle(edges, expected):
    assert halves(MONDAY, open_day(every_day(*edges), MONDAY, ORDINARY)) == expected


def test_a_day_with_several_spans_opens_with_the_first_and_closes_with_the_last():
    day = open_day(every_day(13, 17, 8, 12), MONDAY, ORDINARY)
    assert spans(MONDAY, day) == ["08:00-12:00", "13:00-17:00"]
    assert (day.start, day.end) == (day.spans[0][0], day.spans[1][1])


def test_spans_that_meet_or_overlap_are_one():
    day = open_day(every_day(8, 12, 12, 14, 13, 17, 9, 10), MONDAY, ORDINARY)
    assert spans(MONDAY, day) == ["08:00-17:00"]


def test_each_weekday_has_its_own_hours():
    week = tuple(
        hours(*edges) for edges in ((8, 9), (8, 10), (8, 11), (8, 12), (8, 13), (), (9, 12))
    )
    rules = OpeningRules("Europe/Helsinki", week)
    answers = [open_day(rules, MONDAY + timedelta(days=n), ORDINARY) for n in range(7)]
    assert answers[5] == reason(ClosedBecause.WEEKDAY, "Not open on this weekday")
    del answers[5]
    assert [elapsed(answer) for answer in answers] == [1, 2, 3, 4, 5, 3]


def test_a_night_ends_where_the_next_opening_begins():
    rules = OpeningRules("Europe/Helsinki", (hours(20, 30), hours(4, 8), *[()] * 5))
    day = open_day(rules, MONDAY, ORDINARY)
    assert spans(MONDAY, day) == ["20:00-04:00 02.02."]


@pytest.mark.parametrize("week", [
    (hours(8, 16),) * 6,
    ((Span(600, 600),),) + ((),) * 6,
    ((Span(600, 540),),) + ((),) * 6,
    ((Span(-60, 540),),) + ((),) * 6,
    ((Span(1440, 1500),),) + ((),) * 6,
    ((Span(60, 1501),),) + ((),) * 6,
])  # fmt: skip
def test_rules_refuse_an_impossible_week(week):
    with pytest.raises(ValueError, match=r"seven days|no opening"):
        OpeningRules("Europe/Helsinki", week)


def test_rules_refuse_an_unknown_zone():
    with pytest.raises(ValueError, match="unknown time zone"):
        OpeningRules("Europe/Nowhere", ((),) * 7)


def test_equal_rules_are_one_key():
    closure = Closure(YearDay(12, 21), YearDay(1, 6), REASON)
    rules = [working_week(8, 16, closures=(closure,)) for _ in range(2)]
    assert len({*rules}) == 1
    assert rules[0] != working_week(8, 16)


# --- Clock changes ----------------------------------------------------------------------------


def test_a_night_over_the_spring_change_is_an_hour_shorter():
    saturday = SPRING - timedelta(days=1)
    night = open_day(every_day(20, 30), saturday, ORDINARY)
    assert spans(saturday, night) == ["20:00-06:00 28.03."]
    assert elapsed(night) == 9
    assert halves(saturday, night) == ["20:00-00:30 28.03.", "00:30 28.03.-06:00 28.03."]


def test_a_night_over_the_autumn_change_is_an_hour_longer():
    saturday = AUTUMN - timedelta(days=1)
    night = open_day(every_day(20, 30), saturday, ORDINARY)
    assert spans(saturday, night) == ["20:00-06:00 31.10."]
    assert elapsed(night) == 11
    assert halves(saturday, night) == ["20:00-01:30 31.10.", "01:30 31.10.-06:00 31.10."]


@pytest.mark.parametrize(("day", "length"), [(SPRING, 23), (AUTUMN, 25), (MONDAY, 24)])
def test_round_the_clock_counts_calendar_days_split_at_noon(day, length):
    rules = OpeningRules("Europe/Helsinki", (), round_the_clock=True)
    answer = open_day(rules, day, ORDINARY)
    morrow = f"{day + timedelta(days=1):%d.%m.}"
    assert elapsed(answer) == length
    assert spans(day, answer) == [f"00:00-00:00 {morrow}"]
    assert halves(day, answer) == ["00:00-12:00", f"12:00-00:00 {morrow}"]


def test_round_the_clock_days_follow_each_other_without_a_gap_or_overlap():
    for name in ("Europe/Helsinki", "America/Havana", "America/Santiago", "Australia/Lord_Howe"):
        rules = OpeningRules(name, (), round_the_clock=True)
        days = [open_day(rules, date(2026, 8, 1) + timedelta(n), ORDINARY) for n in range(400)]
        assert all(before.end == after.start for before, after in pairwise(days))


def test_hours_that_the_spring_change_skips_are_closed_that_day():
    answer = open_day(every_day(3, 4), SPRING, ORDINARY)
    assert answer == reason(ClosedBecause.HOURS, "The clock goes forward over the opening hours")
    assert elapsed(open_day(every_day(3, 4, 9, 10), SPRING, ORDINARY)) == 1


def test_hours_that_the_autumn_change_repeats_are_open_in_both_passes():
    assert elapsed(open_day(every_day(3, 3.5), AUTUMN, ORDINARY)) == 1.5
    # Both spans would reach over the second pass of the other: they are one.
    assert spans(AUTUMN, open_day(every_day(2, 3.5, 3.75, 5), AUTUMN, ORDINARY)) == ["02:00-05:00"]


def test_a_night_that_ends_in_the_repeated_hour_does_not_reach_the_next_opening():
    saturday = AUTUMN - timedelta(days=1)
    rules = every_day(3.5, 4, 20, 27.25)
    night, morning = (open_day(rules, day, ORDINARY) for day in (saturday, AUTUMN))
    assert night.end == morning.start


# --- Holidays, closures, daylight -------------------------------------------------------------


def test_a_public_holiday_is_closed_by_its_name():
    answer = open_day(every_day(8, 16), MONDAY, almanac([MONDAY]))
    name = Localised({"en": "Feast of 2027-02-01"})
    assert answer == reason(ClosedBecause.HOLIDAY, "Public holiday: %(name)s", name=name)


@pytest.mark.parametrize("more", [{"open_on_holidays": True}, {"round_the_clock": True}])
def test_some_places_are_open_on_public_holidays(more):
    assert isinstance(open_day(every_day(8, 16, **more), MONDAY, almanac([MONDAY])), OpenDay)


def test_the_night_before_a_holiday_runs_into_it():
    eve = MONDAY - timedelta(days=1)
    assert elapsed(open_day(every_day(20, 30), eve, almanac([MONDAY]))) == 10


def closed_dates(closure, first, last):
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if closure.covers(day)]


def test_a_yearly_closure_runs_over_new_year():
    closed = closed_dates(
        Closure(YearDay(12, 21), YearDay(1, 6), REASON), date(2026, 12, 1), date(2027, 2, 28)
    )
    assert closed == [date(2026, 12, 21) + timedelta(days=n) for n in range(17)]


def test_a_yearly_closure_lies_within_each_year():
    closure = Closure(YearDay(5, 1), YearDay(6, 30), REASON)
    for year in (2026, 2027, 2028):
        closed = closed_dates(closure, date(year, 1, 1), date(year, 12, 31))
        assert (closed[0], closed[-1], len(closed)) == (date(year, 5, 1), date(year, 6, 30), 61)


@pytest.mark.parametrize(("year", "last"), [(2027, date(2027, 2, 28)), (2028, date(2028, 2, 29))])
def test_a_closure_to_29_february_ends_with_february(year, last):
    closure = Closure(YearDay(2, 20), YearDay(2, 29), REASON)
    assert closed_dates(closure, date(year, 1, 1), date(year, 12, 31))[-1] == last


@pytest.mark.parametrize(("year", "first"), [(2027, date(2027, 3, 1)), (2028, date(2028, 2, 29))])
def test_a_closure_from_29_february_begins_after_the_28th(year, first):
    closure = Closure(YearDay(2, 29), YearDay(3, 5), REASON)
    assert closed_dates(closure, date(year, 1, 1), date(year, 12, 31))[0] == first


def test_a_closure_on_29_february_alone_comes_in_leap_years_only():
    closure = Closure(YearDay(2, 29), YearDay(2, 29), REASON)
    assert closed_dates(closure, date(2026, 1, 1), date(2029, 12, 31)) == [date(2028, 2, 29)]


def test_a_dated_closure_comes_once():
    closure = Closure(date(2027, 5, 10), date(2027, 6, 6), REASON)
    closed = closed_dates(closure, date(2026, 1, 1), date(2029, 1, 1))
    assert (closed[0], closed[-1], len(closed)) == (date(2027, 5, 10), date(2027, 6, 6), 28)


@pytest.mark.parametrize(("first", "last"), [
    (date(2027, 5, 10), YearDay(6, 6)),
    (YearDay(5, 10), date(2027, 6, 6)),
    (date(2027, 5, 10), date(2027, 5, 9)),
    (YearDay(2, 30), YearDay(3, 1)),
    (YearDay(1, 1), YearDay(13, 1)),
])  # fmt: skip
def test_a_closure_refuses_impossible_ends(first, last):
    with pytest.raises(ValueError, match=r"closure|day|month"):
        Closure(first, last, REASON)


def test_a_closure_is_told_before_a_holiday_and_a_free_weekday():
    sunday = date(2027, 1, 3)
    closed = working_week(8, 16, closures=(Closure(sunday, sunday, REASON),))
    expected = reason(ClosedBecause.CLOSURE, "Closed: %(reason)s", reason=REASON)
    assert open_day(closed, sunday, almanac([sunday])) == expected
    assert open_day(working_week(8, 16), sunday, almanac([sunday])).code == ClosedBecause.HOLIDAY
    round_the_clock = OpeningRules(
        "Europe/Helsinki", (), round_the_clock=True, closures=closed.closures
    )
    assert open_day(round_the_clock, sunday, ORDINARY) == expected


def sun(rise, fall):
    """A sun with the same Helsinki wall-clock hours every day; ``fall`` may pass 24."""

    def shine(latitude, longitude, day):
        assert (latitude, longitude) == (61.5, 21.8)
        start = datetime(day.year, day.month, day.day, tzinfo=HELSINKI)
        return start + timedelta(hours=rise), start + timedelta(hours=fall)

    return Almanac(no_holiday, shine)


def outdoors(*edges, **more):
    return every_day(*edges, daylight_only=True, latitude=61.5, longitude=21.8, **more)


def test_daylight_cuts_to_quarter_hours_inside():
    day = open_day(outdoors(8, 20), MONDAY, sun(9 + 1 / 60, 16 + 59 / 60))
    assert spans(MONDAY, day) == ["09:15-16:45"]
    assert halves(MONDAY, day) == ["09:15-13:00", "13:00-16:45"]


def test_daylight_longer_than_the_hours_changes_nothing():
    day = open_day(outdoors(8, 12, 13, 20), MONDAY, sun(4, 22))
    assert spans(MONDAY, day) == ["08:00-12:00", "13:00-20:00"]


def test_no_daylight_in_the_hours_is_darkness():
    dark = reason(ClosedBecause.DARKNESS, "No daylight in opening hours")
    assert open_day(outdoors(18, 20), MONDAY, sun(9, 16)) == dark
    assert open_day(outdoors(8, 20), MONDAY, sun(12.05, 12.2)) == dark
    polar_night = Almanac(no_holiday, lambda latitude, longitude, day: None)
    assert open_day(outdoors(8, 20), MONDAY, polar_night) == dark


def test_a_night_sees_the_evening_and_the_next_morning():
    night = open_day(outdoors(20, 30), MONDAY, sun(4, 22))
    assert spans(MONDAY, night) == ["20:00-22:00", "04:00 02.02.-06:00 02.02."]


def test_the_sun_of_the_day_before_may_set_after_midnight():
    day = open_day(outdoors(0, 2, 12, 14), MONDAY, sun(3, 25))
    assert spans(MONDAY, day) == ["00:00-01:00", "12:00-14:00"]


def test_the_midnight_sun_leaves_no_gap_between_its_days():
    day = open_day(outdoors(20, 30), MONDAY, sun(1.3, 25.3))
    assert spans(MONDAY, day) == ["20:00-06:00 02.02."]


def test_daylight_holds_round_the_clock_too():
    day = open_day(outdoors(round_the_clock=True), MONDAY, sun(9, 16))
    assert spans(MONDAY, day) == ["09:00-16:00"]
    assert halves(MONDAY, day) == ["09:00-12:00", "12:00-16:00"]


# --- Almanac ----------------------------------------------------------------------------------


def test_working_days_leave_out_weekends_and_holidays():
    easter = almanac([date(2027, 3, 26), date(2027, 3, 28), date(2027, 3, 29)])
    thursday = date(2027, 3, 25)
    assert [easter.add_working_days(thursday, n) for n in range(3)] == [
        thursday,
        date(2027, 3, 30),
        date(2027, 3, 31),
    ]
    assert easter.add_working_days(date(2027, 3, 27), 1) == date(2027, 3, 30)
    assert not easter.is_working_day(date(2027, 3, 27))
    assert not easter.is_working_day(date(2027, 3, 29))
    assert easter.is_working_day(date(2027, 3, 30))


# --- Laws -------------------------------------------------------------------------------------


@given(rules(), st.integers(0, 400))
def test_every_open_day_has_sound_spans_and_halves(rules, offset):
    day = date(2027, 1, 1) + timedelta(days=offset)
    answer = open_day(rules, day, almanac([date(2027, 1, 6)]))
    if isinstance(answer, ClosedReason):
        return
    edges = [edge for span in answer.spans for edge in span]
    assert all(before < after for before, after in pairwise(edges))
    (opens, pause), (resumes, closes) = answer.halves
    assert (opens, closes) == (answer.start, answer.end)
    assert opens < pause <= resumes < closes
    assert pause == resumes or (pause, resumes) in pairwise(edges)
    if not rules.daylight_only:  # of a night, daylight may leave the morning alone
        tz = zone(rules.zone)
        assert midnight(day, tz).timestamp() <= opens < midnight(day + timedelta(1), tz).timestamp()


@given(rules(daylight=False), st.integers(0, 400))
def test_days_follow_each_other_without_overlap(rules, offset):
    day = date(2027, 1, 1) + timedelta(days=offset)
    here, next_day = (open_day(rules, day + timedelta(n), ORDINARY) for n in (0, 1))
    if isinstance(here, OpenDay) and isinstance(next_day, OpenDay):
        assert here.end <= next_day.start


@given(rules(daylight=False), st.sampled_from([
    date(2027, 1, 10), date(2026, 10, 3), date(2026, 10, 4), date(2027, 3, 13), date(2027, 3, 14),
    date(2027, 3, 27), SPRING, date(2027, 4, 3), date(2027, 4, 4), date(2027, 9, 4),
    date(2027, 9, 5), AUTUMN - timedelta(days=1), AUTUMN, date(2027, 11, 6), date(2027, 11, 7),
]))  # fmt: skip
def test_open_time_is_what_the_wall_clock_says(rules, day):
    """Every five minutes; in the repeated hour rules only promise that both passes are open."""
    answer = open_day(rules, day, ORDINARY)
    if isinstance(answer, ClosedReason):
        return
    tz = zone(rules.zone)
    reaches_on = max((span.end for span in rules.spans_on(day)), default=0) - 1440
    next_opening = min((span.start for span in rules.spans_on(day + timedelta(1))), default=1440)
    moment = midnight(day, tz)
    while moment < midnight(day + timedelta(2), tz):
        local = moment.astimezone(tz)
        minutes = (local.date() - day).days * 1440 + local.hour * 60 + local.minute
        repeated = local.replace(fold=1).utcoffset() != local.replace(fold=0).utcoffset()
        promised = any(start <= minutes < end for start, end in rules.spans_on(day))
        if minutes >= 1440 and reaches_on > next_opening:
            promised = promised and minutes - 1440 < next_opening
        is_open = any(start <= moment.timestamp() < end for start, end in answer.spans)
        assert is_open == promised or (repeated and (is_open or minutes >= 1440)), local
        moment += timedelta(minutes=5)
