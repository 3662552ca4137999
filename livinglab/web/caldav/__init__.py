"""A calendar server for programs that sign in: CalDAV, read only (RFC 4791, RFC 6578, RFC 4918).

Everything below ``/dav/`` asks for a person's address and an app password (RFC 7617); no cookie
counts here. ``/dav/`` leads to the person, whose address is also the home of their calendars.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, g, redirect, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests
from werkzeug.http import http_date

from livinglab.adapters.davxml import BadXml
from livinglab.domain.errors import NotFound
from livinglab.web import context
from livinglab.web.access import public
from livinglab.web.caldav import callers, propfind, reports
from livinglab.web.caldav.answers import Refused, refused
from livinglab.web.caldav.resources import Object, Site, find
from livinglab.web.errors import RETRY_SECONDS
from livinglab.web.intake import MEGABYTE

if TYPE_CHECKING:
    from werkzeug import Response as AnyResponse

    from livinglab.web.caldav.resources import Resource

pages = Blueprint("caldav", __name__)

READS = ("GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT")
WRITES = (
    *("PUT", "DELETE", "POST", "PATCH", "MKCOL", "MKCALENDAR", "PROPPATCH", "COPY", "MOVE"),
    *("LOCK", "UNLOCK", "ACL"),
)
"""What would change something: refused for everybody."""
STATUS: dict[type[Exception], int] = {
    NotFound: 404,
    BadXml: 400,
    RequestEntityTooLarge: 413,
    TooManyRequests: 429,
}
ABLE = {"DAV": "1, 3, calendar-access", "Allow": ", ".join(READS)}


@pages.route("/.well-known/caldav", methods=["GET", "OPTIONS", "PROPFIND"])
@pages.route("/", methods=["PROPFIND"])
@public()
def discover() -> AnyResponse:
    """Lead programs that know the host's name only (RFC 6764) to where calendars are."""
    return redirect(url_for("caldav.answer"), HTTPStatus.PERMANENT_REDIRECT)


@pages.route(
    "/dav/", defaults={"path": ""}, methods=[*READS, *WRITES], provide_automatic_options=False
)
@pages.route("/dav/<path:path>", methods=[*READS, *WRITES], provide_automatic_options=False)
@public()
def answer(path: str) -> Response:
    """Whatever a calendar program asks for."""
    if request.method == "OPTIONS":
        return Response(headers=ABLE)
    try:
        return _answered(path)
    except Refused as refusal:
        return refused(refusal.status, refusal.condition)
    except (NotFound, BadXml, RequestEntityTooLarge, TooManyRequests) as error:
        status = STATUS[type(error)]
        response = refused(status)
        if status in RETRY_SECONDS:
            response.headers["Retry-After"] = str(RETRY_SECONDS[status])
        return response


def _answered(path: str) -> Response:
    request.max_content_length = MEGABYTE
    who = g.principal = callers.caller()
    if who is None:
        return callers.unknown()
    if request.method in WRITES:
        raise Refused(HTTPStatus.FORBIDDEN, "D:need-privileges")
    site = Site(context.session(), context.world(), who, context.now())
    return _read(find(site, path))


def _read(resource: Resource) -> Response:
    match request.method:
        case "PROPFIND":
            return propfind.answer(resource)
        case "REPORT":
            return reports.answer(resource)
        case _:
            return _get(resource)


def _get(resource: Resource) -> Response:
    if not isinstance(resource, Object):
        told = gettext("This address is for calendar programs (CalDAV).")
        return Response(f"{told}\n", mimetype="text/plain")
    stored = resource.stored
    response = Response(stored.text, content_type="text/calendar; charset=utf-8")
    response.set_etag(stored.etag)
    response.headers["Last-Modified"] = http_date(stored.changed_at)
    response.make_conditional(request)
    return response
