"""Formats in templates, and the two clocks."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from flask import render_template_string

from livinglab.domain.messages import Message
from livinglab.web.filters import both_clocks

AT = datetime(2026, 11, 24, 8, 40, tzinfo=UTC)
VALUES = {
    "message": Message("%(day)s", {"day": date(2027, 2, 1)}),
    "texts": {"en": "hall", "fi": "halli"},
    "at": AT,
    "later": datetime(2026, 11, 25, 15, tzinfo=UTC),
    "day": date(2027, 2, 1),
    "last": date(2027, 2, 5),
    "euros": Decimal(360),
    "place": SimpleNamespace(latitude=61.4912, longitude=-0.5),
    "nowhere": SimpleNamespace(latitude=0.0, longitude=0.0),
}


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ message|sentence }}", "ma 1.2.2027"),
        ("{{ texts|localised }}", "halli"),
        ("{{ {'en': 'yard'}|localised }}", "yard"),
        ("{{ texts|falls_back }} {{ {'en': 'yard'}|falls_back }}", "False True"),
        ("{{ day|date }}", "ma 1.2.2027"),
        ("{{ at|instant }}", "ti 24.11.2026 klo 10.40"),
        ("{{ at|instant('UTC') }}", "ti 24.11.2026 klo 8.40"),
        ("{{ day|day_range(last) }}", "ma 1.2.–pe 5.2.2027"),
        ("{{ at|time_range(later) }}", "ti 24.11.–ke 25.11.2026 klo 10.40–17"),
        ("{{ 2500.5|number }}", "2\u00a0500,5"),
        ("{{ euros|money }}", "360\u00a0€"),
        ("{{ 3|duration }}", "1,5 päivää"),
        ("{{ 0|duration(4) }}", "4\u00a0h"),
        ("{{ place|position }}", "61.4912, -0.5000"),
        ("{{ nowhere|position }}", ""),
    ],
)
def test_filters_write_in_the_readers_language(app, source, text):
    with app.test_request_context(headers={"Accept-Language": "fi"}):
        assert render_template_string(source, **VALUES) == text


@pytest.mark.parametrize(
    ("zone", "city", "time", "note"),
    [
        ("America/New_York", "New York", "03:40", "7 h behind"),
        ("Asia/Kolkata", "Kolkata", "14:10", "3.5 h ahead"),
    ],
)
def test_the_readers_clock_stands_beside_the_facilitys(app, zone, city, time, note):
    with app.test_request_context():
        clocks = both_clocks(AT, zone)
    assert (clocks["here"]["city"], clocks["here"]["time"]) == ("Pori", "10:40")
    there = clocks["there"]
    assert (there["city"], there["time"], there["note"]) == (city, time, note)


@pytest.mark.parametrize("zone", [None, "", "Europe/Helsinki", "Europe/Kyiv"])
def test_one_clock_is_enough_where_both_agree(app, zone):
    with app.test_request_context():
        assert both_clocks(AT, zone)["there"] is None
