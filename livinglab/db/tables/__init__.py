"""All tables; importing this package fills ``Base.metadata``."""

from livinglab.db.tables.people import (
    ApiToken,
    Feed,
    Membership,
    Organisation,
    SavedView,
    SignIn,
    User,
)
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
from livinglab.db.tables.places import Block, Facility, FacilityVersion, Photo, Resource, Site
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
    "FacilityVersion",
    "Feed",
    "Gate",
    "IdempotencyKey",
    "JobRun",
    "Membership",
    "Organisation",
    "Outbox",
    "Paper",
    "Period",
    "Photo",
    "Pilot",
    "Resource",
    "SavedView",
    "SignIn",
    "Site",
    "User",
    "Window",
]
