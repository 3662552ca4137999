"""Tables as files, as the reader's spreadsheet opens them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from livinglab.adapters.csvfile import render_csv
from livinglab.adapters.texts import local
from livinglab.web.language import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime


def csv_answer(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """The table to be kept under that name. Finnish and Swedish spreadsheets part by ``;``."""
    delimiter = "," if language() == "en" else ";"
    response = Response(render_csv(header, rows, delimiter=delimiter), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def wall_time(moment: datetime, zone: str) -> str:
    """2027-02-01 07:00 on the wall there: what spreadsheets take for a time."""
    return local(moment, zone).strftime("%Y-%m-%d %H:%M")
