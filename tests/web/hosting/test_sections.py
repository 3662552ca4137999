"""Every section shows its part of a document and puts it back unchanged."""

import json
from copy import deepcopy

import pytest

from livinglab.assets import examples_path
from livinglab.domain.profile import facility_from_json, facility_to_json
from livinglab.web.hosting.sections import SECTIONS
from livinglab.web.hosting.tree import grow

EXAMPLES = json.loads((examples_path() / "facilities.json").read_text("utf-8"))


def document(slug):
    return facility_to_json(facility_from_json(next(e for e in EXAMPLES if e["id"] == slug)))


def fields(tree, path=""):
    """Names and values as a form sends them."""
    if isinstance(tree, str):
        yield path, tree
        return
    items = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for name, below in items:
        yield from fields(below, f"{path}.{name}" if path else str(name))


def sent(name, stored, changes=None):
    """The document after the section's form was sent with these changes."""
    section = SECTIONS[name]
    typed = dict(fields(section.show(stored))) | (changes or {})
    tree = grow(typed.items(), section.names)
    section.tidy(tree)
    return section.read(stored, tree)


@pytest.mark.parametrize("name", SECTIONS)
@pytest.mark.parametrize("slug", [e["id"] for e in EXAMPLES])
def test_a_form_sent_as_it_was_shown_changes_nothing(name, slug):
    stored = document(slug)
    assert facility_from_json(sent(name, stored)) == facility_from_json(stored)


def test_every_member_of_the_document_has_its_section_or_stays():
    held = {name for section in SECTIONS.values() for name in section.names}
    kept = {"id", "example", "host"}
    assert {*document("fac-02")} - held == kept


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("8-16", [["08:00", "16:00"]]),
        ("08:00 – 16.30", [["08:00", "16:30"]]),
        ("0730–1200; 13—17", [["07:30", "12:00"], ["13:00", "17:00"]]),
        ("20–6", [["20:00", "06:00"]]),
        ("8–24", [["08:00", "24:00"]]),
        ("8–0", [["08:00", "24:00"]]),
        ("in the morning", [["in the morning"]]),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    changed = sent("hours", document("fac-02"), {"resources.0.opening.week.mon": text, "same": ""})
    assert changed["resources"][0]["opening"]["week"]["mon"] == spans


def test_same_hours_follow_the_first_bookable_space_and_leave_shared_things_alone():
    stored = document("fac-01")
    changes = {"resources.0.opening.week.mon": "9–15", "same": "y"}
    opening = [r["opening"] for r in sent("hours", stored, changes)["resources"]]
    assert [o["week"].get("mon") for o in opening[:2]] == [[["09:00", "15:00"]]] * 2
    assert opening[2]["week"] == stored["resources"][2]["opening"]["week"]


def test_a_yearly_closure_over_new_year_and_a_leap_day_come_back():
    stored = document("fac-02")
    stored["closures"] = [
        {"reason": {"en": "a"}, "from": "12-21", "to": "01-06"},
        {"reason": {"en": "b"}, "from": "02-29", "to": "02-29"},
        {"reason": {"en": "c"}, "from": "03-05", "to": "02-29"},
        {"reason": {"en": "d"}, "from": "2027-05-01", "to": "2027-05-02"},
    ]
    assert sent("hours", stored)["closures"] == stored["closures"]


def test_new_rows_get_codes_and_ids_of_their_names():
    stored = document("fac-02")
    changed = sent("tests", stored, {"capabilities.3.name.en": "Fall detection, äö"})
    assert changed["capabilities"][3]["code"] == "fall_detection_ao"
    added = {"resources.2.name.en": "Hall north", "resources.2.bookable": "y"}
    resource = sent("spaces", stored, added)["resources"][2]
    assert resource["id"] == "fac-02-hall-north-2"
    assert resource["opening"] == stored["resources"][0]["opening"]


def test_rows_without_anything_typed_are_left_out():
    stored = document("fac-02")
    blank = dict(fields({"limits": {"2": deepcopy(SECTIONS["limits"].rows["limits"].blank)}}))
    assert sent("limits", stored, blank)["limits"] == stored["limits"]


def test_decimal_commas_and_empty_languages():
    stored = document("fac-02")
    assert sent("prices", stored, {"prices.0.day": "650,50"})["prices"][0]["day"] == 650.5
    assert sent("texts", stored, {"name.sv": " "})["name"].keys() == {"en", "fi"}
    assert sent("stays", stored, {"max_halves": "1,5"})["max_halves"] == 3


@pytest.mark.parametrize(
    ("name", "path", "owns"),
    [
        ("hours", "resources.0.opening.week.mon", True),
        ("hours", "resources.0.name.en", False),
        ("spaces", "resources.0.name.en", True),
        ("spaces", "resources.3", True),
        ("hours", "resources.3", True),
        ("texts", "name.fi", True),
        ("texts", "prices.0.day", False),
    ],
)
def test_owns_tells_whose_path_it_is(name, path, owns):
    assert SECTIONS[name].owns(path) is owns
