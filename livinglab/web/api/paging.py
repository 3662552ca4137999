"""Lists in pages: ``items`` and ``next``, which is the ``cursor`` of the following page.

The following page's address stands in the Link header too (RFC 8288).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from flask import Response, jsonify, request

from livinglab.domain.messages import N_
from livinglab.web.api.reading import Parameter, Query, whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.db.queries.calendar import BookingRow
    from livinglab.db.tables import Block
    from livinglab.domain.reading import Node

T = TypeVar("T")

USUAL, LARGEST = 50, 200
_PLACE = re.compile(r"([0-9]{1,10})-([0-9]{1,9})")

LARGEST_CALENDAR = 1000
"""A month of all places has thousands of entries, each small."""
LIMIT = whole("limit", f"How many at most: usually {USUAL}, never more than {LARGEST}.")
CURSOR = whole("cursor", "Where to go on: the `next` of the page before.")
NUMBERED = (CURSOR, LIMIT)
"""Parameters of a list whose entries are numbered."""


def limit(ask: Query) -> int:
    """How many entries of a numbered list to answer."""
    return min(ask(LIMIT) or USUAL, LARGEST)


def calendar_limit(ask: Query) -> int:
    """How many entries of a list by start to answer."""
    return min(ask(CALENDAR_LIMIT) or USUAL, LARGEST_CALENDAR)


def cut(rows: Sequence[T], count: int) -> tuple[Sequence[T], T | None]:
    """The first ``count`` rows, read with one to spare; and the last of them if more follow."""
    shown = rows[:count]
    return shown, shown[-1] if len(rows) > count else None


def page(items: Sequence[Any], following: int | str | None) -> Response:
    """A page of a list."""
    response = jsonify({"items": items, "next": following})
    if following is not None:
        query = {**request.args.to_dict(flat=True), "cursor": str(following)}
        response.headers["Link"] = f'<{request.path}?{urlencode(query)}>; rel="next"'
    return response


# --- Lists by start -----------------------------------------------------------------------------


def _read_place(node: Node) -> tuple[datetime, int] | None:
    found = _PLACE.fullmatch(node.text())
    if found is None:
        node.refuse("bad_cursor", N_("“%(field)s” must be the “next” of the page before."))
        return None
    return datetime.fromtimestamp(int(found[1]), UTC), int(found[2])


START_CURSOR = Parameter(
    "cursor", CURSOR.about, {"type": "string", "pattern": f"^{_PLACE.pattern}$"}, _read_place
)
CALENDAR_LIMIT = whole(
    "limit", f"How many at most: usually {USUAL}, never more than {LARGEST_CALENDAR}."
)
BY_START = (START_CURSOR, CALENDAR_LIMIT)
"""Parameters of a list ordered by start, then number."""


def start_cursor(row: BookingRow | Block | None) -> str | None:
    """The cursor after an entry of a list by start."""
    return None if row is None else f"{int(row.starts_at.timestamp())}-{row.id}"
