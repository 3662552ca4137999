"""Every problem of a request, its place, and the fix that makes it go away."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from livinglab.domain.article import TestArticle
from livinglab.domain.messages import Message
from livinglab.domain.policy import Wish, fitting, problems
from tests.freetime import (
    CLOCK,
    HOLIDAY,
    LIGHT,
    NIGHT,
    OPEN,
    WHOLE,
    MemoryTime,
    asked,
    day,
    request,
    taken,
    wish,
)

FREE = MemoryTime()
START, END = "periods.0.windows.0.start", "periods.0.windows.0.end"


def found(*periods, time=FREE, **values):
    """(code, field, fix) of every problem."""
    told = problems(request(*periods, **values), time)
    return [(p.code, p.field, p.fix and p.fix.changes) for p in told]


def move(first, last=None):
    return {START: day(first), END: day(last or first)}


def test_a_good_request_has_no_problem():
    assert found() == []


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"title": " "}, ("title_missing", "title", None)),
        ({"purpose": "\n"}, ("purpose_missing", "purpose", None)),
        ({"article": TestArticle(name=" ")}, ("article_missing", "test_article.name", None)),
        ({"periods": ()}, ("period_missing", "periods", None)),
        ({"periods": (asked(places=()),)}, ("facility_missing", "periods.0.facility", None)),
    ],
)
def test_what_is_missing_is_told(values, problem):
    assert found(**values) == [problem]


# --- Windows --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "problem"),
    [
        (wish("03-05", "03-01"), ("window_order", END, move("03-01", "03-05"))),
        (wish("01-04", "01-08"), ("window_past", START, move("02-08"))),
        (wish("02-01", "02-05"), ("notice_too_short", START, move("02-08"))),
        (Wish(date(2028, 3, 8), date(2028, 3, 10)), ("beyond_horizon", START, move("02-08"))),
        (wish("03-26"), ("closed", START, move("03-29"))),
        (wish("03-06", "03-07"), ("closed", START, move("03-08"))),
        (wish("07-05", "07-30"), ("closed", START, move("08-02"))),
    ],
)
def test_a_window_that_cannot_be_had_is_moved_to_where_it_can(window, problem):
    assert found(asked(window)) == [problem]


def test_no_window_gets_the_first_day_that_fits():
    assert found(asked()) == [("window_missing", "periods.0.windows", move("02-08"))]


def test_taken_days_are_told_and_moved():
    time = taken(OPEN, day("03-01"), day("03-09"))
    assert found(asked(wish("03-01", "03-05")), time=time) == [("slot_taken", START, move("03-10"))]


def test_a_window_too_short_for_the_stay_is_made_longer():
    assert found(asked(wish("03-04", "03-08"), halves=8)) == [
        ("window_too_short", END, move("03-04", "03-09"))
    ]


def test_open_days_are_counted_from_today():
    (problem,) = problems(request(asked(Wish(date.min, day("02-12")), halves=20)), FREE)
    assert (problem.code, problem.message.params["open"]) == ("window_too_short", 10)


@pytest.mark.parametrize("first", ["02-01", "02-04", "02-05"])
def test_a_window_partly_within_the_notice_counts_from_its_end(first):
    assert found(asked(wish(first, "02-08"))) == []
    assert found(asked(wish(first, "02-08"), halves=4)) == [
        ("notice_too_short", START, move("02-08", "02-09"))
    ]


def test_the_notice_says_how_long_it_is_and_from_when_on():
    (problem,) = problems(request(asked(wish("02-02"))), FREE)
    assert problem.message == Message(
        "The place asks for %(notice)s working days of notice: from %(day)s on.",
        {"notice": 5, "day": day("02-08")},
    )


def test_today_is_not_the_past_and_yesterday_is():
    assert [code for code, _, _ in found(asked(wish("02-01")))] == ["notice_too_short"]
    assert [code for code, _, _ in found(asked(wish("01-31")))] == ["window_past"]


def test_a_stay_may_begin_on_the_horizon():
    horizon = FREE.last_day(OPEN)
    last = max(
        horizon - timedelta(days=n) for n in range(7) if (horizon - timedelta(n)).weekday() < 5
    )
    assert found(asked(Wish(last, last + timedelta(days=6)), halves=4)) == []
    beyond = horizon + timedelta(days=1)
    assert [c for c, _, _ in found(asked(Wish(beyond, beyond + timedelta(days=9))))] == [
        "beyond_horizon"
    ]


def test_one_free_window_forgives_taken_ones_only():
    time = taken(OPEN, day("03-01"), day("03-05"))
    good, full = wish("03-08", "03-12"), wish("03-01", "03-05")
    assert found(asked(full, good), time=time) == []
    assert [c for c, _, _ in found(asked(full, good, wish("01-04")), time=time)] == ["window_past"]
    assert [c for c, _, _ in found(asked(full, full), time=time)] == ["slot_taken"] * 2


# --- Lengths --------------------------------------------------------------------------------------


WINDOW = wish("03-01", "04-30")
DAYS, HOURS = "periods.0.days", "periods.0.hours"


@pytest.mark.parametrize(
    ("halves", "places", "problem"),
    [
        (22, (OPEN,), ("too_long", DAYS, {DAYS: 10.0})),
        (1, (WHOLE,), ("too_short", DAYS, {DAYS: 1.0})),
        (3, (WHOLE,), ("wrong_step", DAYS, {DAYS: 1.0})),
        (11, (WHOLE,), ("too_long", DAYS, {DAYS: 5.0})),
        (70, (OPEN, CLOCK), ("too_long", DAYS, {DAYS: 30.0})),
    ],
)
def test_a_length_no_place_takes_gets_the_nearest(halves, places, problem):
    assert found(asked(WINDOW, halves=halves, places=places)) == [problem]


@pytest.mark.parametrize("halves", [1, 3, 11, 20])
def test_a_length_one_place_takes_is_good(halves):
    assert found(asked(WINDOW, halves=halves, places=(WHOLE, OPEN))) == []


@pytest.mark.parametrize(
    ("hours", "place", "problem"),
    [
        (9, OPEN, ("too_long", HOURS, {HOURS: 8})),
        (72, NIGHT, ("too_long", HOURS, {HOURS: 10})),
        (1, WHOLE, ("too_short", HOURS, {HOURS: 8})),
    ],
)
def test_hours_no_day_has_get_the_nearest(hours, place, problem):
    assert found(asked(WINDOW, hours=hours, places=(place,))) == [problem]


@pytest.mark.parametrize(("hours", "place"), [(8, OPEN), (10, NIGHT), (72, CLOCK), (8, WHOLE)])
def test_hours_some_day_has_are_good(hours, place):
    assert found(asked(WINDOW, hours=hours, places=(place,))) == []


# --- Several places -------------------------------------------------------------------------------


def test_the_best_of_several_places_counts():
    """Two working days of notice at the one, ten at the other."""
    soon = wish("02-03", "02-05")
    assert found(asked(soon, places=(WHOLE, NIGHT))) == []
    assert [c for c, _, _ in found(asked(soon, places=(WHOLE,)))] == ["notice_too_short"]


def test_hard_limits_broken_everywhere_are_told_once():
    heavy = TestArticle(name="Ox", mass_kg=150)
    stay = asked(WINDOW, places=(LIGHT,))
    (problem,) = problems(request(stay, stay, article=heavy), FREE)
    assert (problem.code, problem.field, problem.fix) == (
        "mass_kg_over",
        "test_article.mass_kg",
        None,
    )
    assert problem.message.params["count"] == 4


def test_a_place_the_article_breaks_is_no_way_out():
    """The other place is taken: that the light one is free does not help."""
    heavy = TestArticle(name="Ox", mass_kg=150)
    time = taken(OPEN, day("03-01"), day("03-05"))
    both = asked(wish("03-01", "03-05"), places=(LIGHT, OPEN))
    assert [c for c, _, _ in found(both, article=heavy, time=time)] == ["slot_taken"]
    assert found(both, time=time) == []
    assert fitting(heavy, both.places) == ((OPEN, None),)
    assert fitting(heavy, both.places[:1]) == both.places[:1]


# --- All at once ----------------------------------------------------------------------------------


def test_every_problem_is_told_at_once_in_order():
    time = taken(OPEN, day("03-01"), day("03-05"))
    first = asked(wish("03-01", "03-05"), wish("03-05", "03-04"), Wish(HOLIDAY, HOLIDAY))
    second = asked(wish("01-04"), halves=22)
    third = replace(asked(), places=())
    told = found(first, second, third, time=time, title="", purpose="", article=TestArticle())
    assert [(code, field) for code, field, _ in told] == [
        ("title_missing", "title"),
        ("purpose_missing", "purpose"),
        ("article_missing", "test_article.name"),
        ("slot_taken", "periods.0.windows.0.start"),
        ("window_order", "periods.0.windows.1.end"),
        ("closed", "periods.0.windows.2.start"),
        ("too_long", "periods.1.days"),
        ("window_past", "periods.1.windows.0.start"),
        ("facility_missing", "periods.2.facility"),
    ]
