"""Bars of one row: snapping, stacking, clipping, labels by width."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from livinglab.web.drawing.axis import Axis
from livinglab.web.drawing.bars import Frame, place
from livinglab.web.drawing.drawn import DrawnBar
from livinglab.web.drawing.timeline import Bar

HELSINKI = ZoneInfo("Europe/Helsinki")
TEN_DAYS = Axis(date(2026, 12, 1), date(2026, 12, 11), HELSINKI)


def at(day, hour=0, minute=0, month=12):
    return datetime(2026, month, day, hour, minute, tzinfo=HELSINKI)


def bar(kind, start, end, label="Maple · Stairs", title="", href=None):
    return Bar(kind, start, end, label, title, href)


def row(*bars, scale="month", width=1000, axis=TEN_DAYS, top=0):
    return place(bars, Frame(axis, scale, width, 32), top)


def spans(*bars, **frame):
    return [(b.x, b.width) for b in row(*bars, **frame)[1]]


def test_firm_booking_fills_its_days_at_month_scale():
    height, bars = row(
        bar("firm", at(2, 8), at(4, 17), title="2–4 Dec, firm", href="/pilots/1"), top=46
    )
    assert height == 32
    assert bars == (
        DrawnBar(
            kind="firm",
            x=10.0,
            width=30.0,
            y=48,
            height=28,
            text="Maple · Stairs",
            name="Maple · Stairs, 2–4 Dec, firm",
            href="/pilots/1",
        ),
    )


def test_week_scale_is_true_to_the_minute():
    assert spans(bar("firm", at(2, 6), at(2, 18)), scale="week") == [(12.5, 5.0)]


@pytest.mark.parametrize(
    ("day", "month", "hours"), [(25, 10, 25), (29, 3, 23)], ids=["autumn", "spring"]
)
def test_week_scale_divides_the_day_of_a_clock_change_by_its_hours(day, month, hours):
    axis = Axis(date(2026, month, day), date(2026, month, day + 1), HELSINKI)
    whole = bar("firm", at(day, 0, month=month), at(day, 12, month=month))
    assert spans(whole, scale="week", axis=axis) == [(0.0, round((hours - 12) / hours * 100, 3))]


def test_half_days_that_share_a_day_stand_side_by_side():
    assert spans(bar("firm", at(2, 7), at(2, 14)), bar("firm", at(2, 14), at(2, 21))) == [
        (10.0, 5.0),
        (15.0, 5.0),
    ]


def test_short_stays_that_snapping_would_cover_keep_their_minutes():
    assert spans(bar("firm", at(2, 6), at(2, 9)), bar("firm", at(2, 9), at(2, 12))) == [
        (12.5, 1.25),
        (13.75, 1.25),
    ]


def test_bars_are_clipped_to_the_range():
    assert spans(
        bar("firm", at(25, 8, month=11), at(2, 17)), bar("firm", at(9, 8), at(20, 17))
    ) == [
        (0.0, 20.0),
        (80.0, 20.0),
    ]


def test_bars_outside_the_half_open_range_are_left_out():
    before = bar("firm", at(20, 8, month=11), at(1))
    after = bar("firm", at(11), at(12, 17))
    assert row(before, after) == (32, ())


def test_the_narrowest_bar_can_be_seen_at_either_edge():
    first = bar("firm", at(1, 0), at(1, 0, 10))
    last = bar("firm", at(10, 23, 50), at(11))
    assert spans(first, last, scale="week") == [(0.0, 0.6), (99.4, 0.6)]


def test_wishes_that_overlap_go_one_line_down_and_the_row_grows():
    height, bars = row(
        bar("wish", at(2, 8), at(4, 17)),
        bar("wish", at(3, 8), at(5, 17)),
        bar("wish", at(5, 8), at(6, 17)),
    )
    assert height == 64
    assert [(b.x, b.y, b.height) for b in bars] == [(10.0, 4, 24), (20.0, 36, 24), (40.0, 4, 24)]


def test_a_wish_over_a_booking_and_a_clash_over_it_stay_on_its_line():
    height, bars = row(bar("clash", at(3, 8), at(4, 17)), bar("firm", at(2, 8), at(4, 17)))
    assert height == 32
    assert [(b.kind, b.y) for b in bars] == [("firm", 2), ("clash", 2)]


def test_a_clash_goes_below_a_wish_it_overlaps_whatever_comes_first():
    _, bars = row(bar("wish", at(8, 8), at(9, 17)), bar("clash", at(2, 8), at(3, 17)))
    assert [(b.kind, b.y) for b in bars] == [("wish", 4), ("clash", 2)]
    _, bars = row(bar("wish", at(3, 8), at(4, 17)), bar("clash", at(2, 8), at(3, 17)))
    assert [(b.kind, b.y) for b in bars] == [("wish", 36), ("clash", 2)]


def test_painting_order_is_closed_buffer_booking_wish_clash():
    kinds = ["clash", "wish", "tentative", "firm", "buffer", "block", "closed"]
    _, bars = row(*(bar(kind, at(2, 8), at(3, 17)) for kind in kinds))
    assert [b.kind for b in bars] == kinds[::-1]


def test_a_closure_covers_every_line_of_its_row():
    height, bars = row(
        bar("closed", at(2), at(4), "vessel call"),
        bar("wish", at(5, 8), at(6, 17)),
        bar("wish", at(5, 8), at(6, 17)),
    )
    assert (height, bars[0].y, bars[0].height) == (64, 0, 64)


def test_a_buffer_is_thin_and_starts_where_its_booking_ends():
    _, (after, _) = row(
        bar("buffer", at(2, 17), at(3, 17), "Buffer"), bar("firm", at(2, 8), at(2, 17))
    )
    assert (after.x, after.width, after.y, after.height, after.text) == (20.0, 10.0, 10, 13, "")


def test_a_buffer_before_a_booking_ends_where_it_starts():
    assert spans(bar("buffer", at(2, 8), at(3, 8)), bar("firm", at(3, 8), at(3, 17))) == [
        (10.0, 10.0),
        (20.0, 10.0),
    ]


@pytest.mark.parametrize(
    ("kind", "width", "text"),
    [
        ("firm", 1300, "Maple Quadruped…"),
        ("firm", 1290, "Maple Quadruped"),
        ("firm", 1000, "Maple…"),
        ("firm", 459, ""),
        ("firm", 1200, "Maple Quadruped"),
        ("clash", 1050, "Maple…"),
        ("clash", 500, ""),
        ("buffer", 2000, ""),
        ("closed", 1000, "Maple…"),
    ],
)
def test_labels_follow_the_width_of_the_bar(kind, width, text):
    _, (drawn,) = row(
        bar(kind, at(2), at(3), "Maple Quadruped · Stair-climbing delivery"), width=width
    )
    assert drawn.text == text


@pytest.mark.parametrize(("busy", "text"), [(3, ""), (8, "Holidays of the house")])
def test_reason_of_closed_time_shows_whole_or_not_at_all(busy, text):
    closed = bar("closed", at(2), at(10), "Holidays of the house")
    _, bars = row(closed, bar("firm", at(busy), at(busy + 1)), width=400)
    assert [b.text for b in bars if b.kind == "closed"] == [text]
