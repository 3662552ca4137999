"""Hosts describe their places: saved as versions, taken back, shown and withdrawn."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.tables import Audit, Facility, FacilityVersion, Membership
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    RulesBroken,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.profile import facility_to_json
from livinglab.services import editing
from livinglab.services.importing import import_facility
from tests.factories import example_profile

BENCH = "fac-03-vision-bench"
MANAGER = "manager.fac-03"


def document(slug="fac-03", **changes):
    return {**json.loads(example_profile(slug)), **changes}


@pytest.fixture
def placed(house):
    """The vision lab as imported, version 1, with its manager."""
    with house.work("admin") as work:
        import_facility(work, document())
    (facility,) = house.make.all(select(Facility))
    house.facilities["fac-03"] = facility
    house._person(MANAGER, facility.host, ("facility_manager", facility))
    return house


def standing(house, slug="fac-03"):
    """(version, published, document) as the database has them."""
    with house.work() as work:
        place = work.world.places(work.session).facilities[slug]
        return place.version, place.published, facility_to_json(place.facility)


def change(house, name=MANAGER, *, version=1, slug="fac-03", note="", **changes):
    now = standing(house, slug)[2]
    with house.work(name) as work:
        return editing.change(work, slug, {**now, **changes}, version, note).version


def actions(house):
    """(number, action, published) of every version kept."""
    with Session(house.engine) as session:
        rows = session.scalars(select(FacilityVersion).order_by(FacilityVersion.number))
        return [(row.number, row.action, row.published) for row in rows]


@pytest.mark.both_engines
def test_a_change_is_a_new_version(placed):
    before = standing(placed)[2]
    assert change(placed, floor_kpa=7, note="Measured.") == 2
    assert standing(placed) == (2, True, {**before, "floor_kpa": 7})
    assert actions(placed) == [(1, "import", True), (2, "edit", True)]
    with Session(placed.engine) as session:
        who = placed.who(MANAGER)
        told = editing.versions(session, who, "fac-03")
        assert [(v.number, v.by, v.note, v.changed) for v in told] == [
            (2, MANAGER, "Measured.", ("floor_kpa",)),
            (1, "admin", "", ()),
        ]
        assert editing.version(session, who, "fac-03", 1) == before
        assert session.scalars(select(Audit.action)).all() == ["import", "edit"]


def test_the_same_again_changes_nothing(placed):
    assert change(placed) == 1
    assert actions(placed) == [(1, "import", True)]


@pytest.mark.both_engines
def test_a_change_is_taken_back_step_by_step(placed):
    before = standing(placed)[2]
    change(placed, floor_kpa=7)
    change(placed, version=2, crane_t=3)
    for number, left in ((3, {"floor_kpa": 7}), (4, {})):
        with placed.work(MANAGER) as work:
            assert editing.undo(work, "fac-03", number).version == number + 1
        assert standing(placed) == (number + 1, True, {**before, **left})
    with pytest.raises(IllegalTransition), placed.work(MANAGER) as work:
        editing.undo(work, "fac-03", 5)
