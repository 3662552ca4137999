"""Labels shortened to whole words, names that always show."""

import pytest

from livinglab.web.drawing.text import shorten, squeeze, wide, wrap

WHOLE = "Sierra Haul · Tugger AMR"


@pytest.mark.parametrize(
    "seen", ["Sierra…", "Sierra Haul…", "Sierra Haul · Tugger…", "Sierra Haul · Tugger AMR"]
)
def test_shorten_keeps_the_whole_words_that_fit(seen):
    assert shorten(WHOLE, wide(seen) + 0.01) == seen
    assert shorten(WHOLE, wide(seen) - 0.1) != seen


def test_shorten_shows_nothing_where_no_word_fits():
    assert shorten(WHOLE, wide("Sierra…") - 0.1) == ""


def test_shortened_text_is_a_beginning_of_the_whole_and_fits():
    text = "Baltic Crawl · Three-brand AMR interoperability (VDA 5050)"
    for pixels in range(round(wide(text)) + 1):
        seen = shorten(text, pixels)
        assert text.startswith(seen.removesuffix("…"))
        assert wide(seen) <= pixels


def test_squeeze_cuts_a_single_long_word():
    assert squeeze("Yhteistyörobottilaboratorio", wide("Yhteistyöro…")) == "Yhteistyöro…"
    assert squeeze("Halli", wide("Halli")) == "Halli"


def test_letters_are_told_apart_by_their_width():
    assert wide("MMMM") > 2 * wide("iiii")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Open-sea area", ("Open-sea area",)),
        ("Mobile robot and intralogistics hall", ("Mobile robot and", "intralogistics hall")),
        (
            "Maritime simulator and remote operations room",
            ("Maritime simulator", "and remote…"),
        ),
        ("Yhteistyörobottilaboratorio", ("Yhteistyörobottilab…",)),
    ],
)
def test_wrap_uses_at_most_two_lines(text, lines):
    assert wrap(text, 127) == lines
