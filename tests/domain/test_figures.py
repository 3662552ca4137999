"""How full places are and what became of requests, by example and against a slow count."""

from collections import Counter
from datetime import date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.calendar import Busy, OpenCalendar
from livinglab.domain.figures import (
    AnswerTimes,
    Case,
    Funnel,
    Load,
    Origin,
    answer_times,
    by_state,
    funnel,
    loads,
    month_of,
    origins,
    parts,
    total,
    week_of,
)
from livinglab.domain.opening import OpeningRules, Span
from livinglab.domain.pilot import State
from tests.strategies import DAY, EPOCH, HOUR, ORDINARY, almanac, rules, taken_pairs

HELSINKI = ZoneInfo("Europe/Helsinki")
OFFICE = OpeningRules("Europe/Helsinki", ((Span(8 * 60, 16 * 60),),) * 5 + ((), ()))
ALWAYS = OpeningRules("Europe/Helsinki", (), round_the_clock=True)
NIGHTS = OpeningRules("Europe/Helsinki", ((Span(22 * 60, 30 * 60),),) * 7)
NOTHING = Busy()
FIRST, LAST = EPOCH.date(), EPOCH.date() + timedelta(days=20)
SLOT = HOUR // 2


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=HELSINKI).timestamp())


def busy(*spans):
    return Busy((at(start), at(end)) for start, end in spans)


def in_parts(opening, first, last, part_of=month_of, *, closed=NOTHING, firm=NOTHING, held=NOTHING):
    calendar = OpenCalendar.build(opening, first, last, ORDINARY)
    return loads(calendar.days, closed, firm, held, part_of)


def hours(found):
    return {
        part: tuple(seconds / HOUR for seconds in (load.open, load.firm, load.tentative))
        for part, load in found.items()
    }


# --- Load ---------------------------------------------------------------------------------------


def test_only_open_time_of_a_stay_over_a_weekend_counts():
    stay = busy(("2027-02-05 08:00", "2027-02-08 16:00"))
    week = (date(2027, 2, 1), date(2027, 2, 14))
    assert hours(in_parts(OFFICE, *week, week_of, firm=stay)) == {
        date(2027, 2, 1): (40, 8, 0),
        date(2027, 2, 8): (40, 8, 0),
    }


def test_a_stay_over_the_end_of_a_month_is_parted_at_it():
    stay = busy(("2027-03-30 08:00", "2027-04-02 16:00"))
    found = in_parts(OFFICE, date(2027, 3, 1), date(2027, 4, 30), held=stay)
    assert hours(found) == {
        date(2027, 3, 1): (23 * 8, 0, 2 * 8),
        date(2027, 4, 1): (22 * 8, 0, 2 * 8),
    }


def test_a_night_counts_for_the_month_in_which_it_begins():
    last_night = busy(("2027-02-28 22:00", "2027-03-01 06:00"))
    found = in_parts(NIGHTS, date(2027, 2, 28), date(2027, 3, 1), firm=last_night)
    assert hours(found) == {date(2027, 2, 1): (8, 8, 0), date(2027, 3, 1): (8, 0, 0)}


@pytest.mark.parametrize(
    ("day", "length"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 3, 27), 24)]
)
def test_a_day_counts_the_hours_it_has(day, length):
    stay = busy((f"{day} 00:00", f"{day + timedelta(days=1)} 00:00"))
    assert hours(in_parts(ALWAYS, day, day, firm=stay)) == {month_of(day): (length, length, 0)}


def test_time_closed_by_the_host_is_neither_open_nor_booked():
    day = date(2027, 2, 1)
    found = in_parts(
        OFFICE,
        day,
        day,
        closed=busy(("2027-02-01 12:00", "2027-02-01 20:00")),
        firm=busy(("2027-02-01 10:00", "2027-02-01 14:00")),
    )
    assert hours(found) == {day: (4, 2, 0)}
    assert found[day].share == 0.5


def test_a_month_that_is_closed_has_no_share():
    shut = busy(("2027-02-01 00:00", "2027-03-01 00:00"))
    found = in_parts(OFFICE, date(2027, 2, 1), date(2027, 2, 28), closed=shut, firm=shut)
    assert found == {date(2027, 2, 1): Load()}
    assert Load().share is None


def slow_loads(days, closed, firm, tentative, part_of):
    """Every half hour of each open day by itself."""
    found = {}
    for day in days:
        count = found.setdefault(part_of(day.date), Counter())
        for start, end in day.spans:
            for moment in range(start, end, SLOT):
                step = min(SLOT, end - moment)
                if closed.obstacle(moment, moment + step):
                    continue
                count["open"] += step
                if firm.obstacle(moment, moment + step):
                    count["firm"] += step
                elif tentative.obstacle(moment, moment + step):
                    count["tentative"] += step
    return {
        part: Load(count["open"], count["firm"], count["tentative"])
        for part, count in found.items()
    }


