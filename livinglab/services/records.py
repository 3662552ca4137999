"""One audit row per move, in the move's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livinglab.db.tables import Audit

if TYPE_CHECKING:
    from livinglab.db.tables import Pilot
    from livinglab.services.work import Work


def audit(
    work: Work,
    action: str,
    object_kind: str,
    object_ref: str,
    *,
    pilot: Pilot | None = None,
    from_state: str | None = None,
    note: str = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Note who did what to which thing, when, and from which state to which."""
    actor = work.actor
    work.session.add(
        Audit(
            at=work.now,
            actor_id=actor.user_id if actor else None,
            organisation_id=actor.organisation_id if actor else None,
            role=", ".join(sorted({role for role, _ in actor.roles}))[:64] if actor else "clock",
            action=action,
            object_kind=object_kind,
            object_ref=object_ref[:128],
            pilot_id=pilot.id if pilot else None,
            from_state=from_state,
            to_state=pilot.state if pilot else None,
            note=note,
            facts=facts or {},
            request_id=work.request_id,
        )
    )
