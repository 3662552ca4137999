import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.adapters import ics
from livinglab.domain.interval import Interval

STAMP = datetime(2026, 9, 1, 8, 0, 30, tzinfo=UTC)
ALLOWED = {
    "BEGIN", "END", "UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE", "STATUS", "DTSTART",
    "DTEND", "SUMMARY", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS", "LOCATION", "DESCRIPTION",
    "CATEGORIES", "URL", "ORGANIZER",
}  # fmt: skip
HOSTILE = [
    "🤖" * 10_000,
    "x" * 10_000,
    "Robotti åäö €; A, B \\n C:\\new",
    "a\r\nBEGIN:VEVENT\r\nUID:evil\r\nEND:VEVENT",
    "a\nATTENDEE:mailto:x@example.com",
    "a\rb\u2028c\u2029d\x85e\x0bf\x0cg\x1ch",
    "\x00\x07\x1b[31m\x7f",
    "\ud800 half a pair",
    "בדיקת רובוט במעבדה \u202eabc\u202c",
    "اختبار الروبوت",
    " leading and trailing ",
    "\t" * 200,
    " " * 200,
    "\"quoted\" ^caret^ 'single'",
    ";,;,:=",
    "é" * 37 + "x",
    "",
]
TEXTS = st.one_of(
    st.sampled_from([text[:500] for text in HOSTILE]),
    st.text(max_size=300),
    st.text(alphabet='\r\n\\;,:"^ \t🤖é\u2028\x00a', max_size=300),
)
INSTANTS = st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC))
EVENTS = st.builds(
    lambda start, seconds, **rest: ics.Event(
        start=start, end=start + timedelta(seconds=seconds), **rest
    ),
    start=INSTANTS,
    seconds=st.integers(1, 10_000_000),
    uid=TEXTS.filter(ics.esc),
    sequence=st.integers(0, 2**31 - 1),
    status=st.sampled_from(["TENTATIVE", "CONFIRMED", "CANCELLED"]),
    stamp=INSTANTS,
    created=INSTANTS,
    summary=TEXTS,
    description=TEXTS,
    location=TEXTS,
    url=TEXTS,
    categories=st.lists(TEXTS, max_size=3).map(tuple),
    organizer_name=TEXTS,
    organizer_email=TEXTS,
)


def event(**changes):
    return ics.Event(
        **{
            "uid": "booking-1@lab.example",
            "sequence": 3,
            "status": "CONFIRMED",
            "start": datetime(2027, 2, 1, 6, tzinfo=UTC),
            "end": datetime(2027, 2, 3, 15, tzinfo=UTC),
            "stamp": STAMP,
            "created": datetime(2026, 8, 1, tzinfo=UTC),
            "summary": "Copper strip; inspection, 2",
            **changes,
        }
    )


def feed(*texts):
    return ics.join(ics.calendar_head("Hall 3", "All bookings of hall 3"), texts)


def read_back(text):
    """What a calendar program makes of one event."""
    [found] = icalendar.Calendar.from_ical(feed(text)).events
    assert found.errors == []
    return found


def shown(text):
    """How a text must come back: breaks as LF, other controls gone."""
    text = re.sub("\r\n|[\r\n\u2028\u2029]", "\n", text)
    text = re.sub("[\x00-\x08\x0b-\x1f\x7f-\x9f]", "", text).replace("\t", " ")
    return re.sub("[\ud800-\udfff]", "\ufffd", text)


def test_vevent_text_is_the_stored_format():
    text = ics.render_vevent(
        event(
            location="Hall 3, Pori",
            description="Line\nnext",
            url="https://lab.example/pilots/PLL-2026-0001",
            categories=("Hall 3", "a;b"),
            organizer_name='Desk "north"',
            organizer_email="desk@lab.example",
        )
    )
    # Changing this text means raising FORMAT_VERSION.
    assert ics.FORMAT_VERSION == 2
    assert text.split("\r\n") == [
        "BEGIN:VEVENT",
        "UID:booking-1@lab.example",
        "DTSTAMP:20260901T080030Z",
        "CREATED:20260801T000000Z",
        "LAST-MODIFIED:20260901T080030Z",
        "SEQUENCE:3",
        "STATUS:CONFIRMED",
        "DTSTART:20270201T060000Z",
        "DTEND:20270203T150000Z",
        "SUMMARY:Copper strip\\; inspection\\, 2",
        "TRANSP:OPAQUE",
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "LOCATION:Hall 3\\, Pori",
        "DESCRIPTION:Line\\nnext",
        "CATEGORIES:Hall 3,a\\;b",
        "URL:https://lab.example/pilots/PLL-2026-0001",
        "ORGANIZER;CN=\"Desk ^'north^'\":mailto:desk@lab.example",
        "END:VEVENT",
        "",
    ]


@pytest.mark.parametrize(
    ("status", "transparency", "busy_state"),
    [
        ("TENTATIVE", "OPAQUE", "TENTATIVE"),
        ("CONFIRMED", "OPAQUE", "BUSY"),
        ("CANCELLED", "TRANSPARENT", "FREE"),
    ],
)
def test_vevent_shows_status_in_every_dialect(status, transparency, busy_state):
    found = read_back(ics.render_vevent(event(status=status)))
    assert (
        found["STATUS"],
        found["TRANSP"],
        found["X-MICROSOFT-CDO-BUSYSTATUS"],
    ) == (status, transparency, busy_state)


@pytest.mark.parametrize("title", HOSTILE)
def test_vevent_brings_back_hostile_titles(title):
    found = read_back(ics.render_vevent(event(summary=title)))
    assert str(found.get("SUMMARY", "")) == shown(title)


