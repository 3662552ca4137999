"""The whole time line: rows, head, rest days, today."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from livinglab.web.drawing.drawn import Band, Name, Tick, Today
from livinglab.web.drawing.layout import layout
from livinglab.web.drawing.timeline import Bar, Row, Timeline
from livinglab.web.drawing.words import labels

HELSINKI = ZoneInfo("Europe/Helsinki")
EN = labels("en", "month", "week")
ROWS = (
    Row("a", "Cobot lab", "Cell A", "/facilities/fac-01"),
    Row("b", "Cobot lab", "Cell B", "/facilities/fac-01"),
    Row("c", "Mobile robot and intralogistics hall", "Hall north"),
)


def local(*parts):
    return datetime(*parts, tzinfo=HELSINKI)


def timeline(start, days, scale="month", now=None, rows=(), rest=frozenset()):
    return Timeline(start, start + timedelta(days=days), HELSINKI, now, scale, rows, rest)


def test_rows_stand_under_the_head_and_name_their_group_once():
    drawing = layout(timeline(date(2026, 11, 23), 14, rows=ROWS), EN)
    assert [(row.y, row.height, row.group) for row in drawing.rows] == [
        (46, 32, Name("Cobot lab", ("Cobot lab",), "Cobot lab")),
        (78, 32, None),
        (
            110,
            32,
            Name(
                "Mobile robot and intralogistics hall",
                ("Mobile robot and", "intralogistics hall"),
                "Mobile robot and…",
            ),
        ),
    ]
    assert drawing.height == 142


def test_a_grown_row_pushes_the_next_one_down():
    wish = Bar("wish", local(2026, 11, 24, 8), local(2026, 11, 25, 17), "Maple")
    rows = (Row("a", "Lab", "A", bars=(wish, wish)), Row("b", "Lab", "B"))
    drawing = layout(timeline(date(2026, 11, 23), 14, rows=rows), EN)
    assert [(row.y, row.height) for row in drawing.rows] == [(46, 64), (110, 32)]
    assert [bar.y for bar in drawing.rows[0].bars] == [50, 82]


def test_weeks_are_named_above_and_every_day_is_numbered_from_17_pixels():
    drawing = layout(timeline(date(2026, 11, 23), 14), EN, width=14 * 17)
    assert drawing.numbered is True
    assert drawing.heads == (Tick(0.0, "23 Nov", "week 48"), Tick(50.0, "30 Nov", "week 49"))
    assert [tick.text for tick in drawing.days] == [str(d) for d in [*range(23, 31), *range(1, 7)]]
    assert drawing.days[0].x == round(0.5 / 14 * 100, 3)


def test_weekdays_stand_before_the_numbers_where_there_is_room():
    drawing = layout(timeline(date(2026, 11, 23), 7), EN, width=7 * 31)
    assert [tick.text for tick in drawing.days] == [
        "M 23",
        "T 24",
        "W 25",
        "T 26",
        "F 27",
        "S 28",
        "S 29",
    ]


def test_months_are_named_and_only_mondays_numbered_below_17_pixels():
    drawing = layout(timeline(date(2026, 11, 23), 84), EN, width=700)
    assert drawing.numbered is False
    assert [(tick.text, tick.note) for tick in drawing.heads] == [
        ("December 2026", ""),
        ("January 2027", ""),
        ("February 2027", ""),
    ]
    assert [tick.text for tick in drawing.days] == [
        "23",
        "30",
        "7",
        "14",
        "21",
        "28",
        "4",
        "11",
        "18",
        "25",
        "1",
        "8",
    ]
    assert drawing.heads[0].x == round(8 / 84 * 100, 3)


@pytest.mark.parametrize(
    ("start", "first"),
    [(date(2026, 11, 2), "November 2026"), (date(2026, 11, 23), "December 2026")],
)
def test_a_first_incomplete_month_is_named_where_its_name_has_room(start, first):
    assert layout(timeline(start, 84), EN, width=700).heads[0].text == first


def test_days_in_finnish_and_swedish():
    fi = layout(timeline(date(2027, 2, 1), 7, "week"), labels("fi", "week", "viikko"), width=990)
    sv = layout(timeline(date(2027, 2, 1), 7, "week"), labels("sv", "week", "vecka"), width=990)
    assert (fi.heads, fi.days[0].text) == ((Tick(0.0, "1.2.", "viikko 5"),), "ma 1")
    assert (sv.heads, sv.days[0].text) == ((Tick(0.0, "1 feb.", "vecka 5"),), "mån 1")


def test_rest_days_are_weekends_and_holidays_joined_with_their_neighbours():
    drawing = layout(
        timeline(date(2026, 12, 21), 10, rest=frozenset({date(2026, 12, 24), date(2026, 12, 25)})),
        EN,
    )
    assert drawing.rest == (Band(30.0, 40.0),)
    assert drawing.weeks == (70.0,)


def test_rest_days_at_the_end_of_the_range_are_shaded():
    assert layout(timeline(date(2026, 11, 27), 2), EN).rest == (Band(50.0, 50.0),)


def test_today_has_a_line_at_the_minute_and_the_cell_of_its_day():
    drawing = layout(timeline(date(2026, 11, 23), 4, now=local(2026, 11, 24, 12)), EN)
    assert drawing.today == Today(37.5, Band(25.0, 25.0), "T 24")
    assert [tick.text for tick in drawing.days] == ["M 23", "W 25", "T 26"]


def test_today_has_no_text_where_days_are_narrow():
    drawing = layout(timeline(date(2026, 11, 23), 100, now=local(2026, 11, 24, 12)), EN, width=700)
    assert drawing.today == Today(1.5, Band(1.0, 1.0), "")


@pytest.mark.parametrize("now", [local(2026, 11, 22, 23, 59), local(2026, 11, 27)])
def test_today_outside_the_half_open_range_is_not_drawn(now):
    assert layout(timeline(date(2026, 11, 23), 4, now=now), EN).today is None


def test_bare_rows_have_no_head_and_no_text():
    firm = Bar("firm", local(2026, 11, 23, 8), local(2026, 11, 27, 17), "Maple")
    drawing = layout(
        timeline(
            date(2026, 11, 23), 7, now=local(2026, 11, 24), rows=(Row("a", "", "A", bars=(firm,)),)
        ),
        None,
        row_height=18,
    )
    assert (drawing.head, drawing.height, drawing.heads, drawing.days, drawing.today) == (
        0,
        18,
        (),
        (),
        None,
    )
    assert [(bar.y, bar.height, bar.text) for bar in drawing.rows[0].bars] == [(2, 14, "")]


def test_a_range_without_a_day_is_refused():
    with pytest.raises(ValueError, match="2026-11-23 to 2026-11-23 has no day"):
        layout(timeline(date(2026, 11, 23), 0), EN)


def test_a_day_on_which_the_clock_goes_back_says_an_hour_twice():
    autumn = layout(timeline(date(2027, 10, 31), 1, "day"), labels("fi", "day", "viikko"))
    assert [tick.text for tick in autumn.days][:4] == ["0", "2", "3", "5"]
    assert autumn.days[1].x == 8.0
    assert autumn.marks[6:10] == ("03:00", "03:30", "03:00", "03:30")
    assert len(autumn.marks) == 50
    assert [tick.text for tick in autumn.heads] == ["su 31.10.2027"]
