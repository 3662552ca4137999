"""Tables from spreadsheets as they come (RFC 4180 and its neighbours), read line by line.

UTF-8 with or without mark, UTF-16, or Windows-1252; parted by comma, semicolon or tab. A line that
is broken is told and passed; memory holds one line, however many there are.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from livinglab.adapters.csvfile import disarmed
from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

DELIMITERS = (",", ";", "\t")
CHUNK = 1 << 16
HEADER_LIMIT = 1 << 16
"""Characters of the first line: a file without line breaks is no table."""
WINDOWS = "cp1252"

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class NoTable(Exception):
    """The file as a whole cannot be read; ``message`` says why and what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.template)
        self.message = message


@dataclass(frozen=True, slots=True)
class Line:
    """One line below the header: its number in the file, its cells, and what is wrong with it."""

    number: int
    cells: tuple[str, ...] = ()
    fault: Message | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table that can be read: its column names, its alphabet, its lines (once)."""

    header: tuple[str, ...]
    encoding: str
    lines: Iterator[Line]


def read_csv(file: IO[bytes], columns: Collection[str]) -> Table:
    """Open a table whose first line should have some of these column names.

    Raises:
        NoTable: it is in an unknown alphabet, empty, or its first line is no header.
    """
    encoding = encoding_of(file)
    with _as_text(file, encoding) as text:
        header, delimiter, before = _header(text, columns)
    return Table(header, encoding, _lines(file, encoding, delimiter, len(header), before))


@contextmanager
def _as_text(file: IO[bytes], encoding: str) -> Iterator[io.TextIOWrapper]:
    """The file from its beginning; it stays open afterwards."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        yield text
    finally:
        text.detach()


def _header(text: IO[str], columns: Collection[str]) -> tuple[tuple[str, ...], str, int]:
    """The names of the columns, what parts them, and in how many lines they stand."""
    first = text.readline(HEADER_LIMIT)
    before = 1
    if separator := re.fullmatch(r"sep=(.)\r?\n?", first):
        first, before = text.readline(HEADER_LIMIT), 2
    if not first.strip():
        raise NoTable(
            Message(N_("The file is empty. Its first line has the names of the columns."))
        )
    delimiter = separator[1] if separator else _delimiter(first, columns)
    try:
        names = next(csv.reader([first], delimiter=delimiter, strict=True))
    except csv.Error:
        raise NoTable(Message(N_("The first line has a quotation mark too many."))) from None
    return tuple(name.strip().lower() for name in names), delimiter, before


def encoding_of(file: IO[bytes]) -> str:
    """The alphabet of a file, judged by all of it.

    Raises:
        NoTable: it is none of those known here.
    """
    file.seek(0)
    start = file.read(CHUNK)
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return _checked(file, name)
    if start[1:200:2].count(0) > start[0:200:2].count(0) + len(start[:200]) // 8:
        return _checked(file, "utf-16-le")
    if start[0:200:2].count(0) > len(start[:200]) // 8:
        return _checked(file, "utf-16-be")
    with suppress(NoTable):
        return _checked(file, "utf-8")
    return _checked(file, WINDOWS)


def _checked(file: IO[bytes], name: str) -> str:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(name)()
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise NoTable(
            Message(
                N_(
                    "The letters of this file cannot be read. Save it as “CSV UTF-8” and send it"
                    " again."
                )
            )
        ) from None
    return name


def _delimiter(first: str, columns: Collection[str]) -> str:
    """What parts the header into most known names."""

    def known(delimiter: str) -> int:
        names = {part.strip().strip('"').lower() for part in first.split(delimiter)}
        return len(names.intersection(columns))

    return max(DELIMITERS, key=known)


def _lines(
    file: IO[bytes], encoding: str, delimiter: str, width: int, before: int
) -> Iterator[Line]:
    with _as_text(file, encoding) as text:
        for _ in range(before):
            text.readline()
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        while True:
            number = before + reader.line_num + 1
            try:
                cells = [disarmed(cell) for cell in next(reader)]
            except StopIteration:
                return
            except csv.Error as error:
                yield Line(number, fault=_quotes(error))
                continue
            if any(cell.strip() for cell in cells):
                yield _line(number, cells, width)


def _line(number: int, cells: list[str], width: int) -> Line:
    found = tuple(cells[:width])
    if len(cells) == width:
        return Line(number, found)
    text = Message(
        N_(
            "The line has %(found)s cells, the first line has %(wanted)s columns. Put text that"
            " holds a separator in quotation marks."
        ),
        {"found": len(cells), "wanted": width},
    )
    return Line(number, found, text)


def _quotes(error: csv.Error) -> Message:
    if "unexpected end of data" in str(error) or "field larger" in str(error):
        return Message(N_("A quotation mark opened here is not closed. Close it."))
    return Message(
        N_(
            "A quotation mark stands inside a text. Write it twice, and put the text in quotation"
            " marks."
        )
    )
