"""The board of a month and the day of all places, as one who sees everything has them.

    .venv/bin/python bench/board.py [--facilities 500 --bookings 100000]

The floor is a small JSON answer of the same server. The month is the one in which the workload's
bookings are; the day is the workload's too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from measure import Client, Cost, floor, middle, product, tell, timed
from stage import COORDINATOR, PASSWORD, size_options, stage

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 3
FIRST_DAY = 56
OK = 200


def asking(client: Client, address: str) -> Callable[[int], bytes]:
    """A call that fetches the document at an address."""

    def ask(_: int) -> bytes:
        status, body, _headers = client.get(address)
        assert status == OK, (address, status)
        return body

    return ask


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
    rows: dict[str, list[Cost]] = {}
    with floor() as hello, product(made.url) as server:
        small, client = hello.client(), server.client()
        client.sign_in(COORDINATOR, PASSWORD)
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
