"""Similar places: what is shared decides who, distance decides the order."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.facility import Capability, Facility
from livinglab.domain.likeness import distance_km, similar
from livinglab.domain.messages import Localised

PORI, ULVILA, RAUMA = (61.4851, 21.7974), (61.4286, 21.8751), (61.1284, 21.5113)


def place(slug, at=PORI, *, kind="hall", areas=("sote",), capabilities=()):
    name = Localised({"en": slug})
    return Facility(
        slug=slug,
        name=name,
        summary=name,
        host="Host",
        municipality="Pori",
        kind=kind,
        focus_areas=areas,
        latitude=at[0],
        longitude=at[1],
        capabilities=tuple(Capability(code, name) for code in capabilities),
    )


HERE = place("here", capabilities=("welding", "grinding"))


def slugs(facility, others, most=3):
    return [like.facility.slug for like in similar(facility, others, most)]


def test_the_nearest_stands_first():
    others = [place("rauma", RAUMA), HERE, place("ulvila", ULVILA), place("pori")]
    assert slugs(HERE, others) == ["pori", "ulvila", "rauma"]


def test_what_shares_nothing_is_not_similar_however_near():
    assert slugs(HERE, [place("lab", kind="lab", areas=("technology_metals",))]) == []


def test_what_shares_most_comes_in_before_what_is_nearer():
    able = place("able", RAUMA, kind="site", areas=(), capabilities=("welding", "lifting"))
    alike = place("alike", RAUMA)
    near = place("near", ULVILA, kind="lab")
    assert slugs(HERE, [near, alike, able], 2) == ["able", "alike"]
    assert slugs(HERE, [near, alike, able]) == ["near", "able", "alike"]


def test_what_is_shared_is_told():
    (like,) = similar(HERE, [place("able", RAUMA, kind="lab", capabilities=("welding", "x"))])
    assert [capability.code for capability in like.capabilities] == ["welding"]
    assert like.same_kind is False
    assert like.focus_areas == ("sote",)
    assert like.km == pytest.approx(42.5, abs=0.1)


def test_a_place_that_does_not_tell_where_it_is_stands_last():
    nowhere = place("a-nowhere", (0.0, 0.0))
    assert slugs(HERE, [nowhere, place("rauma", RAUMA)]) == ["rauma", "a-nowhere"]
    assert similar(HERE, [nowhere])[0].km is None


HELSINKI, ANTIPODE = (60.1699, 24.9384), (-61.4851, -158.2026)


@pytest.mark.parametrize(
    ("to", "km"), [(PORI, 0), (ULVILA, 7.5), (HELSINKI, 223.0), (ANTIPODE, 20015)]
)
def test_distances_are_those_of_an_atlas(to, km):
    assert distance_km(HERE, place("there", to)) == pytest.approx(km, rel=0.01, abs=0.1)


COORDINATES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(COORDINATES, COORDINATES)
def test_the_way_there_is_the_way_back(one, other):
    first, second = replace(HERE, latitude=one[0], longitude=one[1]), place("there", other)
    assert distance_km(first, second) == distance_km(second, first)
