"""One pilot as its firm, or a host, sees it: whose move it is, what is owed, what was booked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext, ngettext

from livinglab.adapters import texts
from livinglab.domain.article_json import FLAGS, LABELS
from livinglab.domain.messages import Localised, Message
from livinglab.domain.pilot import HOLDS, Holds, State
from livinglab.domain.vocabulary import ARTICLE_KINDS, CONFORMITIES
from livinglab.services import asking
from livinglab.web.filters import (
    date_text,
    day_range,
    duration,
    localised,
    money,
    number,
    sentence,
    time_range,
)
from livinglab.web.place_words import quantity

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from livinglab.db.tables import Attendance, Booking, Gate, Period, Pilot
    from livinglab.domain.pricing import Estimate
    from livinglab.services.evidence import Piece
    from livinglab.services.places import Places

ENDED = frozenset(state for state, holds in HOLDS.items() if holds is Holds.RELEASED)
MOVES_OF_FIRM = frozenset(
    {State.DRAFT, State.NEEDS_INFO, State.OFFERED, State.CONDITIONAL, State.CONFIRMED}
)
"""States in which something may wait for the firm."""
UNITS = {
    "mass_kg": "kg",
    "battery_kwh": "kWh",
    "speed_m_s": "m/s",
    "noise_dba": "dB(A)",
    "charge_pct": "%",
    "latency_ms": "ms",
    "air_bar": "bar",
    "lift_kg": "kg",
}
NAMES = {
    "mass_kg": lazy_gettext("Mass of one"),
    "battery_kwh": lazy_gettext("Battery"),
    "speed_m_s": lazy_gettext("Top speed"),
    "noise_dba": lazy_gettext("Noise"),
    "charge_pct": lazy_gettext("Charge on arrival"),
    "latency_ms": lazy_gettext("Latency of remote control"),
    "air_bar": lazy_gettext("Compressed air"),
    "lift_kg": lazy_gettext("Heaviest part to lift"),
}


@dataclass(frozen=True, slots=True)
class Time:
    """Booked or wished time in words, at the place and, where clocks differ, for the reader."""

    where: str
    when: str
    also: str
    start: str
    end: str
    state: str


def booked(pilot: Pilot, places: Places, zone: str) -> list[Time]:
    """Every time held for the pilot at a place people see, by start; of several offers none."""
    times = (time_of(booking, places, zone) for booking in held(pilot))
    return [time for time in times if time is not None]


def held(pilot: Pilot) -> list[Booking]:
    """The bookings that hold time for the pilot, by start; of several offers none."""
    found = [booking for booking in pilot.bookings if booking.state != "released"]
    if len({booking.offer_id for booking in found if booking.offer_id is not None}) > 1:
        found = [booking for booking in found if booking.offer_id is None]
    return found


def time_of(booking: Booking, places: Places, zone: str) -> Time | None:
    """A booking at a place people see, at its clock and the reader's."""
    item = places.by_id.get(booking.resource_id)
    if item is None or not item.resource.bookable:
        return None
    here = item.facility.zone
    start, end = booking.starts_at, booking.ends_at
    return Time(
        f"{localised(item.facility.name)}: {localised(item.resource.name)}",
        time_range(start, end, here),
        _also(booking, here, zone),
        texts.local(start, here).isoformat(timespec="minutes"),
        texts.local(end, here).isoformat(timespec="minutes"),
        booking.state,
    )


def coming(
    rows: Sequence[tuple[Booking, Attendance]], places: Places, zone: str
) -> list[tuple[Time, list[Attendance]]]:
    """Who is invited to each stay, by start."""
    found: dict[int, tuple[Time, list[Attendance]]] = {}
    for booking, row in rows:
        if (time := time_of(booking, places, zone)) is not None:
            found.setdefault(booking.id, (time, []))[1].append(row)
    return list(found.values())


