"""The outbox: what waits, what was given up and why, and mail kept in the folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from livinglab.adapters.mail import list_mail, read_mail
from livinglab.db.queries.outbox import STATES, latest
from livinglab.domain.errors import NotFound
from livinglab.services import holds, outbox
from livinglab.web import context
from livinglab.web.access import requires

if TYPE_CHECKING:
    from email.message import EmailMessage
    from pathlib import Path

    from flask.typing import ResponseReturnValue

pages = Blueprint("mail", __name__)
READERS = ("admin", "coordinator")
PAGE = 50
LARGEST_KEY = 2**62


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of the folder as it is read."""

    sender: str
    recipient: str
    subject: str
    date: str
    body: str
    parts: tuple[str, ...]


@pages.get("/admin/mail")
@requires(*READERS)
def overview() -> str:
    """How the mail is doing, and the latest mails."""
    session, now = context.session(), context.now()
    state = request.args.get("state", "")
    before = request.args.get("before", type=int)
    if before is not None and not 0 < before < LARGEST_KEY:
        before = None
    rows = list(latest(session, state, PAGE + 1, before))
    server = bool(context.settings().smtp_url)
    return render_template(
        "mail/list.html",
        state=state if state in STATES else "",
        counts=outbox.state(session, now),
        rows=rows[:PAGE],
        more=rows[PAGE - 1].id if len(rows) > PAGE else None,
        kept=None if server else list_mail(_folder()),
    )


@pages.get("/admin/mail/<name>")
@requires(*READERS)
def letter(name: str) -> str:
    """One mail of the folder."""
    try:
        mail = read_mail(_folder(), name)
    except FileNotFoundError:
        raise NotFound from None
    return render_template("mail/letter.html", letter=_letter(mail))


@pages.post("/admin/mail/<int(max=2147483647):mail_id>/retry")
@requires(*READERS)
def retry(mail_id: int) -> ResponseReturnValue:
    """Try a mail again that was given up."""
    with context.work() as work:
        outbox.retry(work, mail_id)
    flash(gettext("Queued again. It goes out within a minute."), "ok")
    return redirect(url_for("mail.overview", state="failed"), 303)


@pages.post("/admin/mail/retry")
@requires(*READERS)
def retry_all() -> ResponseReturnValue:
    """Try all mails again that were given up."""
    with context.work() as work:
        count = outbox.retry_all(work)
    flash(ngettext("One mail queued again.", "%(num)d mails queued again.", count), "ok")
    return redirect(url_for("mail.overview"), 303)


@pages.post("/admin/mail/release")
@requires(*READERS)
def release() -> ResponseReturnValue:
    """Let a batch go out that was held because of its size."""
    with context.work() as work:
        holds.release(work, outbox.MAIL)
    flash(gettext("Released for an hour. The mails go out now."), "ok")
    return redirect(url_for("mail.overview"), 303)


def _folder() -> Path:
    return context.settings().instance / "mail"


def _letter(mail: EmailMessage) -> Letter:
    body = mail.get_body(("plain", "html"))
    attached = [part.get_filename() or part.get_content_type() for part in mail.iter_attachments()]
    return Letter(
        sender=str(mail["From"] or ""),
        recipient=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        date=str(mail["Date"] or ""),
        body=str(body.get_content()) if body is not None else "",
        parts=tuple(attached),
    )
