"""A person's own data: everything that is kept about them as one file."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template

from livinglab.adapters.csvfile import render_csv
from livinglab.services.personal_data import SECTIONS, columns_of, read_out
from livinglab.web import context
from livinglab.web.access import requires

if TYPE_CHECKING:
    from livinglab.services.personal_data import Record

pages = Blueprint("personal_data", __name__)


@pages.get("/account/data")
@requires("signed_in")
def overview() -> str:
    """What can be had and done."""
    return render_template("personal_data/overview.html")


@pages.post("/account/data")
@requires("signed_in")
def download() -> Response:
    """Everything about the reader. A POST: that somebody read it is noted."""
    with context.work() as work:
        found = read_out(work)
    response = Response(_packed(found), mimetype="application/zip")
    name = f"living-lab-{context.today()}.zip"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


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
