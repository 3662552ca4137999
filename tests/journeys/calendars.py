"""What a feed must say, taken from the bookings themselves."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from livinglab.db.tables import Booking, Organisation, Pilot, Resource

STATUS = {"tentative": "TENTATIVE", "firm": "CONFIRMED", "released": "CANCELLED"}
SUMMARY = {
    "tentative": "[Awaiting approval] {}",
    "firm": "{}",
    "released": "[Cancelled] {}",
}


def expected_events(service, *, company=None, facility=None):
    """Events of a company's or a facility's whole feed in full detail and English."""
    now = datetime.now(UTC)
    since, until = now - timedelta(days=31), now + timedelta(days=401)
    found = (
        select(Booking, Pilot, Organisation)
        .join(Pilot, Booking.pilot_id == Pilot.id)
        .join(Organisation, Pilot.company_id == Organisation.id)
        .join(Resource, Booking.resource_id == Resource.id)
        .where(Resource.bookable, Booking.starts_at < until, Booking.ends_at > since)
    )
    if company is not None:
        found = found.where(Organisation.slug == company)
    if facility is not None:
        found = found.where(Resource.facility.has(slug=facility))
    with service.session() as session:
        return {
            "events": [
                {
                    "uid": booking.uid,
                    "start": f"{booking.starts_at:%Y-%m-%dT%H:%M:%SZ}",
                    "end": f"{booking.ends_at:%Y-%m-%dT%H:%M:%SZ}",
                    "summary": SUMMARY[booking.state].format(f"{firm.name}: {pilot.title}"),
                    "status": STATUS[booking.state],
                    "sequence": booking.ical_sequence,
                }
                for booking, pilot, firm in session.execute(found)
            ]
        }
