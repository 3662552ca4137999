"""Bare writes to bookings and blocks, past every service and lock, and ways to lose the guards."""

import random
from datetime import UTC, datetime, timedelta

from sqlalchemy import create_engine, func, insert, select, update

from livinglab.db.engine import engine_options, prepare
from livinglab.db.guards import NO_BLOCK, NO_OVERLAP
from livinglab.db.tables import Block, Booking
from tests.factories import Factory

NOON = datetime(2027, 1, 11, 12, tzinfo=UTC)


def hour(number):
    return NOON + timedelta(hours=number)


class Table:
    """Bare writes to bookings and blocks of two resources: no service, no lock."""

    def __init__(self, engine, clock):
        self.engine = engine
        with Factory(engine, clock) as make:
            firm, host = make.company(), make.host()
            self.pilot = make.pilot(firm, make.user("a@firm.example", firm)).id
            make.facility(host)
            self.first = make.resource("fac-03-vision-bench").id
            self.second = make.resource("fac-03-gpu-workspace-remote").id

    def values(self, start, end, state="firm", resource=None, **values):
        return {
            "uid": str(random.random()),
            "pilot_id": self.pilot,
            "resource_id": resource or self.first,
            "state": state,
            "starts_at": start,
            "ends_at": end,
            "blocked_from": start,
            "blocked_to": end,
            "ical_sequence": 0,
            "created_at": NOON,
            "changed_at": NOON,
            **values,
        }

    def book(self, start, end, state="firm", resource=None, **values):
        """A booking from hour to hour; its id."""
        row = self.values(hour(start), hour(end), state, resource, **values)
        with self.engine.begin() as connection:
            return connection.scalar(insert(Booking).values(row).returning(Booking.id))

    def change(self, key, **values):
        with self.engine.begin() as connection:
            connection.execute(update(Booking).where(Booking.id == key).values(**values))

    def block(self, start, end, resource=None):
        row = {
            "resource_id": resource or self.first,
            "kind": "maintenance",
            "reason": {"en": "x"},
            "starts_at": hour(start),
            "ends_at": hour(end),
            "note": "",
            "is_example": False,
        }
        with self.engine.begin() as connection:
            connection.execute(insert(Block).values(row))

    def count(self):
        with self.engine.connect() as connection:
            return connection.scalar(select(func.count()).select_from(Booking))


def connect(url):
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    return engine


DROPPED = {
    "sqlite": {
        f"{NO_OVERLAP}_insert": f"DROP TRIGGER {NO_OVERLAP}_insert",
        f"{NO_OVERLAP}_update": f"DROP TRIGGER {NO_OVERLAP}_update",
    },
    "postgresql": {
        NO_OVERLAP: f"ALTER TABLE booking DROP CONSTRAINT {NO_OVERLAP}",
        f"{NO_BLOCK}_insert": f"DROP TRIGGER {NO_BLOCK}_insert ON booking",
        f"{NO_BLOCK}_update": f"ALTER TABLE booking DISABLE TRIGGER {NO_BLOCK}_update",
    },
}
