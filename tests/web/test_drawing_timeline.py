"""The table twin says what the picture shows, in its order; the strip is twelve weeks of it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from livinglab.web.drawing.strip import availability
from livinglab.web.drawing.timeline import Bar, Row, Timeline, TwinRow, twin

HELSINKI = ZoneInfo("Europe/Helsinki")


def bar(kind, first, last, label):
    start, end = (datetime(2026, 12, day, tzinfo=HELSINKI) for day in (first, last))
    return Bar(kind, start, end, label)


CLOSED = bar("closed", 21, 24, "host holiday")
FIRM = bar("firm", 7, 19, "Firm")
EARLIER = bar("tentative", 2, 4, "Tentative")
NORTH = Row("n", "Hall", "Hall north", bars=(CLOSED, FIRM, EARLIER))
SOUTH = Row("s", "Hall", "Hall south", bars=(FIRM, CLOSED))


def december(first, last, *rows):
    return Timeline(date(2026, 12, first), date(2026, 12, last), HELSINKI, None, "month", rows)


def test_twin_lists_bars_by_row_and_time_and_a_shared_closure_once():
    assert twin(december(1, 31, NORTH, SOUTH)) == (
        TwinRow((NORTH,), EARLIER),
        TwinRow((NORTH,), FIRM),
        TwinRow((NORTH, SOUTH), CLOSED),
        TwinRow((SOUTH,), FIRM),
    )


def test_twin_leaves_out_what_only_touches_the_range():
    assert twin(december(4, 7, NORTH)) == ()
    assert twin(december(3, 7, NORTH)) == (TwinRow((NORTH,), EARLIER),)


def test_accessible_name_begins_with_the_label_and_has_no_empty_part():
    start, end = FIRM.start, FIRM.end
    assert (
        Bar("firm", start, end, "Maple · Stairs", "7–18 Dec, firm").name
        == "Maple · Stairs, 7–18 Dec, firm"
    )
    assert Bar("closed", start, end, "vessel call").name == "vessel call"


def test_availability_is_twelve_weeks_from_the_monday_before():
    strip = availability((NORTH,), date(2026, 11, 26), HELSINKI, None)
    assert strip == Timeline(
        date(2026, 11, 23), date(2027, 2, 15), HELSINKI, None, "quarter", (NORTH,), frozenset()
    )
