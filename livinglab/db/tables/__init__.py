"""All tables; importing this package fills ``Base.metadata``."""

from livinglab.db.tables.people import ApiToken, Feed, Membership, Organisation, SignIn, User
from livinglab.db.tables.pilots import (
    Booking,
    CalendarText,
    Condition,
    Gate,
    Paper,
    Period,
    Pilot,
    Window,
)
from livinglab.db.tables.places import Block, Facility, Resource
from livinglab.db.tables.records import Audit, Counter, IdempotencyKey, JobRun, Outbox

__all__ = [
    "ApiToken",
    "Audit",
    "Block",
    "Booking",
    "CalendarText",
    "Condition",
    "Counter",
    "Facility",
    "Feed",
    "Gate",
    "IdempotencyKey",
    "JobRun",
    "Membership",
    "Organisation",
    "Outbox",
    "Paper",
    "Period",
    "Pilot",
    "Resource",
    "SignIn",
    "User",
    "Window",
]
