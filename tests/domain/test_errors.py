"""Refusals: stable codes, sentences, and all problems at once."""

import pytest

from livinglab.domain import errors
from livinglab.domain.errors import (
    Fix,
    InvalidInput,
    KeyReused,
    NotFound,
    NotSignedIn,
    Problem,
    Refusal,
    RulesBroken,
    TryLater,
    VersionMissing,
)
from livinglab.domain.messages import Message

HEAVY = Problem(
    "too_heavy",
    "test_article.mass_kg",
    Message("Too heavy"),
    Fix(Message("Ask for less"), {"test_article.mass_kg": 500}),
)
LATE = Problem("too_late", "periods.0.windows.0.start", Message("Too late"))


def refusals():
    return [
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, Refusal)
    ]


def test_every_refusal_has_a_code_of_its_own():
    codes = [refusal.code for refusal in refusals()]
    assert len({*codes}) == len(codes) > 10


@pytest.mark.parametrize(("refusal", "sentence"), [
    (NotFound(), "There is nothing here under this address."),
    (NotSignedIn(), "Sign in first."),
    (VersionMissing(), "Say which version you decided on: send “version” or If-Match."),
    (KeyReused(), "This Idempotency-Key was used for a different request."),
    (TryLater(), "The service is busy. Nothing was changed; try again soon."),
    (RulesBroken([HEAVY]), "The request cannot be sent yet: see what to change."),
])  # fmt: skip
def test_refusals_speak_for_themselves(refusal, sentence):
    assert refusal.message == Message(sentence)
    assert str(refusal) == sentence


def test_invalid_input_speaks_with_its_first_problem_and_lists_all():
    refusal = InvalidInput.of(HEAVY, LATE)
    assert refusal.message == Message("Too heavy")
    assert refusal.problems == (HEAVY, LATE)


def test_broken_rules_list_all_problems_in_order():
    assert RulesBroken([LATE, HEAVY]).problems == (LATE, HEAVY)
