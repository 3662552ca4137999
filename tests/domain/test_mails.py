"""When mails come: as people chose, and at eight on their own wall."""

from datetime import UTC, datetime

import pytest

from livinglab.domain.mails import KINDS, choices, chosen, next_digest


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("Europe/Helsinki", (2026, 11, 24, 5, 59), (2026, 11, 24, 6, 0)),
        ("Europe/Helsinki", (2026, 11, 24, 6, 0), (2026, 11, 25, 6, 0)),
        ("Europe/Helsinki", (2026, 10, 24, 5, 0), (2026, 10, 25, 6, 0)),  # clocks went back
        ("Asia/Kathmandu", (2026, 11, 24, 2, 0), (2026, 11, 24, 2, 15)),
        ("Pacific/Kiritimati", (2026, 11, 24, 8, 0), (2026, 11, 24, 18, 0)),
        ("America/New_York", (2026, 11, 24, 2, 0), (2026, 11, 24, 13, 0)),
    ],
)
def test_the_digest_is_due_at_eight_on_the_wall_of_its_reader(zone, now, due):
    assert next_digest(datetime(*now, tzinfo=UTC), zone) == datetime(*due, tzinfo=UTC)


@pytest.mark.parametrize(
    ("mails", "when"),
    [({}, "now"), ({"requests": "digest"}, "digest"), ({"requests": "gone"}, "now")],
)
def test_what_nobody_chose_comes_at_once(mails, when):
    assert chosen(mails, "requests") == when
    assert choices("requests") == ("now", "digest", "off")
    assert choices("calendar") == ("now", "off")
    assert set(KINDS) == {"requests", "decisions", "messages", "searches", "calendar"}
