"""What a feed must say, taken from the bookings themselves."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from sqlalchemy import select

from livinglab.db.tables import Booking, Organisation, Pilot, Resource
from tests.harness import check_feed

SETTLED = timedelta(seconds=2)

STATUS = {"tentative": "TENTATIVE", "firm": "CONFIRMED", "released": "CANCELLED"}
SUMMARY = {
    "tentative": "[Awaiting approval] {}",
    "firm": "{}",
    "released": "[Cancelled] {}",
}


def read_by_all(page, address, expect):
    """Let every calendar program read the feed and find what is expected.

    Not in the second of a change: it may bring more, so until it is over the feed dates itself
    a second back, and that date is no validator later (RFC 9110, 8.8.2.2).
    """
    while _age(page.request.get(address).headers) < SETTLED:
        pass
    result = check_feed(address, expect)
    assert result.failed == (), result.output
    passed, _, asked = result.consumers_ok.partition("/")
    assert passed == asked, result.output


def _age(headers):
    """How long before the answer the feed changed, by its own date."""
    told, changed = map(parsedate_to_datetime, (headers["date"], headers["last-modified"]))
    return told - changed


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
