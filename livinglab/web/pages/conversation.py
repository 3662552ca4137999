"""What is said about a pilot: read, written, taken back; the hosts' own notes apart."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext
from werkzeug.exceptions import TooManyRequests

from livinglab.adapters import texts
from livinglab.domain.conversation import FILES_LIMIT, FRAMES, TEXT_LIMIT
from livinglab.domain.errors import IllegalTransition, InvalidInput, NotFound
from livinglab.domain.messages import N_, Message
from livinglab.services import conversation
from livinglab.services.conversation import File, Said
from livinglab.web import context, conversation_view, limits, readings
from livinglab.web.access import requires
from livinglab.web.errors import problem_list, status_of
from livinglab.web.filters import sentence

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal

pages = Blueprint("conversation", __name__)
MEGABYTE = 1_000_000
LARGEST_ID = 2**31 - 1
KEPT = (InvalidInput, IllegalTransition, TooManyRequests)
"""Refusals after which the page is shown again with what was typed."""


@pages.get("/pilots/<ref>/messages")
@requires("signed_in")
def show(ref: str) -> str:
    """Everything said about the pilot, with its moves in between."""
    return _page(ref)


@pages.post("/pilots/<ref>/messages")
@requires("signed_in")
def say(ref: str) -> ResponseReturnValue:
    """Write to the other side; or put a sentence into what is being written, and keep nothing."""
    if request.form.get("do") == "frame":
        return _page(ref, typed=_with_frame(ref))
    return _said(ref, internal=False)


@pages.post("/pilots/<ref>/messages/notes")
@requires("host")
def note(ref: str) -> ResponseReturnValue:
    """Write a note that the firm never sees."""
    return _said(ref, internal=True)


@pages.post("/pilots/<ref>/messages/read")
@requires("signed_in")
def mark_read(ref: str) -> ResponseReturnValue:
    """Note that the reader has read up to a message: a button, for a page changes nothing."""
    last = _number("last")
    with context.work() as work:
        conversation.mark_read(work, ref, last)
    return redirect(url_for("conversation.show", ref=ref), 303)


@pages.post("/pilots/<ref>/messages/<int:comment_id>/take-back")
@requires("signed_in")
def take_back(ref: str, comment_id: int) -> ResponseReturnValue:
    """Take back what one has just written."""
    try:
        with context.work() as work:
            conversation.take_back(work, ref, min(comment_id, LARGEST_ID))
    except IllegalTransition as refusal:
        return _page(ref, refusal), status_of(refusal, page=True)
    flash(gettext("The message is taken back."), "ok")
    return redirect(url_for("conversation.show", ref=ref), 303)


@pages.get("/pilots/<ref>/messages/files/<int:file_id>")
@requires("signed_in")
def file(ref: str, file_id: int) -> Response:
    """Download a file sent with a message. It is never shown within a page.

    Raises:
        NotFound: there is none, or not for this person.
    """
    if file_id > LARGEST_ID:
        raise NotFound
    found = conversation.read_file(context.session(), _who(), ref, file_id)
    return send_file(
        BytesIO(found.content),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.file_name,
        max_age=0,
    )


def _said(ref: str, *, internal: bool) -> ResponseReturnValue:
    last = _number("last")
    said = Said(request.form.get("text", ""), internal, _files())
    conversation.readable_pilot(context.session(), _who(), ref)  # what is foreign counts nowhere
    try:
        limits.spend("message", limits.MESSAGES, f"person {_who().user_id}")
        with context.work() as work:
            limit = context.settings().upload_limit_mb * MEGABYTE
            comment = conversation.say(work, ref, said, limit)
            place = f"message-{comment.id}"
            if last:
                conversation.mark_read(work, ref, last)
    except KEPT as refusal:
        status = 429 if isinstance(refusal, TooManyRequests) else status_of(refusal, page=True)
        return _page(ref, refusal, typed=said.text, internal=internal), status
    told = gettext("Noted. The firm does not see it.") if internal else gettext("Sent.")
    flash(told, "ok")
    return redirect(url_for("conversation.show", ref=ref, _anchor=place), 303)


def _page(
    ref: str,
    refusal: InvalidInput | IllegalTransition | TooManyRequests | None = None,
    *,
    typed: str = "",
    internal: bool = False,
) -> str:
    who, session = _who(), context.session()
    before = request.args.get("before", type=int)
    before = before if before is not None and 0 < before <= LARGEST_ID else None
    thread = conversation.thread(session, who, context.now(), ref, before)
    readings.plans([thread.pilot])
    return render_template(
        "conversation/thread.html",
        thread=thread,
        pilot=thread.pilot,
        view=conversation_view,
        zone=who.timezone,
        frames=[(code, gettext(name)) for code, (name, _) in FRAMES.items()],
        problems=_problems(refusal),
        typed={"note" if internal else "message": typed},
        internal=internal,
        text_limit=TEXT_LIMIT,
        files_limit=FILES_LIMIT,
        megabytes=context.settings().upload_limit_mb,
        older=before is not None,
    )


def _problems(
    refusal: InvalidInput | IllegalTransition | TooManyRequests | None,
) -> list[dict[str, object]]:
    if refusal is None:
        return []
    if isinstance(refusal, TooManyRequests):
        words = N_("That were many messages in a short time. Wait a minute; your text is kept.")
        return [{"detail": sentence(Message(words)), "field": ""}]
    if isinstance(refusal, IllegalTransition):
        return [{"detail": sentence(refusal.message), "field": ""}]
    return problem_list(refusal.problems)


def _with_frame(ref: str) -> str:
    """What was typed, and a sentence in the language of the firm's person after it."""
    text = request.form.get("text", "")
    known = FRAMES.get(request.form.get("frame", ""))
    thread = conversation.thread(context.session(), _who(), context.now(), ref)
    if known is None:
        return text
    words = texts.sentence(Message(known[1]), thread.pilot.created_by.language)
    return f"{text.rstrip()}\n\n{words}".strip() if text.strip() else words


def _files() -> tuple[File, ...]:
    chosen = (file for file in request.files.getlist("files") if file.filename)
    return tuple(File(file.filename or "", file.stream.read()) for file in chosen)


def _number(name: str) -> int:
    number = request.form.get(name, 0, type=int)
    return number if 0 < number <= LARGEST_ID else 0


def _who() -> Principal:
    return cast("Principal", context.principal())
