"""Facilities from their typed documents: new ones are made, known ones brought up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.locking import lock_facility
from livinglab.db.tables import Organisation
from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile import facility_from_json
from livinglab.services.profiles import store

if TYPE_CHECKING:
    from livinglab.db.tables import Facility
    from livinglab.domain.facility import Facility as DomainFacility
    from livinglab.services.work import Work


def import_facility(work: Work, document: object, *, published: bool = True) -> Facility:
    """Make or update one facility with its host and resources.

    Not ``published``, a new one is a draft and a known one stays what it is.

    Resources that the document no longer has stay for their history, hidden.

    Raises:
        InvalidInput: the document has faults, or takes an id another facility's resource has.
    """
    facility = facility_from_json(document)
    row = lock_facility(work.session, facility.slug)
    host = host_of(work, facility)
    return store(work, row, facility, host, "import", published=published)


def host_of(work: Work, facility: DomainFacility) -> Organisation:
    """The organisation that runs the facility; a new one where its id is new.

    Raises:
        InvalidInput: it is a company.
    """
    host = work.session.scalars(
        select(Organisation).where(Organisation.slug == facility.host_id)
    ).one_or_none()
    if host is None:
        host = Organisation(
            slug=facility.host_id,
            kind="host",
            name=facility.host,
            is_example=facility.is_example,
        )
        work.session.add(host)
    if host.kind != "host":
        text = Message(N_("“%(name)s” is a company, not a host."), {"name": facility.host_id})
        raise InvalidInput.of(Problem("not_a_host", "host.id", text))
    return host
