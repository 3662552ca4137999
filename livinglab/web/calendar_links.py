"""Buttons that put one stay into a calendar: a file, and the forms of Google and Outlook.

Those services learn of the stay only once the reader follows their link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import url_for

from livinglab.adapters import ics
from livinglab.web import context
from livinglab.web.pilot_view import held, time_of

if TYPE_CHECKING:
    from livinglab.db.tables import Booking, Pilot
    from livinglab.services.places import Places

GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.office.com/calendar/deeplink/compose"


@dataclass(frozen=True, slots=True)
class Export:
    """One stay, where and when in words, and where its buttons lead."""

    where: str
    when: str
    file: str
    google: str
    outlook: str


def exports(pilot: Pilot, places: Places, zone: str) -> list[Export]:
    """The stays of a pilot that can be put into a calendar, by start."""
    return [
        Export(
            time.where,
            time.when,
            url_for("pilot_calendar.stay", ref=pilot.ref, booking_id=booking.id),
            _google(pilot, booking, time.where),
            _outlook(pilot, booking, time.where),
        )
        for booking in held(pilot)
        if (time := time_of(booking, places, zone)) is not None
    ]


def _google(pilot: Pilot, booking: Booking, where: str) -> str:
    return _link(
        GOOGLE,
        action="TEMPLATE",
        text=pilot.title or pilot.ref,
        dates=f"{ics.utc(booking.starts_at)}/{ics.utc(booking.ends_at)}",
        location=where,
        details=_about(pilot),
    )


def _outlook(pilot: Pilot, booking: Booking, where: str) -> str:
    return _link(
        OUTLOOK,
        path="/calendar/action/compose",
        rru="addevent",
        subject=pilot.title or pilot.ref,
        startdt=f"{booking.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        enddt=f"{booking.ends_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        location=where,
        body=_about(pilot),
    )


def _about(pilot: Pilot) -> str:
    return f"{context.world().base_url.rstrip('/')}/pilots/{pilot.ref}"


def _link(address: str, **said: str) -> str:
    return f"{address}?{urlencode(said, errors='replace')}"
