"""Text that has to fit a number of pixels, measured by the average width of the face."""

from __future__ import annotations

PIXELS_PER_LETTER = 6.05
"""Average advance of Hanken Grotesk at 12 px and weight 540, over EN, FI and SV labels."""
ELLIPSIS = "…"


def shorten(text: str, pixels: float) -> str:
    """The text, or its first whole words and an ellipsis; empty where not one word fits.

    What is seen stays a beginning of what is said (WCAG 2.2, 2.5.3 Label in Name).
    """
    if len(text) <= (letters := int(pixels / PIXELS_PER_LETTER)):
        return text
    words, space, _ = text[:letters].rpartition(" ")
    return words.rstrip(" ·,(–") + ELLIPSIS if space else ""


def squeeze(text: str, pixels: float) -> str:
    """As ``shorten``, but a single long word is cut rather than left out: a name must show."""
    letters = int(pixels / PIXELS_PER_LETTER)
    return shorten(text, pixels) or text[: letters - 1] + ELLIPSIS
