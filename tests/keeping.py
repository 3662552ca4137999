"""Hosts at work on their places, for tests of what they may do and what follows."""

import json

from sqlalchemy import select

from livinglab.db.tables import Facility
from livinglab.domain.profile import facility_to_json
from livinglab.services import editing
from tests.factories import example_profile

MANAGER = "manager.fac-03"


def document(slug="fac-03", **changes):
    """An example place's document with other values."""
    return {**json.loads(example_profile(slug)), **changes}


def adopt(house, slug="fac-03"):
    """Let an imported place have its manager, `manager.fac-03`."""
    session = house.make.session
    facility = session.scalars(select(Facility).where(Facility.slug == slug)).one()
    house.facilities[slug] = facility
    house.person(f"manager.{slug}", facility.host, ("facility_manager", facility))
    session.commit()


def standing(house, slug="fac-03"):
    """(version, published, document) as the database has them."""
    with house.work() as work:
        place = work.world.places(work.session).facilities[slug]
        return place.version, place.published, facility_to_json(place.facility)


def change(house, by=MANAGER, *, version=1, slug="fac-03", note="", **changes):
    """Change parts of a place; its version after it."""
    now = standing(house, slug)[2]
    with house.work(by) as work:
        return editing.change(work, slug, {**now, **changes}, version, note).version


def consequences(house, by=MANAGER, *, slug="fac-03", **changes):
    """What a change of these parts would touch."""
    now = standing(house, slug)[2]
    with house.work() as work:
        return editing.consequences(
            work.session, work.world, work.now, house.who(by), slug, {**now, **changes}
        )


def fresh(**changes):
    """A place nobody has described yet, run by the vision lab's host."""
    whole = document(id="hall-9", example=False, next_place=None) | changes
    whole["resources"] = [
        {**one, "id": one["id"].replace("fac-03", "hall-9")} for one in whole["resources"]
    ]
    return whole


def create(house, by, whole):
    with house.work(by) as work:
        return editing.create(work, whole).slug
