"""Busy calendars for the pages that show them."""

from datetime import UTC, datetime

from sqlalchemy import select

from livinglab.db.tables import BusySource, Facility, Resource


def calendars_read_in(service, resource):
    """The page with two busy calendars, one of them read with difficulty, and one's removal."""
    with service.session() as session:
        item = session.scalars(select(Resource).where(Resource.slug == resource)).one()
        slug = session.get(Facility, item.facility_id).slug
        for name, left_out in (("Vessel calls, berth 3", 0), ("Terms of the school", 3)):
            now = datetime.now(UTC)
            row = BusySource(
                resource_id=item.id,
                name=name,
                kind="teaching",
                created_at=now,
                read_at=now,
                left_out=left_out,
                assumed=left_out,
            )
            session.add(row)
            session.flush()
        session.commit()
        return f"/hosting/{slug}/calendars", f"/hosting/{slug}/calendars/{row.id}/remove"
