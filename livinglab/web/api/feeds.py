"""Calendar feeds of the caller: made, listed, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from flask import Response, jsonify

from livinglab.db.queries import feeds as queries
from livinglab.domain.messages import N_
from livinglab.services import accounts, feeds
from livinglab.services.calendar_texts import DETAILS
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.api.describe import PREFIX, Api
from livinglab.web.api.reading import body, row_number
from livinglab.web.api.schemas.calendar import (
    FeedBody,
    FeedJson,
    FeedList,
    FeedPath,
    NewFeedJson,
)
from livinglab.web.api.telling import maybe_when, when
from livinglab.web.api.writes import KEY, NOTHING, acting, reply, write

if TYPE_CHECKING:
    from livinglab.db.tables import Feed
    from livinglab.services.idempotency import Reply
    from livinglab.services.work import Work

api = Api("feeds", "Secret addresses at which calendars read what a person sees.")

SCOPES = ("person", "facility")


@api.call("GET", "/feeds", answers={200: FeedList})
@requires("signed_in")
def list_feeds() -> Response:
    """Your feeds, newest first; their addresses were told once."""
    rows = queries.feeds_of(context.session(), acting().user_id)
    answer: FeedList = {"items": [_feed(feed, slug) for feed, slug in rows], "next": None}
    return jsonify(answer)


@api.call(
    "POST", "/feeds", answers={201: NewFeedJson}, takes=FeedBody, query=(KEY,), refuses=(404,)
)
@requires("signed_in")
def create_feed() -> Response:
    """A new feed with its address, told once: a repeat of this write is told null."""
    facility, detail = _given()

    def act(work: Work) -> Reply:
        feed, token = accounts.add_feed(work, acting().user_id, facility, detail)
        told = _feed(feed, facility)
        address = f"{context.settings().base_url}/feeds/{token}"
        fresh: NewFeedJson = {
            **told,
            "url": f"{address}.ics",
            "free_busy_url": f"{address}.ifb",
        }
        later: NewFeedJson = {**told, "url": None, "free_busy_url": None}
        return reply(fresh, 201, location=f"{PREFIX}/feeds/{told['id']}", kept=later)

    return write(act)


@api.call("DELETE", "/feeds/<int:feed>", answers={204: None})
@requires("signed_in")
def remove_feed(path: FeedPath) -> Response:
    """End a feed: its address answers nobody from now on."""

    def act(work: Work) -> Reply:
        feeds.revoke(work, row_number(path.feed))
        return NOTHING

    return write(act)


def _given() -> tuple[str | None, str]:
    node = body({}).record(("scope", "facility", "detail"))
    facility = node["facility"].maybe(lambda n: n.text(80)) or None
    detail = node["detail"].maybe(lambda n: n.choice(DETAILS)) or DETAILS[0]
    scope = node["scope"].maybe(lambda n: n.choice(SCOPES))
    if scope == "facility" and facility is None:
        node["facility"].refuse("missing", N_("“%(field)s” is missing. Add it."))
    if scope == "person" and facility is not None:
        node["facility"].refuse("not_this_scope", N_("Leave out “%(field)s”, or change the scope."))
    node.finish()
    return facility, detail


def _feed(feed: Feed, facility: str | None) -> FeedJson:
    return {
        "id": feed.id,
        "scope": "person" if facility is None else "facility",
        "facility": facility,
        "detail": cast("Literal['full', 'title', 'busy']", feed.detail),
        "created_at": when(feed.created_at),
        "used_at": maybe_when(feed.used_at),
        "used_by": feed.used_by,
    }
