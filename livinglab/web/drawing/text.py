"""Text that has to fit a number of pixels, measured by the widths of the face's letters."""

from __future__ import annotations

PIXELS_PER_LETTER = 6.05
"""Average advance of Hanken Grotesk at 12 px, over labels in EN, FI and SV: room for a count."""
ELLIPSIS = "…"
WIDTHS = (
    ("'|ijlI.,:;!’()", 3.3),
    (" ·-f", 4.1),
    ("–/rt", 5.1),
    ("sz", 5.7),
    ("0123456789vxyacegåäéLFEPJS", 6.8),
    ("BRTYbdhknopqu", 7.3),
    ("ADHKNUVXZÅÄ", 8.2),
    ("CG&…", 8.8),
    ("wOQÖ", 9.4),
    ("mM%", 10.2),
    ("W", 11.7),
)
"""Advances at 12 px and weight 540 to 660, each rounded up to the widest of its group."""
PIXELS = {letter: pixels for letters, pixels in WIDTHS for letter in letters}
UNKNOWN = 8.2


def wide(text: str) -> float:
    """About how many pixels a text takes; rather more than less."""
    return sum(PIXELS.get(letter, UNKNOWN) for letter in text)


def shorten(text: str, pixels: float) -> str:
    """The text, or its first whole words and an ellipsis; empty where not one word fits.

    What is seen stays a beginning of what is said (WCAG 2.2, 2.5.3 Label in Name).
    """
    if wide(text) <= pixels:
        return text
    words = _words(text, pixels - wide(ELLIPSIS)).rstrip(" ·,(–")
    return words + ELLIPSIS if words else ""


def squeeze(text: str, pixels: float) -> str:
    """As ``shorten``, but a single long word is cut rather than left out: a name must show."""
    cut = text[: _letters(text, pixels - wide(ELLIPSIS))]
    return shorten(text, pixels) or cut + ELLIPSIS


def wrap(text: str, pixels: float) -> tuple[str, ...]:
    """The text in one line or two; what does not fit the second is shortened."""
    first = _words(text, pixels)
    if not first or wide(text) <= pixels:
        return (squeeze(text, pixels),)
    return first, squeeze(text[len(first) :].lstrip(), pixels)


def _words(text: str, pixels: float) -> str:
    """The first whole words that fit, of a text that does not fit as a whole."""
    return text[: _letters(text, pixels) + 1].rpartition(" ")[0]


def _letters(text: str, pixels: float) -> int:
    """How many of the first letters fit."""
    for count, letter in enumerate(text):
        pixels -= PIXELS.get(letter, UNKNOWN)
        if pixels < 0:
            return count
    return len(text)
