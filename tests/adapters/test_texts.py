"""Sentences and values in three languages."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest

from livinglab.adapters import texts
from livinglab.domain.messages import Localised, Message, Quantity, Weekday
from livinglab.domain.opening import YearDay

NB = "\u00a0"
DAY = date(2027, 2, 1)
MORNING = datetime(2027, 2, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "english", "finnish", "swedish"),
    [
        ("free text 100 %", *["free text 100 %"] * 3),
        (
            "Former person 1204",
            "Former person 1204",
            "Poistunut henkilö 1204",
            "Tidigare person 1204",
        ),
        ("Former people", "Former people", "Poistuneita henkilöitä", "Tidigare personer"),
        ("Former person Bo", *["Former person Bo"] * 3),
        (1234567, "1,234,567", f"1{NB}234{NB}567", f"1{NB}234{NB}567"),
        (2.5, "2.5", "2,5", "2,5"),
        (True, "True", "True", "True"),
        (DAY, "Mon 1 Feb 2027", "ma 1.2.2027", "mån 1 feb. 2027"),
        (MORNING, "Mon 1 Feb 2027, 07:00", "ma 1.2.2027 klo 7", "mån 1 feb. 2027 kl. 07.00"),
        (time(16, 30), "16:30", "16.30", "16.30"),
        (Weekday(0), "Mon", "ma", "mån"),
        (YearDay(12, 24), "24 Dec", "24.12.", "24 dec."),
        (Quantity(2500, "kg"), f"2,500{NB}kg", f"2{NB}500{NB}kg", f"2{NB}500{NB}kg"),
        (Decimal(1200), "€1,200", f"1{NB}200{NB}€", f"1{NB}200{NB}€"),
        (Decimal(-490), "\u2212€490", f"\u2212490{NB}€", f"\u2212490{NB}€"),
        (Decimal("1200.5"), "€1,200.50", f"1{NB}200,50{NB}€", f"1{NB}200,50{NB}€"),
        (Localised({"en": "hall", "fi": "halli"}), "hall", "halli", "hall"),
        (["a", DAY], "a and Mon 1 Feb 2027", "a ja ma 1.2.2027", "a och mån 1 feb. 2027"),
        (Message("Sign in first."), "Sign in first.", "Kirjaudu ensin.", "Logga in först."),
    ],
)
def test_parameters_are_written_by_their_type(value, english, finnish, swedish):
    message = Message("%(value)s", {"value": value})
    said = [texts.sentence(message, language) for language in texts.LANGUAGES]
    assert said == [english, finnish, swedish]


def test_instants_are_shown_in_the_zone_asked_for():
    message = Message("%(at)s", {"at": MORNING})
    assert texts.sentence(message, "en", "America/New_York") == "Mon 1 Feb 2027, 00:00"
    assert texts.instant_text(MORNING.replace(tzinfo=None), "en") == "Mon 1 Feb 2027, 07:00"


def test_a_sentence_without_parameters_may_have_percent_signs():
    assert texts.sentence(Message("100 % sure"), "fi") == "100 % sure"


def test_a_sentence_without_its_parameter_is_a_fault():
    with pytest.raises(KeyError):
        texts.sentence(Message("%(missing)s", {"other": 1}), "en")


@pytest.mark.parametrize(
    ("length", "english", "finnish", "swedish"),
    [
        ({"halves": 1}, "half a day", "puoli päivää", "en halv dag"),
        ({"halves": 2}, "1 day", "1 päivä", "1 dag"),
        ({"halves": 3}, "1.5 days", "1,5 päivää", "1,5 dagar"),
        ({"halves": 6}, "3 days", "3 päivää", "3 dagar"),
        ({"hours": 4}, f"4{NB}h", f"4{NB}h", f"4{NB}h"),
    ],
)
def test_lengths_of_stays(length, english, finnish, swedish):
    said = [texts.duration_text(language, **length) for language in texts.LANGUAGES]
    assert said == [english, finnish, swedish]


@pytest.mark.parametrize(
    ("tag", "language"),
    [("fi-FI", "fi"), ("sv_FI", "sv"), ("de", "en"), (None, "en"), ("EN", "en")],
)
def test_the_nearest_language_is_chosen(tag, language):
    assert texts.choose_language(tag) == language


def test_lists_of_one_and_none():
    assert [texts.list_text(items, "en") for items in ([], ["a"], ["a", "b", "c"])] == [
        "",
        "a",
        "a, b and c",
    ]
