"""Labels shortened to whole words, names that always show."""

import pytest

from livinglab.web.drawing.text import PIXELS_PER_LETTER, shorten, squeeze, wrap


def room(letters):
    return letters * PIXELS_PER_LETTER + 0.01


@pytest.mark.parametrize(
    ("letters", "seen"),
    [
        (22, "Sierra Haul · Tugger…"),
        (24, "Sierra Haul · Tugger AMR"),
        (20, "Sierra Haul…"),
        (14, "Sierra Haul…"),
        (11, "Sierra…"),
        (6, ""),
    ],
)
def test_shorten_keeps_whole_words(letters, seen):
    assert shorten("Sierra Haul · Tugger AMR", room(letters)) == seen


def test_shortened_text_is_a_beginning_of_the_whole():
    text = "Baltic Crawl · Three-brand AMR interoperability (VDA 5050)"
    for letters in range(len(text) + 1):
        assert text.startswith(shorten(text, room(letters)).removesuffix("…"))


def test_squeeze_cuts_a_single_long_word():
    assert squeeze("Yhteistyörobottilaboratorio", room(12)) == "Yhteistyöro…"
    assert squeeze("Halli", room(12)) == "Halli"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Open-sea area", ("Open-sea area",)),
        ("Mobile robot and intralogistics hall", ("Mobile robot and", "intralogistics hall")),
        (
            "Maritime simulator and remote operations room",
            ("Maritime simulator", "and remote…"),
        ),
        ("Yhteistyörobottilaboratorio", ("Yhteistyörobottilabo…",)),
    ],
)
def test_wrap_uses_at_most_two_lines(text, lines):
    assert wrap(text, room(21)) == lines
