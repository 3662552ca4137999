"""The workload: places, and bookings that do not clash, the same for the same seed.

    .venv/bin/python bench/workload.py --facilities 500 --bookings 100000

Places are open 08:00 to 20:00, every day, Monday to Saturday, or Monday to Friday; a quarter of
them keeps an hour free on both sides of a stay. Each has 1 + Binomial(4, 0.4) of 20 capabilities of
Zipf(1.0) popularity. Half of the demand for places is Zipf(0.7), half is even. Bookings lie on a
15-minute grid and are placed by trying until nothing clashes; most last from 15 minutes to a day,
one in fifty runs over two to five open days and holds the nights between. 85 % are firm.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple
from zoneinfo import ZoneInfo

from livinglab.adapters.holidays_fi import public_holidays

ZONE = ZoneInfo("Europe/Helsinki")
SLOTS = 96
"""Quarter hours of a day; slots count them from local midnight."""
OPEN, CLOSE = 32, 80
PAD = 4
CAPABILITIES = (
    *("emc", "thermal", "private_5g", "uav", "robotics", "water", "hvac", "optics", "acoustic"),
    *("vibration", "cleanroom", "smart_grid", "charging", "drone_cage", "v2x", "biolab"),
    *("greenhouse", "xr", "iot_mesh", "satlink"),
)
LENGTHS = {1: 0.10, 2: 0.20, 4: 0.30, 8: 0.20, 16: 0.10, 32: 0.05, 48: 0.05}
LONG_STAYS = 0.02
FIRM = 0.85
TRIES = 60
DAY = (1 << SLOTS) - 1


class Week(NamedTuple):
    """On which days a kind of place is open."""

    weekdays: range
    on_holidays: bool
    closed_in_july: bool = False

    def is_open(self, day: date) -> bool:
        """Whether the place opens on that date, 08:00 to 20:00."""
        if day.weekday() not in self.weekdays:
            return False
        if self.closed_in_july and date(day.year, 7, 5) <= day <= date(day.year, 7, 18):
            return False
        return self.on_holidays or day not in public_holidays(day.year)


WEEKS = (
    Week(range(7), on_holidays=True),
    Week(range(7), on_holidays=True),
    Week(range(6), on_holidays=False),
    Week(range(5), on_holidays=False),
    Week(range(5), on_holidays=False, closed_in_july=True),
)


class Place(NamedTuple):
    """A facility with one resource; ``pad`` slots stay free beside each booking."""

    number: int
    capabilities: tuple[str, ...]
    week: Week
    pad: int

    @property
    def slug(self) -> str:
        """Its public id."""
        return f"place-{self.number:04d}"


class Hold(NamedTuple):
    """A booking from a slot of one day to a slot of the same or a later day (day numbers)."""

    place: int
    first_day: int
    first_slot: int
    last_day: int
    last_slot: int
    firm: bool


@dataclass(frozen=True)
class Workload:
    """Places and their bookings over ``days`` days from ``base``, a Monday."""

    base: date
    days: int
    places: list[Place]
    holds: list[Hold]

    def instant(self, day: int, slot: int) -> datetime:
        """The UTC instant of a slot on the wall in Finland."""
        midnight = datetime.combine(self.base + timedelta(days=day), time())
        return (midnight + timedelta(minutes=15 * slot)).replace(tzinfo=ZONE).astimezone(UTC)

    def date(self, day: int) -> date:
        """The date of a day number."""
        return self.base + timedelta(days=day)

    @cached_property
    def open_days(self) -> dict[Week, list[int]]:
        """Day numbers on which places of each kind are open."""
        return {
            week: [day for day in range(self.days) if week.is_open(self.date(day))]
            for week in set(WEEKS)
        }

    @cached_property
    def held_days(self) -> dict[int, set[int]]:
        """Per place, the days on which something is booked; nights lie between held days."""
        found: dict[int, set[int]] = defaultdict(set)
        for hold in self.holds:
            found[hold.place].update(range(hold.first_day, hold.last_day + 1))
        return found

    @property
    def density(self) -> float:
        """Booked share of the open slots."""
        booked = sum(
            (hold.last_day - hold.first_day) * (CLOSE - OPEN) + hold.last_slot - hold.first_slot
            for hold in self.holds
        )
        opened = sum(len(self.open_days[place.week]) for place in self.places)
        return booked / (opened * (CLOSE - OPEN))

    def free_starts(self, place: Place, length: int, first: int, last: int) -> list[int]:
        """Days on which a stay of ``length`` open days can begin, tried one by one.

        It must lie within the days ``first`` to ``last``, both included.
        """
        held = self.held_days[place.number]
        days = [day for day in self.open_days[place.week] if first <= day <= last]
        return [
            days[index]
            for index in range(len(days) - length + 1)
            if held.isdisjoint(range(days[index], days[index + length - 1] + 1))
        ]


def default_base() -> date:
    """Monday 4 January 2027, or once that is past, a Monday at least two weeks ahead."""
    soon = datetime.now(ZONE).date() + timedelta(days=14)
    return max(date(2027, 1, 4), soon + timedelta(days=-soon.weekday() % 7))


def generate(
    facilities: int, bookings: int, days: int = 365, seed: int = 1, base: date | None = None
) -> Workload:
    """Make a workload.

    Raises:
        ValueError: so many bookings do not fit.
    """
    chance = random.Random(seed)
    places = [_place(number, chance) for number in range(facilities)]
    work = Workload(base or default_base(), days, places, [])
    ranks = list(range(facilities))
    chance.shuffle(ranks)
    demand = list(accumulate(1 / (rank + 1) ** 0.7 for rank in ranks))
    taken: dict[tuple[int, int], int] = defaultdict(int)
    tries = 0
    while len(work.holds) < bookings:
        tries += 1
        if tries > bookings * TRIES:
            raise ValueError(f"too dense: {len(work.holds)} of {bookings} bookings fit")
        # Popular places fill up: with half of the demand even, the trying always ends.
        place = (
            chance.choices(places, cum_weights=demand)[0] if tries % 2 else chance.choice(places)
        )
        hold = _hold(place, work.open_days[place.week], chance)
        masks = _masks(hold, place.pad)
        if any(taken[place.number, day] & mask for day, mask in masks.items()):
            continue
        for day, mask in masks.items():
            taken[place.number, day] |= mask
        work.holds.append(hold)
    return work


def _place(number: int, chance: random.Random) -> Place:
    wanted = 1 + sum(chance.random() < 0.4 for _ in range(4))  # noqa: PLR2004  # Binomial(4, 0.4)
    popularity = [1 / (rank + 1) for rank in range(len(CAPABILITIES))]
    codes: dict[str, None] = {}
    while len(codes) < wanted:
        codes[chance.choices(CAPABILITIES, popularity)[0]] = None
    return Place(number, tuple(codes), chance.choice(WEEKS), PAD if number % 4 == 0 else 0)


def _hold(place: Place, open_days: list[int], chance: random.Random) -> Hold:
    index = chance.randrange(len(open_days) - 5)
    firm = chance.random() < FIRM
    if chance.random() < LONG_STAYS:
        last = open_days[index + chance.randrange(1, 5)]
        return Hold(place.number, open_days[index], OPEN, last, CLOSE, firm)
    length = chance.choices(list(LENGTHS), list(LENGTHS.values()))[0]
    start = chance.randrange(OPEN, CLOSE - length + 1)
    return Hold(place.number, open_days[index], start, open_days[index], start + length, firm)


def _masks(hold: Hold, pad: int) -> dict[int, int]:
    """Which slots of which days the booking takes, its margins included, as bits."""
    masks = dict.fromkeys(range(hold.first_day, hold.last_day + 1), DAY)
    masks[hold.first_day] &= DAY << (hold.first_slot - pad)
    masks[hold.last_day] &= (1 << (hold.last_slot + pad)) - 1
    return masks


def main() -> None:
    """Tell what would be made."""
    options = argparse.ArgumentParser(description="Make a workload and describe it.")
    options.add_argument("--facilities", type=int, default=500)
    options.add_argument("--bookings", type=int, default=100_000)
    options.add_argument("--days", type=int, default=365)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    made = generate(chosen.facilities, chosen.bookings, chosen.days, chosen.seed)
    print(
        f"{len(made.places)} places, {len(made.holds)} bookings over {made.days} days from"
        f" {made.base}, {made.density:.1%} of the open time"
    )


if __name__ == "__main__":
    main()
