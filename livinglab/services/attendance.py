"""Invitations to stays: who is sent a calendar event, when, and what becomes of it.

Whatever changes a booking marks it in its own transaction (``calendar_texts``); a minute later what
people were told is compared with what holds, and each is sent one mail at most: so a decision taken
back leaves none behind, and several changes are one. The texts are written by
``attendance_mails``; answers are taken by ``attending``.
"""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

from livinglab.adapters import ics
from livinglab.adapters.secrets import new_token, token_hash
from livinglab.db.locking import lock_pilot
from livinglab.db.queries import attendance as queries
from livinglab.db.queries import conversation
from livinglab.db.queries.accounts import owners_of_gate
from livinglab.db.queries.people import correspondents
from livinglab.db.tables import Attendance, User
from livinglab.domain.access import may_see_pilot, sees_confidential
from livinglab.domain.attendance import INVITE_AFTER, OPEN
from livinglab.domain.mails import chosen
from livinglab.domain.zones import local_date, zone
from livinglab.services import attendance_mails, bookings, calendar_texts, moves

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.adapters.itip import Method
    from livinglab.db.tables import Booking, Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.places import PlacedResource
    from livinglab.services.work import Work
    from livinglab.services.world import World

NAME = "invite-to-stays"
KIND = "calendar"
"""What people choose about (``domain.mails``)."""
_HALF = 32


def looks(session: Session, _world: World, now: datetime) -> Iterator[Callable[[Work], object]]:
    """Each booking whose people must be told, in a transaction of its own."""
    for key in session.scalars(queries.due(now)).all():
        yield partial(settle, booking_id=key)


def settle(work: Work, booking_id: int) -> None:
    """Send what changed of a booking, to those whom it concerns and to nobody twice.

    Who is invited once the time is firm is kept up to date from then on, also while it is not.
    """
    lock_pilot(work.session, queries.pilot_ref_of(work.session, booking_id) or "")
    booking = queries.booking_due(work.session, booking_id, work.now)
    if booking is None:
        return
    booking.invite_at = None
    item = work.world.places(work.session).by_id.get(booking.resource_id)
    if item is None or not item.resource.bookable or booking.ends_at <= work.now:
        return
    told = {row.user_id: row for row in queries.of_booking(work.session, booking.id)}
    for user in invited(work, booking, item):
        row = told.pop(user.id, None)
        known = row is not None and row.method == "REQUEST"
        if known or (booking.state == "firm" and chosen(user.mails, KIND) != "off"):
            _request(work, booking, item, user, row)
    for row in told.values():
        if row.method == "REQUEST":
            _cancel(work, booking, item, row)


def invited(work: Work, booking: Booking, item: PlacedResource) -> Sequence[User]:
    """Whom a booking that holds time concerns: the firm's people first, then the hosts'.

    Of the firm who made the request, and colleagues who have written about it; of the hosts who
    decide or manage for that very place on the day, else whoever decides there.
    """
    if booking.state == "released":
        return ()
    pilot, session, place = booking.pilot, work.session, item.place.id
    people = list(correspondents(session, pilot.company_id, pilot.created_by_id))
    wrote = conversation.writers(session, pilot.id, "company")
    people += conversation.colleagues(session, pilot.company_id, wrote)
    day = local_date(booking.starts_at, zone(item.facility.zone))
    roles = {gate.role for gate in pilot.gates if gate.facility_id == place}
    here = queries.hosts_of(session, place, roles | {"facility_manager"}, day, pilot.company_id)
    people += here or [
        user
        for role in sorted(roles)
        for user in owners_of_gate(session, role, place, day, company_id=pilot.company_id)
    ]
    return list({user.id: user for user in people}.values())


def who_comes(
    session: Session, who: Principal, pilot: Pilot
) -> Sequence[tuple[Booking, Attendance]]:
    """Who is invited to a pilot's stays, and their answers; nothing for who must not know names."""
    facts = moves.facts_of(pilot)
    if not (bookings.held(pilot) and may_see_pilot(who, facts) and sees_confidential(who, facts)):
        return ()
    return queries.of_pilot(session, pilot.id)


def left(work: Work, user_id: int) -> None:
    """Look again at what somebody is invited to who does not belong to an organisation any more."""
    at = work.now + INVITE_AFTER
    queries.mark(work.session, queries.told_to(user_id), at, work.now)


def _request(
    work: Work, booking: Booking, item: PlacedResource, user: User, row: Attendance | None
) -> None:
    event = calendar_texts.event_of(work, booking.pilot, booking, item, "full", user.language)
    content = _digest(booking, event, user.email)
    if row is not None and (row.method, row.content) == ("REQUEST", content):
        return
    first = row is None or row.method == "CANCEL"
    if row is None:
        row = Attendance(booking_id=booking.id, user_id=user.id, sequence=-1, content="")
        work.session.add(row)
    if first or row.content[:_HALF] != content[:_HALF]:  # another time: what was said is void
        row.answer, row.comment = OPEN, ""
    row.recipient, row.name, row.language = user.email, user.name, user.language
    row.content = content
    key = _note(work, booking, row, "REQUEST")
    attendance_mails.request(work, booking, item, user, row, event, key=key, first=first)


def _cancel(work: Work, booking: Booking, item: PlacedResource, row: Attendance) -> None:
    user = work.session.get(User, row.user_id) if row.user_id is not None else None
    row.content = ""
    _note(work, booking, row, "CANCEL")
    if user is not None and user.active:
        event = calendar_texts.event_of(work, booking.pilot, booking, item, "full", row.language)
        attendance_mails.cancel(work, booking, item, user, row, event)


def _note(work: Work, booking: Booking, row: Attendance, method: Method) -> str:
    """Note what is sent now; the key of its answer link. Earlier links do nothing any more.

    The sequence is the booking's, but always higher than what the person has (RFC 5546 2.1.4).
    """
    key = new_token()
    row.method, row.key_hash, row.sent_at = method, token_hash(key), work.now
    row.sequence = max(booking.ical_sequence, row.sequence + 1)
    work.session.flush()
    return key


def _digest(booking: Booking, event: ics.Event, email: str) -> str:
    """What an event says: its first half stands for time and resource, both for all of it."""
    when = f"{ics.utc(event.start)} {ics.utc(event.end)} {booking.resource_id}"
    facts = (email, event.status, event.summary, event.description, event.url, event.location)
    whole = "\n".join((when, *facts, *event.categories))
    return "".join(sha256(text.encode()).hexdigest()[:_HALF] for text in (when, whole))
