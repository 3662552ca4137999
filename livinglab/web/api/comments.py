"""What is said about a pilot: read from the first message on, and written."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, cast

from flask import Response, request, send_file

from livinglab.db.queries import conversation as queries
from livinglab.db.tables import Comment
from livinglab.domain.conversation import TEXT_LIMIT
from livinglab.domain.messages import N_
from livinglab.domain.reading import Node
from livinglab.services import conversation
from livinglab.services.conversation import File, Said
from livinglab.web import context, limits, readings
from livinglab.web.access import requires
from livinglab.web.api.describe import PREFIX, Api
from livinglab.web.api.paging import CURSOR, NUMBERED, cut, limit, page
from livinglab.web.api.papers import FORM, MEDIA_TYPES, MEGABYTE
from livinglab.web.api.reading import Query, body, row_number
from livinglab.web.api.schemas.comments import (
    CommentBody,
    CommentFilePath,
    CommentForm,
    CommentJson,
    CommentPage,
    CommentPath,
)
from livinglab.web.api.schemas.pilots import PilotPath
from livinglab.web.api.telling import when
from livinglab.web.api.writes import KEY, NOTHING, acting, reply, write

if TYPE_CHECKING:
    from typing import Literal

    from livinglab.services.idempotency import Reply
    from livinglab.services.work import Work

api = Api("comments", "Messages between a firm and the hosts of its pilot.")
LABELS = {"text": N_("Message"), "internal": N_("Note for hosts only")}


@api.call("GET", "/pilots/<ref>/comments", answers={200: CommentPage}, query=NUMBERED)
@requires("signed_in")
def list_comments(path: PilotPath) -> Response:
    """What is said about a pilot, the oldest first. Hosts also get their internal notes."""
    ask = Query()
    cursor, count = ask(CURSOR), limit(ask)
    ask.finish()
    who, session = acting(), context.session()
    readings.plans([conversation.readable_pilot(session, who, path.ref)])
    query = queries.comments(who, path.ref).order_by(Comment.id).limit(count + 1)
    query = query if cursor is None else query.where(Comment.id > cursor)
    rows, last = cut(session.scalars(query).all(), count)
    return page([_told(row) for row in rows], last.id if last else None)


@api.call(
    "POST",
    "/pilots/<ref>/comments",
    answers={201: CommentJson},
    takes=CommentBody,
    media={FORM: CommentForm},
    query=(KEY,),
    refuses=(409,),
)
@requires("signed_in")
def add_comment(path: PilotPath) -> Response:
    """Write a message; files come with it as a form, in `files`. The other side gets a mail."""
    said = _from_form() if request.mimetype == FORM else _from_json()
    who = acting()
    conversation.readable_pilot(context.session(), who, path.ref)  # what is foreign counts nowhere
    limits.spend("message", limits.MESSAGES, f"person {who.user_id}")

    def act(work: Work) -> Reply:
        largest = context.settings().upload_limit_mb * MEGABYTE
        comment = conversation.say(work, path.ref, said, largest)
        place = f"{PREFIX}/pilots/{path.ref}/comments/{comment.id}"
        return reply(_told(comment), 201, location=place)

    parts = (said.text.encode(), str(said.internal).encode())
    digests = (sha256(file.content).digest() for file in said.files)
    return write(act, sent=b"\0".join((*parts, *digests)))


@api.call("DELETE", "/pilots/<ref>/comments/<int:comment>", answers={204: None}, refuses=(409,))
@requires("signed_in")
def take_back_comment(path: CommentPath) -> Response:
    """Take back a message of one's own, within five minutes."""

    def act(work: Work) -> Reply:
        conversation.take_back(work, path.ref, row_number(path.comment))
        return NOTHING

    return write(act)


@api.call("GET", "/pilots/<ref>/comments/files/<int:comment_file>", answers={200: MEDIA_TYPES})
@requires("signed_in")
def download_comment_file(path: CommentFilePath) -> Response:
    """A file that was sent with a message."""
    number = row_number(path.comment_file)
    found = conversation.read_file(context.session(), acting(), path.ref, number)
    response = send_file(
        BytesIO(found.content),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.file_name,
        etag=found.sha256,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


def _from_json() -> Said:
    node = body(LABELS).record(("text", "internal"))
    text = node["text"].text(TEXT_LIMIT, lines=True)
    internal = node["internal"].maybe(Node.flag)
    node.finish()
    return Said(text, bool(internal))


def _from_form() -> Said:
    form = request.form
    node = Node({"text": form.get("text"), "internal": form.get("internal") or None}, "", LABELS)
    text = node["text"].text(TEXT_LIMIT, lines=True)
    internal = node["internal"].maybe(lambda given: given.choice(("true", "false")))
    node.finish()
    files = tuple(File(file.filename or "", file.read()) for file in request.files.getlist("files"))
    return Said(text, internal == "true", files)


def _told(comment: Comment) -> CommentJson:
    return {
        "id": comment.id,
        "author": comment.author.name,
        "side": cast("Literal['company', 'host']", comment.side),
        "internal": comment.internal,
        "text": comment.text,
        "files": [
            {
                "id": file.id,
                "file_name": file.file_name,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in comment.files
        ],
        "created_at": when(comment.created_at),
    }
