"""Signed links: what was signed comes back for its purpose and in its time, nothing else does."""

from datetime import UTC, datetime, timedelta

import pytest

from livinglab.adapters.signed import read_signed, sign

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
END = NOW + timedelta(hours=1)


def test_values_come_back_until_the_end():
    token = sign("secret", "reset", (7, "ä@firm.example"), END)
    assert read_signed("secret", "reset", token, NOW) == (7, "ä@firm.example")
    assert read_signed("secret", "reset", token, END - timedelta(seconds=1)) != ()
    assert read_signed("secret", "reset", token, END) == ()


def test_a_token_fits_into_a_path():
    token = sign("secret", "reset", ("ä/?#&", "x" * 200), END)
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()


def test_another_secret_or_purpose_opens_nothing():
    token = sign("secret", "reset", (7,), END)
    assert read_signed("other", "reset", token, NOW) == ()
    assert read_signed("secret", "undo", token, NOW) == ()


def test_a_changed_token_opens_nothing():
    token = sign("secret", "reset", (7,), END)
    for changed in (token[:-1], token[1:], f"{token}x", token.upper(), token + token):
        assert read_signed("secret", "reset", changed, NOW) == ()


@pytest.mark.parametrize("made_up", ["", ".", "x.y", "ä", "\x00", "x" * 100_000])
def test_what_was_never_signed_opens_nothing(made_up):
    assert read_signed("secret", "reset", made_up, NOW) == ()
