"""What follows from a fit: what to tell still, and how many other places keep what is missing."""

import dataclasses
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.article import PowerNeed, TestArticle
from livinglab.domain.article_json import LABELS
from livinglab.domain.facility import Limit, LimitKind, PowerOutlet
from livinglab.domain.fit import reasons
from livinglab.domain.fit_advice import elsewhere, untold
from livinglab.domain.messages import Quantity
from tests.freetime import facility

KINDS = get_args(LimitKind)
ALL = dataclasses.replace(
    facility("all", limits=tuple(Limit(kind, maximum=1) for kind in KINDS)),
    power=(PowerOutlet("cee", 3, 400, 16),),
    door_m=(1.0, 2.0),
    floor_kpa=5.0,
)
TOLD = {
    "mass_kg": 1.0,
    "speed_m_s": 1.0,
    "battery_kwh": 0.0,
    "charge_pct": 1.0,
    "laser_class": "1",
    "people": 0,
    "ingress_ip": 1,
    "latency_ms": 1.0,
    "power": PowerNeed(1, 230, 10),
    "dimensions_mm": (1000.0, 500.0, 500.0),
}


def kinds(there=ALL, **values):
    return [one.kind for one in untold(TestArticle(**values), there)]


def test_each_comparison_that_cannot_be_made_is_named_once_with_the_field_to_tell():
    assert kinds() == [*KINDS, "power", "door", "floor"]
    for one in untold(TestArticle(), ALL):
        start, _, name = one.field.partition(".")
        assert (start, name in LABELS) == ("test_article", True)
    assert kinds(facility("silent")) == []
    unbounded = facility("noted", limits=(Limit("mass_kg"), Limit("mass_kg", minimum=2)))
    assert kinds(unbounded) == ["mass_kg"]


@given(st.sets(st.sampled_from(sorted(TOLD))))
def test_what_is_told_is_compared_and_what_is_not_is_untold(names):
    article = TestArticle(**{name: TOLD[name] for name in names})
    compared = {reason.kind for reason in reasons(article, ALL)}
    open_still = {one.kind for one in untold(article, ALL)}
    assert compared | open_still == {*KINDS, "power", "door", "floor"}
    assert compared & open_still == set()


@pytest.mark.parametrize(
    ("values", "count", "sentence"),
    [
        ({"power": PowerNeed(3, 400, 32)}, 0, "No other place has %(needed)s."),
        ({"power": PowerNeed(3, 400, 32)}, 1, "One other place has %(needed)s."),
        ({"air_bar": 7.0}, 2, "%(count)s other places have %(needed)s."),
        ({"mass_kg": 2.0}, 0, "No other place says that it takes it."),
        ({"mass_kg": 2.0}, 1, "One other place takes it."),
        ({"mass_kg": 2.0}, 3, "%(count)s other places take it."),
    ],
)
def test_how_many_others_keep_it_is_a_sentence(values, count, sentence):
    (broken,) = reasons(TestArticle(**values), ALL)
    said = elsewhere(broken, count)
    assert (said.template, said.params["count"]) == (sentence, count)
    if "power" in values:
        assert said.params["needed"] == Quantity(32, "A")
