"""The application with two places, two firms and four hosts, all of whom speak HTTP to it."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
from sqlalchemy import text

from livinglab.db.flask_db import db
from livinglab.services import accounts, jobs, tokens
from livinglab.services.work import begin_work
from livinglab.web import context
from tests.conftest import NOW
from tests.emptying import empty
from tests.web.model.model import FIRMS, PEOPLE, STAY

PORI = ZoneInfo("Europe/Helsinki")
MONDAY = date(2027, 2, 1)
LAST = MONDAY + timedelta(days=18)
SLUGS = {"hall": "fac-02", "bench": "fac-03"}
RESOURCES = {"hall": "fac-02-hall-south", "bench": "fac-03-vision-bench"}
HOURS = {"hall": (7, 21), "bench": (8, 17)}
NOON = 14
"""When the first half of a day in the hall ends."""
FEEDS = {"ada": None, "bo": None, "coordinator": None, "manager": "fac-02"}
"""Whose feeds are read, and of which facility; None: of the person."""
EMPTIED = (
    *("calendar_text", "booking", "block", "audit", "outbox", "gate", "condition", "paper"),
    *("window_wish", "period", "pilot", "idempotency_key", "job_run", "counter"),
)
OVERLAPS = """
    SELECT count(*) FROM booking a JOIN booking b ON a.resource_id = b.resource_id AND a.id < b.id
    WHERE a.state IN ('tentative', 'firm') AND b.state IN ('tentative', 'firm')
    AND a.blocked_from < b.blocked_to AND b.blocked_from < a.blocked_to
"""
MOVES = """
    SELECT object_ref, action, from_state, to_state FROM audit
    WHERE object_kind = 'pilot' AND action NOT IN ('read', 'escalate') ORDER BY id
