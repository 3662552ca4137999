"""Whom a new description of a place touches, by example and against a slow search."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livinglab.domain.article import TestArticle
from livinglab.domain.calendar import Buffer, Buffers, Busy, Length, OpenCalendar
from livinglab.domain.consequences import (
    Agreed,
    Described,
    Wanted,
    newly_closed,
    touched_stays,
    touched_wishes,
)
from livinglab.domain.facility import Approver, Capability, Limit, PaperAsked, PriceList
from livinglab.domain.messages import Localised, Message, Quantity
from livinglab.domain.opening import Closure
from livinglab.domain.policy import Wish
from tests.freetime import OFFICE, TODAY, WORLD, facility
from tests.strategies import rules

DATES = TODAY - timedelta(days=3), TODAY + timedelta(days=60)
QUARTER = 900


def text(english):
    return Localised({"en": english})


def described(place):
    calendars = {
        one.slug: OpenCalendar.build(one.opening, *DATES, WORLD) for one in place.resources
    }
    notice = place.stay.notice_working_days
    return Described(place, calendars, lambda day: WORLD.add_working_days(day, notice))


def at(day, hour):
    """Epoch seconds of an hour in Pori in winter."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) + (hour - 2) * 3600


NOW = at(TODAY, 7)
WEDNESDAY = TODAY + timedelta(days=9)
BENCH = facility("bench").resources[0].slug


def booked(first=WEDNESDAY, last=None, **values):
    span = at(first, 8), at(last or first, 16)
    known = {"key": 1, "ref": "PLL-1", "stay": 1, "resource": BENCH, "length": Length(2)}
    article = values.pop("article", TestArticle(mass_kg=40))
    return Agreed(**known | values, start=span[0], end=span[1], blocked=span, article=article)


def wanted(first=WEDNESDAY, last=None, **values):
    known = {"ref": "PLL-2", "resource": None, "length": Length(2), "asked_on": TODAY}
    article = values.pop("article", TestArticle(mass_kg=40))
    windows = (Wish(first, last or first),)
    return Wanted(**known | values, article=article, windows=windows)


def told(found):
    """The sentence of each touch, filled in with the names' English."""
    return [
        message.template % {k: getattr(v, "en", v) for k, v in message.params.items()}
        for *_, message in found
    ]


def stays(before, after, *agreed, now=NOW):
    return told(touched_stays(described(before), described(after), agreed, now))


def wishes(before, after, *asked, busy=None):
    sides = described(before), described(after)
    return told(touched_wishes(*sides, asked, busy or {}, NOW, TODAY))


def with_opening(place, **opening):
    resource = place.resources[0]
    changed = replace(resource, opening=replace(resource.opening, **opening))
    return replace(place, resources=(changed,))


PLACE = facility("bench")
LENGTHS = (
    f"Stays here would last {Quantity(2.0, 'd')} to {Quantity(10.0, 'd')},"
    f" in steps of {Quantity(0.5, 'd')}."
)
SHUT = Closure(WEDNESDAY, WEDNESDAY, text("Inventory"))


# --- Closed time --------------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_exactly_the_bookings_in_newly_closed_time_are_named(data):
    before, after = data.draw(rules(TODAY)), data.draw(rules(TODAY))
    after = replace(after, zone=before.zone)
    calendars = [OpenCalendar.build(one, *DATES, WORLD) for one in (before, after)]
    begin = at(TODAY, 8) // QUARTER
    start = begin + data.draw(st.integers(0, 40 * 96))
    end = start + data.draw(st.integers(1, 7 * 96))
    opened = [
        {
            quarter
            for day in calendar.days
            for a, b in day.spans
            for quarter in range(a // QUARTER, b // QUARTER)
        }
        for calendar in calendars
    ]
    lost = {quarter for quarter in range(start, end) if quarter in opened[0] - opened[1]}
    shut = newly_closed(*calendars, start * QUARTER, end * QUARTER)
    assert (shut is not None) == bool(lost)
    if shut is not None:
        day = calendars[0].open_on(shut.day)
        first = min(lost) * QUARTER
        assert day.start <= first < day.end


def test_a_closure_a_week_a_season_and_daylight_touch_the_stays_they_close():
    closed = Message("Closed: %(reason)s", {"reason": SHUT.reason})
    sides = described(PLACE), described(with_opening(PLACE, closures=(SHUT,)))
    assert list(touched_stays(*sides, [booked()], NOW)) == [
        (booked(), Message("%(day)s: %(reason)s", {"day": WEDNESDAY, "reason": closed}))
    ]
    no_wednesday = (*OFFICE.week[:2], (), *OFFICE.week[3:])
    assert len(stays(PLACE, with_opening(PLACE, week=no_wednesday), booked())) == 1
    assert len(stays(PLACE, with_opening(PLACE, daylight_only=True), booked())) == 0
    long_days = with_opening(PLACE, week=((OFFICE.week[0][0]._replace(start=240),),) * 7)
    assert len(stays(long_days, with_opening(long_days, daylight_only=True), early())) == 1
    assert stays(PLACE, with_opening(PLACE, closures=()), booked()) == []


def early():
    return replace(booked(), start=at(WEDNESDAY, 4))


def test_what_is_over_or_elsewhere_is_not_touched():
    after = with_opening(PLACE, closures=(SHUT,))
    assert stays(PLACE, after, booked(), now=at(WEDNESDAY, 16)) == []
    assert stays(PLACE, after, booked(TODAY + timedelta(days=8))) == []
    assert stays(PLACE, after, booked(resource="hidden")) == []


# --- The whole stay -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"stay": replace(PLACE.stay, min_halves=4)},
            LENGTHS,
        ),
        (
            {"limits": (Limit("mass_kg", 30),)},
            f"Mass {Quantity(40.0, 'kg')}: the limit is {Quantity(30, 'kg')}.",
        ),
        (
            {"papers": (PaperAsked("risk", text("Risk assessment")),)},
            "Another paper would be asked for: Risk assessment.",
        ),
        (
            {"approvers": (Approver("safety_owner", text("Safety officer")),)},
            "Somebody else would decide too: Safety officer.",
        ),
    ],
)
def test_what_would_be_asked_of_a_stay_only_now_is_told_once(changes, sentence):
    after = replace(PLACE, **changes)
    assert stays(PLACE, after, booked(), booked(key=2)) == [sentence]
    assert wishes(PLACE, after, wanted()) == [sentence]
    assert stays(after, after, booked()) == []
    assert wishes(after, after, wanted()) == []


