"""Importing places: made, brought up to date, with their bookings and history kept."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.tables import Audit, Facility, FacilityVersion, Organisation, Resource, Site
from livinglab.domain.errors import InvalidInput, RulesBroken
from livinglab.services.importing import import_facility
from tests.casework import MONDAY, Held, at
from tests.factories import example_profile

BENCH, WORKSPACE = "fac-03-vision-bench", "fac-03-gpu-workspace-remote"


def document(slug="fac-03", **changes):
    """An example place's document, alone: no way leads on from it."""
    return {**json.loads(example_profile(slug)), "next_place": None, **changes}


def bring(house, value):
    with house.work("admin") as work:
        return import_facility(work, value).version


def resources(house):
    with Session(house.engine) as session:
        found = session.scalars(select(Resource).order_by(Resource.slug))
        return {row.slug: (row.position, row.bookable) for row in found}


def without(slug):
    whole = document()
    return {**whole, "resources": [r for r in whole["resources"] if r["id"] != slug]}


@pytest.mark.both_engines
def test_a_new_place_comes_with_host_and_resources(house):
    assert bring(house, document()) == 1
    assert resources(house) == {BENCH: (0, True), WORKSPACE: (1, True)}
    with Session(house.engine) as session:
        facility = session.scalars(select(Facility)).one()
        assert (facility.slug, facility.kind, facility.municipality) == ("fac-03", "lab", "Pori")
        assert facility.host.slug == document()["host"]["id"]
        assert facility.is_example
        assert session.scalars(select(Audit.action)).all() == ["import"]


@pytest.mark.both_engines
def test_a_known_place_is_brought_up_to_date(house):
    bring(house, document())
    changed = document(municipality="Ulvila")
    changed["resources"] = [*reversed(changed["resources"])]
    assert bring(house, changed) == 2
    assert resources(house) == {BENCH: (1, True), WORKSPACE: (0, True)}
    with house.work() as work:
        place = work.world.places(work.session).facilities["fac-03"]
        assert place.facility.municipality == "Ulvila"
    with Session(house.engine) as session:
        assert session.scalars(select(Organisation.slug).order_by(Organisation.id)).all() == [
            *("living-lab", "host", "firm", "rival", document()["host"]["id"]),
        ]


@pytest.mark.both_engines
def test_bookings_stay_when_their_resource_goes(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    before = house.held(ref), house.texts(ref)
    bring(house, without(BENCH))
    assert resources(house) == {BENCH: (0, False), WORKSPACE: (0, True)}
    assert (house.held(ref), house.texts(ref)) == before
    other = house.draft("rival", facility="fac-03", days=1)
    with pytest.raises(InvalidInput):
        house.draft("rival", resource=BENCH)
    house.act(other, "submit", "rival")
    house.approve(other, "manager.fac-03")
    assert [held.resource for held in house.held(other)] == [WORKSPACE]
    assert house.act(ref, "cancel", "firm", note="Late.") == "cancelled"


def test_a_resource_that_comes_back_can_be_booked_again(house):
    bring(house, document())
    bring(house, without(BENCH))
    bring(house, document())
    assert resources(house) == {BENCH: (0, True), WORKSPACE: (1, True)}


def test_new_rules_count_at_once_and_keep_what_was_agreed(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    closed = {"reason": {"en": "Move"}, "from": "2027-01-01", "to": "2027-01-31"}
    bring(house, document(closures=[closed]))
    assert house.held(ref) == [Held(BENCH, "firm", at(MONDAY, 8), at(MONDAY, 17))]
    late = house.draft("rival", resource=BENCH, days=1)
    with pytest.raises(RulesBroken) as raised:
        house.act(late, "submit", "rival")
    assert [problem.code for problem in raised.value.problems] == ["closed"]


@pytest.mark.both_engines
def test_new_names_are_told_to_calendars(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    texts = house.texts(ref)
    bring(house, document(floor_kpa=7))
    assert house.texts(ref) == texts
    bring(house, document(name={"en": "Vision hall", "fi": "Näköhalli", "sv": "Synhallen"}))
    told = {
        language: text
        for (_, detail, language), text in house.texts(ref).items()
        if detail == "busy"
    }
    assert [("Vision hall" in told["en"]), ("Näköhalli" in told["fi"])] == [True, True]


def test_an_id_of_another_place_is_refused_and_nothing_changed(house):
    bring(house, document())
    thief = document("fac-01")
    with Session(house.engine) as session:
        session.add(Resource(slug="fac-01-cell-a", facility_id=1))
        session.commit()
    with pytest.raises(InvalidInput) as raised:
        bring(house, thief)
    assert [(p.code, p.field) for p in raised.value.problems] == [("id_taken", "resources.0.id")]
    with Session(house.engine) as session:
        assert session.scalars(select(Facility.slug)).all() == ["fac-03"]


def test_a_company_is_no_host(house):
    with pytest.raises(InvalidInput) as raised:
        bring(house, document(host={"id": "firm", "name": "Firm"}))
    assert [(p.code, p.field) for p in raised.value.problems] == [("not_a_host", "host.id")]


def test_a_document_with_faults_changes_nothing(house):
    with pytest.raises(InvalidInput):
        bring(house, document(kind="castle"))
    assert resources(house) == {}


def bring_both(house, *documents):
    """Import several documents in one unit of work."""
    with house.work("admin") as work:
        for one in documents:
            import_facility(work, one)
            work.world.places(work.session)


def test_what_was_rolled_back_is_not_remembered(house):
    bring(house, document())
    with pytest.raises(InvalidInput):
        bring_both(house, document(municipality="Rauma"), document(kind="castle"))
    assert bring(house, document(municipality="Ulvila")) == 2
    with house.work() as work:
        assert municipality(work) == "Ulvila"


def municipality(work):
    return work.world.places(work.session).facilities["fac-03"].facility.municipality


def test_each_change_is_kept_as_a_version(house):
    bring(house, document())
    bring(house, document(municipality="Ulvila"))
    with Session(house.engine) as session:
        kept = session.scalars(select(FacilityVersion).order_by(FacilityVersion.number)).all()
        assert [(v.number, v.action, v.published) for v in kept] == [
            (1, "import", True),
            (2, "import", True),
        ]
        assert [v.profile["municipality"] for v in kept] == ["Pori", "Ulvila"]


def test_a_site_is_made_once_and_belongs_to_one_host(house):
    bring(house, document())
    bring(house, document(site={"id": "site-03", "name": "New Name"}))
    with Session(house.engine) as session:
        assert [(s.slug, s.name) for s in session.scalars(select(Site))] == [
            ("site-03", "New Name")
        ]
    with pytest.raises(InvalidInput) as refusal:
        bring(house, document("fac-04", site={"id": "site-03", "name": "New Name"}))
    assert [(p.code, p.field) for p in refusal.value.problems] == [("id_taken", "site.id")]
