from datetime import UTC, datetime, timedelta

import pytest

from livinglab.adapters import ics
from tests.harness import check_feed

pytestmark = [pytest.mark.harness, pytest.mark.slow]

TITLES = {
    "plain": "Copper strip inspection",
    # Not a backslash before an n: ics.py and node-ical undo escapes in the wrong order.
    "escapes": "Robotti åäö €; A, B \\ C:\\demo",
    "injection": "a\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:x@example.com",
    "emoji": "test 🤖🏽" * 40,
    "long": "kenttäkoe " * 200 + "end",
    "hebrew": "בדיקת רובוט במעבדה",
    "arabic": "اختبار الروبوت",
    "quotes": "\"quoted\" ^caret^ 'single'",
}
STATUSES = ["TENTATIVE", "CONFIRMED", "CANCELLED"]


def events():
    """Hostile titles on nights that a clock change makes longer or shorter."""
    starts = [datetime(2026, 10, 24, 22, 30, tzinfo=UTC), datetime(2027, 3, 28, 0, 30, tzinfo=UTC)]
    for number, (name, title) in enumerate(TITLES.items()):
        start = starts[number % 2] + timedelta(days=number // 2)
        yield ics.Event(
            uid=f"booking-{name}@lab.example",
            sequence=number,
            status=STATUSES[number % 3],
            start=start,
            end=start + timedelta(hours=4),
            stamp=datetime(2026, 9, 1, 8, tzinfo=UTC),
            created=datetime(2026, 8, 1, 8, tzinfo=UTC),
            summary=title,
            description=title,
            location=title,
            url=f"https://lab.example/pilots/{name}",
            categories=("Hall 3", title),
            organizer_name=title,
            organizer_email="desk@lab.example",
        )


def test_every_calendar_program_reads_the_feed_alike(tmp_path):
    made = list(events())
    head = ics.calendar_head(
        "Hall 3; north", "Bookings of hall 3, Pori", url="https://lab.example/f"
    )
    file = tmp_path / "feed.ics"
    file.write_bytes(ics.join(head, map(ics.render_vevent, made)))
    expect = [
        {
            "uid": event.uid,
            "start": f"{event.start:%Y-%m-%dT%H:%M:%SZ}",
            "end": f"{event.end:%Y-%m-%dT%H:%M:%SZ}",
            "summary": event.summary.replace("\r\n", "\n"),
            "status": event.status,
            "sequence": event.sequence,
        }
        for event in made
    ]
    result = check_feed(file, {"events": expect})
    assert result.failed == (), result.output
    programs = 12 - len(result.skipped)
    assert result.consumers_ok == f"{programs}/{programs}", result.output


def test_every_calendar_program_takes_an_empty_feed(tmp_path):
    file = tmp_path / "empty.ics"
    file.write_bytes(ics.join(ics.calendar_head("Hall 3", ""), []))
    result = check_feed(file, {"events": []}, "--skip", "khal")  # its check wants an event
    assert result.failed == (), result.output
