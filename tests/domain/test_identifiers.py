"""VAT, LEI and EORI numbers by their form."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from livinglab.domain.identifiers import is_eori, is_lei, is_vat_id, plain

SIGNS = string.digits + string.ascii_uppercase
LEI = "5493001KJTIIGC8Y1R12"
"""The example of ISO 17442 as GLEIF prints it."""


def checked(stem):
    """The stem with its check digits, by the slow rule: try all."""
    value = int("".join(str(SIGNS.index(sign)) for sign in stem)) * 100
    return next(f"{stem}{digits:02}" for digits in range(100) if (value + digits) % 97 == 1)


def test_people_may_write_spaces_dots_and_small_letters():
    assert plain(" fi 1234-5678 ") == "FI12345678"
    assert plain("be 0123.456.789") == "BE0123456789"


@pytest.mark.parametrize(
    "number",
    [
        *("FI12345678", "DE123456789", "ATU12345678", "EL123456789", "NL123456789B01"),
        *("ESX1234567X", "IE1234567WA", "IE1A23456A", "FRAB123456789", "XIGD123"),
    ],
)
def test_vat_numbers_of_member_states_are_taken(number):
    assert is_vat_id(number)


@pytest.mark.parametrize(
    "number",
    [
        *("", "FI", "FI1234567", "FI123456789", "GR123456789", "US123456789", "GB123456789"),
        *("FI1234567٨", "FI12345678\n", "fi12345678", "ATX12345678"),
    ],
)
def test_what_no_member_state_gives_is_no_vat_number(number):
    assert not is_vat_id(number)


def test_a_known_lei_is_taken():
    assert is_lei(LEI)


@given(st.text(SIGNS, min_size=18, max_size=18))
def test_every_stem_has_check_digits_that_are_taken(stem):
    assert is_lei(checked(stem))


@given(st.integers(0, 19), st.sampled_from(SIGNS))
def test_no_lei_survives_one_wrong_sign_of_the_same_kind(position, sign):
    """A letter counts two digits: in its place a digit moves all before it, and can go unseen."""
    assume(sign.isdigit() == LEI[position].isdigit())
    typed = LEI[:position] + sign + LEI[position + 1 :]
    assert is_lei(typed) == (typed == LEI)


@given(st.integers(0, 18))
def test_no_lei_survives_two_neighbours_that_changed_places(first):
    typed = LEI[:first] + LEI[first + 1] + LEI[first] + LEI[first + 2 :]
    assert is_lei(typed) == (typed == LEI)


@given(st.text())
def test_any_text_is_judged_without_an_error(text):
    for judge in (is_vat_id, is_lei, is_eori):
        assert judge(text) in {True, False}


@pytest.mark.parametrize(
    ("number", "taken"),
    [
        ("FI1234567-8", False),
        ("FI12345678", True),
        ("US1", True),
        ("DE123456789012345", True),
        ("DE1234567890123456", False),
        ("FI", False),
        ("1I23456", False),
    ],
)
def test_an_eori_is_two_letters_and_up_to_fifteen_signs(number, taken):
    assert is_eori(number) is taken
