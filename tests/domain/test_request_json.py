"""A request as JSON: what is read, and every fault of hostile input at its place."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.article import TestArticle
from livinglab.domain.calendar import Length
from livinglab.domain.errors import InvalidInput
from livinglab.domain.policy import Wish
from livinglab.domain.request_json import PeriodInput, PilotInput, pilot_from_json

WINDOW = {"start": "2027-02-01", "end": "2027-02-05"}


def faults(value):
    with pytest.raises(InvalidInput) as raised:
        pilot_from_json(value)
    return [(problem.code, problem.field) for problem in raised.value.problems]


def period(**values):
    return {"periods": [{"facility": "fac-03", **values}]}


def window(**values):
    return period(windows=[{**WINDOW, **values}])


# --- What is read ---------------------------------------------------------------------------------


def test_the_documented_request_is_read():
    given_json = {
        "title": " Copper strip inspection ",
        "purpose": "One.\r\nTwo.",
        "focus_areas": ["automation_robotics"],
        "test_article": {"name": "Inspector 2", "kind": "vision_system"},
        "periods": [
            {
                "facility": "fac-03",
                "facilities": ["fac-01", "fac-03"],
                "resource": "fac-03-vision-bench",
                "also": ["fac-03-gpu-workspace-remote"],
                "capabilities": ["machine_vision"],
                "days": 2.5,
                "windows": [WINDOW, {"start": "2027-03-01"}],
            },
            {"hours": 4},
        ],
        "version": None,
    }
    assert pilot_from_json(given_json) == PilotInput(
        "Copper strip inspection",
        "One.\nTwo.",
        ("automation_robotics",),
        TestArticle(name="Inspector 2", kind="vision_system"),
        (
            PeriodInput(
                ("fac-03", "fac-01"),
                "fac-03-vision-bench",
                ("fac-03-gpu-workspace-remote",),
                ("machine_vision",),
                Length(5),
                (
                    Wish(date(2027, 2, 1), date(2027, 2, 5)),
                    Wish(date(2027, 3, 1), date(2027, 3, 1)),
                ),
            ),
            PeriodInput(length=Length(0, 4)),
        ),
    )


@pytest.mark.parametrize("value", [{}, dict.fromkeys(("title", "purpose", "periods", "version"))])
def test_what_is_absent_is_left_as_it_is(value):
    assert pilot_from_json(value) == PilotInput()


def test_empty_is_something_else_than_absent():
    given_json = {"title": " ", "purpose": "", "focus_areas": [], "periods": []}
    assert pilot_from_json(given_json) == PilotInput("", "", (), None, ())


@pytest.mark.parametrize(
    ("values", "length"),
    [
        ({}, Length(2)),
        ({"days": None}, Length(2)),
        ({"days": 0.5}, Length(1)),
        ({"days": 3.0}, Length(6)),
        ({"days": 400}, Length(800)),
        ({"hours": 1}, Length(0, 1)),
        ({"hours": 72.0}, Length(0, 72)),
    ],
)
def test_lengths_are_counted_in_half_days_or_hours(values, length):
    (read,) = pilot_from_json(period(**values)).periods
    assert read.length == length


# --- Hostile input --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ([], ("not_an_object", "")),
        ("x", ("not_an_object", "")),
        (None, ("missing", "")),
        ({"state": "confirmed"}, ("unknown_field", "state")),
        ({"title": 7}, ("not_text", "title")),
        ({"title": ["a"]}, ("not_text", "title")),
        ({"title": {"en": "a"}}, ("not_text", "title")),
        ({"title": "x" * 201}, ("too_long", "title")),
        ({"title": "a\nb"}, ("unsafe_text", "title")),
        ({"title": "a\x00b"}, ("unsafe_text", "title")),
        ({"title": "\ud800"}, ("unsafe_text", "title")),
        ({"purpose": "x" * 5001}, ("too_long", "purpose")),
        ({"purpose": "a\x00"}, ("unsafe_text", "purpose")),
        ({"focus_areas": "sote"}, ("not_a_list", "focus_areas")),
        ({"focus_areas": ["magic"]}, ("unknown_code", "focus_areas.0")),
        ({"focus_areas": [["sote"]]}, ("unknown_code", "focus_areas.0")),
        ({"test_article": []}, ("not_an_object", "test_article")),
        ({"test_article": {"mass_kg": float("nan")}}, ("not_a_number", "test_article.mass_kg")),
        ({"periods": {}}, ("not_a_list", "periods")),
        ({"periods": [None]}, ("missing", "periods.0")),
        ({"periods": [[]]}, ("not_an_object", "periods.0")),
        ({"periods": [{}] * 11}, ("too_many", "periods")),
        ({"periods": [{}] * 10_000}, ("too_many", "periods")),
        (period(facility=3), ("not_text", "periods.0.facility")),
        (period(facility="x" * 81), ("too_long", "periods.0.facility")),
        (period(facilities="fac-03"), ("not_a_list", "periods.0.facilities")),
        (period(facilities=["a"] * 10_000), ("too_many", "periods.0.facilities")),
        (period(also=["a"] * 10_000), ("too_many", "periods.0.also")),
        (period(also=[None]), ("missing", "periods.0.also.0")),
        (period(capabilities=["a"] * 10_000), ("too_many", "periods.0.capabilities")),
        (period(resource={}), ("not_text", "periods.0.resource")),
        (period(price=0), ("unknown_field", "periods.0.price")),
        (period(days="3"), ("not_a_number", "periods.0.days")),
        (period(days=True), ("not_a_number", "periods.0.days")),
        (period(days=float("nan")), ("not_a_number", "periods.0.days")),
        (period(days=float("inf")), ("out_of_range", "periods.0.days")),
        (period(days=-1), ("out_of_range", "periods.0.days")),
        (period(days=10**400), ("out_of_range", "periods.0.days")),
        (period(days=0), ("not_half_days", "periods.0.days")),
        (period(days=0.7), ("not_half_days", "periods.0.days")),
        (period(days=5e-324), ("not_half_days", "periods.0.days")),
        (period(hours=0), ("out_of_range", "periods.0.hours")),
        (period(hours=73), ("out_of_range", "periods.0.hours")),
        (period(hours=1.5), ("not_whole", "periods.0.hours")),
        (period(days=1, hours=8), ("days_or_hours", "periods.0.hours")),
        (period(windows={}), ("not_a_list", "periods.0.windows")),
        (period(windows=[WINDOW] * 11), ("too_many", "periods.0.windows")),
        (period(windows=["2027-02-01"]), ("not_an_object", "periods.0.windows.0")),
        (period(windows=[{}]), ("missing", "periods.0.windows.0.start")),
        (window(start="soon"), ("not_a_date", "periods.0.windows.0.start")),
        (window(start=20270201), ("not_text", "periods.0.windows.0.start")),
        (window(start="2027-W05-1"), ("not_a_date", "periods.0.windows.0.start")),
        (window(start="2027-02-29"), ("not_a_date", "periods.0.windows.0.start")),
        (window(start="2027-02-01T00:00"), ("not_a_date", "periods.0.windows.0.start")),
        (window(end="2027-01-31"), ("window_order", "periods.0.windows.0.end")),
        (window(start="0001-01-01"), ("out_of_range", "periods.0.windows.0.start")),
        (window(start="1899-12-31"), ("out_of_range", "periods.0.windows.0.start")),
        (window(end="3000-01-01"), ("out_of_range", "periods.0.windows.0.end")),
        (window(end="9999-12-31"), ("out_of_range", "periods.0.windows.0.end")),
        (window(end="2027-02-05", noon=1), ("unknown_field", "periods.0.windows.0.noon")),
    ],
)
def test_a_fault_is_named_at_its_place(value, fault):
    assert fault in faults(value)
    assert {field for _, field in faults(value)} == {fault[1]}


def test_a_far_date_alone_is_one_fault():
    assert faults(period(windows=[{"start": "9999-12-31"}])) == [
        ("out_of_range", "periods.0.windows.0.start")
    ]


def test_every_fault_is_named_at_once():
    value = {"title": 7, "test_article": {"mass_kg": "x"}, **window(start="?", end="0001-01-01")}
    assert faults({**value, "colour": "red"}) == [
        ("unknown_field", "colour"),
        ("not_a_number", "test_article.mass_kg"),
        ("not_text", "title"),
        ("not_a_date", "periods.0.windows.0.start"),
    ]


SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["fac-03", "2027-02-01", "9999-12-31", "0001-01-01", "sote"]),
)
KEYS = st.sampled_from(
    [
        *("title", "purpose", "focus_areas", "test_article", "periods", "version", "facility"),
        *("facilities", "resource", "also", "capabilities", "days", "hours", "windows"),
        *("start", "end", "name", "mass_kg", "power", "dimensions_mm", "x"),
    ]
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)


def told(value):
    """The problems of a JSON value; none when it is read."""
    try:
        return None if isinstance(pilot_from_json(value), PilotInput) else ()
    except InvalidInput as refusal:
        return refusal.problems


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_nothing_but_a_refusal_comes_of_any_json(value):
    assert told(value) is None or all(problem.message.template for problem in told(value))
    assert told(value) != ()


@given(st.text(max_size=20))
def test_texts_that_json_can_carry_are_read_or_refused(text):
    try:
        title = pilot_from_json(json.loads(json.dumps({"title": text}))).title
    except InvalidInput:
        return
    assert title == text.strip(" ") or not text.strip()
