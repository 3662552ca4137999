"""Mails as intents: rows of the outbox, written in the move's transaction.

An intent is unique by (pilot, version, event, recipient), so a repeated move cannot mail twice.
The text is made here, in the recipient's language, with the facility's and the recipient's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.adapters.secrets import new_message_id
from livinglab.adapters.texts import sentence, time_range_text
from livinglab.db.queries.accounts import owners_of_gate
from livinglab.db.tables import Outbox
from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from livinglab.db.tables import Pilot, User
    from livinglab.services.work import Work

GREETING = N_("Hello %(name)s,")
SIGNATURE = N_("Living Lab Pori")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a mail says: its subject, its sentences, and whether it lists the booked times."""

    event: str
    subject: Message
    lines: tuple[Message, ...]
    with_times: bool = False


def to_company(work: Work, pilot: Pilot, notice: Notice) -> None:
    """Write to the person who made the request."""
    _enqueue(work, pilot, notice, [pilot.created_by])


def to_owners(work: Work, pilot: Pilot, notice: Notice, *, open_only: bool = True) -> None:
    """Write to the people who own the pilot's (undecided) gates, each once."""
    people: dict[int, User] = {}
    for gate in pilot.gates:
        if gate.state == "open" or not open_only:
            for user in owners_of_gate(work.session, gate.role, gate.facility_id):
                people[user.id] = user
    _enqueue(work, pilot, notice, people.values())


def _enqueue(work: Work, pilot: Pilot, notice: Notice, people: Iterable[User]) -> None:
    if work.quiet:
        return
    for user in people:
        work.session.add(
            Outbox(
                intent=f"{pilot.ref}:{pilot.version}:{notice.event}:{user.id}",
                message_id=new_message_id(work.world.host),
                recipient=user.email,
                language=user.language,
                subject=f"{sentence(notice.subject, user.language)} ({pilot.ref})"[:300],
                body=_body(work, pilot, notice, user),
                pilot_id=pilot.id,
                created_at=work.now,
                due_at=work.now,
            )
        )


def _body(work: Work, pilot: Pilot, notice: Notice, user: User) -> str:
    language = user.language
    lines = [sentence(Message(GREETING, {"name": user.name}), language), ""]
    lines += [sentence(line, language) for line in notice.lines]
    if notice.with_times:
        lines += ["", *_times(work, pilot, user)]
    lines += [
        "",
        f"{pilot.title}",
        f"{work.world.base_url}/pilots/{pilot.ref}",
        "",
        sentence(Message(SIGNATURE), language),
    ]
    return "\n".join(lines) + "\n"


def _times(work: Work, pilot: Pilot, user: User) -> Sequence[str]:
    """Each booked time at the facility's clock, and at the reader's where it differs."""
    places = work.world.places(work.session)
    language, found = user.language, []
    for booking in sorted(pilot.bookings, key=lambda b: (b.starts_at, b.id)):
        item = places.by_id.get(booking.resource_id)
        if booking.state == "released" or item is None or not item.resource.bookable:
            continue
        zone = item.facility.zone
        here = time_range_text(booking.starts_at, booking.ends_at, language, zone)
        name = f"{item.resource.name.get(language)}, {item.facility.name.get(language)}"
        found.append(f"{name}: {here} ({zone.rpartition('/')[2].replace('_', ' ')})")
        if user.timezone != zone:
            there = time_range_text(booking.starts_at, booking.ends_at, language, user.timezone)
            found.append(f"    = {there} ({user.timezone.rpartition('/')[2].replace('_', ' ')})")
    return found
