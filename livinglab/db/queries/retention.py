"""Which rows have been kept long enough. Every query selects ids of one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from livinglab.db.tables import (
    ApiToken,
    AppPassword,
    Audit,
    Feed,
    Invitation,
    Outbox,
    Pilot,
    SignIn,
    User,
    VisitorDraft,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

INACTIVE = "inactive:"
"""How intents of mails begin that tell somebody that their account will go."""


def invitations(before: datetime) -> Select[int]:
    """Invitations sent before then; all of them are accepted, revoked or expired by now."""
    return select(Invitation.id).where(Invitation.created_at < before)


def drafts(before: datetime) -> Select[int]:
    """Visitors' drafts not touched since."""
    return select(VisitorDraft.id).where(VisitorDraft.changed_at < before)


def sessions(before: datetime) -> Select[int]:
    """Sessions over since, but for each person's last: it tells whether the account is in use."""
    later = aliased(SignIn)
    newer = exists().where(later.user_id == SignIn.user_id, later.id > SignIn.id)
    over = func.coalesce(SignIn.ended_at, SignIn.seen_at) < before
    return select(SignIn.id).where(over, or_(newer, SignIn.agent != ""))


def is_last_session() -> ColumnElement[bool]:
    """Whether a session is its person's last."""
    later = aliased(SignIn)
    return ~exists().where(later.user_id == SignIn.user_id, later.id > SignIn.id)


def mail_texts(before: datetime) -> Select[int]:
    """Mails settled before then whose text is still kept."""
    return select(Outbox.id).where(_settled(before), Outbox.body != "")


def mails(before: datetime) -> Select[int]:
    """Mails settled before then."""
    return select(Outbox.id).where(_settled(before))


def pilots(states: Collection[str], before: datetime, nobody: int) -> Select[int]:
    """Pilots in these states since before then that still name who made them."""
    return select(Pilot.id).where(
        Pilot.state.in_(states), Pilot.changed_at < before, Pilot.created_by_id != nobody
    )


def unused_accounts(before: datetime, warned_by: datetime) -> Select[int]:
    """Accounts not used since ``before`` whose people were told so until ``warned_by``."""
    told = and_(_told(), Outbox.created_at <= warned_by)
    return _unused(before).where(select(Outbox.id).where(told).exists())


def to_warn(before: datetime) -> Select[int]:
    """Accounts not used since then whose people have not been told."""
    return _unused(before).where(~select(Outbox.id).where(_told()).exists())


def records(before: datetime) -> Select[int]:
    """What was done before then."""
    return select(Audit.id).where(Audit.at < before)


def _settled(before: datetime) -> ColumnElement[bool]:
    return or_(Outbox.sent_at < before, Outbox.failed_at < before)


def _told() -> ColumnElement[bool]:
    mine = literal(INACTIVE) + cast(User.id, String) + ":"
    about = func.substr(Outbox.intent, 1, func.length(mine)) == mine
    return and_(about, _unused_since(Outbox.created_at))


def _unused(before: datetime) -> Select[int]:
    kept = User.active & User.erased_at.is_(None) & ~User.is_example
    return select(User.id).where(kept, _unused_since(before))


def _unused_since(moment: Any) -> ColumnElement[bool]:  # noqa: ANN401  # an instant or a column
    """Neither the person nor a program of theirs came since. A new account is in use, too."""
    uses = (SignIn.seen_at, ApiToken.used_at, AppPassword.used_at, Feed.used_at)
    return and_(
        func.coalesce(User.created_at, User.confirmed_at) < moment,
        *(~exists().where(use.class_.user_id == User.id, use >= moment) for use in uses),
    )
