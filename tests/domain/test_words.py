"""Opening rules as sentences."""

from datetime import date

import pytest

from livinglab.domain.messages import Localised, Message, Weekday
from livinglab.domain.opening import Closure, OpeningRules, Span, YearDay
from livinglab.domain.words import opening_in_words
from tests.strategies import REASON

DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]


def english(value):
    """What a page would show, in the simplest way."""
    match value:
        case Message():
            return value.template % {name: english(each) for name, each in value.params.items()}
        case Weekday():
            return DAYS[value]
        case YearDay():
            return f"{value.day}.{value.month}."
        case Localised():
            return value.en
    return str(value)


def spans(*edges):
    """Spans from opening, closing, opening, closing … in hours."""
    return tuple(
        Span(int(60 * a), int(60 * b)) for a, b in zip(edges[::2], edges[1::2], strict=True)
    )


def words(*week, **more):
    rules = OpeningRules("Europe/Helsinki", week, open_on_holidays=True, **more)
    return [english(message) for message in opening_in_words(rules)][:-1]


EIGHT_TO_SIX = spans(8, 18)


@pytest.mark.parametrize(("week", "expected"), [
    ((EIGHT_TO_SIX,) * 5 + ((), ()), ["Mon–Fri 08–18"]),
    ((EIGHT_TO_SIX,) * 7, ["Every day 08–18"]),
    (((),) * 5 + (EIGHT_TO_SIX, EIGHT_TO_SIX), ["Sat–Sun 08–18"]),
    ((EIGHT_TO_SIX,) + ((),) * 6, ["Mon 08–18"]),
    ((spans(8, 12, 13, 17),) * 5 + ((), ()), ["Mon–Fri 08–12, 13–17"]),
    ((spans(13, 17, 8, 12),) * 5 + ((), ()), ["Mon–Fri 08–12, 13–17"]),
    ((spans(7.5, 15.25),) * 4 + ((), (), ()), ["Mon–Thu 07:30–15:15"]),
    ((spans(0, 24),) * 4 + ((), (), ()), ["Mon–Thu 00–24"]),
    (
        (spans(20, 30),) * 4 + ((), (), spans(20, 30)),
        ["Sun–Thu 20–06, into the next morning"],
    ),
    (
        (spans(10, 12, 20, 26.5),) * 2 + ((),) * 5,
        ["Mon–Tue 10–12, 20–02:30, into the next morning"],
    ),
    (
        (EIGHT_TO_SIX, (), EIGHT_TO_SIX, (), EIGHT_TO_SIX, (), ()),
        ["Mon, Wed, Fri 08–18"],
    ),
    (
        (EIGHT_TO_SIX, EIGHT_TO_SIX, (), EIGHT_TO_SIX, EIGHT_TO_SIX, (), EIGHT_TO_SIX),
        ["Thu–Fri, Sun–Tue 08–18"],
    ),
    (
        (EIGHT_TO_SIX,) * 4 + (spans(8, 15), spans(10, 14), ()),
        ["Mon–Thu 08–18", "Fri 08–15", "Sat 10–14"],
    ),
    (((),) * 7, ["No regular opening hours"]),
])  # fmt: skip
def test_weekdays_with_the_same_hours_share_a_sentence(week, expected):
    assert words(*week) == expected


def test_round_the_clock_needs_no_word_on_holidays():
    rules = OpeningRules("Europe/Helsinki", (), round_the_clock=True)
    assert opening_in_words(rules) == [Message("Open round the clock, every day")]


@pytest.mark.parametrize(("is_open", "expected"), [
    (True, "Open on public holidays too"),
    (False, "Closed on public holidays"),
])  # fmt: skip
def test_holidays_have_a_sentence(is_open, expected):
    rules = OpeningRules("Europe/Helsinki", (EIGHT_TO_SIX,) * 7, open_on_holidays=is_open)
    assert opening_in_words(rules)[1:] == [Message(expected)]


def test_daylight_has_a_sentence():
    assert words(*(EIGHT_TO_SIX,) * 7, daylight_only=True) == [
        "Every day 08–18",
        "Only in daylight",
    ]


@pytest.mark.parametrize(("first", "last", "template"), [
    (YearDay(12, 21), YearDay(1, 6), "Closed %(first)s – %(last)s every year: %(reason)s"),
    (YearDay(12, 24), YearDay(12, 24), "Closed every year on %(first)s: %(reason)s"),
    (date(2027, 5, 10), date(2027, 6, 6), "Closed %(first)s – %(last)s: %(reason)s"),
    (date(2027, 5, 10), date(2027, 5, 10), "Closed on %(first)s: %(reason)s"),
])  # fmt: skip
def test_each_closure_has_a_sentence(first, last, template):
    rules = OpeningRules(
        "Europe/Helsinki", (), round_the_clock=True, closures=(Closure(first, last, REASON),)
    )
    assert opening_in_words(rules)[1:] == [
        Message(template, {"first": first, "last": last, "reason": REASON})
    ]


def test_weekdays_are_numbers_for_the_page_to_name():
    rules = OpeningRules("Europe/Helsinki", (EIGHT_TO_SIX,) * 5 + ((), ()))
    sentence = opening_in_words(rules)[0]
    days = sentence.params["days"]
    assert sentence == Message("%(days)s %(hours)s", {"days": days, "hours": "08–18"})
    assert days == Message("%(first)s–%(last)s", {"first": Weekday(0), "last": Weekday(4)})
    assert {type(day) for day in days.params.values()} == {Weekday}
