"""All tables; importing this package fills ``Base.metadata``."""

from livinglab.db.tables.keys import ApiToken, AppPassword, Feed, SavedView, SignIn
from livinglab.db.tables.people import (
    Identity,
    Invitation,
    Membership,
    Organisation,
    Passkey,
    User,
    VisitorDraft,
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
from livinglab.db.tables.records import Audit, AuditValue, Counter, IdempotencyKey, JobRun, Outbox

__all__ = [
    "ApiToken",
    "AppPassword",
    "Audit",
    "AuditValue",
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
    "Identity",
    "Invitation",
    "JobRun",
    "Membership",
    "Organisation",
    "Outbox",
    "Paper",
    "Passkey",
    "Period",
    "Photo",
    "Pilot",
    "Resource",
    "SavedView",
    "SignIn",
    "Site",
    "User",
    "VisitorDraft",
    "Window",
]
