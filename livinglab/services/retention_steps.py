"""What goes when it has been kept long enough: which rows, and what is done to a batch of them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from livinglab.adapters.secrets import new_token
from livinglab.adapters.texts import sentence
from livinglab.db.queries import attendance, library, participants, undo
from livinglab.db.queries import retention as queries
from livinglab.db.queries.erasure import QUIETLY, Words, scrub
from livinglab.db.tables import (
    Audit,
    AuditValue,
    CalendarChange,
    Condition,
    Gate,
    Invitation,
    LibraryArticle,
    LibraryPaper,
    Offer,
    Outbox,
    Paper,
    Pilot,
    SignIn,
    Undo,
    User,
    VisitorDraft,
)
from livinglab.domain.errors import RulesBroken
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import HOLDS, Holds
from livinglab.domain.retention import WARNED
from livinglab.services import (
    calendar_changes,
    calendar_texts,
    casework_keeping,
    conversation_keeping,
    erasure,
    outbox,
    unconfirmed,
)
from livinglab.services.notices import GREETING, SIGNATURE
from livinglab.services.records import audit, remove

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.domain.retention import Keep
    from livinglab.services.work import Work

ENDED = tuple(state for state, holds in HOLDS.items() if holds is Holds.RELEASED)
COMPLETED = tuple(state for state, holds in HOLDS.items() if holds is Holds.PAST)
NOBODY = "Former people"
"""Whom old requests name instead of the people who made and decided them."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of thing. ``most`` is what a day could make due at a busy living lab."""

    name: str
    most: int
    rows: Callable[[Session, Keep, datetime], Select[int]]
    act: Callable[[Work, Sequence[int]], object]


def nobody(session: Session) -> int:
    """Id of the account that stands for people of old requests; 0 while there is none."""
    known = select(User.id).where(User.name == NOBODY, User.erased_at.is_not(None))
    return session.scalar(known.limit(1)) or 0


def _days(count: int) -> timedelta:
    return timedelta(days=count)


def _deletes(table: Any) -> Callable[[Work, Sequence[int]], None]:  # noqa: ANN401  # any table
    def act(work: Work, ids: Sequence[int]) -> None:
        work.session.execute(delete(table).where(table.id.in_(ids)), execution_options=QUIETLY)

    return act


def _end_sessions(work: Work, ids: Sequence[int]) -> None:
    """Forget sessions; of a person's last one stays when it was, not by which browser."""
    here, last = SignIn.id.in_(ids), queries.is_last_session()
    kept = work.session.scalars(select(SignIn.id).where(here, last)).all()
    gone = delete(SignIn).where(here, SignIn.id.not_in(kept))
    work.session.execute(gone, execution_options=QUIETLY)
    blank = update(SignIn).where(SignIn.id.in_(kept)).values(agent="")
    work.session.execute(blank, execution_options=QUIETLY)


def _forget_undo(work: Work, ids: Sequence[int]) -> None:
    gone = delete(Undo).where(Undo.pilot_id.in_(ids), Undo.until <= work.now)
    work.session.execute(gone, execution_options=QUIETLY)


def _empty_mails(work: Work, ids: Sequence[int]) -> None:
    emptied = update(Outbox).where(Outbox.id.in_(ids)).values(body="", calendar="")
    work.session.execute(emptied, execution_options=QUIETLY)


def _forget_people(work: Work, ids: Sequence[int]) -> None:
    """Let old requests name nobody and lose the contents of their papers; the firm's facts stay.

    Whoever came for them is forgotten.
    """
    session, former = work.session, nobody(work.session) or _make_nobody(work)
    for pilot in session.scalars(select(Pilot).where(Pilot.id.in_(ids))).all():
        words = Words(
            {pilot.created_by.email: f"former{outbox.NOBODY}", pilot.created_by.name: NOBODY}
        )
        here = Pilot.id == pilot.id
        renamed = scrub(session, (Pilot.title, Pilot.purpose, Pilot.test_article), words, here)
        casework_keeping.forget_words(session, words, here)
        if renamed:
            session.refresh(pilot)
            calendar_texts.publish(work, pilot, pilot.bookings)
        pilot.created_by_id = former
        audit(work, "forget people", "pilot", pilot.ref, pilot=pilot)
    for table, pilot_id, by in (
        (Gate, Gate.pilot_id, Gate.decided_by_id),
        (Condition, Condition.pilot_id, Condition.fulfilled_by_id),
        (Paper, Paper.pilot_id, Paper.uploaded_by_id),
        (Offer, Offer.pilot_id, Offer.made_by_id),
        (Offer, Offer.pilot_id, Offer.answered_by_id),
    ):
        named = update(table).where(pilot_id.in_(ids), by.is_not(None))
        session.execute(named.values({by.key: former}), execution_options=QUIETLY)
    participants.forget(session, ids)
    attendance.forget(session, ids)
    conversation_keeping.forget_people(session, ids, former)
    bare = update(Paper).where(Paper.pilot_id.in_(ids)).values(content=b"", size=0)
    session.execute(bare, execution_options=QUIETLY)
    noted = select(Audit.id).where(Audit.pilot_id.in_(ids))
    said = delete(AuditValue).where(AuditValue.audit_id.in_(noted))
    session.execute(said, execution_options=QUIETLY)


