"""The audit chain's head, and rows that go in or come out of it."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, delete, false, func, insert, select, text

from livinglab.db.guards import AUDIT_REMOVAL
from livinglab.db.tables import Audit, AuditValue, Counter
from livinglab.domain.chain import START, Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

HEAD = "audit"
"""Name of the counter whose row is the chain's lock and last position."""
BATCH = 1_000
REMOVAL = ("remove", "audit")
"""Action and object kind of the rows that name what was taken out of the chain."""
COVERED = (
    Audit.at,
    Audit.actor_id,
    Audit.organisation_id,
    Audit.role,
    Audit.action,
    Audit.object_kind,
    Audit.object_ref,
    Audit.pilot_id,
    Audit.from_state,
    Audit.to_state,
    Audit.facts,
    Audit.request_id,
)
"""Columns that no one may change once a row is sealed, besides its position."""


class Removed(NamedTuple):
    """What was taken out: how many rows, and of the sealed ones position and mac by position."""

    rows: int
    sealed: Sequence[tuple[int, str]]
    facts: Sequence[dict[str, Any]]
    """Facts of removals that were removed themselves."""


def covered(row: Any) -> dict[str, object]:  # noqa: ANN401  # an Audit or a row of its columns
    """The covered columns by name, as the chain's macs read them."""
    found = {column.key: getattr(row, column.key) for column in COVERED}
    return {**found, "at": row.at.astimezone(UTC).isoformat(timespec="microseconds")}


def advance(session: Session, rows: int) -> int:
    """Lock the head until the transaction ends and move it on; the new last position."""
    return int(
        session.execute(
            text(
                "INSERT INTO counter (name, value) VALUES (:name, :rows)"
                " ON CONFLICT (name) DO UPDATE SET value = counter.value + :rows RETURNING value"
            ),
            {"name": HEAD, "rows": rows},
        ).scalar_one()
    )


def mac_at(session: Session, position: int) -> str:
    """The mac of the row at that position; what stands before the first where there is none."""
    return session.scalar(select(Audit.mac).where(Audit.position == position)) or START


def head(session: Session) -> int:
    """The last position given, 0 before the first."""
    return session.scalar(select(Counter.value).where(Counter.name == HEAD)) or 0


def begin_snapshot(session: Session) -> None:
    """Let all reads from here see one state; SQLite's transactions do anyhow."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def links(session: Session) -> Iterator[Link]:
    """The sealed rows by position, read a batch at a time."""
    query = (
        select(Audit.position, Audit.mac, Audit.digest, *COVERED)
        .add_columns(AuditValue.salt, AuditValue.content)
        .outerjoin(AuditValue, AuditValue.audit_id == Audit.id)
        .where(Audit.position.is_not(None))
        .order_by(Audit.position)
        .execution_options(yield_per=BATCH)
    )
    for row in session.execute(query):
        words = None if row.salt is None else (row.salt, row.content)
        yield Link(row.position, row.mac or "", row.digest, covered(row), words)


def beside(session: Session) -> Iterator[int]:
    """Ids of rows without a seal that are not from before the chain."""
    first = select(func.min(Audit.id)).where(Audit.position.is_not(None)).scalar_subquery()
    query = select(Audit.id).where(Audit.position.is_(None), Audit.id > first).order_by(Audit.id)
    yield from session.scalars(query.execution_options(yield_per=BATCH))


def before_chain(session: Session) -> int:
    """How many rows are older than the chain."""
    query = select(func.count()).select_from(Audit).where(Audit.position.is_(None))
    return session.scalar(query) or 0


def removals() -> Select[dict[str, Any]]:
    """Facts of the rows that name what was taken out."""
    action, kind = REMOVAL
    return select(Audit.facts).where(
        Audit.action == action, Audit.object_kind == kind, Audit.position.is_not(None)
    )


def no_rows() -> Select[int]:
    """None at all."""
    return select(Audit.id).where(false())


def take_out(session: Session, condition: ColumnElement[bool], but: Sequence[int]) -> Removed:
    """Delete rows that meet the condition, but these; the guard lets only this one through."""
    wanted = and_(condition, Audit.id.not_in(but))
    rows = session.execute(
        select(Audit.position, Audit.mac, Audit.action, Audit.object_kind, Audit.facts)
        .where(wanted)
        .order_by(Audit.position)
    ).all()
    session.execute(insert(Counter).values(name=AUDIT_REMOVAL, value=1))
    quietly = {"synchronize_session": False}
    session.execute(delete(Audit).where(wanted), execution_options=quietly)
    session.execute(delete(Counter).where(Counter.name == AUDIT_REMOVAL), execution_options=quietly)
    return Removed(
        len(rows),
        [(row.position, row.mac) for row in rows if row.mac is not None],
        [row.facts for row in rows if (row.action, row.object_kind) == REMOVAL],
    )
