"""The board of a month and the day of all places, as one who sees everything has them.

    .venv/bin/python bench/board.py [--facilities 500 --bookings 100000]

The floor is a small JSON answer of the same server. The month is the one in which the workload's
bookings are; the day is the workload's too. Before anything is measured, the stays on the pages,
their bars and the figures of the day are compared with the workload.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from measure import Client, Cost, floor, middle, product, tell, timed
from stage import COORDINATOR, PASSWORD, size_options, stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from workload import Workload

ROUNDS = 3
FIRST_DAY = 56
DAYS = 28
PLACES = 50
"""Places on one page of the board."""
OK = 200
STAY = re.compile(r'll-also">(BENCH-[0-9]+) ·')
"""A row of a table: the reference below the title."""
BAR = re.compile(r'href="/inbox/(BENCH-[0-9]+)"[^>]*><svg class="t-(?:firm|tent)\b')
"""A bar of the drawing; those of buffers are of another class."""
FIGURES = re.compile(r"([0-9]+) stays?, ([0-9]+) arrives?, ([0-9]+) leaves?[.]")
FOLLOWING = re.compile(r'rel="next" href="([^"]+page=[0-9]+)"')


def asking(client: Client, address: str) -> Callable[[int], bytes]:
    """A call that fetches the document at an address."""

    def ask(_: int) -> bytes:
        status, body, _headers = client.get(address)
        assert status == OK, (address, status)
        return body

    return ask


def stays(work: Workload, days: range, places: int) -> list[str]:
    """References of what lies on these days at the first so many places, sorted."""
    return [
        f"BENCH-{number:07d}"
        for number, hold in enumerate(work.holds, 1)
        if hold.place < places and hold.first_day < days.stop and hold.last_day >= days.start
    ]


def check_board(page: str, expected: list[str]) -> None:
    """Compare a board's table and bars with what the workload has there."""
    assert sorted(STAY.findall(page)) == expected
    assert sorted(BAR.findall(page)) == expected


def check_day(ask: Callable[[str], str], address: str, work: Workload) -> None:
    """Compare the figures of a day, and the stays on all its pages, with the workload."""
    there = [hold for hold in work.holds if hold.first_day <= FIRST_DAY <= hold.last_day]
    comes = sum(hold.first_day == FIRST_DAY for hold in there)
    goes = sum(hold.last_day == FIRST_DAY for hold in there)
    found: list[str] = []
    following = address
    while following:
        page = ask(following)
        told = FIGURES.search(page)
        assert told, following
        assert told.groups() == (str(len(there)), str(comes), str(goes)), following
        found += STAY.findall(page)
        more = FOLLOWING.search(page)
        following = more[1].replace("&amp;", "&") if more else ""
    assert sorted(found) == stays(work, range(FIRST_DAY, FIRST_DAY + 1), len(work.places))


def main() -> None:
    """Measure and print."""
    options = size_options(__doc__.splitlines()[0])
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    made = stage(chosen.facilities, chosen.bookings, chosen.days, url=chosen.database)
    day = made.work.date(FIRST_DAY)
    pages = {
        "GET /board, a month, all places": f"/board?scale=month&from={day}",
        "GET /board, a month, one place": f"/board?scale=month&from={day}&facility=place-0000",
        "GET /today, all places": f"/today?day={day}",
    }
    month, one, whole_day = pages.values()
    days = range(FIRST_DAY, FIRST_DAY + DAYS)
    rows: dict[str, list[Cost]] = {}
    with floor() as hello, product(made.url) as server:
        small, client = hello.client(), server.client()
        client.sign_in(COORDINATOR, PASSWORD)

        def read(address: str) -> str:
            return asking(client, address)(0).decode()

        check_board(read(month), stays(made.work, days, PLACES))
        check_board(read(one), stays(made.work, days, 1))
        check_day(read, whole_day, made.work)
        for _ in range(chosen.rounds):
            rows.setdefault("hello", []).append(timed(hello, lambda _: small.get("/json")[1]))
            for words, address in pages.items():
                cost = timed(server, asking(client, address), least=3)
                rows.setdefault(words, []).append(cost)
    result = {name: middle(costs) for name, costs in rows.items()}
    print(f"# {chosen.facilities} places, {chosen.bookings} bookings")
    tell("hello JSON, same server", result["hello"])
    for words in pages:
        tell(words, result[words], result["hello"])


if __name__ == "__main__":
    main()
