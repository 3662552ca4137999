"""Hosts keep their own places: describe, change, take back, show and withdraw them.

Every save is a new version, judged against the bookings and wishes it touches, and can be undone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from livinglab.db.locking import lock_facility
from livinglab.db.queries.versions import version_of, versions_of
from livinglab.db.tables import Membership, Organisation
from livinglab.domain import access
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    RulesBroken,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile import facility_from_json
from livinglab.domain.profile.difference import changed_paths
from livinglab.domain.profile.names import parts_named
from livinglab.domain.vocabulary import EDITS_MADE
from livinglab.services.completeness import missing
from livinglab.services.consequences import Consequences, TouchedStay, TouchedWish, reckon
from livinglab.services.importing import host_of
from livinglab.services.profiles import store
from livinglab.services.versions import checked_note, record

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Facility, FacilityVersion
    from livinglab.domain.facility import Facility as DomainFacility
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.work import Work
    from livinglab.services.world import World

__all__ = [
    "Consequences",
    "TouchedStay",
    "TouchedWish",
    "VersionRow",
    "change",
    "consequences",
    "create",
    "publish",
    "undo",
    "version",
    "versions",
    "withdraw",
]

PROFILE_EDITS = frozenset({"import", "edit"})
NOT_YOURS = Message(N_("This facility is not yours to manage."))


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a facility: who made it when and why, and what differs from the one before.

    ``by`` is None where no person did (an import, a migration).
    """

    number: int
    action: str
    at: datetime
    by: str | None
    note: str
    changed: tuple[str, ...]
    published: bool


def consequences(
    session: Session,
    world: World,
    now: datetime,
    who: access.Principal,
    slug: str,
    document: object,
) -> Consequences:
    """What saving ``document`` (as ``facility_to_json`` writes it) would touch; saves nothing.

    Raises:
        NotFound, NotAllowed: the facility is not there for the reader, or not theirs to manage.
        InvalidInput: the document has faults, or changes what stays as it is.
    """
    place = _managed(world.places(session), who, slug)
    return reckon(session, world, now, who, place, _read(place, document))


def create(work: Work, document: object) -> Facility:
    """A new facility as an unpublished draft.

    Raises:
        NotAllowed: the actor is no coordinator or admin, and manages nothing of that host.
        InvalidInput: the document has faults, or an id is taken.
    """
    who = _acting(work)
    facility = facility_from_json(document)
    if facility.is_example:
        text = Message(N_("Example data comes with “seed-demo” only."))
        raise InvalidInput.of(Problem("fixed", "example", text))
    host = _host(work, who, facility)
    if lock_facility(work.session, facility.slug) is not None:
        text = Message(N_("The id “%(id)s” is taken. Choose another."), {"id": facility.slug})
        raise InvalidInput.of(Problem("id_taken", "id", text))
    row = store(work, None, replace(facility, host=host.name), host, "edit")
    if not access.may_manage_facility(who, row.slug):
        work.session.add(
            Membership(
                user_id=who.user_id,
                organisation_id=host.id,
                role="facility_manager",
                facility_id=row.id,
            )
        )
        work.session.flush()
    return row


def change(
    work: Work, slug: str, document: object, version: int | None, note: str = ""
) -> Facility:
    """Describe the facility anew, as a new version. The same again changes nothing.

    Raises:
        NotFound, NotAllowed: the facility is not there for the actor, or not theirs to manage.
        VersionMissing: no version was named.
        StaleVersion: somebody changed it since; the sentence says who, when and what.
        InvalidInput: the document or the note has faults, or changes what stays as it is.
        RulesBroken: bookings or requests stand on what the change takes away.
    """
    place, row = _opened(work, slug, version)
    return _save(work, place, row, _read(place, document), "edit", checked_note(note))


def undo(work: Work, slug: str, version: int | None) -> Facility:
    """Go back to what stood before the last change that is not undone yet, as a new version.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion, RulesBroken: as for :func:`change`.
        IllegalTransition: there is nothing to go back to.
    """
    place, row = _opened(work, slug, version)
    standing: list[FacilityVersion] = []
    for kept in versions_of(work.session, slug):
        if kept.action in PROFILE_EDITS:
            standing.append(kept)
        elif kept.action == "undo":
            standing.pop()
    if len(standing) < 2:  # noqa: PLR2004  # the last change, and what stood before it
        raise IllegalTransition(Message(N_("There is no change to take back.")))
    return _save(work, place, row, facility_from_json(standing[-2].profile), "undo", "")


