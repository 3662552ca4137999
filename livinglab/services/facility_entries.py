"""What a file says of each facility: one entry after the other, with what is wrong and where."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import IO, TYPE_CHECKING, Any

from livinglab.adapters.csvread import NoTable, read_csv
from livinglab.domain import sheet
from livinglab.domain.errors import InvalidInput
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile import facility_from_json
from livinglab.domain.sheet.columns import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from livinglab.adapters.csvread import Line, Table
    from livinglab.domain.facility import Facility

Document = dict[str, Any]
JSON_LIMIT = 64 * 1024 * 1024
"""Octets of a JSON file: it is read as a whole."""
SPACE = b" \t\r\n"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where: the line of a table, or the number in a list, both from 1."""

    line: int
    facility: str
    field: str
    code: str
    message: Message


@dataclass(slots=True)
class Entry:
    """One facility of the file. ``facility`` is None where its document has faults."""

    line: int
    slug: str
    facility: Facility | None = None
    faults: list[Fault] = field(default_factory=list)
    where: Callable[[str], tuple[int, str]] = lambda path: (0, path)

    def refuse(self, path: str, code: str, message: Message) -> None:
        """Note a fault of what stands at a path of the document, once for each line and field."""
        line, column = self.where(path)
        if all((fault.line, fault.field) != (line, column) for fault in self.faults):
            told = Message(message.template, {**message.params, "field": column})
            self.faults.append(Fault(line, self.slug, column, code, told))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before the file is read: documents by id, names of hosts and capabilities."""

    document: Callable[[str], Document | None]
    hosts: Mapping[str, str]
    capabilities: Mapping[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read: its kind, its alphabet, and its entries (once).

    ``slugs`` are the ids of all its entries, good or not.
    """

    kind: str
    encoding: str
    entries: Iterator[Entry]
    slugs: frozenset[str]


def read_file(file: IO[bytes], known: Known) -> Source:
    """The entries of a file, JSON or CSV by what it begins with.

    Raises:
        NoTable: the file as a whole cannot be read.
    """
    file.seek(0)
    start = (
        file.read(4096)
        .removeprefix(b"\xef\xbb\xbf")
        .replace(b"\0", b"")
        .lstrip(SPACE + b"\xff\xfe")
    )
    if start[:1] in {b"[", b"{"}:
        documents = _documents(file)
        slugs = frozenset(_json_id(document) for document in documents)
        return Source("json", "utf-8", _json_entries(documents), slugs)
    table = _table(file)
    place = table.header.index("id")
    slugs = frozenset(_id(line, place) for line in table.lines)
    table = _table(file)
    return Source("csv", table.encoding, _csv_entries(table, known), slugs)


# --- JSON -------------------------------------------------------------------------------------


def _documents(file: IO[bytes]) -> Sequence[object]:
    file.seek(0)
    octets = file.read(JSON_LIMIT + 1)
    if len(octets) > JSON_LIMIT:
        raise NoTable(Message(N_("The file is too large for JSON. Send it in parts, or as CSV.")))
    try:
        found = json.loads(octets)
    except json.JSONDecodeError as error:
        text = N_("This is no JSON: line %(line)s, column %(column)s cannot be read.")
        where = {"line": str(error.lineno), "column": str(error.colno)}
        raise NoTable(Message(text, where)) from None
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise NoTable(Message(N_("This is no JSON in UTF-8."))) from None
    return found if isinstance(found, list) else [found]


def _json_entries(documents: Sequence[object]) -> Iterator[Entry]:
    for number, document in enumerate(documents, 1):
        entry = Entry(number, _json_id(document))
        entry.where = lambda path, number=number: (number, path or "id")  # type: ignore[misc]
        _judge(entry, document)
        yield entry


def _json_id(document: object) -> str:
    given = document.get("id") if isinstance(document, dict) else None
    return given if isinstance(given, str) else ""


def _judge(entry: Entry, document: object) -> None:
    try:
        entry.facility = facility_from_json(document)
    except InvalidInput as refusal:
        for problem in refusal.problems:
            entry.refuse(problem.field, problem.code, problem.message)


# --- CSV --------------------------------------------------------------------------------------


def _table(file: IO[bytes]) -> Table:
    table = read_csv(file, sheet.HEADER)
    _check_header(table.header)
    return table


def _check_header(header: Sequence[str]) -> None:
    for name in header:
        if name not in sheet.HEADER:
            raise NoTable(_no_column(name))
        if header.count(name) > 1:
            raise NoTable(Message(N_("The column “%(name)s” stands here twice."), {"name": name}))
    if "id" not in header:
        text = N_("The column “id” is missing: it says which facility a line is about.")
        raise NoTable(Message(text))


def _no_column(name: str) -> Message:
    near = get_close_matches(name, sheet.HEADER, 1)
    given = {"name": name[:60], "near": near[0] if near else ""}
    if near:
        return Message(N_("There is no column “%(name)s”. Is it “%(near)s”?"), given)
    return Message(N_("There is no column “%(name)s”. Leave it out."), given)


def _csv_entries(table: Table, known: Known) -> Iterator[Entry]:
    """Lines with one id that follow each other are one facility."""
    first: dict[str, int] = {}
    place = table.header.index("id")
    for group in _groups(table, place):
        slug = _id(group[0], place)
        entry = Entry(group[0].number, slug)
        for line in group:
            if line.fault is not None:
                entry.faults.append(Fault(line.number, slug, "", "broken_line", line.fault))
        if slug in first:
            text = Message(
                N_("“%(id)s” stands in line %(line)s already. Put lines of one facility together."),
                {"id": slug, "line": str(first[slug])},
            )
            entry.faults.append(Fault(group[0].number, slug, "id", "repeated", text))
        elif not entry.faults:
            pairs = ((n.number, zip(table.header, n.cells, strict=True)) for n in group)
            _read_rows(entry, [sheet.Row(number, dict(cells)) for number, cells in pairs], known)
        if slug:
            first.setdefault(slug, group[0].number)
        yield entry


def _id(line: Line, place: int) -> str:
    return line.cells[place].strip() if len(line.cells) > place else ""


def _groups(table: Table, place: int) -> Iterator[list[Line]]:
    """Lines of one facility. A line that cannot be read belongs to the facility around it."""
    group: list[Line] = []
    broken: list[Line] = []
    for line in table.lines:
        if line.fault is not None and not line.cells:
            broken.append(line)
            continue
        if group and _id(line, place) == _id(group[0], place) != "":
            group += [*broken, line]
        else:
            if group:
                yield group
            yield from ([alone] for alone in broken)
            group = [line]
        broken = []
    if group:
        yield group
    yield from ([alone] for alone in broken)


def _read_rows(entry: Entry, rows: Sequence[sheet.Row], known: Known) -> None:
    document, flaws = sheet.read_rows(rows, known.document(entry.slug))
    entry.faults += [Fault(f.line, entry.slug, f.column, f.code, f.message) for f in flaws]
    host = document.setdefault("host", {})
    if not host.get("name"):
        host["name"] = known.hosts.get(host.get("id") or "")
    for capability in document.get("capabilities") or []:
        code = capability["code"]
        if capability["name"] == {"en": words(code)}:
            capability["name"] = known.capabilities.get(code, capability["name"])
    entry.where = lambda path: sheet.place_of(path, document, rows)
    _judge(entry, document)
    if entry.faults:
        entry.facility = None
