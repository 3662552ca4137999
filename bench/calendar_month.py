"""A month of all places (goal G7): over the API and as the board, beside the rows themselves.

    .venv/bin/python bench/calendar_month.py [--facilities 500 --bookings 100000]

The floor is one SQL statement for what a calendar shows of each booking, fetched as plain rows,
and the same rows written as JSON by one call.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from measure import Client, Cost, Server, middle, product, spent, tell, timed
from sqlalchemy import make_url
from stage import COORDINATOR, PASSWORD, Stage, size_options, stage

if TYPE_CHECKING:
    from workload import Workload

ROUNDS = 3
DAYS = 31
FIRST_DAY = 56
PAGE = 1000
ROWS = """
SELECT booking.id, pilot.ref, pilot.title, organisation.name, resource.slug, facility.slug,
       booking.state, booking.starts_at, booking.ends_at, booking.blocked_from, booking.blocked_to
FROM booking JOIN pilot ON pilot.id = booking.pilot_id
JOIN organisation ON organisation.id = pilot.company_id
JOIN resource ON resource.id = booking.resource_id
JOIN facility ON facility.id = resource.facility_id
WHERE booking.ends_at > ? AND booking.starts_at < ? ORDER BY booking.starts_at, booking.id
"""


def expected(work: Workload) -> list[tuple[str, float, float]]:
    """Resource, start and end of every booking of the month, by start."""
    start, end = work.instant(FIRST_DAY, 0), work.instant(FIRST_DAY + DAYS, 0)
    found = []
    for number, hold in enumerate(work.holds, 1):
        begins = work.instant(hold.first_day, hold.first_slot)
        ends = work.instant(hold.last_day, hold.last_slot)
        if ends > start and begins < end:
            slug = f"{work.places[hold.place].slug}-r1"
            found.append((begins, number, (slug, begins.timestamp(), ends.timestamp())))
    return [entry for _, _, entry in sorted(found)]


class Month:
    """The month of one stage, asked for in several ways."""

    def __init__(self, made: Stage, server: Server) -> None:
        work = made.work
        self._first, self._last = work.date(FIRST_DAY), work.date(FIRST_DAY + DAYS - 1)
        self._span = tuple(
            work.instant(day, 0).strftime("%Y-%m-%d %H:%M:%S.%f")
            for day in (FIRST_DAY, FIRST_DAY + DAYS)
        )
        self._database = sqlite3.connect(made.url.removeprefix("sqlite:///"))
        self._api = server.client(made.token(COORDINATOR, "read"))
        self._browser: Client = server.client()
        self._browser.sign_in(COORDINATOR, PASSWORD)

    def rows(self, _: int = 0) -> list[tuple[Any, ...]]:
        """The rows themselves."""
        return self._database.execute(ROWS, self._span).fetchall()

    def rows_as_json(self, _: int = 0) -> str:
        """The rows as JSON."""
        return json.dumps(self.rows())

    def page(self, _: int = 0) -> bytes:
        """The first page of the month over the API."""
        return self._api.get(self._address(""))[1]

    def whole(self, _: int = 0) -> bytes:
        """Every page of the month over the API, one after the other."""
        found, cursor = b"", ""
        while cursor is not None:
            status, body, _ = self._api.get(self._address(cursor))
            assert status == 200, body[:500]  # noqa: PLR2004
            cursor = json.loads(body)["next"]
            found += body
        return found

    def board(self, _: int = 0) -> bytes:
        """The board of four weeks, all places."""
        return self._board("")

    def board_of_one(self, _: int = 0) -> bytes:
        """The board of four weeks of one place."""
        return self._board("&facility=place-0000")

    def _board(self, more: str) -> bytes:
        status, body, _ = self._browser.get(f"/board?scale=month&from={self._first}{more}")
        assert status == 200, status  # noqa: PLR2004
        return body

    def _address(self, cursor: str) -> str:
        asked = {"from": self._first, "to": self._last, "limit": PAGE}
        if cursor:
            asked["cursor"] = cursor
        return f"/api/v1/bookings?{urlencode(asked)}"


def check(month: Month, work: Workload) -> int:
    """Compare the answers with the workload; how many bookings the month has."""
    wanted = expected(work)
    told = [
        (item["resource"], _instant(item["start"]), _instant(item["end"]))
        for page in month.whole().splitlines()
        for item in json.loads(page)["items"]
    ]
    assert told == wanted
    assert len(month.rows()) == len(wanted)
    return len(wanted)


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def main() -> None:
    """Measure and print."""
    options = size_options(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    made = stage(chosen.facilities, chosen.bookings, chosen.days, url=chosen.database)
    assert make_url(made.url).get_backend_name() == "sqlite", "the floor is SQLite's"
    rows: dict[str, list[Cost]] = {}
    with product(made.url) as server:
        month = Month(made, server)
        count = check(month, made.work)
        for _ in range(chosen.rounds):
            steps = {
                "sql": spent(month.rows),
                "json": spent(month.rows_as_json),
                "page": timed(server, month.page),
                "whole": timed(server, month.whole, seconds=6),
                "one": timed(server, month.board_of_one),
                "board": timed(server, month.board, seconds=6, least=3),
            }
            for name, cost in steps.items():
                rows.setdefault(name, []).append(cost)
    result = {name: middle(costs) for name, costs in rows.items()}
    print(f"# {chosen.facilities} places, {chosen.bookings} bookings, {count} in {DAYS} days")
    tell("floor: rows by one statement", result["sql"])
    tell("floor: the same rows as JSON", result["json"])
    tell(f"GET /bookings, {DAYS} days, all pages of {PAGE}", result["whole"], result["json"])
    tell(f"GET /bookings, one page of {PAGE}", result["page"])
    tell("GET /board, 28 days, all places", result["board"], result["json"])
    tell("GET /board, 28 days, one place", result["one"])


if __name__ == "__main__":
    main()
