"""Rows of one facility into its document and back, with every fault at its line and column."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

from livinglab.domain.messages import N_, Message
from livinglab.domain.sheet.cells import Cell, CellFault
from livinglab.domain.sheet.columns import FACILITY, ID, RESOURCE, RESOURCE_ID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from livinglab.domain.sheet.parts import Document, Part

NEW: Document = {
    "zone": "Europe/Helsinki",
    "default_lane": "standard",
    "min_halves": 1,
    "max_halves": 40,
    "notice_working_days": 5,
    "approvers": [
        {
            "role": "facility_manager",
            "title": {
                "en": "Facility manager",
                "fi": "Testitilan vastaava",
                "sv": "Anläggningsansvarig",
            },
            "when": "always",
        }
    ],
    "resources": [],
}
"""A facility of which nothing is said yet."""
NEW_RESOURCE: Document = {
    "bookable": True,
    "opening": {
        "week": {},
        "round_the_clock": False,
        "open_on_holidays": False,
        "daylight_only": False,
    },
    "requires": [],
}
OPTIONAL = ("directions", "contact", "environment", "power_note", "air", "site")

_NUMBER = re.compile(r"(?<=\.)\d+(?=\.|$)")


class Row(NamedTuple):
    """One line of a sheet: its number from 1, and its cells by column."""

    line: int
    cells: Mapping[str, str]


class Flaw(NamedTuple):
    """What is wrong at a line and column; ``template`` is a sentence about ``field``."""

    line: int
    column: str
    code: str
    message: Message


def read_rows(rows: Sequence[Row], known: Document | None = None) -> tuple[Document, list[Flaw]]:
    """The document of the facility that these rows describe, and the cells that cannot be read.

    ``known`` is the facility's present document, which stays as it is where the rows say nothing
    else. Whether the document makes a facility is for ``facility_from_json`` to say.
    """
    document = deepcopy(NEW if known is None else known)
    document["id"] = rows[0].cells[ID].strip()
    flaws = _contradictions(rows) if len(rows) > 1 else []
    shared = Row(rows[0].line, _shared(rows))
    _read(FACILITY, document, shared, rows, flaws, fresh=known is None)
    resources = {resource["id"]: resource for resource in document["resources"]}
    seen: set[str] = set()
    for row in rows:
        slug = _resource_id(row, document, alone=len(rows) == 1)
        if slug in seen:
            text = Message(N_("“%(name)s” stands here twice. Leave one out."), {"name": slug})
            flaws.append(Flaw(row.line, RESOURCE_ID, "repeated", text))
            continue
        seen |= {slug} - {""}
        fresh = slug not in resources
        if fresh:
            resources[slug] = _new_resource(slug, document)
            document["resources"].append(resources[slug])
        _read(RESOURCE, resources[slug], row, [row], flaws, fresh=fresh)
    for name in OPTIONAL:
        if not _said(document.get(name)):
            document[name] = None
    return document, flaws


def _new_resource(slug: str, document: Document) -> Document:
    """A resource called as the facility, open as its first one, until its row says otherwise."""
    resource: Document = deepcopy(NEW_RESOURCE) | {"id": slug or None}
    resource["name"] = dict(document.get("name") or {"en": slug})
    for first in document["resources"][:1]:
        resource["opening"] = deepcopy(first["opening"])
    return resource


def write_rows(document: Document) -> list[list[Cell]]:
    """The rows of a facility, one for each resource, in the order of the columns."""
    shared = [cell for part in FACILITY for cell in part.write(document)]
    empty: list[Cell] = [None] * len(shared)
    return [
        [
            document["id"],
            *(empty if index else shared),
            resource["id"],
            *(cell for part in RESOURCE for cell in part.write(resource)),
        ]
        for index, resource in enumerate(document["resources"])
    ]


def place_of(path: str, document: Document, rows: Sequence[Row]) -> tuple[int, str]:
    """The line and the column that say what stands at a path of the document."""
    head, _, rest = path.partition(".")
    if head == "resources" and rest:
        number, _, inside = rest.partition(".")
        slug = document["resources"][int(number)].get("id")
        lines = [row.line for row in rows if row.cells.get(RESOURCE_ID, "").strip() == (slug or "")]
        line = lines[0] if lines else rows[0].line
        if inside == "id" and len(rows) == 1 and not lines:
            return line, ID  # made of the facility's
        return line, _column(RESOURCE, inside) or RESOURCE_ID
    if head == "resources":
        return rows[0].line, RESOURCE_ID
    if head == "limits" and rest:
        limit = document["limits"][int(rest.partition(".")[0])]
        path = f"limits.{limit['kind']}"
    column = ID if path == ID else _column(FACILITY, path) or head
    line = next((row.line for row in rows if row.cells.get(column, "").strip()), rows[0].line)
    return line, column


def _column(parts: Sequence[Part], path: str) -> str | None:
    """The column of the nearest path at or above the one given."""
    wanted = _NUMBER.sub("*", path)
    while wanted:
        for part in parts:
            if wanted in part.paths:
                return part.paths[wanted]
        wanted = wanted.rpartition(".")[0]
    return None


def _read(
    parts: Sequence[Part],
    document: Document,
    row: Row,
    rows: Sequence[Row],
    flaws: list[Flaw],
    *,
    fresh: bool,
) -> None:
    """Take every cell that says something else than the document does.

    Empty ones take something away, unless the document is ``fresh`` and holds what is usual.
    """
    for part in parts:
        given = [column for column in part.columns if column in row.cells]
        if not given:
            continue
        if fresh and not any(row.cells[column].strip() for column in given):
            continue
        stands = dict(zip(part.columns, map(_shown, part.write(document)), strict=True))
        cells = {column: row.cells.get(column, stands[column]) for column in part.columns}
        if all(cells[column].strip() == stands[column] for column in given):
            continue
        try:
            part.read(document, tuple(cells[column] for column in part.columns))
        except CellFault as fault:
            line = next((r.line for r in rows if r.cells.get(fault.column, "").strip()), row.line)
            text = Message(fault.template, {"field": fault.column, **fault.params})
            flaws.append(Flaw(line, fault.column, fault.code, text))


def _shown(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _shared(rows: Sequence[Row]) -> dict[str, str]:
    """The first cell of each column that says something."""
    found: dict[str, str] = {}
    for row in rows:
        for column, cell in row.cells.items():
            if not found.get(column, "").strip():
                found[column] = cell
    return found


def _contradictions(rows: Sequence[Row]) -> list[Flaw]:
    """Cells that say something else of the facility than a line above them."""
    flaws = []
    for column in (column for part in FACILITY for column in part.columns):
        said: tuple[int, str] | None = None
        for row in rows:
            cell = row.cells.get(column, "").strip()
            if said is not None and cell and cell != said[1]:
                text = Message(
                    N_(
                        "“%(field)s” differs from line %(line)s of the same facility. Write it"
                        " there only."
                    ),
                    {"field": column, "line": str(said[0])},
                )
                flaws.append(Flaw(row.line, column, "contradiction", text))
            if said is None and cell:
                said = row.line, cell
    return flaws


def _resource_id(row: Row, document: Document, *, alone: bool) -> str:
    """The resource the row is about; a facility of one row need not name it."""
    named = row.cells.get(RESOURCE_ID, "").strip()
    if named or not alone:
        return named
    known = document["resources"]
    return str(known[0]["id"]) if len(known) == 1 else f"{document['id']}-1"


def _said(value: Any) -> bool:  # noqa: ANN401  # JSON is anything
    """Whether a value says anything: an object does when one of its values does."""
    if isinstance(value, dict):
        return any(_said(part) for part in value.values())
    return value not in (None, "", [])
