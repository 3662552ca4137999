"""A person's own data: everything that is kept about them as one file, and erasing themselves."""

from __future__ import annotations

import io
import json
import zipfile
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.adapters.csvfile import render_csv
from livinglab.db.tables import User
from livinglab.domain.errors import InvalidInput, RulesBroken
from livinglab.services import erasure
from livinglab.services.erasure_rules import hurdles
from livinglab.services.personal_data import columns_of, read_out
from livinglab.services.personal_sections import SECTIONS
from livinglab.web import context, limits, sessions
from livinglab.web.access import requires
from livinglab.web.errors import problem_list
from livinglab.web.fresh import fresh
from livinglab.web.sealed import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem
    from livinglab.services.personal_data import Record

pages = Blueprint("personal_data", __name__)


@pages.get("/account/data")
@requires("signed_in")
def overview() -> str:
    """What can be had and done."""
    return render_template("personal_data/overview.html")


@pages.post("/account/data")
@requires("signed_in")
@fresh
def download() -> ResponseReturnValue:
    """Everything about the reader. A POST: that somebody read it is noted."""
    with context.work() as work:
        found = read_out(work)
    response = Response(_packed(found), mimetype="application/zip")
    name = f"living-lab-{context.today()}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/account/erase")
@requires("signed_in")
@fresh
def before_erasing() -> ResponseReturnValue:
    """What goes, what stays, what must come first, and the form."""
    return _erasing()


@pages.post("/account/erase")
@requires("signed_in")
@fresh
def erase() -> ResponseReturnValue:
    """Erase the reader, and sign the browser out."""
    email = cast("Principal", context.principal()).email
    limits.count("password", email)
    try:
        with context.work() as work:
            given = request.form.get("email", ""), request.form.get("password")
            erasure.erase_own(work, *given)
    except (InvalidInput, RulesBroken) as refusal:
        shown = refusal.problems if isinstance(refusal, InvalidInput) else ()
        return _erasing(shown), HTTPStatus.UNPROCESSABLE_ENTITY
    sessions.forget()
    flash(gettext("Your account is erased. What your company asked for stays with it."), "ok")
    return redirect(url_for("home.front"), 303)


def _erasing(problems: Sequence[Problem] = ()) -> str:
    user_id = cast("Principal", context.principal()).user_id
    user = context.session().get_one(User, user_id)
    return render_template(
        "personal_data/erase.html",
        first=problem_list(hurdles(context.session(), user)),
        has_password=bool(user.password),
        email=request.form.get("email", ""),
        **told(problems),
    )


def _packed(found: dict[str, list[Record]]) -> bytes:
    """All of it for programs, and a table of each section for people."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("everything.json", _json(found, indent=2))
        for section in SECTIONS:
            rows = ([_cell(value) for value in row.values()] for row in found[section.name])
            pack.writestr(f"{section.name}.csv", render_csv(columns_of(section), rows))
    return octets.getvalue()


def _cell(value: object) -> object:
    return _json(value) if isinstance(value, dict | list) else value


def _json(value: Any, *, indent: int | None = None) -> str:  # noqa: ANN401  # whatever JSON takes
    return json.dumps(value, ensure_ascii=False, indent=indent)
