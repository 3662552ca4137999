"""Writing down how a facility is described: the one path of imports and of edits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.tables import Facility, Resource, Site
from livinglab.domain.agreed import buffers_too_close, reblocked
from livinglab.domain.errors import InvalidInput, Problem, RulesBroken
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile import facility_from_json, facility_to_json
from livinglab.services import bookings, calendar_texts
from livinglab.services.upkeep import Upkeep
from livinglab.services.versions import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Organisation
    from livinglab.domain.facility import Facility as DomainFacility
    from livinglab.services.places import Places
    from livinglab.services.work import Work


def store(
    work: Work,
    row: Facility | None,
    facility: DomainFacility,
    host: Organisation,
    action: str,
    note: str = "",
    *,
    published: bool = False,
) -> Facility:
    """Make the facility (``row`` None), or bring it up to date, as a new version.

    It is a draft unless it is ``published`` now or was before. Resources that the document no
    longer has stay for their history, hidden. Events of calendars follow new names.

    Raises:
        InvalidInput: it takes an id that another facility's resource or another host's site has.
        RulesBroken: with its buffers two bookings would come too close.
    """
    session = work.session
    faults = list(taken(session, facility, None if row is None else row.id, host.id))
    if faults:
        raise InvalidInput.of(*faults)
    work.world.known_places.doubt(session)
    before = None if row is None else facility_from_json(row.profile)
    if row is None:
        row = Facility(slug=facility.slug, version=0, calendar_rev=0, published=published)
        session.add(row)
    if before is not None:
        _rebuffer(work, row.id, before, facility)
    row.published |= published
    row.host = host
    row.kind, row.municipality = facility.kind, facility.municipality
    row.free_busy_public = facility.free_busy_public
    row.profile = facility_to_json(facility)
    row.version += 1
    row.is_example = facility.is_example
    row.site = _site(work, facility, host)
    session.flush()
    _resources(work, row, facility)
    if before is not None and _names(before) != _names(facility):
        calendar_texts.refresh(work, row.id)
    record(work, row, action, note)
    return row


def taken(
    session: Session, facility: DomainFacility, facility_id: int | None, host_id: int | None
) -> Iterator[Problem]:
    """Ids in a description that belong to another facility's resource or another host's site.

    The facility and the host are None as long as the database does not have them.
    """
    units = [resource.slug for resource in facility.resources]
    others = set(
        session.scalars(
            select(Resource.slug).where(
                Resource.slug.in_(units), Resource.facility_id.is_distinct_from(facility_id)
            )
        )
    )
    for position, slug in enumerate(units):
        if slug in others:
            text = Message(N_("The id “%(id)s” belongs to another facility."), {"id": slug})
            yield Problem("id_taken", f"resources.{position}.id", text)
    host = session.scalar(select(Site.host_id).where(Site.slug == facility.site_id))
    if host not in {None, host_id}:
        text = Message(N_("The id “%(id)s” belongs to another host."), {"id": facility.site_id})
        yield Problem("id_taken", "site.id", text)


def next_is_known(places: Places, before: DomainFacility | None, after: DomainFacility) -> bool:
    """Whether the next place named is one there is, none, or what was named before."""
    named = after.next_place
    return not named or named in places.facilities or (before and before.next_place) == named


def _rebuffer(work: Work, facility_id: int, before: DomainFacility, after: DomainFacility) -> None:
    """Let coming bookings block what the new buffers say; their resources are locked."""
    if before.stay.buffers == after.stay.buffers:
        return
    known = Upkeep.read(work.session, work.world, work.now, facility_id, (before, after))
    now = int(work.now.timestamp())
    sides = known.before, known.after
    clashing = list(buffers_too_close(*sides, known.agreed, known.closed, now))
    if clashing:
        raise RulesBroken(clashing, clashing[0].message)
    bookings.reblock(work, reblocked(before, known.after, known.agreed, now))


def _site(work: Work, facility: DomainFacility, host: Organisation) -> Site | None:
    if not facility.site_id:
        return None
    site = work.session.scalars(select(Site).where(Site.slug == facility.site_id)).one_or_none()
    if site is None:
        site = Site(slug=facility.site_id, host=host, is_example=facility.is_example)
        work.session.add(site)
    site.name = facility.site
    return site


def _names(facility: DomainFacility) -> tuple[object, ...]:
    """What calendar events say of the place."""
    titles = [facility.name, *(resource.name for resource in facility.resources)]
    return facility.municipality, *(tuple(title.texts.items()) for title in titles)


def _resources(work: Work, row: Facility, facility: DomainFacility) -> None:
    known = {resource.slug: resource for resource in row.resources}
    for position, wanted in enumerate(facility.resources):
        resource = known.pop(wanted.slug, None)
        if resource is None:
            resource = Resource(slug=wanted.slug, facility=row, calendar_rev=0)
            work.session.add(resource)
        resource.position, resource.bookable = position, wanted.bookable
    for gone in known.values():
        gone.bookable = False
    work.session.flush()
