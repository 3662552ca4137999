"""Calendar feeds (goals G5 and G6): the first reading, the next, and "nothing changed".

    .venv/bin/python bench/feed.py [--facilities 50 --bookings 10000]

Memory is that of the server before and after. Floors in the same run: the stored texts by one SQL
statement and one join; icalendar writing the same number of events; as many bytes from the memory
of the same server; a bare 304; a small JSON answer.
"""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import icalendar
from measure import Cost, Server, floor, middle, product, spent, tell, timed
from stage import COORDINATOR, size_options, stage

if TYPE_CHECKING:
    from stage import Stage
    from workload import Workload

ROUNDS = 3
JCAL = "application/calendar+json"
UNBOUNDED = {"feed_reads_per_minute": "100000000"}
TEXTS = """
SELECT calendar_text.text FROM booking JOIN calendar_text
ON calendar_text.booking_id = booking.id AND detail = 'full' AND language = 'en'
ORDER BY booking.starts_at, booking.id
"""


def by_library(work: Workload) -> bytes:
    """The workload's bookings as icalendar writes them."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//bench//")
    calendar.add("version", "2.0")
    stamp = datetime(2026, 12, 1, tzinfo=UTC)
    for number, hold in enumerate(work.holds):
        event = icalendar.Event()
        event.add("uid", f"bench-{number}@livinglab.example")
        event.add("dtstamp", stamp)
        event.add("dtstart", work.instant(hold.first_day, hold.first_slot))
        event.add("dtend", work.instant(hold.last_day, hold.last_slot))
        event.add("summary", f"Test of robot {number}; phase 2")
        event.add("location", f"Hall, Place {hold.place:04d}")
        event.add("status", "CONFIRMED" if hold.firm else "TENTATIVE")
        calendar.add_component(event)
    return calendar.to_ical()


def measure(made: Stage, server: Server, small: Server) -> tuple[int, dict[str, Cost]]:
    """The number of events, and each row once."""
    client, bare = server.client(), small.client()
    path = f"/feeds/{made.feed(COORDINATOR)}.ics"
    status, body, headers = client.get(path)
    assert status == 200, status  # noqa: PLR2004
    events = body.count(b"BEGIN:VEVENT")
    etag = headers["ETag"]
    assert client.get(path, If_None_Match=etag)[0] == 304  # noqa: PLR2004
    assert body == client.get(path)[1]
    database = sqlite3.connect(made.url.removeprefix("sqlite:///"))

    def joined(_: int) -> bytes:
        return "".join(text for (text,) in database.execute(TEXTS)).encode()

    def library(_: int) -> bytes:
        return by_library(made.work)

    stored = f"/bytes/{len(body)}"
    return events, {
        "hello": timed(small, lambda _: bare.get("/json")[1]),
        "joined": spent(joined),
        "library": spent(library, least=1),
        "bytes": timed(small, lambda _: bare.get(stored)[1]),
        "bare 304": timed(small, lambda _: bare.get(stored, If_None_Match='"1"')[1]),
        "feed": timed(server, lambda _: client.get(path)[1]),
        "gzip": timed(server, lambda _: client.get(path, Accept_Encoding="gzip")[1]),
        "jcal": timed(server, lambda _: client.get(path, Accept=JCAL)[1]),
        "304": timed(server, lambda _: client.get(path, If_None_Match=etag)[1]),
    }


def main() -> None:
    """Measure and print."""
    options = size_options(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.set_defaults(facilities=50, bookings=10_000)
    chosen = options.parse_args()
    staged = stage(chosen.facilities, chosen.bookings, chosen.days, texts=True)
    rows: dict[str, list[Cost]] = {}
    events, idle, busy = 0, 0.0, 0.0
    with staged.copied() as made, product(made.url, **UNBOUNDED) as server, floor() as small:
        idle = sum(server.memory().values())
        for _ in range(chosen.rounds):
            events, costs = measure(made, server, small)
            for name, cost in costs.items():
                rows.setdefault(name, []).append(cost)
            busy = max(busy, sum(server.memory().values()))
    result = {name: middle(costs) for name, costs in rows.items()}
    print(f"# {events} events of {chosen.bookings} bookings")
    tell("hello JSON, same server", result["hello"])
    tell("floor: stored texts, one statement, one join", result["joined"])
    tell("icalendar writes as many events", result["library"])
    tell("floor: as many bytes from memory", result["bytes"])
    tell("floor: a bare 304", result["bare 304"])
    tell("GET feed", result["feed"], result["joined"] + result["bytes"])
    tell("GET feed, gzip", result["gzip"], result["joined"] + result["bytes"])
    tell("GET feed, jCal", result["jcal"], result["joined"] + result["bytes"])
    tell("GET feed, nothing changed: 304", result["304"], result["hello"])
    print(f"memory: {idle:.0f} MB at rest, {busy - idle:+.0f} MB after these feeds")


if __name__ == "__main__":
    main()
