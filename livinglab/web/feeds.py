"""Calendar feeds under secret addresses, as iCalendar (RFC 5545), jCal (RFC 7265) and free/busy.

Readers poll: what has not changed is answered 304 from counters, without reading a booking
(RFC 9110, 13.2.2). The address is a secret: it is in no log of ours and in no Referer.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from datetime import timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import TooManyRequests

from livinglab.adapters import jcal
from livinglab.adapters.secrets import token_hash
from livinglab.domain.errors import NotFound, TryLater
from livinglab.services import accounts, feed_fetches, feeds
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
    "Vary": "Accept, Accept-Encoding",
}
MEDIA_TYPE = "text/calendar; charset=utf-8"
LIGHTLY = 1
"""Level of gzip: a third of the time for a quarter more octets."""
NOTED = "livinglab.feed_readers"
"""In the application's extensions: when each reader was last written down by this process."""
MOST_NOTED = 10_000
Noted = OrderedDict[tuple[int, str], "datetime"]
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
        response = _whole(opened, token, kind)
    # Weak: the octets differ by encoding, the calendar does not.
    response.set_etag(_etag(opened), weak=True)
    response.last_modified = _last_modified(opened)
    _note_use(opened, response)
    return _sent(response)


def _whole(opened: OpenFeed, token: str, kind: str) -> Response:
    url = f"{context.settings().base_url}/feeds/{token}.{kind}"
    body, media_type = MAKERS[kind](context.session(), context.world(), opened, url), MEDIA_TYPE
    if _wants_json():
        body, media_type = jcal.to_jcal(body), jcal.MEDIA_TYPE
    response = Response(body, content_type=media_type)
    response.headers["Content-Disposition"] = f'inline; filename="livinglab.{kind}"'
    if request.accept_encodings.quality("gzip"):
        response.data = gzip.compress(response.data, LIGHTLY, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response


def _wants_json() -> bool:
    """Whether the reader would rather have jCal; one that says nothing gets iCalendar."""
    known = ("text/calendar", jcal.MEDIA_TYPE)
    return (request.view_args or {})["kind"] == "ics" and (
        request.accept_mimetypes.best_match(known, known[0]) == jcal.MEDIA_TYPE
    )


def _etag(opened: OpenFeed) -> str:
    return f"{opened.etag}-json" if _wants_json() else opened.etag


def _unchanged(opened: OpenFeed) -> bool:
    """Whether the reader has this already; If-None-Match wins over If-Modified-Since."""
    if "If-None-Match" in request.headers:
        return request.if_none_match.contains_weak(_etag(opened))
    since = request.if_modified_since
    return since is not None and _last_modified(opened) <= since <= context.now()


def _last_modified(opened: OpenFeed) -> datetime:
    """The second of the last change; the one before while more may change in it."""
    second = opened.changed_at.replace(microsecond=0)
    return second - SECOND if context.now() < second + SECOND else second


def _note_use(opened: OpenFeed, response: Response) -> None:
    """Write down what read the feed and what it got, once a minute at most for each program."""
    now, agent = context.now(), feed_fetches.agent_of(request.user_agent.string)
    noted: Noted = current_app.extensions.setdefault(NOTED, OrderedDict())
    if not accounts.worth_noting(noted.get((opened.feed.id, agent)), now):
        return
    fetch = feed_fetches.Fetch(
        agent,
        response.status_code,
        response.content_length or 0,
        conditional="If-None-Match" in request.headers or "If-Modified-Since" in request.headers,
    )
    feed_id = opened.feed.id
    try:
        with context.work() as work:
            feed_fetches.note(work, feed_id, fetch)
    except TryLater:
        current_app.logger.info("The last use of feed %s could not be written down", feed_id)
    else:
        noted.pop((feed_id, agent), None)
        noted[feed_id, agent] = now
        while len(noted) > MOST_NOTED:
            noted.popitem(last=False)


def _refused(status: HTTPStatus) -> Response:
    response = Response(f"{status.phrase.capitalize()}\n", status, mimetype="text/plain")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = str(RETRY_SECONDS[status])
    return _sent(response)


def _sent(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response
