"""What calendars tell of people: their feeds, invitations, absences, and the time they closed."""

from __future__ import annotations

from livinglab.db.tables import Absence, Attendance, Block, BusySource, Feed
from livinglab.services.personal_sections.section import Section

CALENDARS = (
    Section(
        "calendar-feeds",
        (Feed.user_id,),
        (
            *(Feed.organisation_id, Feed.facility_id, Feed.detail, Feed.created_at),
            *(Feed.used_at, Feed.used_by, Feed.revoked_at, Feed.name, Feed.scope),
            *(Feed.site_id, Feed.role, Feed.states, Feed.resources, Feed.cancelled, Feed.language),
            *(Feed.company_id, Feed.mine),
        ),
        (Feed.token_hash,),
    ),
    Section(
        "calendar-invitations",
        (Attendance.user_id, Attendance.recipient),
        (
            *(Attendance.booking_id, Attendance.recipient, Attendance.name, Attendance.language),
            *(Attendance.method, Attendance.sequence, Attendance.sent_at, Attendance.answer),
            *(Attendance.answered_sequence, Attendance.answered_at, Attendance.comment),
        ),
        (Attendance.key_hash, Attendance.content),
    ),
    Section(
        "calendars-read-in",
        (BusySource.user_id, BusySource.created_by_id),
        (
            *(BusySource.resource_id, BusySource.name, BusySource.kind, BusySource.created_at),
            *(BusySource.tried_at, BusySource.read_at, BusySource.problem, BusySource.events),
            *(BusySource.left_out, BusySource.assumed),
        ),
        # The address of somebody's calendar is a secret like a password.
        (
            *(BusySource.url, BusySource.etag, BusySource.last_modified, BusySource.content_hash),
            *(BusySource.due_at, BusySource.failures),
        ),
    ),
    Section(
        "absences",
        (Absence.user_id,),
        (Absence.source_id, Absence.starts_at, Absence.ends_at),
    ),
    Section(
        "closed-time",
        (Block.created_by_id,),
        (
            *(Block.resource_id, Block.kind, Block.reason, Block.starts_at, Block.ends_at),
            *(Block.note, Block.source_id, Block.is_example),
        ),
    ),
)
