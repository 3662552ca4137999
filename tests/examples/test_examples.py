"""The example files: typed, marked as examples, complete in three languages."""

import pytest

from livinglab.domain.profile import facility_to_json
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.domain.zones import zone
from tests.examples.data import BY_REF, COMPANIES, FACILITIES, PILOTS, PROFILES, RESOURCES, load


def texts(value):
    """Every text in several languages inside a JSON value."""
    if isinstance(value, dict):
        if "en" in value:
            yield value
        for child in value.values():
            yield from texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from texts(child)


def test_there_are_14_facilities_with_23_resources_12_companies_and_60_requests():
    bookable = [slug for slug, (_, resource) in RESOURCES.items() if resource.bookable]
    assert (len(FACILITIES), len(bookable), len(COMPANIES), len(BY_REF)) == (14, 23, 12, 60)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile["id"])
def test_facility_file_is_what_the_program_itself_would_write(profile):
    assert facility_to_json(FACILITIES[profile["id"]]) == profile


@pytest.mark.parametrize("name", ["facilities", "companies", "blocks"])
def test_every_text_speaks_three_languages(name):
    found = list(texts(load(name)))
    assert found
    assert [text for text in found if set(text) != set(LANGUAGES) or not all(text.values())] == []


def test_everything_says_that_it_is_an_example():
    assert [row for row in (*PROFILES, *COMPANIES, *PILOTS) if row["example"] is not True] == []


def test_companies_live_in_zones_that_exist():
    assert len({zone(company["zone"]).key for company in COMPANIES}) == 12
    assert [company["id"] for company in COMPANIES] == [f"c{n:02}" for n in range(1, 13)]
