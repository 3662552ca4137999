"""A facility as linked data: what is known, and nothing that is not."""

import pytest

from livinglab.domain.facility import Facility
from livinglab.domain.messages import Localised
from livinglab.web.linked_data import place_data

ADDRESS = "https://lab.example/facilities/hall"
HALL = Facility(
    slug="hall",
    name=Localised({"en": "Hall", "fi": "Halli"}),
    summary=Localised({"en": "A hall.", "fi": "Halli."}),
    host="Host",
    municipality="Pori",
    kind="hall",
    focus_areas=("sote",),
)


@pytest.fixture
def described(app):
    """What is said of the hall in a language: `described("fi", …)`."""

    def describe(language="en", **given):
        given = {"facts": [], **given}
        with app.test_request_context(headers={"Accept-Language": language}):
            return place_data(HALL, ADDRESS, **given)

    return describe


def test_a_place_of_which_little_is_known_says_no_more(described):
    assert described() == {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "Place",
                "@id": f"{ADDRESS}#place",
                "name": "Hall",
                "description": "A hall.",
                "url": ADDRESS,
                "address": {"@type": "PostalAddress", "addressLocality": "Pori"},
            },
            {
                "@type": "BreadcrumbList",
                "itemListElement": [
                    {"@type": "ListItem", "position": n, "name": name, "item": target}
                    for n, name, target in (
                        (1, "Home", "https://lab.example/"),
                        (2, "Facilities", "https://lab.example/facilities"),
                        (3, "Hall", ADDRESS),
                    )
                ],
            },
        ],
    }


def test_facts_and_pictures_are_told(described):
    place = described(facts=[("Floor", "20 kPa", "")], pictures=["/photos/7/abc/large"])["@graph"][
        0
    ]
    assert place["image"] == ["https://lab.example/photos/7/abc/large"]
    assert place["amenityFeature"] == [
        {"@type": "LocationFeatureSpecification", "name": "Floor", "value": "20 kPa"}
    ]


def test_it_speaks_the_language_of_the_page(described):
    place, crumbs = described("fi")["@graph"]
    assert (place["name"], place["description"]) == ("Halli", "Halli.")
    assert [item["name"] for item in crumbs["itemListElement"]] == [
        "Etusivu",
        "Testitilat",
        "Halli",
    ]
