"""Calendar programs read feeds of every scope as the database has them, whatever people wrote.

One database with hostile titles, names and purposes, on nights that the changes of the clock in
2026 and 2027 make longer or shorter. What cannot be stored (NUL, lone surrogates) is rendered as
if it had been: nothing before the calendar text stands in its way here.
"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from livinglab.adapters import ics
from livinglab.db.tables import Booking, CalendarText, Gate, Site
from livinglab.domain.feed import FeedWish
from livinglab.services import feeds
from livinglab.services.accounts import make_feed
from livinglab.services.calendar_texts import DETAILS, event_of
from tests.harness import check_feed

pytestmark = [pytest.mark.harness, pytest.mark.slow]

BENCH, CELL = "fac-03-vision-bench", "fac-01-cell-a"
NIGHTS = (
    datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
    datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    datetime(2027, 10, 30, 22, 30, tzinfo=UTC),
)
"""Over the ends of summer time, and over its beginning."""
HOSTILE = {
    "plain": "plain",
    "CR\rLF\nboth\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:x@example.com": (
        "CR\nLF\nboth\nBEGIN:VEVENT\nATTENDEE:mailto:x@example.com"
    ),
    "nul\x00bell\x07escape\x1b[31m": "nulbellescape[31m",
    "lone \ud800 surrogate \udfff": "lone \ufffd surrogate \ufffd",
    "a; b, c \\ d: \"e\" 'f' ^g": "a; b, c \\ d: \"e\" 'f' ^g",
    "kenttäkoe " * 500 + "end": "kenttäkoe " * 500 + "end",
    "🤖🏽👩‍🔬 " * 40 + "end": "🤖🏽👩‍🔬 " * 40 + "end",
    "בדיקת רובוט \u202e evil \u2066 more": "בדיקת רובוט \u202e evil \u2066 more",
    "line\u2028para\u2029end": "line\npara\nend",
    "{{ 7*7 }} %(text)s %s </script>": "{{ 7*7 }} %(text)s %s </script>",
}
"""What somebody may call a stay, and what a calendar shall show of it."""
SHOWN_AS = {"firm": "%s", "tentative": "[Awaiting approval] %s", "released": "[Cancelled] %s"}
STATES = {"firm": "CONFIRMED", "tentative": "TENTATIVE", "released": "CANCELLED"}
CHEAP = ("--skip", "khal,vdirsyncer,radicale-put,ical")
"""Leaves out the slow programs: they read the first feed."""


@pytest.fixture
def told(house):
    """What each stay is called, by UID; stays of two firms at two places, with their texts."""
    for slug in ("fac-03", "fac-01"):
        house.place(slug)
    house.facilities["fac-03"].site = Site(slug="site-03", host=house.host, name="Park; A, B")
    house.make.session.commit()
    called, rendering = {}, SimpleNamespace(world=house.world)
    with Session(house.engine) as session:
        places = house.world.places(session)
    for number, title in enumerate(HOSTILE):
        firm = house.firms["firm" if number % 2 else "rival"]
        owner = SimpleNamespace(id=house.who("firm" if number % 2 else "rival").user_id)
        facility = house.facilities["fac-03" if number % 3 else "fac-01"]
        pilot = house.make.pilot(firm, owner, facility, submitted_at=house.clock())
        house.make.add(
            Gate(
                pilot_id=pilot.id,
                facility_id=facility.id,
                position=0,
                role="ethics" if number % 4 else "facility_manager",
                title={"en": "Gate"},
                opened_at=house.clock(),
            )
        )
        item = places.resources[BENCH if number % 3 else CELL]
        state = list(STATES)[number % 3]
        start = NIGHTS[number % 3] + timedelta(hours=4 * (number // 3))
        booking = house.make.booking(
            pilot,
            house.make.resource(item.slug),
            start,
            start + timedelta(hours=4),
            state=state,
            ical_sequence=number,
            released_at=house.clock() if state == "released" else None,
        )
        about = SimpleNamespace(
            company=SimpleNamespace(name=title[:200]),
            title=title,
            ref=pilot.ref,
            purpose=title,
            confidential=False,
        )
        house.make.session.execute(
            insert(CalendarText),
            [
                {
                    "booking_id": booking.id,
                    "detail": detail,
                    "language": "en",
                    "text": ics.render_vevent(
                        event_of(rendering, about, booking, item, detail, "en")
                    ),
                }
                for detail in DETAILS
            ],
        )
        house.make.session.commit()
        called[booking.uid] = SHOWN_AS[state] % HOSTILE[title]
    return called


def of_database(house, called, *conditions):
    """The stays that meet these conditions as calendar programs shall understand them."""
    with Session(house.engine) as session:
        rows = session.scalars(select(Booking).join(Booking.pilot).where(*conditions)).all()
        return [
            {
                "uid": row.uid,
                "start": f"{row.starts_at:%Y-%m-%dT%H:%M:%SZ}",
                "end": f"{row.ends_at:%Y-%m-%dT%H:%M:%SZ}",
                "summary": called[row.uid],
                "status": STATES[row.state],
                "sequence": row.ical_sequence,
            }
            for row in rows
        ]


def test_programs_read_every_scope_as_the_database_has_it(house, told, tmp_path):
    made = house.facilities
    rival, pilots = house.firms["rival"], Booking.pilot.property.mapper.class_
    at_fac_03 = Booking.resource_id == house.make.resource(BENCH).id
    gated = pilots.id.in_(select(Gate.pilot_id).where(Gate.role == "ethics"))
    own = pilots.company_id == house.firms["firm"].id
    scopes = {
        "all": ("coordinator", {"name": "All; of, it\\"}, ()),
        "mine": ("firm", {"mine": True}, (own,)),
        "facility": ("coordinator", {"scope": "facility", "facility": "fac-03"}, (at_fac_03,)),
        "site": ("coordinator", {"scope": "site", "site": "site-03"}, (at_fac_03,)),
        "role": ("ethics", {"scope": "role", "role": "ethics"}, (gated,)),
        "company": (
            "manager.fac-03",
            {"scope": "company", "company": "rival"},
            (
                pilots.company_id == rival.id,
                pilots.id.in_(select(Gate.pilot_id).where(Gate.facility_id == made["fac-03"].id)),
            ),
        ),
    }
    house.make.session.commit()  # an open read would block writers on SQLite
    failed, counts = {}, {}
    for scope, (name, wish, conditions) in scopes.items():
        with house.work(name) as work:
            token = make_feed(work, f"{name}@lab.example", wish=FeedWish(detail="title", **wish))
        with Session(house.engine) as session:
            opened = feeds.open_feed(session, house.world, token, house.clock())
            text = feeds.calendar(session, house.world, opened, f"http://lab.example/{scope}")
        assert b"ATTENDEE:" not in text.replace(b"\\nATTENDEE:", b"")
        file = tmp_path / f"{scope}.ics"
        file.write_bytes(text)
        expected = of_database(house, told, *conditions)
        counts[scope] = len(expected)
        check = check_feed(file, {"events": expected}, *(() if scope == "all" else CHEAP))
        read, of = check.consumers_ok.split("/")
        if check.failed or read != of:
            failed[scope] = check.output
    assert failed == {}, "\n".join(failed.values())
    assert counts == {"all": 10, "mine": 5, "facility": 6, "site": 6, "role": 7, "company": 3}
