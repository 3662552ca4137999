"""A booking's VEVENT, rendered when the booking changes, once per detail and language.

Feeds only join these texts. Revision counters of resource, facility and company rise in the same
transaction, so that caches and ETags follow.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, update

from livinglab.adapters import ics
from livinglab.adapters.texts import sentence
from livinglab.db.queries.attendance import mark
from livinglab.db.queries.feeds import shown_at, shown_of
from livinglab.db.tables import Booking, CalendarText, Facility, Organisation, Resource
from livinglab.domain.attendance import INVITE_AFTER
from livinglab.domain.messages import N_, Message
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.services import calendar_changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from livinglab.db.tables import Pilot
    from livinglab.services.places import PlacedResource
    from livinglab.services.work import Work

DETAILS = ("full", "title", "busy")
SHOWN_FOR = timedelta(days=30)
"""How long what has ended, or was cancelled, stays in feeds."""
STATUS = {"tentative": "TENTATIVE", "firm": "CONFIRMED", "released": "CANCELLED"}
_AWAITING = N_("[Awaiting approval] %(text)s")
_CANCELLED = N_("[Cancelled] %(text)s")
_RESERVED = N_("Reserved")


def publish(
    work: Work, pilot: Pilot, bookings: Sequence[Booking], left: Iterable[int] = ()
) -> None:
    """Render the changed bookings' texts and raise the revisions of all they touch.

    ``left``: ids of resources that bookings have been moved away from.
    """
    known, left = work.world.places(work.session).by_id, set(left)
    resources = left | {booking.resource_id for booking in bookings}
    rows: list[dict[str, object]] = []
    for booking in bookings:
        item = known.get(booking.resource_id)
        if item is None or not item.resource.bookable:
            continue
        rows += [
            {
                "booking_id": booking.id,
                "detail": detail,
                "language": language,
                "text": ics.render_vevent(event_of(work, pilot, booking, item, detail, language)),
            }
            for detail in DETAILS
            for language in LANGUAGES
        ]
    ids = [booking.id for booking in bookings]
    work.session.execute(delete(CalendarText).where(CalendarText.booking_id.in_(ids)))
    if rows:
        work.session.execute(insert(CalendarText), rows)
    if not work.quiet:
        mark(work.session, Booking.id.in_(ids), work.now + INVITE_AFTER, work.now)
    places = {known[key].place.id for key in resources if key in known}
    touch(work, resources, places | concerned(pilot))
    _note_changes(work, pilot, bookings, left)
    work.session.execute(
        update(Organisation)
        .where(Organisation.id == pilot.company_id)
        .values(calendar_rev=Organisation.calendar_rev + 1, calendar_changed_at=work.now)
    )


def refresh(work: Work, facility_id: int) -> None:
    """Render what feeds may still show of a facility anew: its names have changed."""
    _publish_anew(work, shown_at(work.session, facility_id, work.now - SHOWN_FOR))


def refresh_company(work: Work, company_id: int) -> None:
    """Render what feeds may still show of a company anew: its name has changed."""
    _publish_anew(work, shown_of(work.session, company_id, work.now - SHOWN_FOR))


def _publish_anew(work: Work, bookings: Sequence[Booking]) -> None:
    known = work.world.places(work.session).by_id
    for booking in bookings:
        booking.ical_sequence += 1
        booking.changed_at = work.now
    work.session.flush()
    for pilot in dict.fromkeys(booking.pilot for booking in bookings):
        publish(work, pilot, [b for b in bookings if b.pilot is pilot and b.resource_id in known])


def _note_changes(
    work: Work, pilot: Pilot, bookings: Sequence[Booking], left: Iterable[int]
) -> None:
    """Tell calendars of each booking: where its time is, where it was, and who sees it besides."""
    known = work.world.places(work.session).by_id
    was = {known[key].place.id for key in left if key in known}
    for booking in bookings:
        item = known.get(booking.resource_id)
        here = was if item is None else was | {item.place.id}
        calendar_changes.note(work, pilot, [booking.id], here, held=True)
        calendar_changes.note(work, pilot, [booking.id], concerned(pilot) - here)


def concerned(pilot: Pilot) -> set[int]:
    """Ids of the facilities whose people see the pilot, wherever it holds time."""
    stays = {period.facility_id for period in pilot.periods if period.facility_id is not None}
    return stays | {gate.facility_id for gate in pilot.gates}


def touch(work: Work, resources: set[int], facilities: set[int]) -> None:
    """Raise the revisions of resources and facilities whose time changed."""
    work.session.execute(
        update(Resource)
        .where(Resource.id.in_(sorted(resources)))
        .values(calendar_rev=Resource.calendar_rev + 1)
    )
    work.session.execute(
        update(Facility)
        .where(Facility.id.in_(sorted(facilities)))
        .values(calendar_rev=Facility.calendar_rev + 1, calendar_changed_at=work.now)
    )


def event_of(
    work: Work, pilot: Pilot, booking: Booking, item: PlacedResource, detail: str, language: str
) -> ics.Event:
    """The calendar event of a booking as one detail level shows it."""
    facility = item.facility
    place = f"{item.resource.name.get(language)}, {facility.name.get(language)}"
    summary = {
        "full": f"{pilot.company.name}: {pilot.title}",
        "title": pilot.title,
        "busy": sentence(Message(_RESERVED), language),
    }[detail]
    template = {"tentative": _AWAITING, "released": _CANCELLED}.get(booking.state)
    if template is not None:
        summary = sentence(Message(template, {"text": summary}), language)
    url = f"{work.world.base_url}/pilots/{pilot.ref}" if detail != "busy" else ""
    return ics.Event(
        uid=booking.uid,
        sequence=booking.ical_sequence,
        status=STATUS[booking.state],  # type: ignore[arg-type]  # the three literals
        start=booking.starts_at,
        end=booking.ends_at,
        stamp=booking.changed_at,
        created=booking.created_at,
        summary=summary,
        description=_description(pilot, detail),
        location=f"{place}, {facility.municipality}" if detail != "busy" else place,
        url=url,
        categories=(facility.name.get(language),),
        color=ics.color_of(facility.slug),
        organizer_name="Living Lab",
        organizer_email=work.world.mail_address,
    )


def _description(pilot: Pilot, detail: str) -> str:
    if detail == "full" and not pilot.confidential:
        return f"{pilot.ref}\n{pilot.purpose}".strip()
    return "" if detail == "busy" else pilot.ref
