"""What an invitation to a stay, a change of it, and its end say by mail, beside the event itself.

One mail for each booking, person and sequence: its intent is made of them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livinglab.adapters import itip
from livinglab.adapters.mail import CalendarPart
from livinglab.adapters.texts import sentence
from livinglab.domain.messages import N_, Message
from livinglab.services import outbox
from livinglab.services.notices import GREETING, SIGNATURE, at_both_clocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.adapters import ics
    from livinglab.db.tables import Attendance, Booking, User
    from livinglab.services.places import PlacedResource
    from livinglab.services.work import Work

PATH = "/attendance/"
"""Where the links of mails lead; the key follows."""


def request(
    work: Work,
    booking: Booking,
    item: PlacedResource,
    user: User,
    row: Attendance,
    event: ics.Event,
    *,
    key: str,
    first: bool,
) -> None:
    """Invite somebody, or tell them what changed."""
    subject, said = (
        (N_("Invitation: %(title)s"), N_("you are invited to a stay at a test facility."))
        if first
        else (
            N_("Changed stay: %(title)s"),
            N_("a stay you are invited to has changed. Now it is:"),
        )
    )
    address = f"{work.world.base_url}{PATH}{key}"
    lines = [
        *at_both_clocks(item, booking.starts_at, booking.ends_at, user),
        "",
        _say(user, N_("Will you come? Answer in your calendar, or here without signing in:")),
        _say(user, N_("I come: %(link)s"), link=f"{address}?answer=ACCEPTED"),
        _say(user, N_("I do not come: %(link)s"), link=f"{address}?answer=DECLINED"),
    ]
    text = itip.render("REQUEST", _stamped(work, row, event), row.recipient, row.name, row.answer)
    _queue(work, booking, user, row, (subject, said), lines, text)


def cancel(
    work: Work,
    booking: Booking,
    item: PlacedResource,
    user: User,
    row: Attendance,
    event: ics.Event,
) -> None:
    """Tell somebody that the stay is called off, or goes on without them."""
    said = N_("a stay you were invited to is called off:")
    if booking.state != "released":
        said = N_("you need not come to this stay any more:")
    lines = at_both_clocks(item, booking.starts_at, booking.ends_at, user)
    text = itip.render("CANCEL", _stamped(work, row, event), row.recipient, row.name)
    _queue(work, booking, user, row, (N_("Called off: %(title)s"), said), lines, text)


def _stamped(work: Work, row: Attendance, event: ics.Event) -> ics.Event:
    return replace(event, sequence=row.sequence, stamp=work.now)


def _queue(
    work: Work,
    booking: Booking,
    user: User,
    row: Attendance,
    words: tuple[str, str],
    lines: Sequence[str],
    text: str,
) -> None:
    pilot, (subject, said) = booking.pilot, words
    about = [pilot.title, f"{work.world.base_url}/pilots/{pilot.ref}"]
    body = [
        *(_say(user, GREETING, name=user.name), "", _say(user, said), "", *lines),
        *("", *about, "", _say(user, SIGNATURE)),
    ]
    outbox.queue(
        work,
        outbox.Addressee(row.recipient, user.language),
        intent=f"{pilot.ref}:calendar:{booking.id}:{user.id}:{row.sequence}",
        subject=f"{_say(user, subject, title=pilot.title)} ({pilot.ref})",
        body="\n".join(body) + "\n",
        pilot=pilot,
        calendar=CalendarPart(text, row.method),
    )


def _say(user: User, template: str, **params: object) -> str:
    return sentence(Message(template, params), user.language)
