"""Busy calendars for the pages that show them."""

from datetime import UTC, datetime

from sqlalchemy import select

from livinglab.db.tables import BusySource, Facility, Resource


def calendars_read_in(service, resource):
    """The page with two busy calendars, one of them read with difficulty, and one's removal."""
    with service.session() as session:
        item = session.scalars(select(Resource).where(Resource.slug == resource)).one()
        page = f"/hosting/{session.get(Facility, item.facility_id).slug}/calendars"
        there = select(BusySource.id).where(BusySource.resource_id == item.id)
        if not session.scalars(there).first():
            now = datetime.now(UTC)
            session.add_all(
                BusySource(
                    resource_id=item.id,
                    name=name,
                    kind="teaching",
                    created_at=now,
                    read_at=now,
                    left_out=number,
                    assumed=number,
                )
                for name, number in (("Vessel calls, berth 3", 0), ("Terms of the school", 3))
            )
            session.commit()
        return page, f"{page}/{session.scalars(there.order_by(BusySource.id)).first()}/remove"
