"""Letters as people look for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.folding import fold, folded_letters, words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Köyliön Säkylä", "koylion sakyla"),
        ("ÅLAND", "aland"),
        ("Ångström", "angstrom"),
        ("Straße", "strasse"),
        ("Tromsø æble", "tromso aeble"),
        ("PLL-2026-0001", "pll-2026-0001"),
        ("a\u0308iti", "aiti"),
        ("日本", "日本"),
        ("\N{MATHEMATICAL SANS-SERIF BOLD CAPITAL ALPHA}", "\N{GREEK SMALL LETTER ALPHA}"),
    ],
)
def test_case_and_marks_do_not_count(text, expected):
    assert fold(text) == expected


def test_words_stand_once():
    assert words_of("  Äiti äiti ISÄ\t") == ["aiti", "isa"]


@given(st.text())
def test_folding_goes_letter_by_letter_and_is_done_once(text):
    assert "".join(folded_letters(text)) == fold(text)
    assert fold(fold(text)) == fold(text)
