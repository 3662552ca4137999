"""Read untrusted JSON (RFC 8259) into typed values, collecting every fault on the way.

A :class:`Node` is a value and its dotted path. Its readers never raise: on a fault they note a
``Problem`` and return a harmless value, so that one pass finds all faults; :meth:`Node.finish`
raises them together. ``null`` and an absent key mean the same.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

T = TypeVar("T")

TEXT_LIMIT = 200
LIST_LIMIT = 200
NAMED_LIMIT = 20
"""How many unknown names of one object are reported: a hostile body may have millions."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

UNSAFE_CATEGORIES = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, lone surrogates (not encodable in UTF-8), line and paragraph separators."""
JOINERS = frozenset("\u200c\u200d")
"""Format characters that some scripts need inside a word."""


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value at a place. ``labels`` gives keys the names that people read."""

    value: object
    path: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    faults: list[Problem] = field(default_factory=list)

    # --- The tree -------------------------------------------------------------------------------

    def __getitem__(self, key: str | int) -> Node:
        path = f"{self.path}.{key}" if self.path else str(key)
        value: object = None
        if isinstance(self.value, dict):
            value = self.value.get(key)
        elif isinstance(self.value, list | tuple) and isinstance(key, int):
            value = self.value[key]
        return Node(value, path, self.labels, self.faults)

    def record(self, names: Collection[str]) -> Node:
        """This object, each unknown name refused. Not an object: one fault, and silence below."""
        if not isinstance(self.value, dict):
            if self.value is None:
                self.refuse("missing", N_("“%(field)s” is missing. Add it."))
            else:
                self.refuse("not_an_object", N_("“%(field)s” must be an object, written {…}."))
            return Node(None, self.path, self.labels, [])
        unknown = (name for name in self.value if name not in names)
        for name in islice(unknown, NAMED_LIMIT):
            self[_printable(name)].refuse(
                "unknown_field",
                N_("“%(field)s” is not known here. Leave it out; known are: %(names)s."),
                names=", ".join(names),
            )
        return self

    def each(self, read: Callable[[Node], T]) -> tuple[T, ...]:
        """Every entry of this list read by ``read``; nothing for an absent list."""
        return tuple(read(node) for node in self._entries())

    def maybe(self, read: Callable[[Node], T]) -> T | None:
        """What ``read`` makes of it, or None when absent."""
        return None if self.value is None else read(self)

    def _entries(self) -> Iterator[Node]:
        if self.value is None:
            return
        if not isinstance(self.value, list | tuple):
            self.refuse("not_a_list", N_("“%(field)s” must be a list, written […]."))
        elif len(self.value) > LIST_LIMIT:
            self.refuse(
                "too_many",
                N_("“%(field)s” has more than %(limit)s entries. Shorten it."),
                limit=LIST_LIMIT,
            )
        else:
            yield from (self[index] for index in range(len(self.value)))

    # --- Values ---------------------------------------------------------------------------------

    def text(self, limit: int = TEXT_LIMIT, *, lines: bool = False) -> str:
        """Text without surrounding space, not empty, at most ``limit`` characters.

        ``lines``: line breaks and tabs are welcome; each break becomes a line feed.
        """
        if self.value is None:
            self.refuse("missing", N_("“%(field)s” is missing. Add it."))
            return ""
        if not isinstance(self.value, str):
            self.refuse("not_text", N_("“%(field)s” must be text."))
            return ""
        text = _line_feeds(self.value.strip()) if lines else self.value.strip(" ")
        if not text.strip():
            self.refuse("missing", N_("“%(field)s” is empty. Fill it in."))
        elif len(text) > limit:
            self.refuse(
                "too_long",
                N_("“%(field)s” is longer than %(limit)s characters. Shorten it."),
                limit=limit,
            )
        elif not is_safe(text, lines=lines):
            self.refuse(
                "unsafe_text",
                N_("“%(field)s” has a line break or another control character. Remove it."),
            )
        else:
            return text
        return ""

    def name(self, limit: int = TEXT_LIMIT) -> str:
        """The name of a person or company: text without characters that hide or turn letters.

        Such are right-to-left overrides and everything else of Unicode's category Cf but joiners.
        """
        text = self.text(limit)
        if any(unicodedata.category(sign) == "Cf" and sign not in JOINERS for sign in text):
            self.refuse(
                "unsafe_text",
                N_("“%(field)s” has a character that cannot be seen or turns the text. Remove it."),
            )
            return ""
        return text

    def number(self, low: int, high: int) -> float:
        """A number from ``low`` to ``high``; never true, false, NaN or infinite."""
        value = self.value
        if value is None:
            self.refuse("missing", N_("“%(field)s” is missing. Add it."))
        elif isinstance(value, bool) or not isinstance(value, int | float) or _is_nan(value):
            self.refuse("not_a_number", N_("“%(field)s” must be a number, such as 12.5."))
        elif not low <= value <= high:
            self.refuse(
                "out_of_range",
                N_("“%(field)s” must lie between %(low)s and %(high)s."),
                low=low,
                high=high,
            )
        else:
            return value
        return low

    def whole(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``; 3.0 counts as whole."""
        value = self.number(low, high)
        if value != int(value):
            self.refuse("not_whole", N_("“%(field)s” must be a whole number."))
        return int(value)

    def pick(self, numbers: Sequence[int]) -> int:
        """One of a few whole numbers."""
        value = self.whole(min(numbers), max(numbers))
        if value not in numbers:
            self.refuse(
                "unknown_code",
                N_("“%(field)s” must be one of: %(codes)s."),
                codes=", ".join(map(str, numbers)),
            )
        return value

    def euros(self) -> Decimal:
        """A sum in euro with whole cents."""
        value = Decimal(str(self.number(0, 1_000_000)))
        if value != round(value, 2):
            self.refuse("not_whole_cents", N_("“%(field)s” has more than two decimals. Round it."))
        return value

    def flag(self, *, otherwise: bool = False) -> bool:
        """True or false; ``otherwise`` when absent."""
        if isinstance(self.value, bool):
            return self.value
        if self.value is not None:
            self.refuse("not_a_flag", N_("“%(field)s” must be true or false."))
        return otherwise

    def choice(self, codes: Collection[str]) -> str:
        """One of ``codes``."""
        if self.value is None:
            self.refuse("missing", N_("“%(field)s” is missing. Add it."))
        elif not isinstance(self.value, str) or self.value not in codes:
            self.refuse(
                "unknown_code",
                N_("“%(field)s” is not a known code. Known are: %(codes)s."),
                codes=", ".join(codes),
            )
        else:
            return self.value
        return next(iter(codes))

    def day(self) -> date | None:
        """A calendar date in ISO 8601, ``2027-03-01``; None after a fault."""
        text = self.text()
        # Week dates and dates without hyphens are ISO 8601 too, but no one reads them as dates.
        if _DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        if text:
            self.refuse("not_a_date", N_("“%(field)s” must be a date, such as 2027-03-01."))
        return None

    # --- Faults ---------------------------------------------------------------------------------

    def refuse(self, code: str, template: str, **params: object) -> None:
        """Note a fault of this value; the sentence gets its name as ``field``."""
        label = self._label()
        name = Message(label) if label else self.path
        self.faults.append(Problem(code, self.path, Message(template, {"field": name, **params})))

    def _label(self) -> str | None:
        """What people call it; an entry of a list is called as its list is."""
        above, _, key = self.path.rpartition(".")
        return self.labels.get(above.rpartition(".")[2] if key.isdecimal() else key)

    def refuse_repeats(self, names: Sequence[str]) -> None:
        """Note each entry of this list whose name an earlier entry has; empty names are passed."""
        seen: Counter[str] = Counter()
        for index, name in enumerate(names):
            if name and seen[name]:
                self[index].refuse(
                    "repeated", N_("“%(name)s” stands here twice. Leave one out."), name=name
                )
            seen[name] += 1

    def finish(self) -> None:
        """End the reading.

        Raises:
            InvalidInput: there are faults; it carries them all.
        """
        if self.faults:
            raise InvalidInput.of(*self.faults)


def is_safe(text: str, *, lines: bool = False) -> bool:
    """Whether a text holds nothing that breaks a header, a calendar line or UTF-8."""
    allowed = "\n\t" if lines else ""
    return not any(
        unicodedata.category(sign) in UNSAFE_CATEGORIES and sign not in allowed for sign in text
    )


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _is_nan(value: object) -> bool:
    # Whole numbers may be too large for math.isnan.
    return isinstance(value, float) and math.isnan(value)


def _printable(name: object) -> str:
    return "".join(sign if is_safe(sign) else "�" for sign in str(name)[:60])
