"""Codes of authenticator apps: the right ones near their time, sealed secrets, each code once."""

from datetime import UTC, datetime, timedelta

import pytest
from passlib.totp import TOTP

from livinglab.adapters.totp import Codes

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.fixture
def codes():
    return Codes(b"k" * 32, "Living Lab Pori")


def shown(codes, sealed, moment):
    """What an app shows whose key was typed in."""
    return TOTP(codes.typed_key(sealed).replace(" ", "")).generate(moment).token


@pytest.mark.parametrize(
    ("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_counts_one_step_around_its_time(codes, steps, taken):
    sealed = codes.new()
    step = codes.accept(sealed, shown(codes, sealed, NOW + steps * STEP), NOW, None)
    assert (step is not None) is taken


def test_no_code_counts_twice_nor_one_before_it(codes):
    sealed = codes.new()
    now, before = shown(codes, sealed, NOW), shown(codes, sealed, NOW - STEP)
    step = codes.accept(sealed, now, NOW, None)
    assert step == int(NOW.timestamp()) // 30
    assert codes.accept(sealed, now, NOW, step) is None
    assert codes.accept(sealed, before, NOW, step) is None
    assert codes.accept(sealed, shown(codes, sealed, NOW + STEP), NOW + STEP, step) == step + 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "٠١٢٣٤٥", " "])
def test_what_is_no_code_does_not_count(codes, code):
    assert codes.accept(codes.new(), code, NOW, None) is None


def test_a_copy_of_the_database_makes_no_codes(codes):
    sealed = codes.new()
    other = Codes(b"o" * 32, "Living Lab Pori")
    assert codes.typed_key(sealed).replace(" ", "") not in sealed
    assert other.accept(sealed, shown(codes, sealed, NOW), NOW, None) is None


def test_the_address_for_scanning_names_service_and_owner(codes):
    address = codes.address(codes.new(), "ada@firm.example")
    assert address.startswith("otpauth://totp/Living%20Lab%20Pori:ada@firm.example?secret=")
    assert address.endswith("&issuer=Living%20Lab%20Pori")