def _make_nobody(work: Work) -> int:
    row = User(
        email=f"former{outbox.NOBODY}",
        name=NOBODY,
        active=False,
        fs_uniquifier=new_token(),
        created_at=work.now,
        erased_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    return row.id


def _warn(work: Work, ids: Sequence[int]) -> None:
    """Tell people that their account goes, and how to keep it."""
    until = work.now + WARNED
    for user in work.session.scalars(select(User).where(User.id.in_(ids))).all():
        subject = Message(N_("Your account at Living Lab Pori will be erased"))
        lines = (
            Message(GREETING, {"name": user.name}),
            Message(N_("nobody has used your account for a long time.")),
            Message(N_("It is erased on %(when)s. To keep it, sign in:"), {"when": until}),
            f"{work.world.base_url}/login",
            Message(SIGNATURE),
        )
        body = "\n\n".join(
            line if isinstance(line, str) else sentence(line, user.language, user.timezone)
            for line in lines
        )
        outbox.queue(
            work,
            user,
            intent=f"{queries.INACTIVE}{user.id}:{work.now:%Y-%m-%d}",
            subject=sentence(subject, user.language),
            body=body + "\n",
        )


def _erase_accounts(work: Work, ids: Sequence[int]) -> None:
    """Erase people who did not come back; who cannot be erased is named in the log by number."""
    for user in work.session.scalars(select(User).where(User.id.in_(ids))).all():
        try:
            erasure.erase(work, user)
        except RulesBroken as refusal:
            codes = ", ".join(sorted({problem.code for problem in refusal.problems}))
            log.warning("Account %d is not used and cannot be erased yet: %s", user.id, codes)


def _forget_records(work: Work, ids: Sequence[int]) -> None:
    remove(work, Audit.id.in_(ids))


STEPS = (
    Step(
        "invitations",
        500,
        lambda _, keep, now: queries.invitations(now - _days(keep.invitations)),
        _deletes(Invitation),
    ),
    Step(
        "unconfirmed registrations",
        500,
        lambda _, keep, now: unconfirmed.expired(now, _days(keep.unconfirmed)),
        unconfirmed.forget,
    ),
    Step(
        "visitors' drafts",
        500,
        lambda _, keep, now: queries.drafts(now - _days(keep.drafts)),
        _deletes(VisitorDraft),
    ),
    Step(
        "sessions",
        20_000,
        lambda _, keep, now: queries.sessions(now - _days(keep.sessions)),
        _end_sessions,
    ),
    Step(
        "decisions to take back",
        5_000,
        lambda _session, _keep, now: undo.over(now),
        _forget_undo,
    ),
    Step(
        "articles removed from libraries",
        500,
        lambda _session, _keep, now: library.removed(LibraryArticle, now - _days(1)),
        _deletes(LibraryArticle),
    ),
    Step(
        "papers removed from libraries",
        500,
        lambda _session, _keep, now: library.removed(LibraryPaper, now - _days(1)),
        _deletes(LibraryPaper),
    ),
    Step("changes of calendars", 200_000, calendar_changes.old, _deletes(CalendarChange)),
    Step(
        "texts of mails",
        5_000,
        lambda _, keep, now: queries.mail_texts(now - _days(keep.mail_texts)),
        _empty_mails,
    ),
    Step(
        "mails",
        5_000,
        lambda _, keep, now: queries.mails(now - _days(keep.mails)),
        _deletes(Outbox),
    ),
    Step(
        "ended requests",
        100,
        lambda session, keep, now: queries.pilots(
            ENDED, now - _days(keep.ended_requests), nobody(session)
        ),
        _forget_people,
    ),
    Step(
        "completed pilots",
        100,
        lambda session, keep, now: queries.pilots(
            COMPLETED, now - _days(keep.completed), nobody(session)
        ),
        _forget_people,
    ),
    Step(
        "accounts to warn",
        50,
        lambda _, keep, now: queries.to_warn(now - _days(keep.accounts) + WARNED),
        _warn,
    ),
    Step(
        "unused accounts",
        50,
        lambda _, keep, now: queries.unused_accounts(now - _days(keep.accounts), now - WARNED),
        _erase_accounts,
    ),
    Step(
        "records",
        50_000,
        lambda _, keep, now: queries.records(now - _days(keep.records)),
        _forget_records,
    ),
)
"""All of it, in this order: warnings before erasures, so that nobody is erased unwarned."""
