"""The profile of a company, read and written."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.companies import (
    MOST_LINKED,
    SECTORS,
    SIZES,
    CompanyProfile,
    profile_from_json,
    profile_to_json,
)
from livinglab.domain.countries import EEA, EU, in_eea
from livinglab.domain.errors import InvalidInput

COUNTRIES = ("FI", "JP", "US")
NAMES = st.text(string.ascii_letters + " äÖ雲", min_size=1, max_size=60).map(str.strip).filter(bool)
PROFILES = st.builds(
    CompanyProfile,
    name=NAMES,
    country=st.sampled_from(COUNTRIES),
    timezone=st.sampled_from(["Europe/Helsinki", "Asia/Tokyo"]),
    size=st.none() | st.sampled_from(sorted(SIZES)),
    sector=st.none() | st.sampled_from(sorted(SECTORS)),
    startup=st.booleans(),
    vat_id=st.none() | st.from_regex(r"\AFI[0-9]{8}\Z"),
    lei=st.none() | st.just("5493001KJTIIGC8Y1R12"),
    eori=st.none() | st.from_regex(r"\A[A-Z]{2}[A-Z0-9]{1,15}\Z"),
    linked=st.lists(st.tuples(NAMES, st.sampled_from(COUNTRIES)), max_size=3).map(tuple),
)


@given(PROFILES)
def test_what_is_written_is_read_again(profile):
    assert profile_from_json(profile_to_json(profile), COUNTRIES) == profile


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["name", "linked", "lei", "country"]), inner)
        ),
        max_leaves=8,
    )
)
def test_any_document_is_read_or_refused_with_its_faults(document):
    with pytest.raises(InvalidInput) as caught:
        profile_from_json(document, COUNTRIES)
    assert caught.value.problems


def test_too_many_linked_undertakings_are_refused():
    one = {"name": "One", "country": "FI"}
    document = {"name": "A", "country": "FI", "timezone": "Europe/Helsinki"}
    whole = profile_from_json(document | {"linked": [one] * MOST_LINKED}, COUNTRIES)
    assert len(whole.linked) == MOST_LINKED
    with pytest.raises(InvalidInput) as caught:
        profile_from_json(document | {"linked": [one] * (MOST_LINKED + 1)}, COUNTRIES)
    assert [problem.field for problem in caught.value.problems] == ["linked"]


def test_the_european_economic_area_is_the_union_and_three_more():
    own_codes = {"AX", "GF", "GP", "MF", "MQ", "RE", "YT"}
    assert len(EU - own_codes) == 27
    assert sorted(EEA - EU) == ["IS", "LI", "NO"]
    assert [in_eea(code) for code in ("FI", "AX", "NO")] == [True] * 3
    assert [in_eea(code) for code in ("CH", "GB", "JP")] == [False] * 3
