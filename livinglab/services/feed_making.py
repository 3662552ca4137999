"""Making a calendar feed: what it asks for must be there for the person; its token is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters.secrets import new_token, token_hash
from livinglab.db.queries.feed_scopes import companies_seen, site_by_slug
from livinglab.db.tables import Feed
from livinglab.domain.access import GATE_ROLES
from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.feed import DETAILS, SCOPES, STATES
from livinglab.domain.messages import N_, Message
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.services.naming import checked_name
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livinglab.domain.access import Principal
    from livinglab.domain.feed import FeedWish
    from livinglab.services.places import Places
    from livinglab.services.work import Work

MOST_RESOURCES = 200
_NARROWED = ("facility", "site", "role", "company")


def make(work: Work, who: Principal, wish: FeedWish) -> tuple[Feed, str]:
    """A new feed of the person in the organisation acted for, and its token, shown once.

    Raises:
        NotFound: the facility, site, company or a resource is not there for the person.
        InvalidInput: something else of the wish cannot be.
    """
    if faults := list(_faults(who, wish)):
        raise InvalidInput.of(*faults)
    places, session = work.world.places(work.session), work.session
    token = new_token()
    feed = Feed(
        token_hash=token_hash(token),
        user_id=who.user_id,
        organisation_id=who.organisation_id,
        scope=wish.scope,
        facility_id=_facility(places, who, wish.facility) if wish.facility else None,
        site_id=_site(work, places, who, wish.site) if wish.site else None,
        company_id=_company(work, who, wish.company) if wish.company else None,
        role=wish.role,
        mine=wish.mine,
        states=" ".join(state for state in STATES if state in wish.states),
        resources=" ".join(map(str, _resources(places, who, wish.resources))),
        cancelled=wish.cancelled,
        language=wish.language,
        name=checked_name(wish.name),
        detail=wish.detail,
        created_at=work.now,
    )
    session.add(feed)
    session.flush()
    audit(work, "create", "feed", str(feed.id), facts={"detail": wish.detail, "scope": wish.scope})
    return feed, token


def roles_of(who: Principal) -> list[str]:
    """The roles for which the person may have a feed: those that own gates."""
    return sorted({role for role, _ in who.roles if who.is_host} & GATE_ROLES)


def _faults(who: Principal, wish: FeedWish) -> Iterator[Problem]:
    if wish.detail not in DETAILS:
        text = Message(N_("The detail of a feed is full, title or busy."))
        yield Problem("unknown_detail", "detail", text)
    if wish.scope not in SCOPES:
        text = Message(N_("A feed is of all, of a facility, a site, a role or a company."))
        yield Problem("unknown_scope", "scope", text)
    for name in _NARROWED:
        given = getattr(wish, name)
        if name == wish.scope and not given:
            yield Problem("missing", name, Message(N_("Say which one the feed shall show.")))
        if name != wish.scope and given:
            text = Message(N_("Leave this out, or change what the feed shows."))
            yield Problem("not_this_scope", name, text)
    if wish.scope == "role" and wish.role and wish.role not in roles_of(who):
        yield Problem("not_held", "role", Message(N_("You do not hold that role.")))
    if set(wish.states) - set(STATES):
        yield Problem("unknown_state", "states", Message(N_("Time is tentative or firm.")))
    if wish.language and wish.language not in LANGUAGES:
        text = Message(N_("The texts are in English (en), Finnish (fi) or Swedish (sv)."))
        yield Problem("unknown_language", "language", text)
    if len(wish.resources) > MOST_RESOURCES:
        text = Message(N_("Choose at most %(limit)s resources."), {"limit": MOST_RESOURCES})
        yield Problem("too_many", "resources", text)


def _facility(places: Places, who: Principal, slug: str) -> int:
    place = places.seen(slug, who)
    if place is None:
        raise NotFound(Message(N_("There is no facility “%(id)s”."), {"id": slug}))
    return place.id


def _resources(places: Places, who: Principal, slugs: tuple[str, ...]) -> list[int]:
    found = set()
    for slug in slugs:
        item = places.resources.get(slug)
        if item is None or not item.resource.bookable or not places.seen(item.place.slug, who):
            raise NotFound(Message(N_("There is no resource “%(id)s”."), {"id": slug}))
        found.add(item.id)
    return sorted(found)


def _site(work: Work, places: Places, who: Principal, slug: str) -> int:
    seen = {place.facility.site_id for place in places.seen_by(who).values()}
    site = site_by_slug(work.session, slug) if slug in seen else None
    if site is None:
        raise NotFound(Message(N_("There is no site “%(id)s”."), {"id": slug}))
    return site.id


def _company(work: Work, who: Principal, slug: str) -> int:
    known = {company.slug: company.id for company in companies_seen(work.session, who)}
    if slug not in known:
        raise NotFound(Message(N_("There is no company “%(id)s”."), {"id": slug}))
    return known[slug]
