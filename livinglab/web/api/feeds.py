"""Calendar feeds of the caller: made, listed, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from flask import Response, jsonify

from livinglab.db.queries import feeds as queries
from livinglab.domain import feed
from livinglab.domain.feed import FeedWish
from livinglab.domain.vocabulary import LANGUAGES, OWNER_ROLES
from livinglab.services import feed_making, feeds, naming
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.api.describe import PREFIX, Api
from livinglab.web.api.reading import body, row_number
from livinglab.web.api.schemas.calendar import (
    FeedBody,
    FeedJson,
    FeedList,
    FeedPath,
    FeedScope,
    NewFeedJson,
)
from livinglab.web.api.telling import maybe_when, when
from livinglab.web.api.writes import KEY, NOTHING, acting, reply, write

if TYPE_CHECKING:
    from livinglab.db.queries.feeds import NamedFeed
    from livinglab.services.idempotency import Reply
    from livinglab.services.work import Work

api = Api("feeds", "Secret addresses at which calendars read what a person sees.")

SCOPES = {"person": "all", **{scope: scope for scope in feed.SCOPES[1:]}}
"""Names in the API and ours. They differ for reasons of age: "person" was first."""
GIVEN = (
    *("scope", "facility", "site", "role", "company", "mine", "states", "resources"),
    *("cancelled", "language", "name", "detail"),
)


@api.call("GET", "/feeds", answers={200: FeedList})
@requires("signed_in")
def list_feeds() -> Response:
    """Your feeds, newest first; their addresses were told once."""
    rows = queries.feeds_of(context.session(), acting().user_id)
    answer: FeedList = {"items": [_feed(row) for row in rows], "next": None}
    return jsonify(answer)


@api.call(
    "POST", "/feeds", answers={201: NewFeedJson}, takes=FeedBody, query=(KEY,), refuses=(404,)
)
@requires("signed_in")
def create_feed() -> Response:
    """A new feed with its address, told once: a repeat of this write is told null."""
    wish = _given()

    def act(work: Work) -> Reply:
        made, token = feed_making.make(work, acting(), wish)
        named = (n for n in queries.feeds_of(work.session, acting().user_id) if n.feed is made)
        told = _feed(next(named))
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


def _given() -> FeedWish:
    node = body({}).record(GIVEN)
    scope = node["scope"].maybe(lambda n: n.choice(SCOPES))
    slugs = {name: node[name].maybe(lambda n: n.text(80)) or "" for name in ("site", "company")}
    facility = node["facility"].maybe(lambda n: n.text(80)) or ""
    if scope is None and facility:
        scope = "facility"
    wish = FeedWish(
        scope=SCOPES.get(scope or "person", "all"),
        facility=facility,
        role=node["role"].maybe(lambda n: n.choice(OWNER_ROLES)) or "",
        mine=node["mine"].flag(),
        states=node["states"].each(lambda n: n.choice(feed.STATES)),
        resources=node["resources"].each(lambda n: n.text(128)),
        cancelled=node["cancelled"].flag(otherwise=True),
        language=node["language"].maybe(lambda n: n.choice(LANGUAGES)) or "",
        name=node["name"].maybe(lambda n: n.text(naming.NAME_LIMIT)) or "",
        detail=node["detail"].maybe(lambda n: n.choice(feed.DETAILS)) or feed.DETAILS[0],
        **slugs,
    )
    node.finish()
    return wish


def _feed(named: NamedFeed) -> FeedJson:
    row, places = named.feed, context.world().places(context.session())
    known = (places.by_id.get(int(key)) for key in row.resources.split())
    return {
        "id": row.id,
        "name": row.name,
        "scope": cast("FeedScope", "person" if row.scope == "all" else row.scope),
        "facility": named.facility,
        "site": named.site.slug if named.site else None,
        "role": row.role or None,
        "company": named.company.slug if named.company else None,
        "mine": row.mine,
        "states": cast("list[Literal['tentative', 'firm']]", row.states.split()),
        "resources": [item.slug for item in known if item is not None],
        "cancelled": row.cancelled,
        "language": row.language or None,
        "detail": cast("Literal['full', 'title', 'busy']", row.detail),
        "created_at": when(row.created_at),
        "used_at": maybe_when(row.used_at),
        "used_by": row.used_by,
    }
