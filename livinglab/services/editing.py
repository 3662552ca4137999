"""Hosts keep their own places: describe, change, take back, show and withdraw them.

Every save is a new version, judged against the bookings and wishes it touches, and can be undone.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from livinglab.db.locking import lock_facility
from livinglab.db.queries.sites import site_name
from livinglab.db.queries.versions import versions_of
from livinglab.db.tables import Membership, Organisation
from livinglab.domain import access
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    Problem,
    RulesBroken,
)
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile import facility_from_json
from livinglab.services.completeness import missing
from livinglab.services.consequences import Consequences, TouchedStay, TouchedWish, reckon
from livinglab.services.hosts import NOT_YOURS, acting, managed, opened
from livinglab.services.importing import host_of
from livinglab.services.profiles import next_is_known, store, taken
from livinglab.services.versions import VersionRow, checked_note, record, version, versions

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Facility, FacilityVersion
    from livinglab.domain.facility import Facility as DomainFacility
    from livinglab.services.places import PlacedFacility
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
        InvalidInput: the document has faults, changes what stays as it is, or an id is taken.
    """
    place = managed(world.places(session), who, slug)
    after = _read(place, document)
    _keep_names(session, world, place.facility, after)
    faults = list(taken(session, after, place.id, place.host_id))
    if faults:
        raise InvalidInput.of(*faults)
    return reckon(session, world, now, who, place, after)


def create(work: Work, document: object) -> Facility:
    """A new facility as an unpublished draft.

    Raises:
        NotAllowed: the actor is no coordinator or admin, and manages nothing of that host.
        InvalidInput: the document has faults, or an id is taken.
    """
    who = acting(work)
    facility = facility_from_json(document)
    if facility.is_example:
        text = Message(N_("Example data comes with “seed-demo” only."))
        raise InvalidInput.of(Problem("fixed", "example", text))
    host = _host(work, who, facility)
    if lock_facility(work.session, facility.slug) is not None:
        raise _taken(facility)
    _keep_names(work.session, work.world, None, facility)
    try:
        row = store(work, None, replace(facility, host=host.name), host, "edit")
    except IntegrityError as error:  # somebody else was faster
        raise _taken(facility) from error
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
    place, row = opened(work, slug, version)
    after = _read(place, document)
    _keep_names(work.session, work.world, place.facility, after)
    return _save(work, place, row, after, "edit", checked_note(note))


def undo(work: Work, slug: str, version: int | None) -> Facility:
    """Go back to what stood before the last change that is not undone yet, as a new version.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion, RulesBroken: as for :func:`change`.
        IllegalTransition: there is nothing to go back to.
    """
    place, row = opened(work, slug, version)
    standing: list[FacilityVersion] = []
    for kept in versions_of(work.session, slug):
        if kept.action in PROFILE_EDITS:
            standing.append(kept)
        elif kept.action == "undo":
            standing.pop()
    if len(standing) < 2:  # noqa: PLR2004  # the last change, and what stood before it
        raise IllegalTransition(Message(N_("There is no change to take back.")))
    back = facility_from_json(standing[-2].profile)
    name = site_name(work.session, back.site_id) if back.site_id else None
    return _save(work, place, row, replace(back, site=name or back.site), "undo", "")


def publish(work: Work, slug: str, version: int | None) -> Facility:
    """Put the facility into the catalogue: everybody sees it, firms can ask for it.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion: as for :func:`change`.
        IllegalTransition: it is there already.
        RulesBroken: something that firms must know is missing; ``problems`` names it.
    """
    place, row = opened(work, slug, version)
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
    _, row = opened(work, slug, version)
    if not row.published:
        raise IllegalTransition(Message(N_("The facility is not in the catalogue.")))
    return _show(work, row, published=False)


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


def _taken(facility: DomainFacility) -> InvalidInput:
    text = Message(N_("The id “%(id)s” is taken. Choose another."), {"id": facility.slug})
    return InvalidInput.of(Problem("id_taken", "id", text))


def _keep_names(
    session: Session, world: World, before: DomainFacility | None, facility: DomainFacility
) -> None:
    """A known site keeps its name here, and a next place is one there is.

    Raises:
        InvalidInput: the document calls the site otherwise (it is renamed for all of its
            facilities at once), or leads to no facility.
    """
    if not next_is_known(world.places(session), before, facility):
        unknown = Message(N_("There is no facility “%(id)s”."), {"id": facility.next_place})
        raise InvalidInput.of(Problem("unknown_id", "next_place", unknown))
    name = site_name(session, facility.site_id) if facility.site_id else None
    if name not in {None, facility.site}:
        text = N_("This site is called “%(name)s”. Rename it for all of its facilities at once.")
        raise InvalidInput.of(Problem("site_name", "site.name", Message(text, {"name": name})))


def _save(
    work: Work,
    place: PlacedFacility,
    row: Facility,
    after: DomainFacility,
    action: str,
    note: str,
) -> Facility:
    found = reckon(work.session, work.world, work.now, acting(work), place, after)
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
