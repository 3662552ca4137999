"""A decision taken back within its minute: the pilot stands where it stood, and nobody hears of it.

What the pilot was is kept as the decision is made, and the decision's mails wait for that minute.
Taking it back is a change like others: it needs the version that the decision has made, raises it
and stands in the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.db.locking import lock_pilot
from livinglab.db.queries import outbox as mails
from livinglab.db.queries import undo as queries
from livinglab.db.tables import Undo
from livinglab.domain.errors import IllegalTransition, NotAllowed, NotSignedIn
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action, By
from livinglab.services import actions, moves, snapshots
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.moves import Command
    from livinglab.services.work import Work

FOR = timedelta(minutes=1)
"""How long a decision can be taken back."""
DECISIONS = frozenset({Action.APPROVE, Action.REJECT, Action.REQUEST_INFO, Action.WAITLIST})
"""Moves that can be taken back; an offer is withdrawn instead."""
TAKE_BACK = "take-back"
"""Action of the record's row about a decision that was taken back."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """A decision that its maker may take back until then, and the version it has made."""

    ref: str
    title: str
    action: Action
    version: int
    until: datetime


def decide(work: Work, ref: str, action: Action, command: Command) -> Pilot:
    """Make a move; where it is a decision it can be taken back, and its mails wait until then.

    Raises:
        Everything that ``actions.perform`` raises.
    """
    if action not in DECISIONS or work.actor is None:
        return actions.perform(work, ref, action, command)
    locked = lock_pilot(work.session, ref)
    before = snapshots.of(locked) if locked is not None else {}
    pilot = actions.perform(work, ref, action, command)
    until = work.now + FOR
    work.session.merge(
        Undo(
            pilot_id=pilot.id,
            version=pilot.version,
            action=action.value,
            until=until,
            made_by_id=work.actor.user_id,
            before=before,
        )
    )
    mails.postpone(work.session, pilot.ref, pilot.version, until)
    return pilot


def take_back(work: Work, ref: str, version: int | None) -> Pilot:
    """Put the pilot back to what it was before the actor's decision of the last minute.

    Time that it gave is free again; time that it freed is held again.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion: see ``moves.open_pilot``; only who
            made a decision takes it back.
        IllegalTransition: there is none, its minute is over, or somebody was told of it already.
        SlotTaken: the time that it freed has been taken or closed since.
    """
    pilot = moves.open_pilot(work, ref, version, {By.GATE_OWNER})
    kept = work.session.get(Undo, pilot.id)
    if kept is None or kept.version != pilot.version or kept.until <= work.now:
        raise IllegalTransition(
            Message(N_("A decision can be taken back for a minute, and that is over."))
        )
    if work.actor is None or kept.made_by_id != work.actor.user_id:
        raise NotAllowed(Message(N_("Only the person who made a decision can take it back.")))
    mails.withdraw(work.session, ref, pilot.version)
    if mails.recipients_of(work.session, ref, pilot.version):
        raise IllegalTransition(Message(N_("The firm has been told of the decision already.")))
    decided, action = pilot.state, kept.action
    snapshots.put_back(work, pilot, kept.before)
    pilot.version += 1
    pilot.changed_at = work.now
    work.session.delete(kept)
    facts = {"decision": action}
    audit(work, TAKE_BACK, "pilot", ref, pilot=pilot, from_state=decided, facts=facts)
    work.session.flush()
    return pilot


def of(pilot: Pilot, who: Principal, now: datetime) -> Undoable | None:
    """The person's decision about a pilot (read with its ``undo``) if it can be taken back now."""
    kept = pilot.undo
    if (
        kept is None
        or kept.made_by_id != who.user_id
        or kept.until <= now
        or kept.version != pilot.version
    ):
        return None
    return Undoable(pilot.ref, pilot.title, Action(kept.action), kept.version, kept.until)


def undoable(session: Session, who: Principal | None, now: datetime) -> Sequence[Undoable]:
    """The person's decisions that can be taken back now, the latest first."""
    if who is None:
        raise NotSignedIn
    return [
        Undoable(pilot.ref, pilot.title, Action(kept.action), kept.version, kept.until)
        for kept, pilot in queries.standing(session, who, now)
    ]
