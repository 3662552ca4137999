"""The test article as JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.article import PowerNeed, TestArticle
from livinglab.domain.article_json import article_from_json, article_to_json
from livinglab.domain.errors import InvalidInput

INSPECTOR = {
    "name": "Inspector 2",
    "kind": "vision_system",
    "count": 1,
    "mass_kg": 40,
    "dimensions_mm": [600, 400, 900],
    "power": {"phases": 1, "voltage": 230, "current_a": 16},
    "battery_kwh": 0,
    "laser_class": 1,
    "conformity": "ce",
    "uses_ai": True,
    "people_in_view": False,
}


def faults(value):
    with pytest.raises(InvalidInput) as refusal:
        article_from_json(value)
    return [(problem.code, problem.field) for problem in refusal.value.problems]


def attempt(value):
    """The article, or else the problems."""
    try:
        return article_from_json(value), ()
    except InvalidInput as refusal:
        return None, refusal.problems


def anything():
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
    return st.recursive(
        scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8
    )


def test_article_from_json_reads_what_the_interface_documents():
    assert article_from_json(INSPECTOR) == TestArticle(
        name="Inspector 2",
        kind="vision_system",
        mass_kg=40,
        dimensions_mm=(600, 400, 900),
        power=PowerNeed(1, 230, 16),
        battery_kwh=0,
        laser_class="1",
        conformity="ce",
        uses_ai=True,
    )


def test_article_to_json_gives_back_what_was_sent():
    sent = article_to_json(article_from_json(INSPECTOR))
    assert {name: sent[name] for name in INSPECTOR} == INSPECTOR
    assert article_from_json(sent) == article_from_json(INSPECTOR)


def test_article_from_json_takes_an_unfinished_draft():
    assert article_from_json({}) == TestArticle()
    assert article_from_json(article_to_json(TestArticle())) == TestArticle()


@pytest.mark.parametrize("laser", ["1M", "3R", "3B", 4])
def test_article_from_json_keeps_laser_classes(laser):
    assert article_to_json(article_from_json({"laser_class": laser}))["laser_class"] == laser


def test_article_from_json_knows_the_usual_voltage_of_three_phases():
    article = article_from_json({"power": {"phases": 3, "current_a": 32}})
    assert article.power == PowerNeed(3, 400, 32)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"mass_kg": -5}, ("out_of_range", "mass_kg")),
        ({"mass_kg": True}, ("not_a_number", "mass_kg")),
        ({"mass_kg": "40"}, ("not_a_number", "mass_kg")),
        ({"mass_kg": float("nan")}, ("not_a_number", "mass_kg")),
        ({"mass_kg": 10**400}, ("out_of_range", "mass_kg")),
        ({"battery_kwh": float("inf")}, ("out_of_range", "battery_kwh")),
        ({"count": 0}, ("out_of_range", "count")),
        ({"count": 1.5}, ("not_whole", "count")),
        ({"dimensions_mm": [600, 400]}, ("not_three", "dimensions_mm")),
        ({"dimensions_mm": [600, 0, 900]}, ("out_of_range", "dimensions_mm.1")),
        ({"dimensions_mm": "600x400"}, ("not_a_list", "dimensions_mm")),
        ({"power": 16}, ("not_an_object", "power")),
        ({"power": {"phases": 2, "current_a": 1}}, ("unknown_code", "power.phases")),
        ({"power": {}}, ("missing", "power.current_a")),
        ({"laser_class": 3}, ("unknown_code", "laser_class")),
        ({"laser_class": True}, ("unknown_code", "laser_class")),
        ({"kind": "toaster"}, ("unknown_code", "kind")),
        ({"conformity": []}, ("unknown_code", "conformity")),
        ({"name": "x" * 201}, ("too_long", "name")),
        ({"name": "a\r\nX-Evil: 1"}, ("unsafe_text", "name")),
        ({"name": {}}, ("not_text", "name")),
        ({"uses_ai": "yes"}, ("not_a_flag", "uses_ai")),
        ({"wings": 2}, ("unknown_field", "wings")),
    ],
)
def test_article_from_json_refuses(change, expected):
    code, field = expected
    assert faults(INSPECTOR | change) == [(code, f"test_article.{field}")]


@pytest.mark.parametrize("value", [[], "robot", 5, True])
def test_article_from_json_refuses_another_kind_of_value(value):
    assert faults(value) == [("not_an_object", "test_article")]


def test_article_from_json_names_every_fault():
    assert faults({"mass_kg": -5, "count": 0, "kind": "toaster"}) == [
        ("unknown_code", "test_article.kind"),
        ("out_of_range", "test_article.count"),
        ("out_of_range", "test_article.mass_kg"),
    ]


@given(
    st.dictionaries(st.sampled_from(sorted(article_to_json(TestArticle()))), anything())
    | anything()
)
def test_article_from_json_never_raises_anything_else(value):
    article, problems = attempt(value)
    assert problems or article_from_json(article_to_json(article)) == article
