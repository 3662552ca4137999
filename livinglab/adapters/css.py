"""Style sheets made smaller (CSS Syntax Module Level 3): what is used, without comments and blanks.

Made for Bootstrap's sheet and for ours, not for any sheet there is: no nesting, no escapes, no
addresses without quotes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r"""("[^"]*"|'[^']*')""")
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
_COMMA = re.compile(r",(?![^()]*\))")
_CONDITIONS = ("@media", "@supports")


def trim(sheet: str, used: Callable[[str], bool]) -> str:
    """The rules that can meet something: selectors with a class not ``used`` are left out."""
    return "".join(_trimmed(_COMMENT.sub("", sheet), used))


def squeeze(sheet: str) -> str:
    """The same sheet without comments, and without blanks where none is needed."""
    parts = _STRING.split(_COMMENT.sub("", sheet))
    return "".join(part if n % 2 else _without_blanks(part) for n, part in enumerate(parts))


def _without_blanks(text: str) -> str:
    one = re.sub(r"\s+", " ", text)
    tight = re.sub(r" ?([{};]) ?", r"\1", one)
    return re.sub(r"([,:]) ", r"\1", tight).replace(";}", "}")


def _trimmed(sheet: str, used: Callable[[str], bool]) -> Iterator[str]:
    for head, body in _rules(sheet):
        if body is None:
            yield head
        elif head.startswith(_CONDITIONS):
            inside = "".join(_trimmed(body, used))
            if inside:
                yield f"{head}{{{inside}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            selectors = (s for s in _COMMA.split(head) if all(map(used, _CLASS.findall(s))))
            if kept := ",".join(selectors):
                yield f"{kept}{{{body}}}"


def _rules(sheet: str) -> Iterator[tuple[str, str | None]]:
    """What stands before the braces and between them; None for statements such as @charset."""
    at = 0
    while (opens := sheet.find("{", at)) >= 0:
        ends = sheet.find(";", at, opens)
        if ends >= 0:
            yield sheet[at : ends + 1].strip(), None
            at = ends + 1
            continue
        depth, closes = 1, opens
        while depth:
            closes += 1
            depth += {"{": 1, "}": -1}.get(sheet[closes], 0)
        yield sheet[at:opens].strip(), sheet[opens + 1 : closes]
        at = closes + 1
