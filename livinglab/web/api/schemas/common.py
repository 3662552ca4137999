"""Small types used everywhere: codes, days, instants, texts, refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, NotRequired

from pydantic import ConfigDict, Field, JsonValue
from typing_extensions import TypedDict

from livinglab.web.api.reading import LARGEST_ID

if TYPE_CHECKING:
    from collections.abc import Collection

Day = Annotated[str, Field(json_schema_extra={"format": "date"}, examples=["2027-02-01"])]
"""A local date at the facility."""
Instant = Annotated[
    str,
    Field(json_schema_extra={"format": "date-time"}, examples=["2027-02-01T08:00:00+02:00"]),
]
"""RFC 3339, with offset."""
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]
"""A row, or a version."""
LINE = "[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]"
FILLED = rf"^{LINE}*[^\s\u0000-\u001f\u007f-\u009f\u2028\u2029]{LINE}*$"
"""Plain text with something in it to read."""
LINES = "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$"
"""Text that may have line breaks and tabs."""
SlugId = Annotated[str, Field(max_length=80, pattern=FILLED)]
ResourceId = Annotated[str, Field(max_length=128, pattern=FILLED)]
ROW: dict[str, JsonValue] = {"minimum": 0, "maximum": LARGEST_ID}
"""A number in an address: described, not judged, since others are simply not found."""
SEGMENT = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029/]+$"
"""A part of an address."""
STRICT = ConfigDict(extra="forbid")


class Texts(TypedDict):
    """A text in several languages; English is always there."""

    en: str
    fi: NotRequired[str]
    sv: NotRequired[str]


def codes(known: Collection[str]) -> Any:  # noqa: ANN401  # metadata of Annotated
    """One of a closed list of codes."""
    return Field(json_schema_extra={"enum": list(known)})


class Fix(TypedDict):
    """The cheapest change that helps: values to put at field paths."""

    detail: str
    changes: dict[str, Any]


class ProblemJson(TypedDict):
    """One reason: a stable code, a dotted field path, a sentence, perhaps a fix."""

    code: str
    field: str
    detail: str
    fix: NotRequired[Fix]


class Refused(TypedDict):
    """A refusal (RFC 9457) with a stable code, and everything that is wrong at once."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    problems: list[ProblemJson]
