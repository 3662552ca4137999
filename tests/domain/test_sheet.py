"""A facility as rows of a spreadsheet, and back."""

import json
from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.assets import examples_path
from livinglab.domain.profile import facility_from_json, facility_to_json
from livinglab.domain.sheet import HEADER, Row, read_rows
from tests.domain.sheets import HALL, known_hall, rows_of, sheet, tellable

EXAMPLES = [
    facility_to_json(facility_from_json(found))
    for found in json.loads((examples_path() / "facilities.json").read_text("utf-8"))
]
# --- There and back ---------------------------------------------------------------------------


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda document: document["id"])
def test_what_a_sheet_cannot_say_stays_as_it_is(document):
    assert read_rows(rows_of(document), document) == (document, [])


@pytest.mark.parametrize("document", EXAMPLES, ids=lambda document: document["id"])
def test_a_change_of_one_cell_changes_nothing_else(document):
    rows = rows_of(document)
    rows[0].cells["municipality"] = "Ulvila"
    assert read_rows(rows, document) == (document | {"municipality": "Ulvila"}, [])


@given(tellable())
def test_a_new_facility_comes_back_equal(document):
    facility = facility_from_json(document)
    rows = rows_of(facility_to_json(facility))
    read, flaws = read_rows(rows)
    assert flaws == []
    assert facility_from_json(read) == facility
    assert read_rows(rows, facility_to_json(facility)) == (facility_to_json(facility), [])


@given(st.dictionaries(st.sampled_from(HEADER), st.text(max_size=30)), st.booleans())
def test_any_cells_are_read_or_told(cells, again):
    known = known_hall() if again else None
    before = deepcopy(known)
    sheet(cells, {**cells, "resource_id": "hall-1-b"}, known=known)
    assert known == before


# --- Rows -------------------------------------------------------------------------------------


def test_a_short_row_makes_a_whole_facility():
    document, found = sheet(
        {"current_a": "32", "max_mass_kg": "2500", "price_from": "2026-01-01", "price_day": "620"}
    )
    assert found == set()
    facility = facility_from_json(document)
    (unit,) = facility.resources
    assert (unit.slug, unit.name, unit.bookable) == ("hall-1-1", facility.name, True)
    assert [(o.connector, o.phases, o.current_a) for o in facility.power] == [("cee", 3, 32)]
    assert [(limit.kind, limit.maximum, limit.hard) for limit in facility.limits] == [
        ("mass_kg", 2500, True)
    ]
    assert [a.role for a in facility.approvers] == ["facility_manager"]
    assert (facility.prices[0].day, facility.prices[0].setup) == (620, 0)


def test_further_rows_are_further_spaces():
    second = dict.fromkeys(HALL, "") | {
        "id": "hall-1",
        "resource_id": "hall-1-b",
        "resource_name_en": "B",
    }
    document, found = sheet({"resource_id": "hall-1-a"}, second)
    assert found == set()
    units = facility_from_json(document).resources
    assert [(unit.slug, unit.name.en) for unit in units] == [
        ("hall-1-a", "Hall"),
        ("hall-1-b", "B"),
    ]
    assert units[0].opening == units[1].opening


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([{"name_en": ""}], {(2, "name_en", "missing")}),
        ([{"kind": "castle"}], {(2, "kind", "unknown_code")}),
        ([{"latitude": "north"}], {(2, "latitude", "not_a_number"), (2, "latitude", "missing")}),
        ([{"latitude": "95"}], {(2, "latitude", "out_of_range")}),
        ([{"price_day": "5"}], {(2, "price_from", "missing")}),
        (
            [{"price_from": "1.2.2026", "price_day": "-5"}],
            {(2, "price_from", "not_a_date"), (2, "price_day", "out_of_range")},
        ),
        ([{"max_mass_kg": "-1"}], {(2, "max_mass_kg", "out_of_range")}),
        ([{"min_days": "0.7"}], {(2, "min_days", "not_half_days")}),
        (
            [{"capabilities": "a|b", "capabilities_fi": "x"}],
            {(2, "capabilities_fi", "not_aligned")},
        ),
        ([{"capabilities": "a|a"}], {(2, "capabilities", "repeated")}),
        (
            [{"contact_phone": "0401234567", "contact_role_en": "Desk"}],
            {(2, "contact_phone", "not_a_phone")},
        ),
        ([{"power": "cee 32"}], {(2, "power", "not_outlets")}),
        ([{"example": "perhaps"}], {(2, "example", "not_a_flag")}),
        ([{"opening": "mon 16-8"}], {(2, "opening", "reversed")}),
        ([{"summary_en": "a\x00b"}], {(2, "summary_en", "unsafe_text")}),
        ([{"resource_id": "other-1"}], {(2, "resource_id", "not_an_id")}),
        (
            [{"resource_id": "hall-1-a"}, {"resource_id": "hall-1-a"}],
            {(3, "resource_id", "repeated")},
        ),
        ([{"resource_id": "hall-1-a"}, {}], {(3, "resource_id", "missing")}),
        (
            [{"resource_id": "hall-1-a"}, {"resource_id": "hall-1-b", "opening": "mon"}],
            {(3, "opening", "not_hours")},
        ),
        (
            [{"resource_id": "hall-1-a"}, {"resource_id": "hall-1-b", "municipality": "Ulvila"}],
            {(3, "municipality", "contradiction")},
        ),
    ],
)
def test_faults_stand_at_their_line_and_column(rows, found):
    assert sheet(*rows)[1] == found


def test_an_emptied_cell_takes_away_what_it_said():
    known = known_hall() | {"crane_t": 3.2, "address": "Katu 1"}
    document, found = sheet({"crane_t": "", "address": ""}, known=known)
    assert (document["crane_t"], document["address"], found) == (None, None, set())


def test_a_column_that_is_left_out_changes_nothing():
    known = known_hall() | {"crane_t": 3.2}
    assert read_rows([Row(2, {"id": "hall-1", "municipality": "Rauma"})], known) == (
        known | {"municipality": "Rauma"},
        [],
    )


def test_a_new_price_list_leaves_the_old_ones():
    known = sheet({"price_from": "2026-01-01", "price_day": "620"})[0]
    document, found = sheet({"price_from": "2027-01-01", "price_day": "650"}, known=known)
    assert found == set()
    assert [(p["valid_from"], p["day"]) for p in document["prices"]] == [
        ("2026-01-01", 620),
        ("2027-01-01", 650),
    ]
    document, _ = sheet({"price_from": "2027-01-01", "price_day": "660"}, known=document)
    assert [p["day"] for p in document["prices"]] == [620, 660]


def test_a_space_without_a_row_stays():
    two = sheet({"resource_id": "hall-1-a"}, {"resource_id": "hall-1-b"})[0]
    document, found = sheet({"resource_id": "hall-1-b", "resource_name_en": "Bench"}, known=two)
    assert found == set()
    names = {unit["id"]: unit["name"]["en"] for unit in document["resources"]}
    assert names == {"hall-1-a": "Hall", "hall-1-b": "Bench"}
