"""Calendar feeds: one secret address per person and scope, answered from stored texts.

A feed runs with its owner's present rights in one organisation. Its validator is made of counters,
so that "nothing changed" is answered without reading a single booking.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import delete

from livinglab.adapters import ics
from livinglab.adapters.secrets import new_token, token_hash
from livinglab.adapters.texts import sentence
from livinglab.db.queries import feeds as queries
from livinglab.db.queries.feed_scopes import narrowing
from livinglab.db.tables import Feed, FeedFetch, Organisation, Site
from livinglab.domain.errors import NotFound
from livinglab.domain.interval import Interval
from livinglab.domain.messages import N_, Message
from livinglab.domain.vocabulary import OWNER_ROLES
from livinglab.domain.zones import midnight, zone
from livinglab.services.accounts import principal_for
from livinglab.services.calendar_texts import SHOWN_FOR
from livinglab.services.records import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal
    from livinglab.services.work import Work
    from livinglab.services.world import World

AHEAD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class OpenFeed:
    """A feed about to be answered: whose it is, and the validators of its present content."""

    feed: Feed
    facility: str | None
    owner: Principal
    etag: str
    changed_at: datetime
    since: datetime
    until: datetime

    @property
    def language(self) -> str:
        """The language of its texts: its own, else its owner's."""
        return self.feed.language or self.owner.language


def open_feed(session: Session, world: World, token: str, now: datetime) -> OpenFeed:
    """Find the feed of a token and its validators; reads no booking.

    Raises:
        NotFound: unknown, revoked, unread for half a year, or its owner has left the organisation.
    """
    found = queries.feed_by_hash(session, token_hash(token), now)
    if found is None:
        raise NotFound
    feed, facility = found
    today = world.today(now)
    owner = principal_for(session, feed.user_id, feed.organisation_id, "read", on=today)
    if owner is None:
        raise NotFound
    count, changed = queries.revision(session, owner, facility)
    dawn = midnight(today, zone("Europe/Helsinki"))
    return OpenFeed(
        feed,
        facility,
        owner,
        f"{count}-{_facts(session, world, feed, owner, dawn)}",
        max(dawn, changed or dawn, feed.created_at),
        dawn - SHOWN_FOR,
        dawn + AHEAD,
    )


def _facts(session: Session, world: World, feed: Feed, owner: Principal, dawn: datetime) -> str:
    """What besides bookings makes the content: the feed's own wishes, rights, names, the day."""
    rights = ",".join(sorted(f"{role}@{place}" for role, place in owner.roles))
    own = sorted(owner.companies) if feed.mine or feed.scope == "role" else ()
    wishes = (
        *(feed.id, feed.scope, feed.role, feed.mine, feed.states, feed.resources, feed.cancelled),
        *(feed.detail, feed.language or owner.language, feed.name, owner.organisation_name),
    )
    told = (ics.FORMAT_VERSION, wishes, rights, own, _at_site(session, world, feed), dawn)
    return sha256(repr(told).encode()).hexdigest()[:16]


def _at_site(session: Session, world: World, feed: Feed) -> tuple[str, ...]:
    """The facilities of the feed's site: one may have moved there, or away."""
    if feed.site_id is None:
        return ()
    places, site = world.places(session), session.get_one(Site, feed.site_id)
    return site.name, *(
        slug for slug, place in places.facilities.items() if place.facility.site_id == site.slug
    )


def calendar(session: Session, world: World, opened: OpenFeed, url: str) -> bytes:
    """The feed as iCalendar (RFC 5545), from stored texts."""
    texts = queries.event_texts(
        session,
        opened.owner,
        facility_id=opened.feed.facility_id,
        detail=opened.feed.detail,
        language=opened.language,
        since=opened.since,
        until=opened.until,
        narrowing=narrowing(opened.feed, opened.owner),
    )
    about = sentence(
        Message(N_("Stays at the test facilities, kept true by Living Lab Pori.")), opened.language
    )
    color = ics.color_of(opened.facility) if opened.facility else ""
    head = ics.calendar_head(name_of(session, world, opened), about, url=url, color=color)
    return ics.join(head, texts)


def free_busy(session: Session, world: World, opened: OpenFeed, url: str) -> bytes:
    """The feed's held time as VFREEBUSY, without titles."""
    busy = queries.busy_times(
        session,
        opened.owner,
        facility_id=opened.feed.facility_id,
        since=opened.since,
        until=opened.until,
        narrowing=narrowing(opened.feed, opened.owner),
    )
    text = ics.render_freebusy(
        [Interval(start, end) for start, end in busy],
        Interval(opened.since, opened.until),
        uid=f"freebusy-{opened.feed.id}@{world.host}",
        stamp=opened.changed_at,
        url=url,
        organizer=world.mail_address,
    )
    return ics.published([text])


def name_of(session: Session, world: World, opened: OpenFeed) -> str:
    """What calendar programs call it: the name it was given, else what it shows."""
    feed, language = opened.feed, opened.language
    if feed.name:
        return feed.name
    if opened.facility is not None:
        shown = world.places(session).facilities[opened.facility].facility.name.get(language)
    elif feed.site_id is not None:
        shown = session.get_one(Site, feed.site_id).name
    elif feed.company_id is not None:
        shown = session.get_one(Organisation, feed.company_id).name
    elif feed.role:
        shown = sentence(Message(OWNER_ROLES[feed.role]), language)
    else:
        shown = opened.owner.organisation_name
    return f"Living Lab – {shown}"


def is_dormant(feed: Feed, now: datetime) -> bool:
    """Whether the address is dead because nobody read it for so long."""
    return (feed.used_at or feed.created_at) <= now - queries.DORMANT


def rotate(work: Work, feed_id: int) -> str:
    """A new address for a feed of the actor's, shown once; the old one is dead at once.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    feed = _own(work, feed_id)
    token = new_token()
    feed.token_hash = token_hash(token)
    feed.created_at, feed.used_at, feed.used_by = work.now, None, ""
    _forget_readers(work, feed)
    audit(work, "rotate", "feed", str(feed.id))
    return token


def revoke(work: Work, feed_id: int) -> None:
    """End a feed of the actor's at once.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    feed = _own(work, feed_id)
    feed.revoked_at = work.now
    _forget_readers(work, feed)
    audit(work, "revoke", "feed", str(feed.id))


def _forget_readers(work: Work, feed: Feed) -> None:
    work.session.execute(delete(FeedFetch).where(FeedFetch.feed_id == feed.id))


def _own(work: Work, feed_id: int) -> Feed:
    feed = work.session.get(Feed, feed_id)
    if work.actor is None or feed is None or feed.user_id != work.actor.user_id or feed.revoked_at:
        raise NotFound
    return feed
