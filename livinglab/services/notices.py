"""Mails as intents: rows of the outbox, written in the move's transaction.

An intent is unique by (pilot, version, event, recipient), so a repeated move cannot mail twice.
The text is made here, in the recipient's language, with the facility's and the recipient's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.adapters.texts import sentence, time_range_text
from livinglab.db.queries.accounts import owners_of_gate
from livinglab.db.queries.outbox import HELD_FOR
from livinglab.db.queries.people import correspondents
from livinglab.domain.clocks import next_working_moment
from livinglab.domain.mails import chosen, next_digest
from livinglab.domain.messages import N_, Message
from livinglab.services import outbox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from livinglab.db.tables import Gate, Pilot, User
    from livinglab.services.places import PlacedResource
    from livinglab.services.work import Work

GREETING = N_("Hello %(name)s,")
SIGNATURE = N_("Living Lab Pori")


@dataclass(frozen=True, slots=True)
class Notice:
    """What a mail says: its subject, its sentences, and whether it lists the booked times.

    ``tail`` gives further lines for a reader; ``page`` is what the pilot's address goes on with.
    """

    event: str
    subject: Message
    lines: tuple[Message, ...]
    with_times: bool = False
    tail: Callable[[User], Sequence[str]] | None = None
    page: str = ""


def to_company(work: Work, pilot: Pilot, notice: Notice) -> None:
    """Write to the person who made the request; to the company's admins once that person left."""
    people = correspondents(work.session, pilot.company_id, pilot.created_by_id)
    _enqueue(work, pilot, notice, people, "requests")


def to_owners(
    work: Work,
    pilot: Pilot,
    notice: Notice,
    *,
    open_only: bool = True,
    of: Iterable[Gate] | None = None,
) -> None:
    """Write to the people who own the pilot's (undecided) gates, or just those, each once.

    What nobody owns goes to the coordinator, who can appoint somebody.
    """
    people: dict[int, User] = {}
    today = work.world.today(work.now)
    for gate in pilot.gates if of is None else of:
        if gate.state == "open" or not open_only:
            for role in (gate.role, "coordinator"):
                owners = owners_of_gate(
                    work.session, role, gate.facility_id, today, company_id=pilot.company_id
                )
                if owners:
                    people |= {user.id: user for user in owners}
                    break
    _enqueue(work, pilot, notice, people.values(), "decisions")


def calmly(work: Work, pilot: Pilot, notice: Notice, people: Iterable[User], kind: str) -> None:
    """Write to these people, each once, in their working hours and with what else waits there."""
    _enqueue(work, pilot, notice, {user.id: user for user in people}.values(), kind, calm=True)


def _enqueue(
    work: Work,
    pilot: Pilot,
    notice: Notice,
    people: Iterable[User],
    kind: str,
    *,
    calm: bool = False,
) -> None:
    for user in people:
        tell(
            work,
            user,
            kind,
            intent=f"{pilot.ref}:{pilot.version}:{notice.event}:{user.id}",
            subject=f"{sentence(notice.subject, user.language)} ({pilot.ref})",
            lines=_lines(work, pilot, notice, user),
            pilot=pilot,
            calm=calm,
        )


def tell(
    work: Work,
    user: User,
    kind: str,
    *,
    intent: str,
    subject: str,
    lines: Sequence[str],
    pilot: Pilot | None = None,
    calm: bool = False,
) -> None:
    """Write a notice of a kind to somebody: at once, in their next digest, or not, as they chose.

    ``lines`` stand between greeting and signature; a digest has one of each for all its notices.
    A ``calm`` notice waits for working hours, and goes out with all that wait for the same moment.
    """
    when = chosen(user.mails, kind)
    if when == "off":
        return
    due_at = None
    if when == "digest" or calm:
        intent = f"{intent}{HELD_FOR}{user.id}"
        due_at = (
            next_digest(work.now, user.timezone)
            if when == "digest"
            else next_working_moment(work.now, user.timezone, work.world.almanac)
        )
    else:
        greeting = sentence(Message(GREETING, {"name": user.name}), user.language)
        lines = [greeting, "", *lines, "", sentence(Message(SIGNATURE), user.language)]
    body = "\n".join(lines) + "\n"
    outbox.queue(work, user, intent=intent, subject=subject, body=body, pilot=pilot, due_at=due_at)


def _lines(work: Work, pilot: Pilot, notice: Notice, user: User) -> list[str]:
    lines = [sentence(line, user.language) for line in notice.lines]
    if notice.with_times:
        lines += ["", *_times(work, pilot, user)]
    if notice.tail is not None:
        lines += ["", *notice.tail(user)]
    address = f"{work.world.base_url}/pilots/{pilot.ref}{notice.page}"
    return [*lines, "", f"{pilot.title}", address]


def _times(work: Work, pilot: Pilot, user: User) -> Sequence[str]:
    """Each booked time at the facility's clock, and at the reader's where it differs."""
    places = work.world.places(work.session)
    found: list[str] = []
    for booking in sorted(pilot.bookings, key=lambda b: (b.starts_at, b.id)):
        item = places.by_id.get(booking.resource_id)
        if booking.state != "released" and item is not None and item.resource.bookable:
            found += at_both_clocks(item, booking.starts_at, booking.ends_at, user)
    return found


def at_both_clocks(item: PlacedResource, start: datetime, end: datetime, user: User) -> list[str]:
    """A stay as mails tell it: at the facility's clock, and at the reader's where it differs."""
    zone, language = item.facility.zone, user.language
    name = f"{item.resource.name.get(language)}, {item.facility.name.get(language)}"
    found = [f"{name}: {time_range_text(start, end, language, zone)} ({_city(zone)})"]
    if user.timezone != zone:
        there = time_range_text(start, end, language, user.timezone)
        found.append(f"    = {there} ({_city(user.timezone)})")
    return found


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
