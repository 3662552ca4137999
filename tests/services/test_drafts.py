"""Drafts that never were in the catalogue are taken away for good."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.tables import Audit, Facility, FacilityVersion, Membership, Resource
from livinglab.domain.errors import IllegalTransition, NotAllowed, StaleVersion
from livinglab.services import drafts, editing
from tests.casework import MONDAY, at
from tests.keeping import create, fresh, standing


def remove(house, name, slug="hall-9", version=1):
    with house.work(name) as work:
        drafts.remove(work, slug, version)


@pytest.mark.both_engines
def test_a_draft_goes_with_all_that_hangs_on_it(placed):
    create(placed, "admin", fresh())
    placed.block("hall-9-vision-bench", at(MONDAY, 8), at(MONDAY, 9))
    remove(placed, "admin")
    with Session(placed.engine) as session:
        assert session.scalars(select(Facility.slug)).all() == ["fac-03"]
        assert len(session.scalars(select(Resource)).all()) == 2
        assert len(session.scalars(select(FacilityVersion)).all()) == 1
        assert session.scalars(select(Membership).where(Membership.facility_id != 1)).all() == []
        assert session.scalars(select(Audit.action).order_by(Audit.id.desc())).first() == "delete"


@pytest.mark.both_engines
def test_its_id_is_free_again_and_nothing_is_remembered_of_it(placed):
    create(placed, "admin", fresh())
    assert standing(placed, "hall-9")[2]["crane_t"] == 0
    remove(placed, "admin")
    create(placed, "admin", fresh(crane_t=5))
    assert standing(placed, "hall-9")[2]["crane_t"] == 5


def test_what_was_in_the_catalogue_stays(placed):
    create(placed, "manager.fac-03", fresh())
    with placed.work("admin") as work:
        editing.publish(work, "hall-9", 1)
    with pytest.raises(IllegalTransition):
        remove(placed, "admin", version=2)
    with placed.work("admin") as work:
        editing.withdraw(work, "hall-9", 2)
    with pytest.raises(IllegalTransition):
        remove(placed, "admin", version=3)


def test_only_who_runs_it_and_read_its_last_version(placed):
    create(placed, "admin", fresh())
    with pytest.raises(NotAllowed):
        remove(placed, "admin:read")
    with pytest.raises(StaleVersion):
        remove(placed, "admin", version=2)