def test_what_is_there_already_is_not_asked_again():
    after = replace(
        PLACE,
        papers=(PaperAsked("risk", text("Risk assessment")),),
        approvers=(Approver("safety_owner", text("Safety officer")),),
    )
    has = {"papers": frozenset({"risk"}), "gates": frozenset({"safety_owner"})}
    assert stays(PLACE, after, booked(**has)) == []
    assert wishes(PLACE, after, wanted(**has)) == []


def test_what_the_article_does_not_set_off_is_not_told():
    after = replace(
        PLACE,
        limits=(Limit("mass_kg", 50),),
        papers=(PaperAsked("fire", text("Hot-work permit"), "hot_work"),),
    )
    assert stays(PLACE, after, booked()) == []


def test_hours_too_short_for_the_place_are_told():
    after = replace(PLACE, stay=replace(PLACE.stay, min_halves=2))
    short = replace(booked(), length=Length(hours=4), end=at(WEDNESDAY, 12))
    assert len(stays(PLACE, after, short)) == 1
    assert stays(PLACE, PLACE, short) == []


# --- Wishes -------------------------------------------------------------------------------------


def test_windows_in_which_nothing_is_left_are_told():
    impossible = ["No stay of that length could be had in these days any more."]
    shut = with_opening(PLACE, closures=(SHUT,))
    assert wishes(PLACE, shut, wanted()) == impossible
    assert wishes(PLACE, shut, wanted(last=WEDNESDAY + timedelta(days=1))) == []
    taken = {BENCH: Busy([(at(WEDNESDAY, 8), at(WEDNESDAY, 9))])}
    assert wishes(PLACE, shut, wanted(), busy=taken) == []
    later = replace(PLACE, stay=replace(PLACE.stay, notice_working_days=10))
    assert wishes(PLACE, later, wanted()) == impossible
    buffered = replace(PLACE, stay=replace(PLACE.stay, buffers=Buffers(after=Buffer(hours=20))))
    next_day = {BENCH: Busy([(at(WEDNESDAY, 32), at(WEDNESDAY, 40))])}
    assert wishes(PLACE, buffered, wanted(), busy=next_day) == impossible


def test_windows_that_are_over_are_not_told():
    shut = with_opening(PLACE, closures=(Closure(date(2027, 1, 1), TODAY, text("Winter")),))
    assert wishes(PLACE, shut, wanted(TODAY - timedelta(days=3))) == []


def test_prices_capabilities_and_resources_that_change_are_told():
    def priced(day):
        old = PriceList(date(2027, 1, 1), None, Decimal(day), Decimal(0), Decimal(0))
        return replace(PLACE, prices=(old,))

    assert wishes(priced(100), priced(120), wanted()) == ["The stay would cost 120 instead of 100."]
    assert wishes(PLACE, priced(120), wanted()) == ["The stay would cost 120."]
    assert wishes(priced(120), PLACE, wanted()) == [
        "There would be no price for a stay of that length."
    ]
    able = replace(PLACE, capabilities=(Capability("grip", text("Gripping")),))
    asked = wanted(capabilities=("grip",))
    assert wishes(able, PLACE, asked) == ["“Gripping” would not be offered any more."]
    assert wishes(PLACE, able, asked) == []
