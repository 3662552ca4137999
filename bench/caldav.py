"""Calendar programs that sign in (goal: nothing changed is told in under 10 ms at 10 000 objects).

    .venv/bin/python bench/caldav.py [--facilities 50 --bookings 10000]

Floors in the same run: a small JSON answer; the stored texts by one SQL statement; as many bytes
from the memory of the same server. Memory is that of the product's processes, at rest and after
everything was asked for.
"""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from typing import TYPE_CHECKING

from feed import TEXTS
from measure import Cost, Server, floor, middle, product, spent, tell, timed
from stage import COORDINATOR, size_options, stage

if TYPE_CHECKING:
    from measure import Client
    from stage import Stage

ROUNDS = 3
MULTI = 207
NAMESPACES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
CTAG = f"<D:propfind {NAMESPACES}><D:prop><D:sync-token/></D:prop></D:propfind>"
ETAGS = f"<D:propfind {NAMESPACES}><D:prop><D:getetag/></D:prop></D:propfind>"
TIME = '<C:time-range start="{}" end="{}"/>'


class Program:
    """A calendar program that reads the calendar of everything."""

    def __init__(self, client: Client, email: str, password: str) -> None:
        sent = b64encode(f"{email}:{password}".encode()).decode()
        self.client, self.headers = client, {"Authorization": f"Basic {sent}"}
        body = self.ask("PROPFIND", "/dav/", CTAG.replace("sync-token", "current-user-principal"))
        self.path = body.decode().split("<D:current-user-principal><D:href>")[1].split("<")[0]
        self.path += "all/"

    def ask(self, method: str, path: str, body: str, depth: str = "0") -> bytes:
        """The body of an answer that must be a multi-status."""
        status, answer, _ = self.client.ask(method, path, body, self.headers | {"Depth": depth})
        assert status == MULTI, (status, answer[:500])
        return answer

    def sync(self, token: str = "") -> bytes:
        """What changed since a token."""
        asked = f"<D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>"
        prop = "<D:prop><D:getetag/></D:prop>"
        report = f"<D:sync-collection {NAMESPACES}>{asked}{prop}</D:sync-collection>"
        return self.ask("REPORT", self.path, report)

    def query(self, inside: str) -> bytes:
        """Whole objects that a filter finds."""
        comp = f'<C:comp-filter name="VEVENT">{inside}</C:comp-filter>'
        asked = f'<C:filter><C:comp-filter name="VCALENDAR">{comp}</C:comp-filter></C:filter>'
        prop = "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
        report = f"<C:calendar-query {NAMESPACES}>{prop}{asked}</C:calendar-query>"
        return self.ask("REPORT", self.path, report, "1")

    def multiget(self, paths: list[str]) -> bytes:
        """Whole objects by their addresses."""
        hrefs = "".join(f"<D:href>{path}</D:href>" for path in paths)
        prop = "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
        report = f"<C:calendar-multiget {NAMESPACES}>{prop}{hrefs}</C:calendar-multiget>"
        return self.ask("REPORT", self.path, report, "1")


def measure(made: Stage, server: Server, small: Server) -> tuple[int, dict[str, Cost], float]:
    """The number of objects, each row once, and megabytes that came to those at rest."""
    bare, rest = small.client(), sum(server.memory().values())
    program = Program(server.client(), COORDINATOR, made.app_password(COORDINATOR))
    first = program.sync().decode()
    token = first.split("<D:sync-token>")[1].split("<")[0]
    paths = [part.split("<")[0] for part in first.split("<D:href>")[1:101]]
    assert b"<D:response>" not in program.sync(token)
    whole = program.query("")
    assert whole.count(b"BEGIN:VEVENT") == first.count("<D:response>")
    database = sqlite3.connect(made.url.removeprefix("sqlite:///"))
    week = made.work.base
    span = TIME.format(f"{week:%Y%m%d}T000000Z", f"{week:%Y%m}28T000000Z")
    costs = {
        "hello": timed(small, lambda _: bare.get("/json")[1]),
        "joined": spent(lambda _: "".join(text for (text,) in database.execute(TEXTS)).encode()),
        "bytes": timed(small, lambda _: bare.get(f"/bytes/{len(whole)}")[1]),
        "ctag": timed(server, lambda _: program.ask("PROPFIND", program.path, CTAG)),
        "same": timed(server, lambda _: program.sync(token)),
        "etags": timed(server, lambda _: program.ask("PROPFIND", program.path, ETAGS, "1")),
        "first": timed(server, lambda _: program.sync()),
        "some": timed(server, lambda _: program.query(span)),
        "hundred": timed(server, lambda _: program.multiget(paths)),
        "whole": timed(server, lambda _: program.query("")),
    }
    return first.count("<D:response>"), costs, sum(server.memory().values()) - rest


def main() -> None:
    """Measure and print."""
    options = size_options(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.set_defaults(facilities=50, bookings=10_000)
    chosen = options.parse_args()
    staged = stage(chosen.facilities, chosen.bookings, chosen.days, texts=True)
    rows: dict[str, list[Cost]] = {}
    objects, more = 0, 0.0
    with staged.copied() as made, floor() as small:
        for _ in range(chosen.rounds):
            with product(made.url) as server:  # anew: memory is that of its first answers
                objects, costs, grown = measure(made, server, small)
            more = max(more, grown)
            for name, cost in costs.items():
                rows.setdefault(name, []).append(cost)
    result = {name: middle(costs) for name, costs in rows.items()}
    base = result["joined"] + result["bytes"]
    print(f"# {objects} objects of {chosen.bookings} bookings; {more:.0f} MB above rest")
    tell("hello JSON, same server", result["hello"])
    tell("floor: stored texts, one statement, one join", result["joined"])
    tell("floor: as many bytes from memory", result["bytes"])
    tell("PROPFIND, the token alone", result["ctag"], result["hello"])
    tell("sync, nothing changed", result["same"], result["hello"])
    tell("PROPFIND, every etag", result["etags"], base)
    tell("sync, first: every etag", result["first"], base)
    tell("query, up to four weeks with data", result["some"])
    tell("multiget of 100", result["hundred"])
    tell("query, everything with data", result["whole"], base)


if __name__ == "__main__":
    main()
