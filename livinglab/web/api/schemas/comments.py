"""A message about a pilot, as it is written and as it is answered."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from livinglab.domain.conversation import FILES_LIMIT, TEXT_LIMIT
from livinglab.web.api.schemas.common import LINES, ROW, STRICT, Instant
from livinglab.web.api.schemas.pilots import PilotPath

Text = Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT, pattern=LINES)]


class CommentPath(PilotPath):
    """Where one message about a pilot is."""

    comment: Annotated[int, Field(description="The message's number.", json_schema_extra=ROW)]


class CommentFilePath(PilotPath):
    """Where a file of a message is."""

    comment_file: Annotated[int, Field(description="The file's number.", json_schema_extra=ROW)]


@with_config(STRICT)
class CommentBody(TypedDict):
    """A message; ``internal``: a note for hosts only."""

    text: Text
    internal: NotRequired[bool | None]


@with_config(STRICT)
class CommentForm(TypedDict):
    """The same with files."""

    text: Text
    internal: NotRequired[Literal["true", "false"]]
    files: NotRequired[
        Annotated[
            list[Annotated[str, Field(json_schema_extra={"format": "binary"})]],
            Field(max_length=FILES_LIMIT),
        ]
    ]


class CommentFileJson(TypedDict):
    """A file that was sent with a message."""

    id: int
    file_name: str
    media_type: str
    size: int
    sha256: str


class CommentJson(TypedDict):
    """A message. ``internal`` ones are answered to hosts only."""

    id: int
    author: str
    side: Literal["company", "host"]
    internal: bool
    text: str
    files: list[CommentFileJson]
    created_at: Instant


class CommentPage(TypedDict):
    """Messages, oldest first; ``next`` is the cursor of the following page."""

    items: list[CommentJson]
    next: int | None
