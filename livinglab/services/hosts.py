"""Who works on a place, and on which version of it: what every change by a host begins with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.locking import lock_facility
from livinglab.db.queries.versions import version_of
from livinglab.domain import access
from livinglab.domain.errors import (
    NotAllowed,
    NotFound,
    NotSignedIn,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile.difference import changed_paths
from livinglab.domain.profile.names import parts_named
from livinglab.domain.vocabulary import EDITS_MADE

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from livinglab.db.tables import Facility
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.work import Work

NOT_YOURS = Message(N_("This facility is not yours to manage."))


def acting(work: Work) -> access.Principal:
    """Who acts.

    Raises:
        NotSignedIn: nobody does.
    """
    if work.actor is None:
        raise NotSignedIn
    return work.actor


def managed(places: Places, who: access.Principal, slug: str) -> PlacedFacility:
    """The facility, if it is this person's to manage.

    Raises:
        NotFound: it is not there for them.
        NotAllowed: they see it, and others manage it.
    """
    place = places.seen(slug, who)
    if place is None:
        raise NotFound
    if not access.may_manage_facility(who, slug):
        raise NotAllowed(NOT_YOURS)
    return place


def opened(work: Work, slug: str, version: int | None) -> tuple[PlacedFacility, Facility]:
    """The facility, locked, if it is the actor's to manage and unchanged since ``version``.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion: see :func:`managed`; no version was
            named; somebody changed it since, and the sentence says who, when and what.
    """
    who = acting(work)
    managed(work.world.places(work.session), who, slug)
    row = lock_facility(work.session, slug)
    if row is None:
        raise NotFound  # somebody has just removed the draft
    if version is None:
        raise VersionMissing
    if version != row.version:
        raise StaleVersion(_what_changed(work.session, row, version))
    return managed(work.world.places(work.session), who, slug), row


def _what_changed(session: Session, row: Facility, version: int) -> Message:
    """Who changed the facility last, and what differs from the version that was read."""
    last = version_of(session, row.slug, row.version)
    read = version_of(session, row.slug, version)
    if last is None:
        return Message(N_("Somebody changed the facility meanwhile. Read it again."))
    parts = None if read is None else parts_named(changed_paths(read.profile, last.profile))
    return Message(
        N_("%(who)s changed the facility at %(when)s (%(what)s). Read it again, then decide."),
        {
            "who": last.by.name if last.by else Message(N_("Somebody")),
            "when": last.at,
            "what": parts or Message(EDITS_MADE[last.action]),
        },
    )
