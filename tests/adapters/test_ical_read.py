"""Foreign calendars: what they close, what is left out, and what hostile ones cost."""

from datetime import UTC, datetime, timedelta

import pytest

from livinglab.adapters.ical_read import read
from livinglab.domain.busy import MOST, MOST_OCTETS, Busy, UnreadableCalendar

WINDOW = datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 4, 10, tzinfo=UTC)
PORI = "Europe/Helsinki"


def calendar(*events, head=""):
    body = "".join(f"BEGIN:VEVENT\n{lines}\nEND:VEVENT\n" for lines in events)
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{head}{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def utc(*moment):
    return datetime(*moment, tzinfo=UTC)


def hour(*moment):
    return utc(*moment), utc(*moment) + timedelta(hours=1)


def test_events_of_every_kind_close_their_time_once():
    events = [
        "UID:1\nDTSTART:20270302T080000Z\nDTEND:20270302T090000Z\nSUMMARY:secret",
        "UID:2\nDTSTART:20270302T080000Z\nDTEND:20270302T090000Z",  # the same time again
        "UID:3\nDTSTART;VALUE=DATE:20270328",  # 23 hours: the clock goes forward
        "UID:4\nDTSTART:20270303T100000\nDURATION:PT1H",  # floating
        "UID:5\nDTSTART;TZID=Port/Berth 3:20270304T100000\nDURATION:PT1H",  # unknown zone
        "UID:6\nDTSTART;TZID=Europe/Stockholm:20270305T100000\nDURATION:PT1H",
        "UID:7\nDTSTART:20270306T080000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT",
        "UID:8\nDTSTART:20270306T080000Z\nDURATION:PT1H\nSTATUS:CANCELLED",
        "UID:9\nDTSTART:20270306T080000Z",  # takes no time
        "UID:10\nDTSTART:20260306T080000Z\nDURATION:PT1H",  # long ago
        "UID:11\nSUMMARY:without a start",
        "UID:12\nDTSTART:20270306T080000Z\nDURATION:P900D",
    ]
    assert read(calendar(*events), PORI, WINDOW) == Busy(
        (
            hour(2027, 3, 2, 8),
            hour(2027, 3, 3, 8),
            hour(2027, 3, 4, 8),
            hour(2027, 3, 5, 9),
            (utc(2027, 3, 27, 22), utc(2027, 3, 28, 21)),
        ),
        left_out=2,
        assumed=2,
    )


def test_floating_times_follow_the_zone_that_the_calendar_names():
    event = "UID:1\nDTSTART:20270303T100000\nDURATION:PT1H"
    for head, at, assumed in (
        ("X-WR-TIMEZONE:Europe/London\n", 10, 0),
        ("X-WR-TIMEZONE:Nowhere/At all\n", 8, 1),
    ):
        found = read(calendar(event, head=head), PORI, WINDOW)
        assert found == Busy((hour(2027, 3, 3, at),), assumed=assumed)


def test_series_keep_their_time_on_the_wall_and_their_exceptions():
    events = [
        (
            f"UID:1\nDTSTART;TZID={PORI}:20270315T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\n"
            f"EXDATE;TZID={PORI}:20270322T100000\nRDATE;TZID={PORI}:20270316T100000"
        ),
        (
            f"UID:1\nRECURRENCE-ID;TZID={PORI}:20270405T100000\n"
            f"DTSTART;TZID={PORI}:20270406T120000\nDURATION:PT1H"
        ),
        "UID:2\nDTSTART;VALUE=DATE:20270301\nRRULE:FREQ=DAILY;COUNT=2",
        "UID:3\nDTSTART:20270308T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20270309T080000Z",
    ]
    assert read(calendar(*events), PORI, WINDOW).spans == (
        (utc(2027, 2, 28, 22), utc(2027, 3, 1, 22)),
        (utc(2027, 3, 1, 22), utc(2027, 3, 2, 22)),
        hour(2027, 3, 8, 8),
        hour(2027, 3, 9, 8),
        hour(2027, 3, 15, 8),
        hour(2027, 3, 16, 8),
        hour(2027, 3, 29, 7),
        hour(2027, 4, 6, 9),
    )


def test_rules_for_every_moment_are_left_out_and_the_rest_is_read():
    rules = [
        *("FREQ=SECONDLY", "FREQ=MINUTELY;COUNT=9", "FREQ=HOURLY", "FREQ=DAILY;INTERVAL=0"),
        *("FREQ=DAILY;BYHOUR=1,2;BYMINUTE=1;BYSECOND=1,2", "FREQ=NEVER", "FREQ=DAILY;INTERVAL=-1"),
    ]
    start = "DTSTART:20270306T080000Z\nDURATION:PT1H"
    events = [f"UID:{n}\n{start}\nRRULE:{rule}" for n, rule in enumerate(rules)]
    twice = f"UID:two\n{start}\nRRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY"
    one = "UID:good\nDTSTART:20270305T080000Z\nDURATION:PT1H"
    found = read(calendar(*events, twice, one), PORI, WINDOW)
    assert (found.spans, found.left_out) == ((hour(2027, 3, 5, 8),), 8)


def test_what_is_more_than_enough_is_counted():
    many = [
        f"UID:{n}\nDTSTART:202703{2 + n % 28:02}T{n % 24:02}{n // 100:02}00Z\nDURATION:PT{n + 1}S"
        for n in range(MOST + 5)
    ]
    found = read(calendar(*many), PORI, WINDOW)
    assert (len(found.spans), found.left_out) == (MOST, 5)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_calendar"),
        (b"\x1f\x8b\x08 packed", "not_calendar"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>Sign in", "web_page"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "broken"),
        (b"BEGIN:VCALENDAR\r\n\x00\xff\r\nEND:VEVENT\r\n", "broken"),
        (b"BEGIN:VCALENDAR" + b" " * MOST_OCTETS, "too_large"),
    ],
)
def test_what_is_no_calendar_is_told_apart(data, code):
    with pytest.raises(UnreadableCalendar) as refused:
        read(data, PORI, WINDOW)
    assert refused.value.code == code


def test_a_rule_that_never_comes_costs_the_child_and_not_the_server():
    rule = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    bad = [f"UID:{n}\nDTSTART:19000101T080000Z\nDURATION:PT1H\nRRULE:{rule}" for n in range(1_000)]
    with pytest.raises(UnreadableCalendar) as refused:
        read(calendar(*bad), PORI, WINDOW, seconds=1)
    assert refused.value.code == "too_much"
