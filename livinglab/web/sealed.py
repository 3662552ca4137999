"""Pages that belong to a secret: their address goes nowhere, and nothing of them is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app, make_response

from livinglab.web.errors import problem_list

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from livinglab.domain.errors import Problem


def sealed(page: ResponseReturnValue) -> Response:
    """The page without Referer on the way out of it, and out of every cache."""
    response = make_response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def secret_key() -> str:
    """The installation's secret; every use takes a key of its own from it."""
    return str(current_app.secret_key)


def told(problems: Sequence[Problem]) -> dict[str, Any]:
    """Problems as templates show them: all on top (``problems``), and by field (``at``)."""
    listed = problem_list(problems)
    at: dict[str, list[dict[str, Any]]] = {}
    for problem in listed:
        at.setdefault(problem["field"], []).append(problem)
    return {"problems": listed, "at": at}
