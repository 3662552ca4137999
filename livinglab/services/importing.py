"""Facilities from their typed documents: new ones are made, known ones brought up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.tables import Facility, Organisation, Resource, Site
from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile import facility_from_json, facility_to_json
from livinglab.services import calendar_texts
from livinglab.services.versions import record

if TYPE_CHECKING:
    from livinglab.domain.facility import Facility as DomainFacility
    from livinglab.services.work import Work


def import_facility(work: Work, document: object) -> Facility:
    """Make or update one facility with its host and resources.

    Resources that the document no longer has stay for their history, hidden.

    Raises:
        InvalidInput: the document has faults, or takes an id another facility's resource has.
    """
    facility = facility_from_json(document)
    session = work.session
    work.world.known_places.doubt(session)
    host = session.scalars(
        select(Organisation).where(Organisation.slug == facility.host_id)
    ).one_or_none()
    if host is None:
        host = Organisation(
            slug=facility.host_id,
            kind="host",
            name=facility.host,
            is_example=facility.is_example,
        )
        session.add(host)
    if host.kind != "host":
        text = Message(N_("“%(name)s” is a company, not a host."), {"name": facility.host_id})
        raise InvalidInput.of(Problem("not_a_host", "host.id", text))
    row = session.scalars(select(Facility).where(Facility.slug == facility.slug)).one_or_none()
    before = None if row is None else _names(facility_from_json(row.profile))
    if row is None:
        row = Facility(slug=facility.slug, version=0, calendar_rev=0)
        session.add(row)
    row.host = host
    row.kind, row.municipality = facility.kind, facility.municipality
    row.profile = facility_to_json(facility)
    row.version += 1
    row.is_example = facility.is_example
    row.site = _site(work, facility, host)
    session.flush()
    _resources(work, row, [(r.slug, r.bookable) for r in facility.resources])
    if before not in {None, _names(facility)}:
        calendar_texts.refresh(work, row.id)
    record(work, row, "import")
    return row


def _site(work: Work, facility: DomainFacility, host: Organisation) -> Site | None:
    if not facility.site_id:
        return None
    site = work.session.scalars(select(Site).where(Site.slug == facility.site_id)).one_or_none()
    if site is None:
        site = Site(slug=facility.site_id, host=host, is_example=facility.is_example)
        work.session.add(site)
    if site.host is not host:
        text = Message(N_("The id “%(id)s” belongs to another host."), {"id": facility.site_id})
        raise InvalidInput.of(Problem("id_taken", "site.id", text))
    site.name = facility.site
    return site


def _names(facility: DomainFacility) -> tuple[object, ...]:
    """What calendar events say of the place."""
    titles = [facility.name, *(resource.name for resource in facility.resources)]
    return facility.municipality, *(tuple(title.texts.items()) for title in titles)


def _resources(work: Work, row: Facility, wanted: list[tuple[str, bool]]) -> None:
    known = {resource.slug: resource for resource in row.resources}
    for position, (slug, bookable) in enumerate(wanted):
        resource = known.pop(slug, None)
        if resource is None:
            taken = work.session.scalar(select(Resource.id).where(Resource.slug == slug))
            if taken is not None:
                text = Message(N_("The id “%(id)s” belongs to another facility."), {"id": slug})
                raise InvalidInput.of(Problem("id_taken", f"resources.{position}.id", text))
            resource = Resource(slug=slug, facility=row, calendar_rev=0)
            work.session.add(resource)
        resource.position, resource.bookable = position, bookable
    for gone in known.values():
        gone.bookable = False
    work.session.flush()
