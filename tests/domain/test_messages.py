"""Sentences as data."""

import pytest

from livinglab.domain.messages import N_, Localised, Message, Weekday

HALL = Localised({"en": "Hall", "fi": "Halli", "sv": ""})


@pytest.mark.parametrize(("language", "text"), [
    ("en", "Hall"), ("fi", "Halli"), ("sv", "Hall"), ("de", "Hall"),
])  # fmt: skip
def test_a_text_missing_in_a_language_is_english(language, text):
    assert HALL.get(language) == text


def test_english_is_at_hand():
    assert HALL.en == "Hall"


def test_messages_are_equal_by_template_and_values():
    assert Message("%(n)s", {"n": 1}) == Message("%(n)s", {"n": 1})
    assert Message("%(n)s", {"n": 1}) != Message("%(n)s", {"n": 2})


def test_marking_changes_nothing():
    assert N_("Closed") == "Closed"


def test_a_weekday_is_its_number():
    assert [Weekday(0), Weekday(6)] == [0, 6]
