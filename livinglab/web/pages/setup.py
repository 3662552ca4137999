"""Starting for real: leaving demo mode, and what is left until the first facility is public."""

from __future__ import annotations

import io
import json
import zipfile
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext

from livinglab.adapters.csvfile import render_csv
from livinglab.db.queries.accounts import has_example_data
from livinglab.db.tables import User
from livinglab.domain import sheet
from livinglab.domain.access import may_manage_facility
from livinglab.domain.errors import InvalidInput, NotFound, Refusal
from livinglab.domain.passwords import SHORTEST
from livinglab.services import setup
from livinglab.services.appointing import appoint
from livinglab.services.demo.copying import tables
from livinglab.services.demo.leaving import leave, outlook
from livinglab.services.facility_files import export
from livinglab.web import context, setup_form
from livinglab.web.access import requires
from livinglab.web.errors import problem_list, status_of
from livinglab.web.fresh import fresh
from livinglab.web.hosting.mine import MANAGERS, reader
from livinglab.web.sessions import forget
from livinglab.web.setup_steps import steps
from livinglab.web.sheets import csv_answer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue

    from livinglab.domain.errors import Problem

pages = Blueprint("setup", __name__)
ADMIN = "admin"
FRESH = "new_decider"
"""Where the first password of somebody named waits to be shown, once."""


@pages.get("/setup")
@requires(ADMIN)
def overview() -> str:
    """What is left to do, and in demo mode the way out of it."""
    return _page()


@pages.post("/setup/leave-demo")
@requires(ADMIN)
def leave_demo() -> ResponseReturnValue:
    """Remove the example data; an example admin is signed out with it."""
    if not has_example_data(context.session()):
        raise NotFound
    shared = _is_example()
    try:
        given = setup_form.read(request.form, new_admin=shared)
        with context.work() as work:
            leave(work, given.admin, given.host, given.given_up)
    except Refusal as refusal:
        return _page(refusal.problems), status_of(refusal, page=True)
    if given.admin is None:
        flash(gettext("The example data is gone. What is left to do stands here."), "ok")
        return redirect(url_for("setup.overview"), 303)
    forget()
    told = gettext("The example data is gone. Sign in as %(email)s.", email=given.admin.email)
    flash(told, "ok")
    return redirect(url_for("security.login", next=url_for("setup.overview")), 303)


@pages.post("/setup/deciders")
@requires(ADMIN)
@fresh
def name_decider() -> ResponseReturnValue:
    """Name who decides at the first facility; a new person's password is shown once."""
    fields = {name: request.form.get(name, "") for name in ("role", "email", "name")}
    slug = request.form.get("facility", "")
    try:
        with context.work() as work:
            password = appoint(work, slug, fields)
    except InvalidInput as refusal:
        return _page(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    if password is None:
        flash(gettext("%(email)s decides there now.", email=fields["email"].strip()), "ok")
    else:
        cookie[FRESH] = [fields["email"].strip(), password]
    return redirect(url_for("setup.overview", _anchor="steps"), 303)


@pages.get("/setup/export/facilities.<any(json,csv):kind>")
@requires(*MANAGERS)
def facilities(kind: str) -> Response:
    """The facilities that the reader keeps, as they can be imported again."""
    who = reader()
    places = context.world().places(context.session())
    found = export(places, lambda slug: may_manage_facility(who, slug))
    if kind == "csv":
        rows = (row for document in found for row in sheet.write_rows(document))
        return csv_answer("facilities.csv", sheet.HEADER, rows)
    return _download(_json(found), "application/json", "facilities.json")


@pages.get("/setup/export/example-data.zip")
@requires(ADMIN)
def example_data() -> Response:
    """All example data that a person can read, as files."""
    session = context.session()
    places = context.world().places(session)
    found = export(places, lambda slug: places.facilities[slug].facility.is_example)
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w", zipfile.ZIP_DEFLATED) as pack:
        pack.writestr("facilities.json", _json(found))
        for name, (header, rows) in tables(session).items():
            pack.writestr(f"{name}.csv", render_csv(header, rows))
    return _download(octets.getvalue(), "application/zip", "example-data.zip")


def _page(problems: Iterable[Problem] = ()) -> str:
    session, world, now = context.session(), context.world(), context.now()
    told = problem_list(list(problems))
    found = setup.checklist(session, world, now, mail=bool(context.settings().smtp_url))
    demo = not found.steps[0].done
    return render_template(
        "setup/overview.html",
        leaving=outlook(session) if demo else None,
        new_admin=demo and _is_example(),
        shortest=SHORTEST,
        confirmation=gettext(setup_form.CONFIRMATION),
        checklist=found,
        steps=steps(found),
        values=request.form,
        problems=told,
        at={problem["field"]: [problem] for problem in told},
        fresh=cookie.pop(FRESH, None),
    )


def _is_example() -> bool:
    return context.session().get_one(User, reader().user_id).is_example


def _json(found: Iterable[dict[str, Any]]) -> bytes:
    return json.dumps(list(found), ensure_ascii=False, indent=2).encode()


def _download(octets: bytes, kind: str, name: str) -> Response:
    response = Response(octets, mimetype=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
