"""A facility as JSON: round trips, and every fault named by its place."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.calendar import Buffer, Buffers
from livinglab.domain.errors import InvalidInput
from livinglab.domain.facility import PriceList, Requirement
from livinglab.domain.messages import Localised
from livinglab.domain.opening import Closure, Span, YearDay
from livinglab.domain.profile import facility_from_json, facility_to_json

NAME = {"en": "Hall", "fi": "Halli", "sv": "Hall"}
NIGHT = [["20:00", "06:00"]]


def opening(**week):
    return {
        "week": week,
        "round_the_clock": False,
        "open_on_holidays": False,
        "daylight_only": False,
    }


def hall():
    """A facility with one of everything."""
    return {
        "id": "hall-1",
        "example": True,
        "name": NAME,
        "summary": {"en": "A hall."},
        "host": {"id": "host-1", "name": "Example Host"},
        "site": {"id": "site-1", "name": "Example Yard"},
        "municipality": "Pori",
        "address": "Esimerkkikatu 1",
        "directions": NAME,
        "contact": {"role": NAME, "email": "hall@host.example", "phone": "+358 2 123 4567"},
        "next_place": "hall-2",
        "latitude": 61.5,
        "longitude": 21.8,
        "zone": "Europe/Helsinki",
        "kind": "hall",
        "focus_areas": ["sote", "technology_metals"],
        "area_m2": 640,
        "capabilities": [{"code": "pallet_handling", "name": NAME}],
        "power": [{"connector": "cee", "phases": 3, "voltage": 400, "current_a": 32, "count": 2}],
        "power_note": NAME,
        "air": {"pressure_bar": 6, "flow_l_min": None, "note": None},
        "networks": [NAME],
        "floor_kpa": 20.0,
        "door_m": [4.0, 4.5],
        "crane_t": 3.2,
        "environment": NAME,
        "limits": [{"kind": "mass_kg", "max": 2500, "min": None, "hard": False, "note": NAME}],
        "house_rules": [NAME],
        "papers": [{"code": "insurance", "name": NAME, "when": "always"}],
        "approvers": [{"role": "safety_owner", "title": NAME, "when": "mixed_traffic"}],
        "prices": [
            {
                "valid_from": "2026-01-01",
                "half_day": None,
                "day": 620,
                "setup": 12.5,
                "expert_hour": 105,
            }
        ],
        "notice_working_days": 10,
        "horizon_days": 300,
        "hold_on_submit": True,
        "free_busy_public": True,
        "default_lane": "standard",
        "min_halves": 2,
        "max_halves": 40,
        "step_halves": 2,
        "buffer_before": {"amount": 2, "unit": "hours"},
        "buffer_after": {"amount": 1, "unit": "days"},
        "closures": [
            {"reason": NAME, "from": "12-21", "to": "01-06"},
            {"reason": NAME, "from": "2027-05-10", "to": "2027-06-06"},
        ],
        "resources": [
            {
                "id": "hall-1-north",
                "name": NAME,
                "bookable": True,
                "opening": opening(mon=[["08:00", "12:00"], ["13:00", "24:00"]], sun=NIGHT),
                "requires": [{"resource": "hall-1-noise", "when": "noisy"}],
            },
            {
                "id": "hall-1-noise",
                "name": NAME,
                "bookable": False,
                "opening": opening() | {"round_the_clock": True},
                "requires": [],
            },
        ],
    }


def changed(path, value):
    """The hall with the value at a dotted path replaced; added where it is not there yet."""
    profile = deepcopy(hall())
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = profile
    for step in way:
        place = place[step]
    place[last] = value
    return profile


def faults(profile):
    with pytest.raises(InvalidInput) as refusal:
        facility_from_json(profile)
    return [(problem.code, problem.field) for problem in refusal.value.problems]


def attempt(profile):
    """The facility, or else the problems."""
    try:
        return facility_from_json(profile), ()
    except InvalidInput as refusal:
        return None, refusal.problems


def anything():
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
    return st.recursive(
        scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
    )


def paths(value, so_far=""):
    """Dotted paths of every value inside a JSON value."""
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        path = f"{so_far}.{key}".lstrip(".")
        yield path
        if isinstance(child, dict | list):
            yield from paths(child, path)


def test_facility_to_json_gives_back_what_was_read():
    assert facility_to_json(facility_from_json(hall())) == hall()


def test_facility_from_json_reads_hours_buffers_closures_and_prices():
    facility = facility_from_json(hall())
    north = facility.resources[0]
    assert north.opening.week[0] == (Span(480, 720), Span(780, 1440))
    assert north.opening.week[6] == (Span(1200, 1800),)
    assert north.requires == (Requirement("hall-1-noise", "noisy"),)
    assert facility.stay.buffers == Buffers(Buffer(hours=2), Buffer(halves=2))
    assert facility.prices == (
        PriceList(date(2026, 1, 1), None, Decimal(620), Decimal("12.5"), Decimal(105)),
    )
    assert [(item.latitude, item.zone) for item in (north.opening, facility)] == [
        (61.5, "Europe/Helsinki")
    ] * 2


def test_facility_from_json_gives_its_closures_to_every_resource():
    reason = Localised(NAME)
    expected = (
        Closure(YearDay(12, 21), YearDay(1, 6), reason),
        Closure(date(2027, 5, 10), date(2027, 6, 6), reason),
    )
    facility = facility_from_json(hall())
    assert [item.opening.closures for item in facility.resources] == [expected, expected]


def test_a_closure_of_one_resource_stays_its_own():
    own = [{"reason": NAME, "from": "04-01", "to": "07-31"}]
    profile = changed("resources.0.opening.closures", own)
    facility = facility_from_json(profile)
    assert [len(item.opening.closures) for item in facility.resources] == [3, 2]
    assert facility_to_json(facility) == profile


@pytest.mark.parametrize(
    ("path", "value", "code", "field"),
    [
        ("latitude", 91, "out_of_range", "latitude"),
        ("latitude", True, "not_a_number", "latitude"),
        ("longitude", float("nan"), "not_a_number", "longitude"),
        ("zone", "Europe/Björneborg", "unknown_zone", "zone"),
        ("zone", "../../etc/passwd", "unknown_zone", "zone"),
        ("id", "Hall 1", "not_an_id", "id"),
        ("kind", "castle", "unknown_code", "kind"),
        ("focus_areas.1", "sote", "repeated", "focus_areas.1"),
        ("name", {"fi": "Halli"}, "missing", "name.en"),
        ("name", {"en": "Hall", "de": "Halle"}, "unknown_field", "name.de"),
        ("contact.email", "at home", "not_an_email", "contact.email"),
        ("contact.phone", "call me", "not_a_phone", "contact.phone"),
        ("next_place", "Hall 2", "not_an_id", "next_place"),
        ("area_m2", -1, "out_of_range", "area_m2"),
        ("power.0.phases", 2, "unknown_code", "power.0.phases"),
        ("power.0.count", -2, "out_of_range", "power.0.count"),
        ("door_m", [4.0], "not_a_pair", "door_m"),
        ("limits.0.kind", "colour", "unknown_code", "limits.0.kind"),
        ("limits.0.max", None, "missing", "limits.0.max"),
        ("limits.0.min", 3000, "reversed", "limits.0.max"),
        ("papers.0.when", "sometimes", "unknown_code", "papers.0.when"),
        ("papers.0.code", "Insurance!", "not_a_code", "papers.0.code"),
        ("approvers", [], "missing", "approvers"),
        ("approvers.0.role", "king", "unknown_code", "approvers.0.role"),
        ("prices.0.valid_from", "1.1.2026", "not_a_date", "prices.0.valid_from"),
        ("prices.0.day", -620, "out_of_range", "prices.0.day"),
        ("prices.0.setup", 0.001, "not_whole_cents", "prices.0.setup"),
        ("max_halves", 1, "reversed", "max_halves"),
        ("notice_working_days", -1, "out_of_range", "notice_working_days"),
        ("buffer_after.unit", "weeks", "unknown_code", "buffer_after.unit"),
        ("closures.0.from", "02-30", "not_a_date", "closures.0.from"),
        ("closures.0.to", "2027-01-06", "contradiction", "closures.0.to"),
        ("closures.1.to", "2027-05-09", "reversed", "closures.1.to"),
        ("resources", [], "missing", "resources"),
        ("resources.0.bookable", False, "missing", "resources"),
        ("resources.0.id", "north", "not_an_id", "resources.0.id"),
        ("resources.0.requires.0.resource", "hall-2-noise", "unknown_resource", None),
        ("resources.0.requires.0.resource", "hall-1-north", "unknown_resource", None),
        ("resources.0.opening", opening(), "never_open", "resources.0.opening.week"),
        ("resources.0.opening.week", {"mon": []}, "never_open", None),
        ("resources.0.opening.week.mon.0", ["18:00", "08:00:00"], "not_hours", None),
        ("resources.0.opening.week.mon.0", ["8", "12"], "not_hours", None),
        ("resources.0.opening.week.mon.0", ["24:00", "02:00"], "not_hours", None),
        ("resources.0.opening.week.mon.0", ["10:00", "08:00"], "reversed", None),
        ("resources.0.opening.week.mon.1", ["11:00", "17:00"], "overlap", None),
        ("resources.0.opening.week.sat", 5, "not_a_list", None),
        ("resources.0.opening.week.someday", [], "unknown_field", None),
        ("colour", "red", "unknown_field", "colour"),
    ],
)
def test_facility_from_json_refuses(path, value, code, field):
    assert faults(changed(path, value)) == [(code, field or path)]


def test_facility_from_json_refuses_a_night_that_runs_into_the_next_opening():
    profile = changed("resources.0.opening.week.mon.0", ["05:30", "12:00"])
    assert faults(profile) == [("overlap", "resources.0.opening.week.mon.0")]


@pytest.mark.parametrize("value", [[], "hall", 5, True])
def test_facility_from_json_refuses_another_kind_of_value(value):
    assert faults(value) == [("not_an_object", "")]


def test_facility_from_json_names_every_fault():
    profile = changed("latitude", 91)
    profile["kind"] = "castle"
    profile["resources"][0]["opening"]["week"]["mon"][0] = ["12:00", "12:00"]
    del profile["host"]["name"]
    assert sorted(faults(profile)) == [
        ("missing", "host.name"),
        ("out_of_range", "latitude"),
        ("reversed", "resources.0.opening.week.mon.0"),
        ("unknown_code", "kind"),
    ]


@pytest.mark.parametrize("key", sorted(set(hall()) - {"example"}))
def test_facility_from_json_takes_or_names_a_missing_key(key):
    profile = hall()
    del profile[key]
    facility, problems = attempt(profile)
    if facility is None:
        assert [problem.field.split(".")[0] for problem in problems] == [key]
    else:
        assert facility_from_json(facility_to_json(facility)) == facility


def check_sentences(problems):
    assert problems
    for problem in problems:
        sentence = problem.message.template % problem.message.params
        assert sentence.encode()
        assert len(problem.field) < 200


@given(anything())
def test_facility_from_json_never_raises_anything_else(value):
    _, problems = attempt(value)
    check_sentences(problems)


@given(st.sampled_from(sorted(paths(hall()))), anything())
def test_facility_from_json_survives_a_change_anywhere(path, value):
    facility, problems = attempt(changed(path, value))
    if facility is None:
        check_sentences(problems)
    else:
        assert facility_from_json(facility_to_json(facility)) == facility