def publish(work: Work, slug: str, version: int | None) -> Facility:
    """Put the facility into the catalogue: everybody sees it, firms can ask for it.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion: as for :func:`change`.
        IllegalTransition: it is there already.
        RulesBroken: something that firms must know is missing; ``problems`` names it.
    """
    place, row = _opened(work, slug, version)
    if row.published:
        raise IllegalTransition(Message(N_("The facility is in the catalogue already.")))
    lacking = missing(work.session, work.world, work.now, place)
    if lacking:
        text = Message(N_("The facility cannot be published yet: see what is missing."))
        raise RulesBroken(lacking, text)
    return _show(work, row, published=True)


def withdraw(work: Work, slug: str, version: int | None) -> Facility:
    """Take the facility out of the catalogue. What was agreed there stays.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion: as for :func:`change`.
        IllegalTransition: it is not there.
    """
    _, row = _opened(work, slug, version)
    if not row.published:
        raise IllegalTransition(Message(N_("The facility is not in the catalogue.")))
    return _show(work, row, published=False)


def versions(session: Session, who: access.Principal, slug: str) -> list[VersionRow]:
    """Every version, the newest first; one statement.

    Raises:
        NotFound: there is no such facility, or the reader has no part in running it.
    """
    rows = versions_of(session, slug) if access.sees_unpublished(who, slug) else ()
    if not rows:
        raise NotFound
    found: list[VersionRow] = []
    before: object = None
    for kept in rows:
        changed = () if before is None else changed_paths(before, kept.profile)
        by = kept.by.name if kept.by else None
        found.append(
            VersionRow(kept.number, kept.action, kept.at, by, kept.note, changed, kept.published)
        )
        before = kept.profile
    return found[::-1]


def version(session: Session, who: access.Principal, slug: str, number: int) -> dict[str, Any]:
    """The document of one version; one statement.

    Raises:
        NotFound: there is no such version, or the reader has no part in running the facility.
    """
    kept = version_of(session, slug, number) if access.sees_unpublished(who, slug) else None
    if kept is None:
        raise NotFound
    return dict(kept.profile)


def _acting(work: Work) -> access.Principal:
    if work.actor is None:
        raise NotSignedIn
    return work.actor


def _managed(places: Places, who: access.Principal, slug: str) -> PlacedFacility:
    place = places.seen(slug, who)
    if place is None:
        raise NotFound
    if not access.may_manage_facility(who, slug):
        raise NotAllowed(NOT_YOURS)
    return place


def _opened(work: Work, slug: str, version: int | None) -> tuple[PlacedFacility, Facility]:
    """The facility, locked, if it is the actor's to manage and unchanged since ``version``."""
    who = _acting(work)
    _managed(work.world.places(work.session), who, slug)
    row = lock_facility(work.session, slug)
    if row is None:
        raise NotFound  # somebody has just removed the draft
    if version is None:
        raise VersionMissing
    if version != row.version:
        raise StaleVersion(_what_changed(work.session, row, version))
    return _managed(work.world.places(work.session), who, slug), row


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


def _read(place: PlacedFacility, document: object) -> DomainFacility:
    """The document, if it leaves alone what makes the facility this one.

    Raises:
        InvalidInput: it does not, or has faults.
    """
    after, before = facility_from_json(document), place.facility
    fixed: dict[str, tuple[object, object]] = {
        "id": (before.slug, after.slug),
        "host": ((before.host_id, before.host), (after.host_id, after.host)),
        "example": (before.is_example, after.is_example),
    }
    faults = [
        Problem("fixed", field, Message(N_("“%(field)s” stays as it is."), {"field": field}))
        for field, (one, other) in fixed.items()
        if one != other
    ]
    if faults:
        raise InvalidInput.of(*faults)
    return after


def _save(
    work: Work,
    place: PlacedFacility,
    row: Facility,
    after: DomainFacility,
    action: str,
    note: str,
) -> Facility:
    found = reckon(work.session, work.world, work.now, _acting(work), place, after)
    if found.refused:
        text = Message(N_("The change would break what is agreed: see what stands in its way."))
        raise RulesBroken(found.refused, text)
    if not found.changed:
        return row
    return store(work, row, after, row.host, action, note)


def _show(work: Work, row: Facility, *, published: bool) -> Facility:
    work.world.known_places.doubt(work.session)
    row.published = published
    row.version += 1
    work.session.flush()
    record(work, row, "publish" if published else "withdraw")
    return row


def _host(work: Work, who: access.Principal, facility: DomainFacility) -> Organisation:
    """The host of a new facility, if the actor may make one there."""
    runs_all = who.is_host and (who.has("coordinator") or who.has("admin"))
    own = work.session.scalar(
        select(Organisation.id).where(
            Organisation.slug == facility.host_id, Organisation.id == who.organisation_id
        )
    )
    manages = who.is_host and own is not None and who.has_any({"facility_manager"})
    if who.scope != "write" or not (runs_all or manages):
        raise NotAllowed(NOT_YOURS)
    return host_of(work, facility)
