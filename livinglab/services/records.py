"""One audit row per move, in the move's transaction; a chain of them (``domain.chain``).

Rows are sealed last before the commit, under the lock of the chain's head: nothing is waited for
after it, so writers queue there and cannot block each other.
"""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, update

from livinglab.db.queries import audit as queries
from livinglab.db.tables import Audit, AuditValue
from livinglab.domain.chain import Gap, digest_of, mac_of, runs

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

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
    note: str | dict[str, Any] = "",
    facts: dict[str, Any] | None = None,
) -> None:
    """Note who did what to which thing, when, and from which state to which.

    ``facts`` stay for ever: codes, ids, days. What a person wrote (``note``), or several values by
    name that tell of people, can be erased, and is kept apart.
    """
    actor = work.actor
    content = {"note": note} if note and isinstance(note, str) else note or {}
    salt = token_hex(16)
    row = Audit(
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
        facts=facts or {},
        request_id=work.request_id,
        digest=digest_of(salt, content) if content else None,
        value=AuditValue(salt=salt, content=content) if content else None,
    )
    work.session.add(row)
    work.audits.append(row)


def seal(work: Work) -> None:
    """Bind the rows of this unit of work to the chain; the last thing before the commit.

    Rows of a part that was rolled back (a rehearsed move, a line that is skipped) are none of it.
    """
    session = work.session
    session.flush()
    rows = sorted((row for row in work.audits if row in session), key=lambda row: row.id)
    if not rows:
        return
    first = queries.advance(session, len(rows)) - len(rows) + 1
    gone = {last: mac for row in rows for _, last, mac in row.facts.get("gaps", ())}
    mac = gone.get(first - 1) or queries.mac_at(session, first - 1)
    sealed = []
    for position, row in enumerate(rows, first):
        facts = {**queries.covered(row), "position": position}
        mac = mac_of(work.world.audit_key, mac, facts, row.digest)
        sealed.append({"id": row.id, "position": position, "mac": mac})
    session.execute(update(Audit), sealed)
    work.audits.clear()


def remove(work: Work, *conditions: ColumnElement[bool]) -> int:
    """Take the rows that meet one of the conditions out of the chain, and say so in it.

    The row that tells names how many went and where the chain goes on. The number.
    """
    work.session.flush()
    fresh = [row.id for row in work.audits]  # to be sealed yet, and told of what is done now
    gone = queries.take_out(work.session, or_(*conditions), fresh)
    if gone.rows:
        known = [Gap(*gap) for row in gone.facts for gap in row.get("gaps", ())]
        gaps = [[gap.first, gap.last, gap.mac] for gap in runs(gone.sealed, known)]
        audit(work, *queries.REMOVAL, "chain", facts={"rows": gone.rows, "gaps": gaps})
    return gone.rows
