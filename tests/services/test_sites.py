"""A site is renamed for all the places on it at once."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.tables import FacilityVersion, Site
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    StaleVersion,
)
from livinglab.services import editing, sites
from livinglab.services.importing import import_facility
from tests.keeping import MANAGER, adopt, change, document, standing

SITE = document()["site"]
NAME = SITE["name"]


@pytest.fixture
def shared(placed):
    """Two places of one host on one site; one person manages the first, Rita both."""
    with placed.work("admin") as work:
        import_facility(work, document("fac-01", host=document()["host"], site=SITE))
    first = placed.facilities["fac-03"]
    adopt(placed, "fac-01")
    roles = [("facility_manager", facility) for facility in (first, placed.facilities["fac-01"])]
    placed.person("rita", first.host, *roles)
    return placed


def rename(house, by="rita", *, name="New site", old=NAME, slug=SITE["id"]):
    with house.work(by) as work:
        return sites.rename(work, slug, name, old).name


def named(house):
    return {slug: standing(house, slug)[2]["site"]["name"] for slug in ("fac-01", "fac-03")}


@pytest.mark.both_engines
def test_every_place_on_it_tells_the_new_name(shared):
    assert rename(shared) == "New site"
    assert named(shared) == {"fac-01": "New site", "fac-03": "New site"}
    with Session(shared.engine) as session:
        assert session.scalars(select(Site.name).where(Site.slug == SITE["id"])).one() == "New site"
        kept = session.scalars(select(FacilityVersion.action).where(FacilityVersion.number == 2))
        assert kept.all() == ["rename", "rename"]


def test_the_same_name_changes_nothing(shared):
    assert rename(shared, name=NAME) == NAME
    assert standing(shared)[0] == 1


def test_undo_leaves_the_sites_name_alone(shared):
    rename(shared)
    with pytest.raises(IllegalTransition), shared.work(MANAGER) as work:
        editing.undo(work, "fac-03", 2)
    change(shared, version=2, floor_kpa=7)
    with shared.work(MANAGER) as work:
        editing.undo(work, "fac-03", 3)
    assert named(shared) == {"fac-01": "New site", "fac-03": "New site"}
    assert standing(shared)[2]["floor_kpa"] == document()["floor_kpa"]


def test_one_place_alone_does_not_rename_the_site(shared):
    with pytest.raises(InvalidInput) as raised:
        change(shared, site={**SITE, "name": "Mine"})
    assert [(p.code, p.field) for p in raised.value.problems] == [("site_name", "site.name")]


@pytest.mark.parametrize(
    ("by", "values", "refusal"),
    [
        (MANAGER, {}, NotAllowed),
        ("firm", {}, NotAllowed),
        ("rita:read", {}, NotAllowed),
        ("rita", {"slug": "nowhere"}, NotFound),
        ("rita", {"old": "Another"}, StaleVersion),
        ("rita", {"name": " "}, InvalidInput),
        ("rita", {"name": "x" * 201}, InvalidInput),
        ("rita", {"name": "a\nb"}, InvalidInput),
    ],
)
def test_refusals_leave_the_name(shared, by, values, refusal):
    with pytest.raises(refusal):
        rename(shared, by, **values)
    assert named(shared) == {"fac-01": NAME, "fac-03": NAME}