def wished(period: Period, places: Places) -> tuple[str, list[str]]:
    """Where a stay was asked for, and its windows in order."""
    place = asking.first_place(places, period)
    resource = places.by_id.get(period.resource_id or 0)
    parts = [localised(place.facility.name)] if place else [gettext("Any place that can do it")]
    parts += [localised(resource.resource.name)] if resource else []
    others = [places.facilities_by_id.get(key) for key in period.acceptable]
    where = ": ".join(parts)
    if any(others):
        names = ", ".join(localised(other.facility.name) for other in others if other)
        where = gettext("%(first)s, or %(others)s", first=where, others=names)
    return where, [day_range(window.first, window.last) for window in period.windows]


def gate_lines(pilot: Pilot, vacant: Collection[Gate] = ()) -> list[dict[str, Any]]:
    """The way of the pilot: sent, each gate, firm. ``vacant`` gates have nobody to decide them."""
    sent = pilot.submitted_at is not None
    lines = [_line(gettext("Sent"), "passed" if sent else "open", _sent_detail(pilot))]
    if not sent:
        lines[0]["glyph"] = "file"
    lines += [_gate(pilot, gate, vacant) for gate in pilot.gates]
    firm = HOLDS[State(pilot.state)] in {Holds.FIRM, Holds.PAST}
    if pilot.state not in ENDED:
        state = "passed" if firm else "waiting"
        held = pilot.state == State.CONDITIONAL
        detail = gettext("when the conditions are met") if held else gettext("when all agree")
        detail = "" if firm else detail
        lines.append({**_line(gettext("Time is firm"), state, detail), "glyph": "calendar"})
    return lines


def next_step(pilot: Pilot, needs: Sequence[Piece], vacant: Collection[Gate] = ()) -> str:
    """What happens next and who does it, in one sentence; empty when nothing does."""
    state = State(pilot.state)
    still = [gate for gate in pilot.gates if gate.state == "open"]
    waiting = min(still, key=lambda gate: gate.due_on or date.max, default=None)
    if state in {State.SUBMITTED, State.IN_REVIEW} and waiting is not None:
        return _waits(waiting, vacant)
    if state is State.CONDITIONAL:
        left = sum(condition.fulfilled_at is None for condition in pilot.conditions)
        text = ngettext("Meet one condition", "Meet %(num)d conditions", left)
        return str(text)
    if state is State.CONFIRMED and (missing := sum(not need.there for need in needs)):
        text = ngettext("Attach one paper", "Attach %(num)d papers", missing)
        return str(text)
    return str(NEXT[state]()) if state in NEXT else ""


def is_yours(pilot: Pilot, needs: Sequence[Piece]) -> bool:
    """Whether the next step is the firm's."""
    if pilot.state == State.CONFIRMED:
        return any(not need.there for need in needs)
    return pilot.state in MOVES_OF_FIRM


def prices(pilot: Pilot, places: Places, today: date) -> list[Estimate]:
    """The list price of each stay that has one."""
    found = []
    for period in pilot.periods:
        held = (b.starts_at.date() for b in pilot.bookings if b.period_id == period.id)
        day = min(held, default=None) or (period.windows[0].first if period.windows else today)
        estimate = asking.price(places, period, day)
        if estimate is not None:
            found.append(estimate)
    return found


