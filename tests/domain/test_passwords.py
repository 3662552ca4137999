"""Which passwords are taken."""

import pytest

from livinglab.domain.passwords import LONGEST, password_problems


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("elevenchars", ["password_too_short"]),
        ("twelve chars", []),
        ("ääkköset kelpaavat", []),
        ("x" * 5 + "yz" * LONGEST, ["password_too_long"]),
        ("aaaaaaaaaaaa", ["password_guessable"]),
        ("Ann@Firm.example", ["password_guessable"]),
    ],
)
def test_a_password_is_long_and_not_what_others_know(password, codes):
    found = password_problems(password, "ann@firm.example", "Ann")
    assert [problem.code for problem in found] == codes
    assert {problem.field for problem in found} <= {"password"}
