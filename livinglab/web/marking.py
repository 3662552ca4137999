"""The words somebody looked for, marked where they stand, whatever their case and marks."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from livinglab.domain.folding import folded_letters

if TYPE_CHECKING:
    from collections.abc import Iterable


def marked(text: str, words: Iterable[str]) -> Markup:
    """The text with each folded word in ``<mark>``."""
    letters = folded_letters(text)
    origins = [index for index, letter in enumerate(letters) for _ in letter]
    folded, hit = "".join(letters), [False] * len(text)
    for word in filter(None, words):
        start = folded.find(word)
        while start >= 0:
            end = start + len(word)
            first, last = origins[start], origins[end - 1]
            hit[first : last + 1] = [True] * (last + 1 - first)
            start = folded.find(word, end)
    for index, letter in enumerate(letters):
        if not letter and index:  # a mark of its own belongs to the letter before it
            hit[index] = hit[index - 1]
    parts = groupby(zip(text, hit, strict=True), key=lambda pair: pair[1])
    return Markup("").join(
        Markup("<mark>{}</mark>").format(part) if is_hit else escape(part)
        for is_hit, pairs in parts
        for part in ["".join(letter for letter, _ in pairs)]
    )
