"""The heat of weeks: which cell is how dark, and what stands around."""

from datetime import date, timedelta

import pytest

from livinglab.web.drawing.text import wide
from livinglab.web.drawing.weeks import HEAD, ROW, SLIM, WIDE, HeatRow, heat, level

MONDAY = date(2026, 11, 23)
WEEKS = [MONDAY + timedelta(weeks=n) for n in range(8)]
NAMES = tuple(f"week {n}" for n in range(8))
LONG = "Yhteistyörobottilaboratorio ja konepajatekniikan harjoittelutilat"


def row(*shares, label="Hall"):
    return HeatRow(label, "/hall", (*shares, *(0.0,) * (8 - len(shares))), NAMES)


def drawn(*rows, today=MONDAY):
    return heat(WEEKS, rows, today, lambda week: f"{week:%b}")


@pytest.mark.parametrize(
    ("share", "tint"),
    [
        (None, 0),
        (0.0, None),
        (0.001, 1),
        (0.1, 1),
        (0.11, 2),
        (0.25, 2),
        (0.5, 3),
        (0.75, 4),
        (1.0, 5),
    ],
)
def test_the_fuller_the_darker(share, tint):
    assert level(share) == tint


def test_only_weeks_that_say_something_are_drawn():
    cells = drawn(row(0.0, 0.6, None), row(1.0)).cells
    assert [(cell.x, cell.y, cell.level, cell.name) for cell in cells] == [
        (12.5, HEAD, 4, "week 1"),
        (25.0, HEAD, 0, "week 2"),
        (0.0, HEAD + ROW, 5, "week 0"),
    ]


def test_months_stand_over_the_first_week_that_begins_in_them_where_there_is_room():
    assert drawn(row()).months == ((25.0, "Dec"),)
    assert drawn(row()).height == HEAD + ROW


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (MONDAY, 0.893),
        (WEEKS[-1] + timedelta(days=6), 99.107),
        (MONDAY - timedelta(days=1), None),
        (MONDAY + timedelta(weeks=8), None),
    ],
)
def test_the_line_of_today_stands_within_the_weeks_only(day, at):
    assert drawn(row(), today=day).today == at


def test_long_names_fit_and_are_said_in_full():
    (one,) = drawn(row(label=LONG)).rows
    assert one.label == LONG
    assert len(one.lines) == 2
    assert max(map(wide, one.lines)) <= WIDE
    assert wide(one.slim) <= SLIM
