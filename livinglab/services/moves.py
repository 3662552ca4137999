"""What every move of a pilot shares: lock, access, version, table row, audit, version + 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livinglab.db.locking import lock_pilot
from livinglab.db.queries.offers import open_offers
from livinglab.db.queries.pilots import last_audit
from livinglab.domain import access
from livinglab.domain.errors import (
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import HOLDS, TRANSITIONS, Action, Holds, State, Transition, transition
from livinglab.domain.reading import is_safe
from livinglab.domain.vocabulary import MOVES_MADE
from livinglab.services import bookings, clock_start
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from livinglab.db.tables import Pilot
    from livinglab.domain.offers import Proposal
    from livinglab.domain.pilot import By
    from livinglab.services.placement import ChosenSlot
    from livinglab.services.work import Work

NOTE_LIMIT = 5000
CONDITION_LIMIT = 2000


@dataclass(frozen=True, slots=True)
class ConditionAsked:
    """Something the firm must do first, and by when, if that is said."""

    text: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """What comes with an action: the version it was decided on, and what the action needs.

    An offer takes ``packages``, or one as ``slots``; ``offer`` names the one that is answered.
    ``windows`` are proposed back instead; ``without_declined`` drops stays that a place declined.
    """

    version: int | None
    note: str = ""
    gate: str | None = None
    slots: tuple[ChosenSlot, ...] = ()
    conditions: tuple[str | ConditionAsked, ...] = ()
    condition: int | None = None
    packages: tuple[tuple[ChosenSlot, ...], ...] = ()
    expires_at: datetime | None = None
    offer: int | None = None
    windows: tuple[Proposal, ...] = ()
    without_declined: bool = False


@dataclass(slots=True)
class Move:
    """A move under way: the locked pilot, the table's row, and where it came from."""

    work: Work
    pilot: Pilot
    action: Action
    row: Transition
    before: State
    note: str

    def finish(self, to: State, facts: dict[str, Any] | None = None) -> Pilot:
        """Set the state, bring bookings in line, raise the version, write the audit row."""
        pilot, work = self.pilot, self.work
        pilot.state = to.value
        pilot.version += 1
        pilot.changed_at = work.now
        if HOLDS[to] is Holds.RELEASED:
            pilot.ended_by = side_of(work)
        if self.before is State.OFFERED and to is not State.OFFERED:
            for offer in open_offers(work.session, pilot.id):
                offer.state, offer.answered_at = "withdrawn", work.now
        bookings.align(work, pilot)
        clock_start.follow(work, pilot, self.before)
        audit(
            work,
            self.action.value,
            "pilot",
            pilot.ref,
            pilot=pilot,
            from_state=self.before.value,
            note=self.note,
            facts=facts,
        )
        work.session.flush()
        return pilot


def side_of(work: Work) -> str:
    """Who acts: ``company``, ``host`` or ``clock``."""
    return "clock" if work.actor is None else work.actor.organisation_kind


def facts_of(pilot: Pilot) -> access.PilotFacts:
    """What access rules need to know of the pilot."""
    slugs = {gate.facility.slug for gate in pilot.gates} | {
        period.facility.slug for period in pilot.periods if period.facility is not None
    }
    return access.PilotFacts(
        company_id=pilot.company_id,
        state=State(pilot.state),
        facilities=frozenset(slugs),
        gates=frozenset((gate.role, gate.facility.slug) for gate in pilot.gates),
        ever_sent=pilot.submitted_at is not None,
    )


def open_pilot(work: Work, ref: str, version: int | None, movers: Collection[By]) -> Pilot:
    """The pilot, locked, if it is one of ``movers``' and unchanged since ``version``.

    A clock (no actor) is not asked for a version.

    Raises:
        NotFound, NotAllowed: see :func:`reach`.
        VersionMissing, StaleVersion: see :func:`refuse_stale`.
    """
    pilot = reach(work, ref, movers)
    refuse_stale(work, pilot, version)
    return pilot


def reach(work: Work, ref: str, movers: Collection[By]) -> Pilot:
    """The pilot, locked, if it is one of ``movers``'; the clock reaches every one.

    Raises:
        NotFound: there is none, or not for this person.
        NotAllowed: it is not this person's move.
    """
    pilot = lock_pilot(work.session, ref)
    who = work.actor
    if pilot is None:
        raise NotFound
    if who is None:
        return pilot
    facts = facts_of(pilot)
    if not access.may_see_pilot(who, facts):
        raise NotFound
    if not any(access.may_move(who, by, facts) for by in movers):
        raise NotAllowed(Message(N_("This is not yours to decide.")))
    return pilot


def refuse_stale(work: Work, pilot: Pilot, version: int | None) -> None:
    """Go on only if the pilot is as the person saw it; a clock is not asked.

    Raises:
        VersionMissing: no version was named.
        StaleVersion: somebody changed it since; the sentence says who, when and what.
    """
    if work.actor is None:
        return
    if version is None:
        raise VersionMissing
    if version != pilot.version:
        raise StaleVersion(_what_changed(work, pilot))


def begin(work: Work, ref: str, action: Action, command: Command) -> Move:
    """Check everything a move needs before it does anything.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion: see :func:`open_pilot`.
        IllegalTransition: the table has no such row.
        InvalidInput: the move needs a reason, or the note cannot be kept.
    """
    movers = {row.by for (_, known), row in TRANSITIONS.items() if known is action}
    pilot = open_pilot(work, ref, command.version, movers)
    row = transition(State(pilot.state), action)
    if work.actor is not None and not access.may_move(work.actor, row.by, facts_of(pilot)):
        raise NotAllowed(Message(N_("This is not yours to decide.")))
    return Move(
        work,
        pilot,
        action,
        row,
        State(pilot.state),
        checked_note(command.note, needed=row.needs_note),
    )


def actions_for(pilot: Pilot, who: access.Principal | None) -> list[Action]:
    """What this person may do with the pilot now, in the table's order."""
    if who is None:
        raise NotSignedIn
    facts = facts_of(pilot)
    return [
        action
        for (state, action), row in TRANSITIONS.items()
        if state == pilot.state and access.may_move(who, row.by, facts)
    ]


def checked_note(note: str, *, needed: bool) -> str:
    """A note as it is kept.

    Raises:
        InvalidInput: one is needed and missing, or it cannot be kept.
    """
    text = note.replace("\r\n", "\n").strip()
    if needed and not text:
        raise InvalidInput.of(
            Problem(
                "note_missing", "note", Message(N_("Give the reason: the other side reads it."))
            )
        )
    if len(text) > NOTE_LIMIT:
        raise InvalidInput.of(
            Problem(
                "too_long",
                "note",
                Message(
                    N_("“%(field)s” is longer than %(limit)s characters. Shorten it."),
                    {"field": Message(N_("Note")), "limit": NOTE_LIMIT},
                ),
            )
        )
    if not is_safe(text, lines=True):
        raise InvalidInput.of(
            Problem(
                "unsafe_text",
                "note",
                Message(
                    N_("“%(field)s” has a line break or another control character. Remove it."),
                    {"field": Message(N_("Note"))},
                ),
            )
        )
    return text


def _what_changed(work: Work, pilot: Pilot) -> Message:
    last = last_audit(work.session, pilot.id)
    if last is None:
        return Message(N_("Somebody changed the pilot meanwhile. Read it again."))
    return Message(
        N_("%(who)s changed the pilot at %(when)s (%(what)s). Read it again, then decide."),
        {
            "who": last.actor.name if last.actor else Message(N_("The clock")),
            "when": last.at,
            "what": Message(MOVES_MADE.get(last.action, last.action)),
        },
    )
