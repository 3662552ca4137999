"""A person's feeds in words: what each shows, who reads it, and what to do about that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.db.queries.feed_scopes import companies_seen
from livinglab.db.queries.feeds import NamedFeed, feeds_of, fetches_of
from livinglab.domain.feed import FeedWish
from livinglab.domain.feed_health import Readings, warnings
from livinglab.domain.vocabulary import OWNER_ROLES
from livinglab.services import feeds
from livinglab.services.feed_making import roles_of
from livinglab.web import context
from livinglab.web.agents import calendar_words
from livinglab.web.conversation_view import size as file_size
from livinglab.web.filters import localised, sentence
from livinglab.web.hosting.words import LANGUAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from werkzeug.datastructures import MultiDict

    from livinglab.db.tables import Feed, FeedFetch
    from livinglab.domain.access import Principal
    from livinglab.services.places import Places

Options = list[tuple[str, str]]
MANY_SPACES = 80
"""With more of them nobody chooses from a list; the API takes any."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A program that reads a feed: when last, what it got, and what is wrong with that."""

    program: str
    agent: str
    at: datetime
    got: str
    size: str
    conditional: bool
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """A feed: what it is called, what it shows, what it leaves out, who reads it."""

    feed: Feed
    title: str
    shows: str
    left_out: list[str]
    dormant: bool
    readers: list[Reader]


def lines(who: Principal) -> list[Line]:
    """The person's feeds, the newest first; two statements, however many."""
    session, now = context.session(), context.now()
    named = feeds_of(session, who.user_id)
    readers: dict[int, list[Reader]] = {one.feed.id: [] for one in named}
    for fetch in fetches_of(session, readers):
        readers[fetch.feed_id].append(_reader(fetch, now))
    places = context.world().places(session)
    return [
        Line(
            one.feed,
            one.feed.name or _shows(one, places),
            _shows(one, places),
            list(_left_out(one.feed, places)),
            feeds.is_dormant(one.feed, now),
            readers[one.feed.id],
        )
        for one in named
    ]


def scopes(who: Principal) -> dict[str, Options]:
    """What a feed may show, by kind; each value is one ``read_wish`` understands."""
    session = context.session()
    seen = context.world().places(session).seen_by(who)
    sites = {p.facility.site_id: p.facility.site for p in seen.values() if p.facility.site_id}
    found = {
        gettext("Everything"): [("all", gettext("All that concerns me"))],
        gettext("Role"): [(f"role:{role}", gettext(OWNER_ROLES[role])) for role in roles_of(who)],
        gettext("Facility"): [
            (f"facility:{slug}", localised(place.facility.name)) for slug, place in seen.items()
        ],
        gettext("Site"): [(f"site:{slug}", name) for slug, name in sites.items()],
        gettext("Company"): [
            (f"company:{company.slug}", company.name) for company in companies_seen(session, who)
        ],
    }
    return {kind: options for kind, options in found.items() if options}


def spaces(who: Principal) -> Options:
    """The spaces a feed may be narrowed to, with their facility; none where there are many."""
    places = context.world().places(context.session())
    found = [
        (item.slug, f"{localised(item.facility.name)}: {localised(item.resource.name)}")
        for slug in places.seen_by(who)
        for item in places.bookable(slug)
    ]
    return found if len(found) <= MANY_SPACES else []


def read_wish(form: MultiDict[str, str]) -> FeedWish:
    """What the form asks for. ``facility`` alone is from links of older pages."""
    kind, _, slug = form.get("scope", "").partition(":")
    if not kind and (slug := form.get("facility", "")):
        kind = "facility"
    return FeedWish(
        scope=kind or "all",
        **({kind: slug} if kind in {"facility", "site", "role", "company"} else {}),
        mine="mine" in form,
        states=tuple(filter(None, [form.get("states", "")])),
        resources=tuple(form.getlist("resources")),
        cancelled="cancelled" in form or "kept" not in form,
        language=form.get("language", ""),
        name=form.get("name", ""),
        detail=form.get("detail", "full"),
    )


def details() -> Options:
    """How much a feed tells."""
    return [
        ("full", gettext("Everything: firm, title and, where not confidential, purpose")),
        ("title", gettext("Title only")),
        ("busy", gettext("Only that the time is reserved")),
    ]


def states() -> Options:
    """How firm the time is that a feed shows."""
    return [
        ("", gettext("Tentative and firm")),
        ("firm", gettext("Firm only")),
        ("tentative", gettext("Tentative only")),
    ]


def _shows(named: NamedFeed, places: Places) -> str:
    if named.facility is not None and named.facility in places.facilities:
        return localised(places.facilities[named.facility].facility.name)
    if named.site is not None:
        return str(named.site.name)
    if named.company is not None:
        return str(named.company.name)
    if named.feed.role:
        return str(gettext(OWNER_ROLES[named.feed.role]))
    return str(gettext("All that concerns me"))


def _left_out(feed: Feed, places: Places) -> Sequence[str]:
    found = []
    if feed.mine:
        found.append(gettext("Only what I asked for or decide on"))
    found += [words for code, words in states() if code and code == feed.states]
    if feed.resources:
        known = (places.by_id.get(int(key)) for key in feed.resources.split())
        names = [localised(item.resource.name) for item in known if item is not None]
        found.append(gettext("Only %(spaces)s", spaces=", ".join(names)))
    if not feed.cancelled:
        found.append(gettext("Without what was called off"))
    if feed.language:
        found.append(str(LANGUAGE_NAMES[feed.language]))
    return found


def _reader(fetch: FeedFetch, now: datetime) -> Reader:
    seen = Readings(fetch.first_at, fetch.at, fetch.count, fetch.conditional)
    return Reader(
        calendar_words(fetch.agent),
        fetch.agent,
        fetch.at,
        _got(fetch.status),
        file_size(fetch.octets),
        fetch.conditional,
        [sentence(message) for message in warnings(seen, now)],
    )


def _got(status: int) -> str:
    words = {200: gettext("everything"), 304: gettext("nothing new")}
    return f"{status}, {words[status]}" if status in words else str(status)
