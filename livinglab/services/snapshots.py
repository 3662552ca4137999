"""What a decision changes of a pilot, kept as JSON and put back: state, gates, conditions, time."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Date, inspect

from livinglab.db.tables import Condition
from livinglab.db.types import UtcDateTime
from livinglab.services import bookings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Column

    from livinglab.db.tables import Booking, Gate, Pilot
    from livinglab.services.work import Work

OF_PILOT = (
    *("state", "lane", "lane_reasons", "rules_number", "answered_at", "ended_by"),
    *("waitlisted_at", "info_asked_at", "hold_until", "hold_renewed"),
)
"""What the firm wrote is not among them: a decision does not change it."""
READERS = {UtcDateTime: datetime.fromisoformat, Date: date.fromisoformat}
"""How columns whose values JSON does not have are read from their text."""


def of(pilot: Pilot) -> dict[str, Any]:
    """The pilot as it stands: what a decision may change of it and of what hangs on it."""
    return {
        "pilot": _values(pilot, OF_PILOT),
        "gates": [_row(gate) for gate in pilot.gates],
        "conditions": [_row(condition) for condition in pilot.conditions],
        "bookings": [_row(booking) for booking in bookings.held(pilot)],
    }


def put_back(work: Work, pilot: Pilot, kept: Mapping[str, Any]) -> None:
    """Let the pilot be again what :func:`of` has kept. The caller holds its lock.

    Raises:
        SlotTaken: time that the pilot held is another's now, or closed.
    """
    _write(pilot, kept["pilot"])
    _put_back_gates(pilot, kept["gates"])
    _put_back_conditions(pilot, kept["conditions"])
    work.session.flush()
    rows = {row["id"]: _read(row, type(booking)) for booking, row in _known(pilot, kept)}
    bookings.put_back(work, pilot, rows)


def _known(pilot: Pilot, kept: Mapping[str, Any]) -> Iterable[tuple[Booking, Mapping[str, Any]]]:
    by_id = {booking.id: booking for booking in pilot.bookings}
    return [(by_id[row["id"]], row) for row in kept["bookings"] if row["id"] in by_id]


def _put_back_gates(pilot: Pilot, rows: Iterable[Mapping[str, Any]]) -> None:
    by_id: dict[int, Gate] = {gate.id: gate for gate in pilot.gates}
    found = []
    for row in rows:
        if row["id"] in by_id:
            _write(by_id[row["id"]], row)
            found.append(by_id[row["id"]])
    pilot.gates = found


def _put_back_conditions(pilot: Pilot, rows: Iterable[Mapping[str, Any]]) -> None:
    by_id = {condition.id: condition for condition in pilot.conditions}
    found = []
    for row in rows:
        condition = by_id.get(row["id"]) or Condition()
        _write(condition, {name: value for name, value in row.items() if name != "id"})
        found.append(condition)
    pilot.conditions = found


def _row(row: Any) -> dict[str, Any]:  # noqa: ANN401  # a row of one of three tables
    return _values(row, [column.key for column in inspect(type(row)).column_attrs])


def _values(row: Any, names: Iterable[str]) -> dict[str, Any]:  # noqa: ANN401  # see above
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:  # noqa: ANN401  # whatever a column holds
    return value.isoformat() if isinstance(value, date) else value


def _write(row: Any, kept: Mapping[str, Any]) -> None:  # noqa: ANN401  # see above
    for name, value in _read(kept, type(row)).items():
        if getattr(row, name) != value:
            setattr(row, name, value)


def _read(kept: Mapping[str, Any], table: Any) -> dict[str, Any]:  # noqa: ANN401  # a mapped class
    columns = {attribute.key: attribute.columns[0] for attribute in inspect(table).column_attrs}
    return {name: _value(columns[name], value) for name, value in kept.items() if name in columns}


def _value(column: Column[Any], value: Any) -> Any:  # noqa: ANN401  # see above
    if isinstance(value, str):
        for kind, read in READERS.items():
            if isinstance(column.type, kind):
                return read(value)
    return value
