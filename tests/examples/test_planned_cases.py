"""What the example requests get wrong on purpose is caught with the right sentence."""

from datetime import date

import pytest

from livinglab.adapters.texts import sentence
from livinglab.domain.evidence import Given, Person, Standing, flaws
from livinglab.domain.messages import Localised
from livinglab.domain.rules import EvidenceAsked
from tests.examples.data import BLOCKS, BY_REF, CALENDARS, stay_of
from tests.gates_examples import earliest, judged, lane
from tests.rulebooks import SHIPPED

IN_SERVICE = "A prototype is used in the host’s work: the exception for labs does not cover that."


def test_a_ferry_in_the_closed_season_is_told_so():
    row = BY_REF["0056"]
    first = date.fromisoformat(row["windows"][0]["start"])
    assert stay_of(row) is None
    told = sentence(CALENDARS[row["resource"]].closed[first].message, "en")
    assert told == "Closed: Closed season in May and June"
    day, _ = earliest(row)
    assert day not in CALENDARS[row["resource"]].closed


def test_an_insurance_that_ends_a_day_early_is_named_with_its_day():
    row = BY_REF["0032"]
    last = stay_of(row).last_day
    asked = EvidenceAsked("insurance", Localised({"en": "Insurance"}), expires=True)
    ends = date.fromordinal(last.toordinal() - 1)
    (flaw,) = flaws(asked, Given(ends, ""), (), last)
    assert flaw.standing is Standing.EXPIRED
    assert sentence(flaw.message, "en") == (
        "“Insurance” ends on Sun 13 Dec 2026, one day before the stay does."
    )
    assert flaws(asked, Given(last, ""), (), last) == []


def test_who_has_no_safety_card_is_named():
    row = BY_REF["0032"]
    _, _, gates = judged(row)
    (gate,) = (gate for gate in gates if gate.role == "safety_owner")
    assert "safety_cards" in gate.evidence
    people = (Person("Demo Person 1", {"safety_cards": None}), Person("Demo Person 2", {}))
    (flaw,) = flaws(SHIPPED.evidence["safety_cards"], None, people, stay_of(row).last_day)
    assert sentence(flaw.message, "en") == ("Demo Person 2 has no “Occupational safety card” yet.")


def test_a_vessel_call_lies_over_the_yard_tractor():
    row = BY_REF["0027"]
    calls = [
        block["start"]
        for block in BLOCKS
        if block["kind"] == "vessel_call"
        and block["resource"] == row["resource"]
        and block["start"] < row["end"]
        and row["start"] < block["end"]
    ]
    assert calls == ["2026-12-01T04:00"]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        ("0001", ("fast", [])),
        ("0004", ("standard", ["The robot is not CE marked yet."])),
        (
            "0009",
            (
                "enhanced",
                [IN_SERVICE],
            ),
        ),
        ("0058", ("enhanced", ["Visitors from the public are near the robot."])),
    ],
)
def test_lanes_are_told_with_the_answers_that_cause_them(number, expected):
    assert lane(BY_REF[number]) == expected


@pytest.mark.parametrize(
    ("number", "asked"),
    [
        ("0043", {"machinery_directive"}),
        ("0045", {"machinery_directive", "machinery_regulation"}),
        ("0048", {"machinery_regulation"}),
    ],
)
def test_the_law_of_machines_changes_within_the_example_year(number, asked):
    _, found, _ = judged(BY_REF[number])
    assert {rule.id for rule in found.rules if rule.id.startswith("machinery")} == asked
