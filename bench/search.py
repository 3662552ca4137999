"""Searches for free time over HTTP (goals G2 and G3), beside their floor in the same run.

    .venv/bin/python bench/search.py [--facilities 500 --bookings 100000]

The floor of a search over dates is a small JSON answer of the same server plus the same question
put to one whole number per place with a bit per open day. Answers are compared with a search that
tries every day of every place one by one.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from measure import Client, Cost, Server, floor, middle, product, spent, tell, timed
from stage import size_options, stage
from workload import CAPABILITIES, CLOSE, OPEN, Place, Week, Workload

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS = 3
LENGTH = 3
SPRING = (56, 147)
"""Thirteen weeks from the first of March on, as day numbers."""
SAMPLES = 12
LIMIT = 50


@dataclass(frozen=True)
class Question:
    """Which places with a capability have three open days free between two days?"""

    capability: str
    first: int
    last: int

    def query(self, work: Workload, first: str = "from", last: str = "to") -> str:
        """As the address asks it."""
        days = work.date(self.first).isoformat(), work.date(self.last).isoformat()
        asked = {"capability": self.capability, "days": LENGTH, first: days[0], last: days[1]}
        return urlencode(asked)


def questions(window: tuple[int, int] | None, seed: int = 7) -> list[Question]:
    """Two hundred questions about the eight commonest capabilities; fixed days without window."""
    chance = random.Random(seed)
    asked = []
    for _ in range(200):
        first = chance.randrange(7, 350)
        asked.append(Question(chance.choice(CAPABILITIES[:8]), *(window or (first, first + 2))))
    return asked


def able(work: Workload, question: Question) -> list[Place]:
    """Places with the capability."""
    return [place for place in work.places if question.capability in place.capabilities]


def tried(work: Workload, question: Question) -> list[dict[str, Any]]:
    """The answer of ``/slots``, by trying every day of every place."""
    found = []
    for place in able(work, question):
        opened = work.open_days[place.week]
        for day in work.free_starts(place, LENGTH, question.first, question.last):
            last = opened[opened.index(day) + LENGTH - 1]
            found.append((work.instant(day, OPEN), f"{place.slug}-r1", work.instant(last, CLOSE)))
    return [
        {"resource": slug, "start": start.timestamp(), "end": end.timestamp()}
        for start, slug, end in sorted(found)
    ]


def masks(work: Workload) -> list[int]:
    """Per place a bit for each of its open days on which nothing is booked."""
    return [
        sum(
            1 << index
            for index, day in enumerate(work.open_days[place.week])
            if day not in work.held_days[place.number]
        )
        for place in work.places
    ]


class Floor:
    """The same questions put to bits in memory."""

    def __init__(self, work: Workload) -> None:
        self._work = work
        self._bits = masks(work)
        self._able = {code: able(work, Question(code, 0, 0)) for code in CAPABILITIES}

    def ask(self, question: Question) -> dict[int, int]:
        """Per place that has any, the free starts in the window as bits."""
        found, bits = {}, self._bits
        spans: dict[Week, tuple[int, int]] = {}
        for week, opened in self._work.open_days.items():
            inside = [i for i, day in enumerate(opened) if question.first <= day <= question.last]
            low = inside[0] if inside else 0
            spans[week] = (low, (1 << len(inside)) - 1)
        for place in self._able[question.capability]:
            low, window = spans[place.week]
            free = bits[place.number] >> low & window
            starts = free & free >> 1 & free >> 2
            if starts:
                found[place.number] = starts
        return found

    def count(self, question: Question) -> int:
        """How many free starts there are."""
        return sum(starts.bit_count() for starts in self.ask(question).values())


def check(client: Client, work: Workload, bits: Floor, asked: Sequence[Question]) -> None:
    """Compare answers with those found by trying."""
    for question in asked[:SAMPLES]:
        expected = tried(work, question)
        assert bits.count(question) == len(expected), question
        answer = client.json(f"/api/v1/slots?{question.query(work)}&limit={LIMIT}")["items"]
        assert [_slot(item) for item in answer] == expected[:LIMIT], question
        first: dict[str, float] = {}
        for slot in expected:
            first.setdefault(slot["resource"].removesuffix("-r1"), slot["start"])
        found, query = [], question.query(work, "free_from", "free_to")
        following = f"/api/v1/facilities?{query}&limit=200"
        while following:
            page = client.json(following)
            found += [(_instant(item["first_free"]), item["id"]) for item in page["items"]]
            cursor = page["next"]
            following = cursor and f"/api/v1/facilities?{query}&limit=200&cursor={cursor}"
        assert found == sorted((start, slug) for slug, start in first.items()), question


def _slot(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "resource": item["resource"],
        "start": _instant(item["start"]),
        "end": _instant(item["end"]),
    }


def _instant(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def measure(server: Server, hello: Server, work: Workload, bits: Floor) -> dict[str, list[Cost]]:
    """Each row once."""
    client, small = server.client(), hello.client()
    window, fixed = questions(SPRING), questions(None)

    def slots(asked: list[Question]) -> Cost:
        return timed(server, lambda i: client.get(f"/api/v1/slots?{asked[i % 200].query(work)}")[1])

    def places(asked: list[Question]) -> Cost:
        queries = [question.query(work, "free_from", "free_to") for question in asked]
        return timed(server, lambda i: client.get(f"/api/v1/facilities?{queries[i % 200]}")[1])

    return {
        "hello": [timed(hello, lambda _: small.get("/json")[1])],
        "bits, window": [spent(lambda i: bits.ask(window[i % 200]))],
        "bits, fixed": [spent(lambda i: bits.ask(fixed[i % 200]))],
        "livez": [timed(server, lambda _: client.get("/livez")[1])],
        "slots, window": [slots(window)],
        "slots, fixed": [slots(fixed)],
        "facilities, window": [places(window)],
        "facilities, fixed": [places(fixed)],
    }


def main() -> None:
    """Measure and print."""
    options = size_options(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    made = stage(chosen.facilities, chosen.bookings, chosen.days, url=chosen.database)
    work, bits = made.work, Floor(made.work)
    rows: dict[str, list[Cost]] = {}
    with floor() as hello, product(made.url) as server:
        client = server.client()
        check(client, work, bits, [*questions(SPRING)[: SAMPLES // 2], *questions(None)])
        for _ in range(chosen.rounds):
            for name, costs in measure(server, hello, work, bits).items():
                rows.setdefault(name, []).extend(costs)
    result = {name: middle(costs) for name, costs in rows.items()}
    print(f"# {chosen.facilities} places, {chosen.bookings} bookings, {work.density:.1%} booked")
    tell("hello JSON, same server", result["hello"])
    tell("floor: bits in memory, 3 days in 13 weeks", result["bits, window"])
    tell("floor: bits in memory, 3 fixed days", result["bits, fixed"])
    tell("GET /livez", result["livez"], result["hello"])
    for name, words in (("window", "3 days in 13 weeks"), ("fixed", "3 fixed days")):
        base = result["hello"] + result[f"bits, {name}"]
        tell(f"GET /slots, {words}", result[f"slots, {name}"], base)
        tell(f"GET /facilities, {words}", result[f"facilities, {name}"], base)


if __name__ == "__main__":
    main()
