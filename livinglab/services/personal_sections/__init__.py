"""Which columns of which tables tell of people: what they get of them, and what is kept back.

Kept back are secrets, and bytes that pages hand out one by one. A test holds this against the
tables, so that no new one is forgotten.
"""

from __future__ import annotations

from livinglab.db.tables import (
    ApiToken,
    AppPassword,
    Audit,
    AuditValue,
    Comment,
    CommentRead,
    Condition,
    FacilityVersion,
    Gate,
    Identity,
    Invitation,
    LibraryArticle,
    LibraryPaper,
    Membership,
    Offer,
    Outbox,
    Paper,
    Passkey,
    Photo,
    Pilot,
    RuleBook,
    SavedView,
    SignIn,
    Undo,
    User,
)
from livinglab.services.personal_sections.calendars import CALENDARS
from livinglab.services.personal_sections.section import Section

SECTIONS = (
    Section(
        "account",
        (User.id,),
        (
            *(User.email, User.name, User.active, User.created_at, User.confirmed_at),
            *(User.language, User.timezone, User.mails, User.tf_primary_method),
            *(User.is_example, User.erased_at),
        ),
        (
            *(User.password, User.fs_uniquifier, User.rights_rev, User.tf_totp_secret),
            *(User.totp_counter, User.mf_recovery_codes, User.fs_webauthn_user_handle),
        ),
    ),
    Section(
        "memberships",
        (Membership.user_id,),
        (
            *(Membership.organisation_id, Membership.role, Membership.facility_id),
            *(Membership.first_day, Membership.last_day),
        ),
    ),
    Section(
        "invitations",
        (Invitation.email, Invitation.invited_by_id),
        (
            *(Invitation.email, Invitation.organisation_id, Invitation.role),
            *(Invitation.facility_id, Invitation.invited_by_id, Invitation.created_at),
            *(Invitation.expires_at, Invitation.accepted_at, Invitation.revoked_at),
        ),
        (Invitation.token_hash,),
    ),
    Section(
        "sessions",
        (SignIn.user_id,),
        (
            *(SignIn.started_at, SignIn.seen_at, SignIn.ended_at, SignIn.agent),
            *(SignIn.organisation_id, SignIn.how, SignIn.second_factor_at),
        ),
        (SignIn.key_hash,),
    ),
    Section(
        "passkeys",
        (Passkey.user_id,),
        (
            *(Passkey.name, Passkey.usage, Passkey.device_type, Passkey.backup_state),
            *(Passkey.transports, Passkey.create_datetime, Passkey.lastuse_datetime),
        ),
        (Passkey.credential_id, Passkey.public_key, Passkey.sign_count, Passkey.extensions),
    ),
    Section(
        "linked-accounts",
        (Identity.user_id,),
        (Identity.issuer, Identity.subject, Identity.linked_at, Identity.used_at),
    ),
    Section(
        "api-tokens",
        (ApiToken.user_id,),
        (
            *(ApiToken.name, ApiToken.organisation_id, ApiToken.scope, ApiToken.created_at),
            *(ApiToken.expires_at, ApiToken.used_at, ApiToken.revoked_at),
        ),
        (ApiToken.token_hash,),
    ),
    Section(
        "app-passwords",
        (AppPassword.user_id,),
        (
            *(AppPassword.name, AppPassword.organisation_id, AppPassword.created_at),
            *(AppPassword.used_at, AppPassword.used_by, AppPassword.revoked_at),
        ),
        (AppPassword.password_hash,),
    ),
    Section(
        "saved-views",
        (SavedView.user_id,),
        (
            *(SavedView.page, SavedView.name, SavedView.query, SavedView.watched),
            *(SavedView.told, SavedView.created_at),
        ),
    ),
    Section(
        "pilots",
        (Pilot.created_by_id,),
        (
            *(Pilot.ref, Pilot.company_id, Pilot.title, Pilot.purpose, Pilot.focus_areas),
            *(Pilot.test_article, Pilot.state, Pilot.lane, Pilot.version, Pilot.created_at),
            *(Pilot.changed_at, Pilot.submitted_at, Pilot.answered_at, Pilot.ended_by),
            *(Pilot.confidential, Pilot.is_example, Pilot.asks_aid, Pilot.rules_number),
            *(Pilot.lane_reasons, Pilot.waitlisted_at, Pilot.info_asked_at, Pilot.hold_until),
            *(Pilot.hold_renewed, Pilot.hold_reminded_at, Pilot.info_reminded_at),
        ),
    ),
    Section(
        "papers",
        (Paper.uploaded_by_id,),
        (
            *(Paper.pilot_id, Paper.code, Paper.file_name, Paper.media_type, Paper.size),
            *(Paper.sha256, Paper.expires_on, Paper.confidential, Paper.uploaded_at),
            *(Paper.rejected_note, Paper.rejected_at),
        ),
        (Paper.content,),
    ),
    Section(
        "decisions",
        (Gate.decided_by_id,),
        (
            *(Gate.pilot_id, Gate.facility_id, Gate.role, Gate.title, Gate.position, Gate.state),
            *(Gate.due_on, Gate.opened_at, Gate.decided_at, Gate.note, Gate.working_days),
            *(Gate.evidence, Gate.rules, Gate.date_dependent, Gate.article_dependent),
            *(Gate.papers_seen, Gate.reminded_at, Gate.late_at, Gate.escalated_at),
        ),
    ),
    Section(
        "conditions-met",
        (Condition.fulfilled_by_id,),
        (
            *(Condition.pilot_id, Condition.text, Condition.first, Condition.due_on),
            *(Condition.fulfilled_at, Condition.evidence, Condition.gate_id),
            *(Condition.reminded_at, Condition.late_at),
        ),
    ),
    Section(
        "offers",
        (Offer.made_by_id, Offer.answered_by_id),
        (
            *(Offer.pilot_id, Offer.state, Offer.note, Offer.made_at, Offer.expires_at),
            *(Offer.answered_at,),
        ),
    ),
    Section(
        "decisions-to-take-back",
        (Undo.made_by_id,),
        (Undo.version, Undo.action, Undo.until),
        (Undo.before,),
    ),
    Section(
        "comments",
        (Comment.author_id,),
        (
            *(Comment.pilot_id, Comment.side, Comment.internal, Comment.text),
            *(Comment.created_at,),
        ),
    ),
    Section("comments-read", (CommentRead.user_id,), (CommentRead.comment_id,)),
    Section(
        "articles-kept",
        (LibraryArticle.changed_by_id,),
        (
            *(LibraryArticle.company_id, LibraryArticle.name, LibraryArticle.test_article),
            *(LibraryArticle.version, LibraryArticle.changed_at, LibraryArticle.removed_at),
        ),
    ),
    Section(
        "papers-kept",
        (LibraryPaper.uploaded_by_id,),
        (
            *(LibraryPaper.company_id, LibraryPaper.code, LibraryPaper.file_name),
            *(LibraryPaper.media_type, LibraryPaper.size, LibraryPaper.sha256),
            *(LibraryPaper.expires_on, LibraryPaper.uploaded_at, LibraryPaper.removed_at),
        ),
        (LibraryPaper.content,),
    ),
    Section(
        "rules-changed",
        (RuleBook.changed_by_id,),
        (RuleBook.number, RuleBook.version, RuleBook.note, RuleBook.changed_at),
        (RuleBook.document,),
    ),
    Section(
        "facility-changes",
        (FacilityVersion.by_id,),
        (
            *(FacilityVersion.facility_id, FacilityVersion.number, FacilityVersion.action),
            *(FacilityVersion.published, FacilityVersion.note, FacilityVersion.at),
        ),
        (FacilityVersion.profile,),
    ),
    Section(
        "photos",
        (Photo.uploaded_by_id,),
        (
            *(Photo.facility_id, Photo.kind, Photo.alt, Photo.width, Photo.height),
            *(Photo.position, Photo.sha256, Photo.uploaded_at),
        ),
        (Photo.large, Photo.small),
    ),
    *CALENDARS,
    Section(
        "mails",
        (Outbox.recipient,),
        (
            *(Outbox.recipient, Outbox.language, Outbox.subject, Outbox.body, Outbox.pilot_id),
            *(Outbox.created_at, Outbox.due_at, Outbox.sent_at, Outbox.failed_at),
            *(Outbox.calendar, Outbox.calendar_method),
        ),
        (
            *(Outbox.intent, Outbox.message_id, Outbox.attempts, Outbox.lease_until),
            *(Outbox.error,),
        ),
    ),
    Section(
        "what-you-did",
        (Audit.actor_id,),
        (
            *(Audit.at, Audit.organisation_id, Audit.role, Audit.action, Audit.object_kind),
            *(Audit.object_ref, Audit.pilot_id, Audit.from_state, Audit.to_state, Audit.note),
            *(Audit.facts, Audit.request_id, AuditValue.content),
        ),
        (Audit.position, Audit.digest, Audit.mac, AuditValue.audit_id, AuditValue.salt),
        also=AuditValue,
    ),
)
"""Every table that names people, in the order in which they read it."""
