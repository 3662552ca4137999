"""The earliest start: notice, decisions and papers side by side, then the first free stay."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.earliest import (
    Asks,
    Decision,
    Link,
    Paper,
    WorkingDays,
    days_text,
    due,
    ready,
    waiting,
    with_free_time,
)
from livinglab.domain.messages import Localised, Message
from tests.strategies import almanac

TODAY = date(2026, 11, 24)
CHRISTMAS = [date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 6)]
WORLD = almanac(CHRISTMAS)
OFFICER = Localised({"en": "Safety officer"})
ETHICS = Localised({"en": "Ethics contact"})
STATEMENT = Localised({"en": "Ethics statement"})


def days(today=TODAY):
    return WorkingDays(WORLD, today)


def chain(found):
    return [(link.code, link.day) for link in found.links]


# --- Working days ---------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_working_days_are_those_of_the_almanac_in_any_order(counts):
    counted = days()
    assert [counted.after(count) for count in counts] == [
        WORLD.add_working_days(TODAY, count) for count in counts
    ]


# --- What is asked --------------------------------------------------------------------------------


def test_a_place_that_asks_for_nothing_can_be_had_today():
    assert ready(days(), Asks()) == waiting(days(), ())
    assert (ready(days(), Asks()).start, ready(days(), Asks()).cause) == (TODAY, None)


def test_the_slowest_link_decides_and_says_so():
    asks = Asks(
        5,
        (Decision(OFFICER, 5), Decision(ETHICS, 5, Paper(STATEMENT, 30))),
        (Paper(Localised({"en": "Insurance"}), 3), Paper(OFFICER, 0)),
    )
    before = ready(days(), asks)
    assert chain(before) == [
        ("notice", date(2026, 12, 1)),
        ("gate", date(2026, 12, 1)),
        ("gate", date(2027, 1, 15)),
        ("paper", date(2026, 11, 27)),
    ]
    assert before.start == date(2027, 1, 16)
    assert before.cause == before.links[2]
    assert before.cause.message == Message(
        "%(paper)s usually takes %(lead)s, then %(who)s decides within %(days)s → %(day)s",
        {
            "who": ETHICS,
            "day": date(2027, 1, 15),
            "days": days_text(5),
            "paper": STATEMENT,
            "lead": days_text(30),
        },
    )
    found = with_free_time(days(), before, date(2027, 1, 18))
    assert (found.day, found.cause) == (date(2027, 1, 18), before.links[2])
    assert chain(found)[-1] == ("free", date(2027, 1, 18))


def test_a_decision_is_made_by_the_end_of_its_day_so_a_stay_begins_later():
    before = ready(days(), Asks(5, (Decision(OFFICER, 5),)))
    assert (before.start, before.cause.code) == (date(2026, 12, 2), "gate")


@pytest.mark.parametrize(
    ("free", "code", "cause"),
    [
        (date(2026, 12, 1), "free", "notice"),
        (date(2026, 12, 2), "taken", "taken"),
    ],
)
def test_taken_time_is_the_cause_when_a_working_day_passes(free, code, cause):
    found = with_free_time(days(), ready(days(), Asks(5)), free)
    assert (found.links[-1].code, found.cause.code) == (code, cause)


def test_a_weekend_is_not_taken_time():
    friday = ready(days(), Asks(3))
    assert friday.start == date(2026, 11, 27)
    saturday = with_free_time(days(), ready(days(), Asks(0, (Decision(OFFICER, 3),))), None)
    assert (saturday.day, saturday.cause.code) == (None, "none")
    monday = with_free_time(
        days(), ready(days(), Asks(0, (Decision(OFFICER, 3),))), date(2026, 11, 30)
    )
    assert (monday.links[-1].code, monday.cause.code) == ("free", "gate")


@pytest.mark.parametrize(
    ("link", "template"),
    [
        (Link("notice", TODAY, TODAY, 5), "Notice of %(days)s → %(day)s"),
        (due(OFFICER, 5, TODAY), "%(who)s decides → %(day)s"),
        (
            Link("gate", TODAY, TODAY, 5, Decision(OFFICER, 5)),
            "%(who)s decides within %(days)s → %(day)s",
        ),
        (
            Link("paper", TODAY, TODAY, 5, Paper(STATEMENT, 5)),
            "%(paper)s usually takes %(days)s → %(day)s",
        ),
        (Link("free", TODAY, TODAY), "Free then → %(day)s"),
        (Link("taken", TODAY, TODAY), "The first free stay after that → %(day)s"),
        (Link("booked", TODAY, TODAY), "Your time begins → %(day)s"),
    ],
)
def test_every_link_is_a_sentence_with_its_day(link, template):
    assert link.message.template == template
    assert link.message.params["day"] == TODAY


def test_one_working_day_is_one():
    assert days_text(1).template == "1 working day"
    assert days_text(2) == Message("%(count)s working days", {"count": 2})


# --- Whatever is asked ----------------------------------------------------------------------------

LEADS = st.builds(Paper, st.just(STATEMENT), st.integers(0, 70))
DECISIONS = st.builds(Decision, st.just(OFFICER), st.integers(0, 70), st.none() | LEADS)
ASKS = st.builds(
    Asks,
    st.integers(0, 60),
    st.lists(DECISIONS, max_size=5).map(tuple),
    st.lists(LEADS, max_size=4).map(tuple),
)
TODAYS = st.dates(date(2026, 1, 1), date(2028, 1, 1))


@given(TODAYS, ASKS, st.integers(0, 30) | st.none())
def test_the_start_is_never_before_any_link(today, asks, wait):
    counted = days(today)
    before = ready(counted, asks)
    free = None if wait is None else before.start + timedelta(days=wait)
    found = with_free_time(counted, before, free)
    assert before.start >= today
    assert all(link.start <= before.start for link in before.links)
    assert all(link.day is None or link.day <= link.start for link in before.links)
    assert found.cause in found.links or (not before.links and found.cause.code == "free")
    if found.day is not None:
        assert found.day >= max(link.start for link in found.links)


@given(TODAYS, ASKS, DECISIONS, LEADS, st.integers(0, 10))
def test_asking_for_more_is_never_earlier(today, asks, decision, paper, notice):
    counted = days(today)
    start = ready(counted, asks).start
    for more in (
        asks._replace(decisions=(*asks.decisions, decision)),
        asks._replace(papers=(*asks.papers, paper)),
        asks._replace(notice=asks.notice + notice),
    ):
        assert ready(counted, more).start >= start
