"""The search over everything: what is found, in which order, and for whom."""

import pytest
from sqlalchemy.orm import Session

from livinglab.domain.access import Principal
from livinglab.services.search import MOST_WORDS, SHOWN, search

HOST = Principal(
    1, "a@b.example", "A", 1, "host", "Lab", frozenset({("facility_manager", "fac-06")})
)


@pytest.fixture
def look(house):
    """What a reader finds: `look("robot", who)`."""
    for slug in ("fac-01", "fac-02", "fac-03", "fac-06"):
        house.place(slug)

    def find(text, who=None):
        with Session(house.engine) as session:
            return search(session, house.world.places(session), who, text)

    return find


def slugs(hits):
    return [place.slug for place in hits.facilities.hits]


def test_facilities_named_so_stand_before_those_that_only_tell_of_it(look):
    assert slugs(look("robotics lab")) == ["fac-01"]
    found = look("robot")
    assert found.facilities.total == len(slugs(found))
    assert slugs(found)[:2] == ["fac-01", "fac-02"]


@pytest.mark.parametrize("text", ["osasarjojen keräily", "OSASARJOJEN KERAILY", "keräily osasarj"])
def test_capabilities_are_found_in_every_language(look, text):
    hits = look(text)
    assert [(hit.code, hit.places) for hit in hits.capabilities.hits] == [("kitting", 1)]
    assert hits.words == tuple(hits.words)
    assert slugs(hits) == ["fac-01"]


def test_no_words_find_nothing(look):
    assert look("  ").total == 0
    assert look("").words == ()


def test_no_more_words_are_looked_for_than_make_sense(look):
    assert look(" ".join(f"w{n}" for n in range(30))).words == tuple(
        f"w{n}" for n in range(MOST_WORDS)
    )


def test_visitors_find_neither_pilots_nor_companies(house, look):
    firm = house.firms["firm"]
    house.make.pilot(firm, house.make.user("x@lab.example", firm), title="Robot of a rival")
    hits = look("robot")
    assert (hits.pilots.total, hits.companies.total) == (0, 0)


def test_a_facility_that_is_not_published_is_found_by_its_people_only(house, look):
    look("")
    row = house.facilities["fac-06"]
    row = house.make.session.merge(row)
    row.published, row.version = False, row.version + 1
    house.make.session.commit()
    assert slugs(look("simulator")) == []
    assert slugs(look("simulator", HOST)) == ["fac-06"]


def test_only_some_are_shown_and_all_are_counted(house, look):
    firm = house.firms["firm"]
    user = house.make.user("x@lab.example", firm)
    for _ in range(SHOWN + 2):
        house.make.pilot(firm, user, title="Ox")
    who = Principal(1, "a@b.example", "A", firm.id, "company", "F", frozenset())
    hits = look("ox", who)
    assert (len(hits.pilots.hits), hits.pilots.total, hits.total) == (SHOWN, SHOWN + 2, SHOWN + 2)
