"""Letters as people look for them: whatever their case, with or without their marks.

ÅÄÖ count as aao, so that a keyboard without them finds everything.
"""

from __future__ import annotations

import unicodedata

PLAIN = {"ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "ł": "l", "þ": "th"}
"""Letters that Unicode does not take apart into a letter and its mark."""


def fold(text: str) -> str:
    """The text in lower case without marks, by Unicode's compatibility decomposition."""
    if text.isascii():
        return text.lower()
    return "".join(folded_letters(text))


def folded_letters(text: str) -> list[str]:
    """What each character of the text is folded to; a mark of its own, to nothing."""
    return [_letter(letter) for letter in text]


def words_of(text: str) -> list[str]:
    """The words of a search, folded, each once."""
    return list(dict.fromkeys(fold(text).split()))


def _letter(letter: str) -> str:
    if letter.isascii():
        return letter.lower()
    # Taking a letter apart may uncover a capital, and its small form may come apart again.
    small = unicodedata.normalize("NFKD", letter.casefold()).casefold()
    apart = unicodedata.normalize("NFKD", small)
    return "".join(PLAIN.get(c, c) for c in apart if not unicodedata.combining(c))