def article_rows(article: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is told of the test article, name and value."""
    rows = [(_label("kind"), sentence(Message(ARTICLE_KINDS[article.get("kind") or "other"])))]
    usual = {"count": 1, "people": None}
    rows += [(_label(n), str(article[n])) for n in usual if article.get(n) not in {None, usual[n]}]
    if conformity := article.get("conformity"):
        rows.append((_label("conformity"), sentence(Message(CONFORMITIES[conformity]))))
    for name, unit in UNITS.items():
        if article.get(name) is not None:
            rows.append((str(NAMES[name]), quantity(article[name], unit)))
    if sides := article.get("dimensions_mm"):
        shown = " × ".join(number(side) for side in sides)
        rows.append((gettext("Length × width × height"), f"{shown}\u00a0mm"))
    if power := article.get("power"):
        shown = f"{power['voltage']}\u00a0V {power['current_a']:g}\u00a0A"
        rows.append((_label("power"), shown))
    if article.get("laser_class"):
        rows.append((_label("laser_class"), str(article["laser_class"])))
    if article.get("ingress_ip") is not None:
        rows.append((gettext("Ingress protection"), f"IP{article['ingress_ip']}"))
    flags = [_label(name) for name in FLAGS if name != "open_category" and article.get(name)]
    if flags:
        rows.append((gettext("It holds that"), ", ".join(flags)))
    return rows


def length_text(period: Period) -> str:
    """Half a day, 3 days, 4 h."""
    return duration(period.halves, period.hours)


def price_rows(estimates: Sequence[Estimate]) -> list[tuple[str, str]]:
    """The lines of all estimates."""
    return [
        (sentence(line.label), money(line.amount)) for found in estimates for line in found.lines
    ]


NEXT = {
    State.DRAFT: lambda: gettext("Finish it and send it"),
    State.SUBMITTED: lambda: gettext("Waits for a decision"),
    State.NEEDS_INFO: lambda: gettext("Answer the question and send it again"),
    State.IN_REVIEW: lambda: gettext("Waits for a decision"),
    State.OFFERED: lambda: gettext("Accept or decline the time offered"),
    State.WAITLISTED: lambda: gettext("Waits for time to become free"),
    State.CONFIRMED: lambda: gettext("Come and test"),
    State.READY: lambda: gettext("Come and test"),
    State.IN_PROGRESS: lambda: gettext("The test is going on"),
    State.SUSPENDED: lambda: gettext("Waits for the host to go on"),
    State.COMPLETED: lambda: gettext("Waits for the host to close it"),
}


def _line(label: str, state: str, detail: str) -> dict[str, Any]:
    return {"label": label, "state": state, "detail": detail}


def _sent_detail(pilot: Pilot) -> str:
    if pilot.submitted_at is None:
        return str(gettext("waits for you"))
    return date_text(texts.local(pilot.submitted_at).date())


def _gate(pilot: Pilot, gate: Gate, vacant: Collection[Gate]) -> dict[str, Any]:
    label = localised(Localised(gate.title))
    if gate.state == "open" and (pilot.state in ENDED or pilot.state == State.DRAFT):
        return _line(label, "waiting", "")
    if gate.state == "open":
        due = gettext("by %(day)s", day=date_text(gate.due_on)) if gate.due_on else ""
        line = _line(label, "open", due)
        if gate in vacant:
            line |= {"detail": gettext("nobody decides this yet"), "glyph": "alert"}
        return line
    day = date_text(texts.local(gate.decided_at).date()) if gate.decided_at else ""
    return _line(label, gate.state, day)


def _waits(gate: Gate, vacant: Collection[Gate]) -> str:
    who = localised(Localised(gate.title))
    if gate in vacant:
        text = gettext("The coordinator names somebody who decides as: %(who)s", who=who)
        return str(text)
    if gate.due_on is None:
        return str(gettext("Waits for: %(who)s", who=who))
    return str(gettext("Waits for: %(who)s, by %(day)s", who=who, day=date_text(gate.due_on)))


def _also(booking: Booking, here: str, there: str) -> str:
    """The same time on the reader's clock, with its city, where that differs."""
    start, end = booking.starts_at, booking.ends_at
    if texts.local(start, there).utcoffset() == texts.local(start, here).utcoffset():
        return ""
    city = there.rpartition("/")[2].replace("_", " ")
    return str(gettext("%(when)s in %(city)s", when=time_range(start, end, there), city=city))


def _label(name: str) -> str:
    return sentence(Message(LABELS[name]))
