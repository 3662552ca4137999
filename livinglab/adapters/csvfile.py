"""Tables for spreadsheets (RFC 4180, UTF-8 with byte order mark; ASVS 5.0, 1.2.10)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What a spreadsheet takes for the start of a formula, the full-width forms included.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render_csv(
    header: Sequence[str], rows: Iterable[Sequence[object]], *, delimiter: str = ","
) -> bytes:
    """The table as a file. Without the mark Excel would read åäö in the wrong alphabet.

    Texts that a spreadsheet would run as a formula get an apostrophe in front. Numbers are
    written as they are, None as an empty cell, everything else by ``str``.

    Args:
        header: Column names.
        rows: As many cells each as the header has.
        delimiter: ``;`` for Excel set to Finnish or Swedish.

    Raises:
        ValueError: a row is longer or shorter than the header.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow([_cell(name) for name in header])
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{len(row)} cells under {len(header)} column names")
        writer.writerow([_cell(value) for value in row])
    return text.getvalue().encode("utf-8-sig", errors="replace")


def disarmed(cell: str) -> str:
    """A cell as it was before :func:`render_csv` put an apostrophe in front of a formula."""
    armed = cell.startswith("'") and _looks_like_formula(cell)
    return cell[1:] if armed else cell


def _cell(value: object) -> object:
    if value is None or isinstance(value, int | float):
        return value
    text = str(value).replace("\x00", "")
    return f"'{text}" if _looks_like_formula(text) else text


def _looks_like_formula(text: str) -> bool:
    """Whether it is one, or one with apostrophes in front: those are counted when it is read."""
    return text.lstrip(" '").startswith(_FORMULA_STARTS)
