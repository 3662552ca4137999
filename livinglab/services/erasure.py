"""Erasing a person: what is theirs goes, what is a firm's stays and names nobody.

The account goes on as “Former person 7”, so that rows which name it stay whole. What must come
first is told with every reason at once (``erasure_rules``). The list of who was erased stands
outside the database and is written before the commit: a restored backup, or a power cut in
between, is put right by going through it again (:func:`to_erase_again`). The right is article 17
of the GDPR.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, and_, cast, delete, exists, func, or_, select, update

from livinglab.adapters.secrets import is_password, new_token
from livinglab.db.queries import attendance
from livinglab.db.queries.accounts import user_by_email
from livinglab.db.queries.erasure import QUIETLY, Words, scrub, scrub_everywhere
from livinglab.db.tables import (
    ApiToken,
    AppPassword,
    Attendance,
    Audit,
    AuditValue,
    Block,
    Booking,
    CommentRead,
    FacilityVersion,
    Feed,
    Gate,
    IdempotencyKey,
    Identity,
    Invitation,
    LibraryArticle,
    LibraryPaper,
    Membership,
    Organisation,
    Outbox,
    Passkey,
    Photo,
    Pilot,
    SavedView,
    SignIn,
    Undo,
    User,
)
from livinglab.domain.errors import InvalidInput, NotFound, NotSignedIn, Problem, RulesBroken
from livinglab.domain.messages import N_, Message
from livinglab.services import calendar_texts, casework_keeping, outbox
from livinglab.services.erasure_rules import hurdles, successors
from livinglab.services.records import audit, remove

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from livinglab.services.work import Work

KEYS: tuple[type[Any], ...] = (
    *(SignIn, ApiToken, AppPassword, Feed, SavedView, Passkey, Identity, Membership),
    CommentRead,
)
"""Tables whose rows are the person's alone."""
BATCH = 500
"""Rows held in memory at once."""
NOT_YET = Message(N_("The account cannot be erased yet."))


def erase_own(work: Work, email: str, password: str | None) -> None:
    """Erase the actor, who typed their address and, where they have one, their password.

    Raises:
        NotSignedIn: nobody acts.
        InvalidInput: what was typed is not theirs.
        RulesBroken: something must come first; nothing is erased.
    """
    if work.actor is None:
        raise NotSignedIn
    user = work.session.get_one(User, work.actor.user_id)
    if email.strip().lower() != user.email.lower():
        text = Message(N_("This is not the address you sign in with."))
        raise InvalidInput.of(Problem("other_email", "email", text))
    if user.password and not is_password(password or "", user.password):
        text = Message(N_("This is not your password."))
        raise InvalidInput.of(Problem("wrong_password", "password", text))
    erase(work, user)


def erase_by_email(work: Work, email: str) -> User:
    """Erase the person with that address, on their request; the account that is left.

    Raises:
        NotFound: nobody has that address.
        RulesBroken: something must come first; nothing is erased.
    """
    user = user_by_email(work.session, email)
    if user is None:
        raise NotFound(Message(N_("Nobody has the address “%(email)s”."), {"email": email}))
    erase(work, user)
    return user


def erase(work: Work, user: User) -> None:
    """Take out of the database, and of the files beside it, what tells who the person is.

    Raises:
        RulesBroken: something must come first; nothing is erased.
    """
    problems = hurdles(work.session, user)
    if problems:
        raise RulesBroken(problems, NOT_YET)
    former = Words({user.email: address(user.id), user.name: name(user.id)})
    organisations = _organisations(work.session, user)
    _hand_over(work, user)
    if work.world.erasures is not None:
        work.world.erasures.note(user.id, user.email, work.now)
    _forget_keys(work.session, user)
    _forget_answers(work.session, user, former, organisations)
    _forget_mails(work.session, user, former)
    _forget_words(work, user, former, organisations)
    if work.world.erasures is not None:
        work.world.erasures.remove_files(user.id, list(former.instead))
    _end_account(work, user)
    audit(work, "erase", "person", str(user.id))


def name(user_id: int) -> str:
    """What an erased person is called."""
    return f"Former person {user_id}"


def address(user_id: int) -> str:
    """The address of an erased person: no mail goes there (RFC 2606, section 2)."""
    return f"former-person-{user_id}{outbox.NOBODY}"


def to_erase_again(work: Work) -> Iterator[User]:
    """People whom a restored backup has brought back, by id.

    Somebody who registered after the erasure is another account, whatever their address or number.
    """
    erasures = work.world.erasures
    known = select(User).where(User.erased_at.is_(None)).order_by(User.id)
    for user in work.session.scalars(known).all() if erasures else ():
        since = user.created_at or user.confirmed_at
        known_at = erasures.when(user.id, user.email) if erasures else []
        if any(since is None or since < at for at in known_at):
            yield user


def _organisations(session: Session, user: User) -> list[int]:
    mine = select(Membership.organisation_id).where(Membership.user_id == user.id)
    return list(session.scalars(mine.distinct()))


def _hand_over(work: Work, user: User) -> None:
    """Give requests that are not over to a colleague; where there is none, drafts go."""
    for pilot, heir in successors(work.session, user):
        if heir is not None:
            pilot.created_by_id = heir
            audit(work, "hand over", "pilot", pilot.ref, pilot=pilot, facts={"to": heir})
        else:
            about = update(Outbox).where(Outbox.pilot_id == pilot.id)
            work.session.execute(about.values(pilot_id=None), execution_options=QUIETLY)
            remove(work, Audit.pilot_id == pilot.id)
            work.session.delete(pilot)
    work.session.flush()


