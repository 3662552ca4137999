"""Facilities from a file: sent, judged line by line, then the good ones taken by one button."""

from __future__ import annotations

from http import HTTPStatus
from typing import IO, TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from livinglab.adapters.waiting import Waiting
from livinglab.domain import sheet
from livinglab.domain.errors import NotFound, StaleVersion
from livinglab.services import facility_files
from livinglab.services.facility_files import BrokenFile
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.filters import sentence
from livinglab.web.hosting.mine import reader
from livinglab.web.sheets import csv_answer

if TYPE_CHECKING:
    from flask import Response
    from flask.typing import ResponseReturnValue

    from livinglab.services.facility_files import Report

pages = Blueprint("setup_import", __name__)
ADMIN = "admin"


@pages.get("/setup/import")
@requires(ADMIN)
def form() -> str:
    """The form that sends a file."""
    return _form()


@pages.post("/setup/import")
@requires(ADMIN)
def send() -> ResponseReturnValue:
    """Keep the file until it is decided what to take."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _form(gettext("Choose a file.")), HTTPStatus.UNPROCESSABLE_ENTITY
    key = _waiting().keep(file.stream, context.now())
    return redirect(url_for("setup_import.report", key=key), 303)


@pages.get("/setup/import/<key>")
@requires(ADMIN)
def report(key: str) -> str:
    """What the file would do, line by line; nothing is written."""
    with _opened(key) as file:
        found = facility_files.check(context.session(), context.world(), context.now(), file)
    return _report(key, found)


@pages.post("/setup/import/<key>")
@requires(ADMIN)
def take(key: str) -> ResponseReturnValue:
    """Take the good ones as drafts, if they are as many as were shown."""
    wanted = request.form.get("good", -1, type=int)
    try:
        with _opened(key) as file, context.work() as work:
            done = facility_files.take(work, file, skip_broken=True, expected=wanted)
    except StaleVersion as refusal:
        flash(sentence(refusal.message), "warn")
        return redirect(url_for("setup_import.report", key=key), 303)
    except BrokenFile as broken:
        return _report(key, broken.report), HTTPStatus.UNPROCESSABLE_ENTITY
    _waiting().drop(key)
    flash(
        ngettext(
            "One facility is taken. New ones are drafts that only you and your people see.",
            "%(num)d facilities are taken. New ones are drafts that only you and your people see.",
            done.good,
        ),
        "ok",
    )
    return redirect(url_for("hosting.listing"), 303)


@pages.get("/setup/import/sheet.csv")
@requires(ADMIN)
def template() -> Response:
    """A sheet to fill in: the names of the columns and one invented hall."""
    return csv_answer("facilities.csv", sheet.HEADER, sheet.write_rows(sheet.SAMPLE))


def _form(fault: str = "") -> str:
    return render_template(
        "setup/import.html",
        fault=fault,
        most=context.settings().upload_limit_mb,
        columns=sheet.HEADER,
    )


def _report(key: str, found: Report) -> str:
    return render_template("setup/report.html", key=key, report=found)


def _waiting() -> Waiting:
    return Waiting(context.settings().instance / "imports", reader().user_id)


def _opened(key: str) -> IO[bytes]:
    try:
        return _waiting().open(key)
    except FileNotFoundError:
        raise NotFound from None
