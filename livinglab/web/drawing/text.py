"""Text that has to fit a number of pixels, measured by the average width of the face."""

from __future__ import annotations

PIXELS_PER_LETTER = 6.05
"""Average advance of Hanken Grotesk at 12 px and weight 540, over EN, FI and SV labels."""
ELLIPSIS = "…"


def wide(text: str) -> float:
    """About how many pixels a text takes."""
    return len(text) * PIXELS_PER_LETTER


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


def wrap(text: str, pixels: float) -> tuple[str, ...]:
    """The text in one line or two; what does not fit the second is shortened."""
    first = shorten(text, pixels).removesuffix(ELLIPSIS)
    if not first or first == text:
        return (squeeze(text, pixels),)
    return first, squeeze(text[len(first) :].lstrip(" ,"), pixels)