def _forget_keys(session: Session, user: User) -> None:
    """Ways in, saved views, and invitations to the address."""
    for table in KEYS:
        session.execute(delete(table).where(table.user_id == user.id), execution_options=QUIETLY)
    to_them = func.lower(Invitation.email) == user.email.lower()
    session.execute(delete(Invitation).where(to_them), execution_options=QUIETLY)
    invited = delete(Attendance).where(attendance.forgotten(user.id, user.email))
    session.execute(invited, execution_options=QUIETLY)


def _forget_answers(session: Session, user: User, former: Words, organisations: list[int]) -> None:
    """Answers kept for repeated calls: theirs, and colleagues' in which they are named."""
    near = or_(
        IdempotencyKey.principal.startswith(f"{user.id}@"),
        *(IdempotencyKey.principal.endswith(f"@{key}") for key in organisations),
    )
    kept = select(IdempotencyKey.id, IdempotencyKey.principal, IdempotencyKey.body).where(near)
    gone = [
        row.id
        for row in session.execute(kept.execution_options(yield_per=BATCH))
        if row.principal.startswith(f"{user.id}@") or former.are_in(row.body.decode())
    ]
    theirs = delete(IdempotencyKey).where(IdempotencyKey.id.in_(gone))
    session.execute(theirs, execution_options=QUIETLY)


def _forget_mails(session: Session, user: User, former: Words) -> None:
    """Mails to them: those that wait are not sent, of the others stays that there was one."""
    to_them = func.lower(Outbox.recipient) == user.email.lower()
    waiting = and_(to_them, Outbox.sent_at.is_(None), Outbox.failed_at.is_(None))
    session.execute(delete(Outbox).where(waiting), execution_options=QUIETLY)
    emptied = {"recipient": address(user.id), "error": ""}
    emptied |= dict.fromkeys(("subject", "body", "calendar"), "")
    session.execute(update(Outbox).where(to_them).values(emptied), execution_options=QUIETLY)
    # A calendar line is cut anywhere, so words in it cannot be replaced.
    naming = update(Outbox).where(Outbox.calendar != "", former.within(Outbox.body))
    session.execute(naming.values(calendar=""), execution_options=QUIETLY)
    everywhere = Outbox.id.is_not(None)
    scrub(session, (Outbox.intent, Outbox.subject, Outbox.body, Outbox.error), former, everywhere)


def _forget_words(work: Work, user: User, former: Words, organisations: list[int]) -> None:
    """What they wrote into the record; their address everywhere; their name where they worked.

    A name may be an everyday word, so it is not looked for in what others wrote elsewhere.
    """
    session = work.session
    told = cast(AuditValue.content, Text)
    mine = select(Audit.id).where(Audit.actor_id == user.id)
    by_address = Words({user.email: address(user.id)})
    named = or_(
        AuditValue.audit_id.in_(mine),
        by_address.within(AuditValue.content),
        told.contains(f'"{user.name}"', autoescape=True),
    )
    session.execute(delete(AuditValue).where(named), execution_options=QUIETLY)
    old = and_(Audit.actor_id == user.id, Audit.mac.is_(None))
    session.execute(update(Audit).where(old).values(note=""), execution_options=QUIETLY)
    scrub(session, (Audit.object_ref, Audit.note, Audit.facts), by_address, Audit.mac.is_(None))
    session.execute(
        update(Organisation)
        .where(func.lower(Organisation.email) == user.email.lower())
        .values(email=None),
        execution_options=QUIETLY,
    )
    scrub_everywhere(session, by_address)
    cases = or_(
        Pilot.created_by_id == user.id,
        Pilot.company_id.in_(organisations),
        exists().where(Gate.pilot_id == Pilot.id, Gate.decided_by_id == user.id),
    )
    casework_keeping.forget_comer(session, user.name, organisations)
    session.expire_all()
    _forget_name(work, user, former, cases)
    _forget_in_library(session, former, organisations)


def _forget_name(work: Work, user: User, former: Words, cases: ColumnElement[bool]) -> None:
    session, own = work.session, select(Pilot.id).where(cases)
    renamed = scrub(session, (Pilot.title, Pilot.purpose, Pilot.test_article), former, cases)
    stays = select(Booking.id).where(Booking.pilot_id.in_(own))
    scrub(session, (Attendance.comment,), former, Attendance.booking_id.in_(stays))
    casework_keeping.forget_words(session, former, Pilot.id.in_(own))
    taken_back = or_(Undo.made_by_id == user.id, Undo.pilot_id.in_(own))
    session.execute(delete(Undo).where(taken_back), execution_options=QUIETLY)
    scrub(session, (FacilityVersion.note,), former, FacilityVersion.by_id == user.id)
    scrub(session, (Block.reason, Block.note), former, Block.created_by_id == user.id)
    scrub(session, (Photo.alt,), former, Photo.uploaded_by_id == user.id)
    session.expire_all()
    for pilot in session.scalars(select(Pilot).where(Pilot.id.in_(renamed))):
        calendar_texts.publish(work, pilot, pilot.bookings)


def _forget_in_library(session: Session, former: Words, organisations: list[int]) -> None:
    articles = LibraryArticle.company_id.in_(organisations)
    scrub(session, (LibraryArticle.name, LibraryArticle.test_article), former, articles)
    scrub(session, (LibraryPaper.file_name,), former, LibraryPaper.company_id.in_(organisations))


def _end_account(work: Work, user: User) -> None:
    user.email, user.name = address(user.id), name(user.id)
    user.password, user.active, user.confirmed_at = None, False, None
    user.fs_uniquifier, user.fs_webauthn_user_handle = new_token(), None
    user.tf_primary_method, user.tf_totp_secret, user.totp_counter = None, None, None
    user.mf_recovery_codes, user.mails = None, {}
    user.language, user.timezone = "en", "Europe/Helsinki"
    user.rights_rev += 1
    user.erased_at = work.now
    work.session.flush()
