"""What a facility still lacks before firms may see it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.db.queries.accounts import deciders
from livinglab.domain.errors import Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.opening import OpenDay, open_day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.facility import Facility
    from livinglab.services.places import PlacedFacility
    from livinglab.services.world import World

YEAR_DAYS = 366


def missing(session: Session, world: World, now: datetime, place: PlacedFacility) -> list[Problem]:
    """Everything a firm would miss, each with its field; empty when it may be published.

    One statement. Names, a summary and a decider's role are part of every document; here it is
    asked whether somebody holds each role, whether it ever opens, what it costs and where it is.
    """
    facility = place.facility
    held = deciders(session, place.id, world.today(now))
    found = list(_facts(world, now, facility))
    for index, approver in enumerate(facility.approvers):
        if approver.role not in held:
            text = Message(
                N_("Nobody decides as “%(title)s” yet. Name a person."), {"title": approver.title}
            )
            found.append(Problem("decider_missing", f"approvers.{index}", text))
    return found


def _facts(world: World, now: datetime, facility: Facility) -> Iterator[Problem]:
    today = world.today(now, facility.zone)
    year = [today + timedelta(days=number) for number in range(YEAR_DAYS)]
    for index, resource in enumerate(facility.resources):
        opens = (open_day(resource.opening, day, world.almanac) for day in year)
        if resource.bookable and not any(isinstance(day, OpenDay) for day in opens):
            text = Message(
                N_("“%(resource)s” does not open within a year. Give it hours."),
                {"resource": resource.name},
            )
            yield Problem("hours_missing", f"resources.{index}.opening", text)
    if facility.price_on(today) is None:
        text = Message(N_("There is no price for today. Add one; 0 is a price."))
        yield Problem("price_missing", "prices", text)
    if not facility.latitude and not facility.longitude:
        text = Message(N_("Say where it is: give latitude and longitude."))
        yield Problem("coordinates_missing", "latitude", text)
    if not facility.capabilities:
        text = Message(N_("Say what can be tested here: add a capability."))
        yield Problem("capabilities_missing", "capabilities", text)
