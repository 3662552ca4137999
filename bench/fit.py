"""One article against every place in the process, beside its floor in the same run.

    .venv/bin/python bench/fit.py [--facilities 500 --bookings 100000]

Places differ: limits, outlets, floors, doors and deciders are varied by their number, and each
round asks about another article. Counted is what `POST /fit` does before JSON is written: verdict
and reasons, what the shipped rules call for, chain, and the first free stay after it. The floor
tells one number of each place and puts its free time to one bisection. Every answer is first
compared with one worked out place by place, with the whole rule book and the plain search.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, date, datetime
from statistics import median
from time import process_time
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session
from stage import size_options, stage, world

from livinglab.domain.article import PowerNeed, TestArticle
from livinglab.domain.facility import Approver, CompressedAir, Facility, Limit, PowerOutlet
from livinglab.domain.facts import facts_of
from livinglab.domain.fit import Verdict, reasons, verdict
from livinglab.domain.messages import Localised
from livinglab.domain.rules import RuleBook, judge
from livinglab.services import fit, rules
from livinglab.services.availability import Finder
from livinglab.services.catalogue import usual_length
from livinglab.services.places import PlacedFacility, PlacedResource, Places

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 51
ARTICLE_KG = 400
ARTICLE = TestArticle(
    name="Ox",
    kind="mobile_manipulator",
    mass_kg=ARTICLE_KG,
    dimensions_mm=(1200, 800, 1500),
    power=PowerNeed(3, 400, 32),
    battery_kwh=6,
    laser_class="2",
    speed_m_s=1.5,
    ingress_ip=54,
    air_bar=6,
    conformity="prototype",
    uses_ai=True,
    ai_risk="limited",
    people_in_view=True,
    mixed_traffic=True,
)
BEGUN = 1_800_000_000
LIGHT = TestArticle(name="Mouse", conformity="ce", people_in_view=True)
ROLES = ("safety_owner", "data_protection", "ethics", "environment", "coordinator")


def varied(number: int, facility: Facility) -> Facility:
    """The place with numbers of its own."""
    return replace(
        facility,
        floor_kpa=5.0 + number % 20,
        air=CompressedAir((6.0, 7.0, 8.0, 5.0)[number % 4]),
        door_m=(0.9 + number % 7 / 2, 2 + number % 5 / 2),
        power=(PowerOutlet("cee", 3, 400, (32, 63, 125, 32, 16)[number % 5]),),
        limits=(
            Limit("mass_kg", maximum=200.0 + 50 * (number % 60)),
            Limit("speed_m_s", maximum=1 + number % 6 / 2, hard=number % 2 == 0),
            Limit("battery_kwh", maximum=2.0 + number % 40, hard=False),
        ),
        approvers=(
            *facility.approvers,
            Approver(ROLES[number % 5], Localised({"en": f"Decider {number}"}), "mixed_traffic"),
        ),
        stay=replace(facility.stay, notice_working_days=5 + number % 30),
        default_lane=("fast", "standard", "enhanced")[number % 3],
    )


def places_of(known: Places) -> Places:
    """The same places, each made different."""
    facilities: dict[str, PlacedFacility] = {}
    for number, (slug, place) in enumerate(known.facilities.items()):
        facilities[slug] = replace(place, facility=varied(number, place.facility))
    resources = {
        slug: PlacedResource(item.id, facilities[item.place.slug], item.resource)
        for slug, item in known.resources.items()
    }
    return Places(
        facilities,
        resources,
        {item.id: item for item in resources.values()},
        {place.id: place for place in facilities.values()},
    )


def check(finder: Finder, book: RuleBook) -> int:
    """Compare every answer with the plain way; returns how many places fit."""
    found = fit.fits(finder, ARTICLE, book)
    for one in found.all:
        facility = one.place.facility
        plain = reasons(ARTICLE, facility)
        assert (one.verdict, list(one.reasons)) == (verdict(plain), plain), facility.slug
        if one.start is None:
            assert one.verdict is Verdict.NO
            continue
        length = usual_length(facility)
        slot, earliest = one.start.slot, one.start.earliest
        if slot is not None:
            facts = facts_of(ARTICLE, facility, days=length.halves / 2)
            days = slot.stay.first_day, slot.stay.last_day
            whole = judge(book, facts, *days)
            assert one.start.judgement.gates == whole.gates, facility.slug
        before = max(link.start for link in earliest.links if link.code not in {"free", "taken"})
        items = finder.places.bookable(facility.slug)
        stays = (finder.first_stay(item, length, (before, date.max)) for item in items)
        first = min((stay.start for stay in stays if stay is not None), default=None)
        assert first == (slot.stay.start if slot else None), facility.slug
    return sum(one.verdict is not Verdict.NO for one in found.all)


def another(number: int) -> TestArticle:
    """An article that nobody has asked about before."""
    return replace(
        ARTICLE,
        mass_kg=ARTICLE_KG + number,
        dimensions_mm=(1200 + number, 800 + number, 1500 + number),
        battery_kwh=6 + number / 100,
        speed_m_s=1 + number / 100,
    )


def timed(work: Callable[[int], object]) -> float:
    """Median milliseconds of processor time."""
    spent = []
    for number in range(ROUNDS):
        begun = process_time()
        work(number)
        spent.append((process_time() - begun) * 1000)
    return median(spent)


def main() -> None:
    """Measure and print."""
    chosen = size_options(__doc__.splitlines()[0]).parse_args()
    made = stage(chosen.facilities, chosen.bookings, chosen.days, url=chosen.database)
    with Session(made.engine()) as session:
        book = rules.current(session).book
        read = Finder.read(world(), session, datetime.now(UTC))
        finder = replace(read, places=places_of(read.places))
        fitting = check(finder, book)
        starts = [finder.busy[item.id].starts for item in finder.places.bookable()]
        masses = [place.facility.limits[0].maximum or 0 for place in finder.places.able()]

        def floor(_: int) -> object:
            return [mass >= ARTICLE_KG for mass in masses], [bisect_left(s, BEGUN) for s in starts]

        whole, least = timed(lambda n: fit.fits(finder, another(n), book)), timed(floor)
        light = timed(lambda n: fit.fits(finder, replace(LIGHT, mass_kg=n), book))
    load = os.getloadavg()[0]
    print(f"# {chosen.facilities} places, {chosen.bookings} bookings, {fitting} fit or ask")
    print(f"# load {load:.1f}, {len(book.rules)} rules, {ROUNDS} rounds")
    print(f"floor: a number and a bisection for each place  {least:8.3f} ms cpu")
    print(f"fit of one article against all places           {whole:8.3f} ms cpu")
    print(f"beside its floor                                {whole / least:8.0f} x")
    print(f"the same for one that fits everywhere           {light:8.3f} ms cpu")


if __name__ == "__main__":
    main()
