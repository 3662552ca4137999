"""One table from refusal to HTTP status, and what people and programs are told.

Pages come from ``templates/errors``; the API answers ``application/problem+json`` (RFC 9457) with
``code``, which is stable, and ``problems``, which lists everything that is wrong at once.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import current_app, g, make_response, render_template
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError

from livinglab.adapters.texts import sentence
from livinglab.db.flask_db import db
from livinglab.db.guards import refusal_for
from livinglab.domain import errors
from livinglab.domain.messages import N_, Message
from livinglab.services.facility_files import BrokenFile
from livinglab.web import context
from livinglab.web.access import is_api
from livinglab.web.language import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask, Response

    from livinglab.domain.errors import Problem, Refusal

STATUS: dict[type[Refusal], int] = {
    errors.Refusal: 400,
    errors.NotFound: 404,
    errors.NotAllowed: 403,
    errors.NotSignedIn: 401,
    errors.InvalidInput: 422,
    BrokenFile: 422,
    errors.RulesBroken: 422,
    errors.IllegalTransition: 409,
    errors.SlotTaken: 409,
    errors.StaleVersion: 412,
    errors.VersionMissing: 428,
    errors.KeyReused: 422,
    errors.TryLater: 503,
    errors.TooOften: 429,
    errors.ProviderAway: 502,
}
PAGE_STATUS: dict[type[Refusal], int] = {errors.StaleVersion: 409, errors.VersionMissing: 409}
"""Where pages differ: a form has no If-Match header."""

HTTP: dict[int, tuple[str, str]] = {
    400: ("bad_request", N_("The request could not be understood.")),
    401: ("not_signed_in", N_("Sign in first.")),
    404: ("not_found", N_("There is nothing here under this address.")),
    405: ("method_not_allowed", N_("This address does not answer to that method.")),
    413: ("too_large", N_("That is too large.")),
    415: ("unsupported_media_type", N_("This kind of content is not understood here.")),
    429: ("too_many_requests", N_("Too many tries in a short time. Wait a minute.")),
    500: ("server_error", N_("Something broke on our side.")),
}
OWN_PAGE = frozenset({403, 404, 409, 410, 413, 429, 500, 503})
RETRY_SECONDS = {429: 60, 503: 5}
CSRF = Message(N_("The form is too old or was not ours. Open the page again, then send it."))


def install(app: Flask) -> None:
    """Answer every refusal and error."""
    app.register_error_handler(errors.Refusal, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(PoolTimeout, _database_error)
    app.register_error_handler(InternalServerError, _broken)


def status_of(refusal: Refusal, *, page: bool) -> int:
    """The HTTP status of a refusal: its class's, or that of the nearest class above."""
    for kind in type(refusal).__mro__:
        if page and kind in PAGE_STATUS:
            return PAGE_STATUS[kind]
        if kind in STATUS:
            return STATUS[kind]
    return 400


def problem_list(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as the API and the pages show them, in the reader's language."""
    reader = language()
    listed = []
    for problem in problems:
        entry: dict[str, Any] = {
            "code": problem.code,
            "field": problem.field,
            "detail": sentence(problem.message, reader),
        }
        if problem.fix is not None:
            entry["fix"] = {
                "detail": sentence(problem.fix.message, reader),
                "changes": dict(problem.fix.changes),
            }
        listed.append(entry)
    return listed


def problem_json(status: int, code: str, detail: str, problems: Sequence[Problem] = ()) -> Response:
    """An ``application/problem+json`` answer (RFC 9457)."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "problems": problem_list(problems),
    }
    response = make_response(current_app.json.dumps(body), status)
    response.mimetype = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="Living Lab"'
    return response


def _refused(refusal: Refusal) -> Response:
    api = is_api()
    status = status_of(refusal, page=not api)
    message, problems = refusal.message, refusal.problems
    if status == HTTPStatus.NOT_FOUND:  # what is foreign and what is missing must look the same
        message, problems = Message(HTTP[404][1]), ()
    return _answer(status, refusal.code, message, problems)


def _http_error(error: HTTPException) -> Response:
    if error.response is not None:
        return make_response(error.response)
    status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    code, words = HTTP.get(status, HTTP[400])
    detail = Message(words)
    if status == HTTPStatus.BAD_REQUEST and error.description:
        detail = CSRF if "CSRF" in type(error).__name__ else Message(error.description)
    response = _answer(status, code, detail)
    for name, value in error.get_headers():
        if name not in {"Content-Type", "Content-Length"}:
            response.headers[name] = value
    return response


def _database_error(error: Exception) -> Response:
    refusal = refusal_for(error) if isinstance(error, DBAPIError) else errors.TryLater()
    if refusal is None:
        current_app.logger.error("Request %s failed", context.request_id(), exc_info=error)
        if not isinstance(error, OperationalError):
            return _answer(500, HTTP[500][0], Message(HTTP[500][1]))
        refusal = errors.TryLater()
    return _refused(refusal)


def _broken(error: InternalServerError) -> Response:
    current_app.logger.error("Request %s failed: %s", context.request_id(), error)
    return _answer(500, HTTP[500][0], Message(HTTP[500][1]))


def _answer(status: int, code: str, message: Message, problems: Sequence[Problem] = ()) -> Response:
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _without_database()
    try:
        response = _said(status, code, message, problems)
    except SQLAlchemyError as error:  # language and menu need the database, and it is away
        return _database_error(error)
    if status in RETRY_SECONDS:
        response.headers["Retry-After"] = str(RETRY_SECONDS[status])
    return response


def _said(status: int, code: str, message: Message, problems: Sequence[Problem]) -> Response:
    detail = sentence(message, language())
    if is_api():
        return problem_json(status, code, detail, problems)
    page = render_template(
        f"errors/{status}.html" if status in OWN_PAGE else "errors/refused.html",
        sentence=detail,
        problems=problem_list(problems),
        error_code=str(status),
    )
    return make_response(page, status)


def _without_database() -> None:
    """Show the page as to a stranger: who acts, and the menu, would need the database."""
    g.principal = None
    g.without_database = True
    g.pop("_login_user", None)
    db.session.remove()
