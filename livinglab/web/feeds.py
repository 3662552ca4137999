"""Calendar feeds under secret addresses, as RFC 5545 and as free/busy.

Readers poll: what has not changed is answered 304 from counters, without reading a booking
(RFC 9110, 13.2.2). The address is a secret: it is in no log of ours and in no Referer.
"""

from __future__ import annotations

import gzip
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import TooManyRequests

from livinglab.adapters.secrets import token_hash
from livinglab.domain.errors import NotFound, TryLater
from livinglab.services import accounts, feeds
from livinglab.web import context, limits
from livinglab.web.access import public
from livinglab.web.errors import RETRY_SECONDS

if TYPE_CHECKING:
    from datetime import datetime

    from livinglab.services.feeds import OpenFeed

pages = Blueprint("feeds", __name__)

SECOND = timedelta(seconds=1)
HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "Vary": "Accept-Encoding",
}
MAKERS = {"ics": feeds.calendar, "ifb": feeds.free_busy}


@pages.get("/feeds/<token>.<any(ics, ifb):kind>")
@public()
def show(token: str, kind: str) -> Response:
    """The feed of a token; one that is unknown and one that was ended look alike.

    Reads are counted per feed, and unknown ones per address: guessing is slow, while a calendar
    service that reads many feeds from one address is not.
    """
    session, world = context.session(), context.world()
    allowed = f"{context.settings().feed_reads_per_minute} per minute"
    try:
        limits.spend("feed", allowed, token_hash(token))
        try:
            opened = feeds.open_feed(session, world, token, context.now())
        except NotFound:
            limits.spend("feed-unknown", allowed, request.remote_addr or "")
            return _refused(HTTPStatus.NOT_FOUND)
    except TooManyRequests:
        return _refused(HTTPStatus.TOO_MANY_REQUESTS)
    if _unchanged(opened):
        response = Response(status=HTTPStatus.NOT_MODIFIED)
    else:
        url = f"{context.settings().base_url}/feeds/{token}.{kind}"
        response = Response(
            MAKERS[kind](session, world, opened, url), content_type="text/calendar; charset=utf-8"
        )
        response.headers["Content-Disposition"] = f'inline; filename="livinglab.{kind}"'
        if request.accept_encodings.quality("gzip"):
            response.data = gzip.compress(response.data, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
    # Weak: the octets differ by encoding, the calendar does not.
    response.set_etag(opened.etag, weak=True)
    response.last_modified = _last_modified(opened)
    _note_use(opened)
    return _sent(response)


def _unchanged(opened: OpenFeed) -> bool:
    """Whether the reader has this already; If-None-Match wins over If-Modified-Since."""
    if "If-None-Match" in request.headers:
        return request.if_none_match.contains_weak(opened.etag)
    since = request.if_modified_since
    return since is not None and _last_modified(opened) <= since <= context.now()


def _last_modified(opened: OpenFeed) -> datetime:
    """The second of the last change; the one before while more may change in it."""
    second = opened.changed_at.replace(microsecond=0)
    return second - SECOND if context.now() < second + SECOND else second


def _note_use(opened: OpenFeed) -> None:
    """Write down when and by what the feed is read, at most once a minute."""
    feed_id = opened.feed.id
    if not accounts.worth_noting(opened.feed.used_at, context.now()):
        return
    try:
        with context.work() as work:
            feeds.note_use(work, feed_id, request.user_agent.string)
    except TryLater:
        current_app.logger.info("The last use of feed %s could not be written down", feed_id)


def _refused(status: HTTPStatus) -> Response:
    response = Response(f"{status.phrase.capitalize()}\n", status, mimetype="text/plain")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = str(RETRY_SECONDS[status])
    return _sent(response)


def _sent(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