"""


def day(number):
    """The date of a working day by number: 0 is the Monday, 5 the next one."""
    return MONDAY + timedelta(days=7 * (number // 5) + number % 5)


def span(place, start):
    """From when to when a stay lasts that begins at the cell."""
    opens, closes = HOURS[place]
    return _at(day(start // 2), opens), _at(day((start + STAY) // 2 - 1), closes)


def blocked_to(place, start):
    """Until when such a stay blocks its place."""
    return _at(day((start + STAY) // 2), NOON) if place == "hall" else span(place, start)[1]


def slot(place, start):
    """The stay as an action names it."""
    begins, ends = (moment.isoformat() for moment in span(place, start))
    return {"period": 0, "resource": RESOURCES[place], "start": begins, "end": ends}


def closed(place, number):
    """A whole day closed, as JSON."""
    return {
        "resource": RESOURCES[place],
        "kind": "maintenance",
        "reason": "Service",
        "start": _at(day(number), 0).isoformat(),
        "end": _at(day(number) + timedelta(days=1), 0).isoformat(),
    }


def windows(given):
    """Wishes as JSON."""
    return [
        {"start": day(first).isoformat(), "end": day(last).isoformat()} for first, last in given
    ]


def wish(place, given, title, *, mixed):
    """A request as JSON."""
    article = {"name": "Strider", "kind": "legged_robot", "mass_kg": 60, "speed_m_s": 1.2}
    return {
        "title": title,
        "purpose": "To see whether it works.",
        "focus_areas": ["automation_robotics"],
        "test_article": article | {"mixed_traffic": mixed},
        "periods": periods(place, given),
    }


def periods(place, given):
    named = {"facility": SLUGS[place], "resource": RESOURCES[place], "days": STAY // 2}
    return [named | {"windows": windows(given)}]


def _at(date_, hour):
    return datetime(date_.year, date_.month, date_.day, hour, tzinfo=PORI)


@dataclass
class Feed:
    """What a reader of a feed knows from the last time."""

    url: str
    etag: str = ""
    body: bytes = b""
    read_on: date = date.min
    events: dict = field(default_factory=dict)


class Town:
    """One database with its application and everybody's clients."""

    def __init__(self, app, clock, make, login):
        self.app, self.clock, self.make = app, clock, make
        host = make.host()
        roles = {
            "manager": ("facility_manager", make.facility(host, SLUGS["hall"], papers=[])),
            "other": ("facility_manager", make.facility(host, SLUGS["bench"], papers=[])),
            "safety": "safety_owner",
            "coordinator": "coordinator",
        }
        for name, role in roles.items():
            make.user(f"{name}@test.example", host, role, name=name.title())
        for name in FIRMS:
            company = make.company(name, name=f"{name.title()} Robotics")
            make.user(f"{name}@test.example", company, name=name.title())
        self.tokens, self.browsers, self.feeds = {}, {}, {}
        for name in PEOPLE:
            email = f"{name}@test.example"
            with self._work() as work:
                self.tokens[name] = tokens.make_token(work, email, "write")
            self.browsers[name] = app.test_client()
            login(self.browsers[name], email)
        for name, facility in FEEDS.items():
            with self._work() as work:
                token = accounts.make_feed(work, f"{name}@test.example", facility)
            self.feeds[name] = Feed(f"/feeds/{token}.ics")
        with app.app_context():
            self.engine = db.engine
        self.client = app.test_client()

    def _work(self):
        return begin_work(self.make.session, self.app.extensions[context.WORLD], now=self.clock.now)

    def empty(self):
        """No pilot and no block, and the clock as at the beginning; people and places stay."""
        self.clock.now = NOW
        with self.engine.begin() as connection:
            empty(connection, *EMPTIED)
            for name in ("resource", "facility", "organisation"):
                connection.execute(
                    text(f"UPDATE {name} SET calendar_rev = calendar_rev + 1")  # noqa: S608
                )
        for name, known in self.feeds.items():
            self.feeds[name] = Feed(known.url)

    def tick(self, minutes):
        """Let time pass, and run what has become due."""
        self.clock.now += timedelta(minutes=minutes)
        session, world = self.make.session, self.app.extensions[context.WORLD]
        for job in jobs.due(session, self.clock.now):
            jobs.run(session, world, job, self.clock.now)
        session.rollback()

    # --- HTTP -------------------------------------------------------------------------------

    def api(self, who, method, path, body=None, key=None):
        """A call of the API; nothing may go wrong inside."""
        headers = {"Authorization": f"Bearer {self.tokens[who]}"}
        headers |= {"Idempotency-Key": key} if key else {}
        answer = self.client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        assert answer.status_code < 500, answer.text
        return answer

    def read(self, who, path):
        """The JSON of something that must be there."""
        answer = self.api(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def board(self, who):
        """The calendar page, and its table: (reference or None, time, kind) of what holds time."""
        answer = self.browsers[who].get(f"/board?from={MONDAY}")
        assert answer.status_code == 200, answer.text
        html = answer.text.replace("\u00a0", " ")
        shown = html.partition("</main>")[0]
        table = shown.partition('id="table"')[2].partition("</tbody>")[0]
        found = []
        for row in re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", table, re.DOTALL):
            cells = [
                " ".join(re.sub(r"<[^>]+>", " ", cell).split())
                for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
            ]
            ref = re.search(r"PLL-\d+-\d+", cells[0])
            found.append((ref and ref[0], cells[2], cells[3]))
        return html, found

    def feed(self, who):
        """The events of a feed, held to what its readers rely on.

        A validator changes with the content and only then, or when a day begins; a sequence
        never falls, and rises whenever the event changes.
        """
        known, today = self.feeds[who], self.clock.now.astimezone(PORI).date()
        answer = self.client.get(known.url)
        assert answer.status_code == 200, answer.text
        body, etag = answer.data, answer.headers["ETag"]
        again = self.client.get(known.url, headers={"If-None-Match": known.etag or '"none"'})
        assert again.status_code == (304 if etag == known.etag else 200)
        if known.etag and known.read_on == today:
            assert (etag == known.etag) == (body == known.body)
        events = {}
        for event in icalendar.Calendar.from_ical(body).walk("VEVENT"):
            uid, sequence = str(event["UID"]), int(event["SEQUENCE"])
            rest = event.to_ical()
            before = known.events.get(uid)
            assert uid not in events
            assert before is None or (
                before == (sequence, rest) if before[1] == rest else before[0] < sequence
            )
            events[uid] = (sequence, rest)
        assert known.events.keys() <= events.keys()
        self.feeds[who] = Feed(known.url, etag, body, today, events)
        return [
            (
                str(event["URL"]).rpartition("/")[2],
                str(event["STATUS"]),
                event.decoded("DTSTART"),
                event.decoded("DTEND"),
            )
            for event in icalendar.Calendar.from_ical(body).walk("VEVENT")
        ]

    # --- The database -----------------------------------------------------------------------

    def rows(self, statement):
        """What a statement finds."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(statement))]
