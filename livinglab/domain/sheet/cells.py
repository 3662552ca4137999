"""What single cells say: numbers as people type them, lists, opening hours, sockets."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Any

from livinglab.domain.messages import N_
from livinglab.domain.profile.hours import WEEKDAYS

Cell = str | int | float | None

TRUE = frozenset({"yes", "true", "1", "x", "kyllä", "ja"})
FALSE = frozenset({"no", "false", "0", "ei", "nej"})
ROUND_THE_CLOCK = frozenset({"24/7", "round the clock", "always"})
DAYS = {
    **{name: number for number, name in enumerate(WEEKDAYS)},
    **{name: number for number, name in enumerate(("ma", "ti", "ke", "to", "pe", "la", "su"))},
    **{n: number for number, n in enumerate(("mån", "tis", "ons", "tor", "fre", "lör", "sön"))},
}
"""Short names of weekdays in the three languages."""

_GROUPED = re.compile(r"[1-9]\d{0,2},\d{3}")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_SPACES = re.compile(r"[\s\u00a0\u202f]+")
_SPAN = re.compile(r"(\d{1,2})(?::?(\d{2}))?\s*[-–]\s*(\d{1,2})(?::?(\d{2}))?")
_DAY_RANGE = re.compile(r"([^\W\d]+)(?:\s*[-–]\s*([^\W\d]+))?\s+(.+)")
_OUTLET = re.compile(
    r"(cee|domestic|generator)\s+([13])\s*[x×]\s*(\d{1,4})\s*v\s+(\d{1,4})\s*a(?:\s*[x×]\s*(\d{1,4}))?",
    re.IGNORECASE,
)
_SIGN = re.compile(r"\\[\\|]|.", re.DOTALL)


class CellFault(Exception):
    """A cell that cannot be read: a stable code and a sentence with ``field`` for its column."""

    def __init__(self, column: str, code: str, template: str, **params: object) -> None:
        super().__init__(template)
        self.column, self.code, self.template, self.params = column, code, template, params


def number(column: str, text: str, *, decimal: bool = False) -> float | None:
    """A number with a point or a comma, spaces between thousands; None for an empty cell.

    ``decimal``: thousands cannot be meant, so that ``61,472`` is a number like any other.

    Raises:
        CellFault: it is none, or ``1,200`` could be read in two ways.
    """
    bare = _SPACES.sub("", text)
    if not bare:
        return None
    if _GROUPED.fullmatch(bare) and not decimal:
        raise CellFault(
            column,
            "ambiguous",
            N_("“%(field)s”: “%(text)s” could be read in two ways. Write %(whole)s or %(part)s."),
            text=text,
            whole=bare.replace(",", ""),
            part=bare.replace(",", ".").rstrip("0").rstrip("."),
        )
    point = bare.replace(",", ".") if "." not in bare and bare.count(",") == 1 else bare
    if not _NUMBER.fullmatch(point) or len(point) > 20:  # noqa: PLR2004  # longer ones are no facts
        raise CellFault(
            column, "not_a_number", N_("“%(field)s” must be a number, such as 12.5 or 12,5.")
        )
    return int(point) if "." not in point else float(point)


def flag(column: str, text: str) -> bool:
    """Yes or no.

    Raises:
        CellFault: it is neither.
    """
    word = text.strip().lower()
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise CellFault(column, "not_a_flag", N_("“%(field)s” must be yes or no."))


def split(text: str) -> list[str]:
    r"""The entries of a list parted by bars. In one, ``\|`` is a bar and ``\\`` a backslash."""
    if not text.strip():
        return []
    entries = [""]
    for sign in _SIGN.findall(text):
        if sign == "|":
            entries.append("")
        else:
            entries[-1] += sign[1] if sign in {r"\|", "\\\\"} else sign
    return [entry.strip() for entry in entries]


def join(entries: list[str]) -> str:
    """A list as one cell."""
    return "|".join(entry.replace("\\", "\\\\").replace("|", r"\|") for entry in entries)


# --- Opening hours ----------------------------------------------------------------------------


def opening(column: str, text: str) -> tuple[dict[str, Any], bool]:
    """The week, and whether it is open round the clock: ``mon-fri 08:00-16:00; sat 10-14``.

    Raises:
        CellFault: it does not read like that.
    """
    if text.strip().lower() in ROUND_THE_CLOCK:
        return {}, True
    week: dict[str, Any] = {}
    for part in filter(None, (part.strip() for part in re.split(r"[;|\n]", text.lower()))):
        found = _DAY_RANGE.fullmatch(part)
        first = DAYS.get(found[1]) if found else None
        last = DAYS.get(found[2] or found[1]) if found else None
        spans = (
            [_SPAN.fullmatch(s) for s in re.split(r"\s*,\s*|\s+", _tight(found[3]))]
            if found
            else []
        )
        if first is None or last is None or last < first or None in spans:
            raise CellFault(
                column,
                "not_hours",
                N_("“%(field)s” must read like: mon-fri 08:00-16:00; sat 10:00-14:00."),
            )
        for day in range(first, last + 1):
            week.setdefault(WEEKDAYS[day], []).extend(
                [f"{int(s[1]):02}:{s[2] or '00'}", f"{int(s[3]):02}:{s[4] or '00'}"]
                for s in spans
                if s
            )
    return week, False


def _tight(spans: str) -> str:
    return re.sub(r"\s*[-–]\s*", "-", spans.strip())


def opening_text(week: dict[str, Any], *, round_the_clock: bool) -> str:
    """Opening hours as one cell, equal neighbouring days together."""
    if round_the_clock:
        return "24/7"
    days = [(name, week.get(name) or []) for name in WEEKDAYS]
    parts = []
    for spans, group in groupby(days, key=lambda day: day[1]):
        names = [name for name, _ in group]
        if spans:
            span = names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"
            parts.append(f"{span} {' '.join(f'{start}-{end}' for start, end in spans)}")
    return "; ".join(parts)


# --- Sockets ----------------------------------------------------------------------------------


def outlets(column: str, text: str) -> list[dict[str, Any]]:
    """Sockets, such as ``cee 3x400V 32A x2|domestic 1x230V 16A``.

    Raises:
        CellFault: it does not read like that.
    """
    found = []
    for part in split(text):
        read = _OUTLET.fullmatch(part)
        if read is None:
            raise CellFault(
                column,
                "not_outlets",
                N_("“%(field)s” must read like: cee 3x400V 32A x2|domestic 1x230V 16A."),
            )
        found.append(
            {
                "connector": read[1].lower(),
                "phases": int(read[2]),
                "voltage": int(read[3]),
                "current_a": int(read[4]),
                "count": int(read[5] or 1),
            }
        )
    return found


def outlets_text(found: list[dict[str, Any]]) -> str:
    """Sockets as one cell."""
    return join(
        [
            f"{o['connector']} {o['phases']}x{o['voltage']}V {o['current_a']}A"
            + (f" x{o['count']}" if o["count"] != 1 else "")
            for o in found
        ]
    )
