"""Single cells of a sheet of facilities: numbers and opening hours as people type them."""

import pytest

from livinglab.domain.sheet.cells import CellFault, join, number, opening, opening_text, split
from tests.domain.sheets import sheet


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((" ", None), ("12", 12), ("12.5", 12.5), ("12,5", 12.5), ("1 200,50", 1200.5)),
        *(("1\u00a0200", 1200), ("-3,2", -3.2), ("0,125", 0.125), ("1.200", 1.2), ("1200", 1200)),
    ],
)
def test_numbers_are_read_as_people_type_them(text, value):
    assert number("x", text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        *(("1,200", "ambiguous"), ("12,500", "ambiguous"), ("1,200,000", "not_a_number")),
        *(("12 kg", "not_a_number"), ("1e5", "not_a_number"), ("nan", "not_a_number")),
        *(("9" * 21, "not_a_number"), ("1.2,3", "not_a_number"), ("=1+1", "not_a_number")),
    ],
)
def test_what_is_no_number_or_two_is_told(text, code):
    with pytest.raises(CellFault) as fault:
        number("x", text)
    assert fault.value.code == code


def test_thousands_are_not_meant_where_they_cannot_be():
    assert number("latitude", "61,472", decimal=True) == 61.472


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("mon-wed 8-16", {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed")}),
        ("Ma–ti 08:00–16:00", {day: [["08:00", "16:00"]] for day in ("mon", "tue")}),
        ("lör 10:00 - 14:00", {"sat": [["10:00", "14:00"]]}),
        (
            "mon 8-11, 12-16; sun 20-06",
            {"mon": [["08:00", "11:00"], ["12:00", "16:00"]], "sun": [["20:00", "06:00"]]},
        ),
    ],
)
def test_opening_hours_are_read(text, week):
    assert opening("opening", text) == (week, False)
    assert opening("opening", opening_text(week, round_the_clock=False)) == (week, False)


def test_round_the_clock_is_read():
    assert opening("opening", "24/7") == ({}, True)


@pytest.mark.parametrize("text", ["mon", "8-16", "fri-mon 8-16", "mon-fri", "xyz 8-16", "mon 8"])
def test_other_opening_hours_are_told(text):
    assert sheet({"opening": text})[1] == {(2, "opening", "not_hours")} | (
        {(2, "opening", "never_open")}
    )


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        *(("", []), ("a", ["a"]), ("a| b ", ["a", "b"]), ("a||b", ["a", "", "b"])),
        *((r"a\|b|c", ["a|b", "c"]), (r"a\\|b", ["a\\", "b"]), (r"C:\new", [r"C:\new"])),
    ],
)
def test_lists_are_parted_by_bars(text, entries):
    assert split(text) == entries
    assert split(join(entries)) == entries
