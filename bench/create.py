"""Asking for time and getting it over HTTP (goal G4), beside its floor in the same run.

    .venv/bin/python bench/create.py [--facilities 500 --bookings 100000]

A pilot is made, sent (all rules judged, gates opened, mails written) and approved (booking and
calendar texts), each with its audit row in one durable transaction. The floor of each call is a
small JSON answer of the same server plus one durable commit of one row with the product's database
settings.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from itertools import count
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from measure import Client, Cost, Server, floor, middle, product, spent, tell, timed
from sqlalchemy import create_engine, func, make_url, select, text
from stage import FIRM, FOLDER, MANAGER, Stage, size_options, stage

from livinglab.db.engine import engine_options, prepare
from livinglab.db.tables import Audit, Booking

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3
SECONDS = 4
SPRING = (56, 147)
ROOM = 30
ARTICLE = {
    "name": "Inspector 2",
    "kind": "vision_system",
    "count": 1,
    "mass_kg": 40,
    "dimensions_mm": [600, 400, 900],
    "power": {"phases": 1, "voltage": 230, "current_a": 16},
    "battery_kwh": 0,
    "laser_class": 1,
    "conformity": "ce",
    "uses_ai": True,
    "people_in_view": False,
}


class Cases:
    """Pilots on their way: each call takes the next one a step further."""

    def __init__(self, made: Stage, server: Server) -> None:
        self._work = made.work
        self._firm = server.client(made.token(FIRM))
        self._manager = server.client(made.token(MANAGER))
        self._numbers = count()
        self._roomy = [
            p for p in made.work.places if len(made.work.free_starts(p, 1, *SPRING)) > ROOM
        ]
        self.drafts: list[dict[str, Any]] = []
        self.sent: list[dict[str, Any]] = []
        self.approved = 0

    def create(self, _: int) -> bytes:
        """A draft of one day somewhere in thirteen weeks."""
        number = next(self._numbers)
        place = self._roomy[number % len(self._roomy)]
        window = {
            "start": self._work.date(SPRING[0]).isoformat(),
            "end": self._work.date(SPRING[1]).isoformat(),
        }
        draft = {
            "title": f"Copper strip inspection {number}",
            "purpose": "Find surface faults on moving strip.",
            "focus_areas": ["automation_robotics"],
            "test_article": ARTICLE,
            "periods": [{"facility": place.slug, "days": 1, "windows": [window]}],
        }
        answer = self._firm.post("/api/v1/pilots", draft)
        assert (answer["state"], answer["problems"]) == ("draft", []), answer
        self.drafts.append(answer)
        return b""

    def submit(self, _: int) -> bytes:
        """Send the oldest draft."""
        draft = self.drafts.pop(0)
        answer = self._act(self._firm, draft, "submit", {})
        assert answer["state"] == "submitted", answer
        self.sent.append(answer)
        return b""

    def approve(self, _: int) -> bytes:
        """Approve the oldest request; the first free day is taken."""
        asked = self.sent.pop(0)
        answer = self._act(self._manager, asked, "approve", {"gate": asked["gates"][0]["id"]})
        assert [b["state"] for b in answer["bookings"]] == ["firm"], answer
        self.approved += 1
        return b""

    def _act(self, client: Client, pilot: dict[str, Any], action: str, more: object) -> Any:  # noqa: ANN401
        path = f"/api/v1/pilots/{pilot['ref']}/actions/{action}"
        return client.post(path, {"version": pilot["version"], **dict(more)})


def commit_row(url: str) -> Callable[[int], None]:
    """A call that commits one row durably, with the settings the product gives its connections."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS bench_floor (number INTEGER)"))
    raw: Any = engine.raw_connection().driver_connection
    if isinstance(raw, sqlite3.Connection):

        def lite(number: int) -> None:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("INSERT INTO bench_floor VALUES (?)", (number,))
            raw.execute("COMMIT")

        return lite

    def postgres(number: int) -> None:
        raw.execute("INSERT INTO bench_floor VALUES (%s)", (number,))
        raw.commit()

    return postgres


def fsync_rate() -> float:
    """How many appends of 4 KiB the disk makes durable in a second."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        handle = os.open(Path(folder) / "file", os.O_CREAT | os.O_WRONLY)
        begun, done = time.perf_counter(), 0
        while time.perf_counter() < begun + 1:
            os.write(handle, b"x" * 4096)
            os.fsync(handle)
            done += 1
        os.close(handle)
        return done / (time.perf_counter() - begun)


def counts(made: Stage) -> tuple[int, int]:
    """Bookings and audit rows."""
    engine = made.engine()
    with engine.connect() as connection:
        found = [
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (Booking, Audit)
        ]
    engine.dispose()
    return found[0], found[1]


def main() -> None:
    """Measure and print."""
    options = size_options(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    staged = stage(chosen.facilities, chosen.bookings, chosen.days, url=chosen.database)
    rows: dict[str, list[Cost]] = {}
    syncs: list[float] = []
    with staged.copied() as made, floor() as hello, product(made.url) as server:
        cases, small = Cases(made, server), hello.client()
        before = counts(made)
        spare = "sqlite:///" + made.url.removeprefix("sqlite:///") + ".floor"
        commit = commit_row(spare if made.url.startswith("sqlite") else made.url)
        for _ in range(chosen.rounds):
            syncs.append(fsync_rate())
            steps = {
                "hello": timed(hello, lambda _: small.get("/json")[1]),
                "commit": spent(commit, least=20),
                "create": timed(server, cases.create, seconds=SECONDS),
                "submit": timed(server, cases.submit, times=len(cases.drafts) - 2),
                "approve": timed(server, cases.approve, times=len(cases.sent) - 2),
            }
            for name, cost in steps.items():
                rows.setdefault(name, []).append(cost)
        after = counts(made)
        assert after[0] - before[0] == cases.approved, "one booking per approval"
        assert after[1] - before[1] == 3 * cases.approved, "one audit row per move"
    result = {name: middle(costs) for name, costs in rows.items()}
    kind = make_url(made.url).get_backend_name()
    print(f"# {chosen.facilities} places, {chosen.bookings} bookings, {kind}")
    print(f"# {cases.approved} pilots; the disk makes {median(syncs):.0f} appends a second durable")
    tell("hello JSON, same server", result["hello"])
    tell("floor: one durable commit of one row", result["commit"])
    base = result["hello"] + result["commit"]
    for name in ("create", "submit", "approve"):
        tell(f"POST, {name}", result[name], base)


if __name__ == "__main__":
    main()