def test_vevent_converts_other_zones_to_utc():
    helsinki = ZoneInfo("Europe/Helsinki")
    local = event(
        start=datetime(2026, 10, 25, 3, 30, fold=0, tzinfo=helsinki),
        end=datetime(2026, 10, 25, 3, 30, fold=1, tzinfo=helsinki),
    )
    found = read_back(ics.render_vevent(local))
    assert (found.start, found.end) == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )


@given(EVENTS)
def test_vevent_survives_any_text(made):
    text = ics.render_vevent(made)
    assert ics.render_vevent(made) == text
    octets = text.encode()
    assert octets.endswith(b"\r\n")
    lines = octets.removesuffix(b"\r\n").split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert [line for line in lines if re.search(rb"[\x00-\x1f\x7f]", line)] == []
    for line in lines:
        line.decode()  # a character cut in two would raise
    unfolded = b"\r\n".join(lines).replace(b"\r\n ", b"").decode().split("\r\n")
    assert [line for line in unfolded if not line.partition(":")[2]] == []
    names = [re.split("[;:]", line, maxsplit=1)[0] for line in unfolded]
    assert set(names) <= ALLOWED
    assert len(set(names) - {"BEGIN", "END"}) == len(names) - 2
    assert unfolded.count("BEGIN:VEVENT") == unfolded.count("END:VEVENT") == 1

    found = read_back(text)
    assert (str(found["UID"]), found["SEQUENCE"], found["STATUS"]) == (
        shown(made.uid),
        made.sequence,
        made.status,
    )
    assert (found.start, found.end) == (made.start, made.end)
    assert [found[name].dt for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED")] == [
        made.stamp,
        made.stamp,
        made.created,
    ]
    for name in ("summary", "description", "location"):
        assert str(found.get(name, "")) == shown(getattr(made, name))


@pytest.mark.parametrize(
    "changes",
    [
        {"uid": "\x00"},
        {"sequence": -1},
        {"start": STAMP.replace(tzinfo=None)},
        {"stamp": STAMP.replace(tzinfo=None)},
        {"end": datetime(2027, 2, 1, 6, tzinfo=UTC)},
        {"end": datetime(2027, 2, 1, 6, 0, 0, 999_999, tzinfo=UTC)},
    ],
)
def test_event_refuses_what_no_calendar_reads(changes):
    with pytest.raises(ValueError, match=r"uid|sequence|zone|second"):
        event(**changes)


def test_head_doubles_names_and_types_its_hints():
    head = ics.calendar_head("Hall; 3", "d" * 100, "PT30M", "https://lab.example/feeds/x.ics")
    assert head.replace("\r\n ", "").split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Living Lab//Facility calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "NAME:Hall\\; 3",
        "X-WR-CALNAME:Hall\\; 3",
        f"DESCRIPTION:{'d' * 100}",
        f"X-WR-CALDESC:{'d' * 100}",
        "X-WR-TIMEZONE:Europe/Helsinki",
        "REFRESH-INTERVAL;VALUE=DURATION:PT30M",
        "X-PUBLISHED-TTL:PT30M",
        "SOURCE;VALUE=URI:https://lab.example/feeds/x.ics",
        "",
    ]


def test_join_keeps_stored_texts_as_they_are():
    texts = [ics.render_vevent(event(uid=f"booking-{n}@lab.example")) for n in range(3)]
    data = feed(*texts)
    assert (
        data
        == (
            ics.calendar_head("Hall 3", "All bookings of hall 3")
            + "".join(texts)
            + "END:VCALENDAR\r\n"
        ).encode()
    )
    calendar = icalendar.Calendar.from_ical(data)
    calendar.validate()
    assert [str(found["UID"]) for found in calendar.events] == [
        "booking-0@lab.example",
        "booking-1@lab.example",
        "booking-2@lab.example",
    ]
    assert "UID" not in calendar


def test_join_of_nothing_is_still_a_calendar():
    calendar = icalendar.Calendar.from_ical(feed())
    calendar.validate()
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]


def at(hour):
    return datetime(2027, 2, 1, hour, tzinfo=UTC)


def test_freebusy_merges_sorts_and_cuts_to_the_window():
    text = ics.render_freebusy(
        [
            Interval(at(12), at(14)),
            Interval(at(3), at(7)),
            Interval(at(8), at(9)),
            Interval(at(9), at(10)),
            Interval(at(13), at(15)),
            Interval(at(19), at(22)),
            Interval(at(21), at(23)),
        ],
        Interval(at(6), at(20)),
        uid="hall-3@lab.example",
        stamp=STAMP,
        url="https://lab.example/feeds/x.ifb",
        organizer="desk@lab.example",
    )
    assert ics.published([text]).decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Living Lab//Facility calendar//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VFREEBUSY",
        "UID:hall-3@lab.example",
        "DTSTAMP:20260901T080030Z",
        "DTSTART:20270201T060000Z",
        "DTEND:20270201T200000Z",
        "ORGANIZER:mailto:desk@lab.example",
        "URL:https://lab.example/feeds/x.ifb",
        "FREEBUSY;FBTYPE=BUSY:20270201T060000Z/20270201T070000Z",
        "FREEBUSY;FBTYPE=BUSY:20270201T080000Z/20270201T100000Z",
        "FREEBUSY;FBTYPE=BUSY:20270201T120000Z/20270201T150000Z",
        "FREEBUSY;FBTYPE=BUSY:20270201T190000Z/20270201T200000Z",
        "END:VFREEBUSY",
        "END:VCALENDAR",
        "",
    ]
    calendar = icalendar.Calendar.from_ical(ics.published([text]))
    calendar.validate()
    assert [error for part in calendar.walk() for error in part.errors] == []