def taken_times():
    """Taken time about the days looked at."""
    start = int(EPOCH.timestamp())
    return taken_pairs(start, start + 21 * DAY).map(Busy)


@given(rules(), taken_times(), taken_times(), taken_times(), st.sampled_from([month_of, week_of]))
def test_loads_are_those_of_a_slow_count(opening, closed, firm, tentative, part_of):
    calendar = OpenCalendar.build(opening, FIRST, LAST, ORDINARY)
    found = loads(calendar.days, closed, firm, tentative, part_of)
    assert found == slow_loads(calendar.days, closed, firm, tentative, part_of)


@given(rules(), taken_times(), taken_times())
def test_months_and_weeks_add_up_to_the_same(opening, firm, tentative):
    days = OpenCalendar.build(opening, FIRST, LAST, ORDINARY).days
    by_month, by_week = (
        total(loads(days, NOTHING, firm, tentative, part_of).values())
        for part_of in (month_of, week_of)
    )
    assert by_month == by_week
    assert 0 <= by_month.booked <= by_month.open


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 800))
def test_parts_cover_each_day_once_and_in_order(first, length):
    last = first + timedelta(days=length)
    for part_of, weekday in ((week_of, True), (month_of, False)):
        found = parts(first, last, part_of)
        assert list(found) == sorted(
            {part_of(first + timedelta(days=n)) for n in range(length + 1)}
        )
        assert all(part.weekday() == 0 if weekday else part.day == 1 for part in found)


# --- Requests -----------------------------------------------------------------------------------

MONDAY = date(2027, 2, 1)


def case(company=1, country="DE", state=State.SUBMITTED, answer=None, **values):
    """A request sent on Monday; `answer` is the days until its first answer."""
    answered = None if answer is None else MONDAY + timedelta(days=answer)
    given = {"sent_on": MONDAY, "answered_on": answered, "approved": False, "tested": False}
    return Case(company, country, state, **given | values)


def test_a_firm_that_asks_twice_is_one_firm():
    cases = [case(1, "DE"), case(1, "DE"), case(2, "JP"), case(3, "JP"), case(4, "AT")]
    assert origins(cases) == [Origin("JP", 2, 2), Origin("DE", 1, 2), Origin("AT", 1, 1)]


def test_the_funnel_counts_what_was_once_reached():
    cases = [
        case(state=State.SUBMITTED),
        case(state=State.NEEDS_INFO, answer=1),
        case(state=State.CANCELLED, answer=1, approved=True),
        case(state=State.CLOSED, answer=1, approved=True, tested=True),
        case(state=State.REJECTED, answer=3),
        case(state=State.WITHDRAWN),
    ]
    found = funnel(cases)
    assert found == Funnel(sent=6, answered=4, decided=3, approved=2, tested=1)
    assert found.approval == pytest.approx(2 / 3)
    assert funnel([case()]).approval is None


def test_a_case_that_was_declined_after_it_was_approved_is_decided_once():
    found = funnel([case(state=State.REJECTED, answer=1, approved=True)])
    assert (found.decided, found.approved) == (1, 1)


def test_states_come_in_the_order_of_the_workflow():
    cases = [case(state=State.CLOSED), case(), case(), case(state=State.IN_REVIEW)]
    assert list(by_state(cases).items()) == [
        (State.SUBMITTED, 2),
        (State.IN_REVIEW, 1),
        (State.CLOSED, 1),
    ]


def test_answers_are_timed_in_working_days():
    holiday = MONDAY + timedelta(days=2)
    cases = [case(answer=n) for n in (0, 1, 3, 4, 7)] + [case()]
    assert answer_times(cases, almanac([holiday])) == AnswerTimes((1, 1, 1, 1, 1), 2, 4)


def test_of_few_answers_no_middle_is_told():
    few = answer_times([case(answer=n) for n in (1, 1, 2, 3)], ORDINARY)
    assert few == AnswerTimes((0, 2, 1, 1), None, None)
    assert few.number == 4
    assert answer_times([case()], ORDINARY) == AnswerTimes((), None, None)


@given(st.lists(st.integers(0, 40), min_size=5, max_size=60))
def test_the_middle_and_the_slow_end_part_the_answers(days):
    found = answer_times([case(answer=n) for n in days], ORDINARY)
    assert found.number == len(days)
    assert found.within(found.slow) >= ceil(0.9 * len(days)) > found.within(found.slow - 1)
    below = sum(n for day, n in enumerate(found.counts) if day < found.middle)
    above = sum(n for day, n in enumerate(found.counts) if day > found.middle)
    assert below <= len(days) / 2 >= above
    assert found.within(len(found.counts)) == len(days)
