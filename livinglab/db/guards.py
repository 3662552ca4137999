"""No double booking, and nothing changed in the audit chain, as facts of the database.

On both engines a booking that holds time (``tentative`` or ``firm``) can neither overlap another
one of the same resource nor be put over a block. What must not overlap is the *blocked* interval,
buffers included. A block put over a booking is accepted: it is a clash for people to repair.

PostgreSQL: an exclusion constraint and a trigger. SQLite: triggers; the probe is bounded by the
longest blocked interval ever stored, kept in ``booking_bound`` by the trigger itself, so that it
costs the same however many bookings there are.

A sealed audit row can be neither changed nor deleted, unless the same transaction has put a row
into ``counter`` that says it may delete (``db.queries.audit.take_out``). Free words kept beside it
can be deleted, not changed.

Rebuilding a table drops SQLite's triggers, so :func:`ensure_guards` runs after every migration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from livinglab.domain.errors import Refusal, SlotTaken, TryLater
from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from sqlalchemy import Connection

NO_OVERLAP = "ex_booking_no_overlap"
NO_BLOCK = "ex_booking_no_block"
HOLDING = "('tentative', 'firm')"

APPEND_ONLY = "audit_append_only"
AUDIT_REMOVAL = "audit-removal"
"""Name of the row in ``counter`` that lets its own transaction delete sealed audit rows."""
_MAY_REMOVE = f"EXISTS (SELECT 1 FROM counter WHERE name = '{AUDIT_REMOVAL}')"

_SQLITE_CHANGED = f"""OLD.state NOT IN {HOLDING} OR NEW.resource_id <> OLD.resource_id
  OR NEW.blocked_from <> OLD.blocked_from OR NEW.blocked_to <> OLD.blocked_to"""

_SECONDS = (
    "CAST(round((julianday(NEW.blocked_to) - julianday(NEW.blocked_from)) * 86400) AS INTEGER) + 1"
)
_FOREVER = 10**9
"""Seconds; where the bound is lost every booking is looked at."""

_SQLITE_BODY = f"""
  UPDATE booking_bound SET longest = max(longest, {_SECONDS});
  SELECT RAISE(ABORT, '{NO_OVERLAP}') WHERE EXISTS (
    SELECT 1 FROM booking AS other
    WHERE other.resource_id = NEW.resource_id AND other.id IS NOT NEW.id
      AND other.state IN {HOLDING}
      AND other.blocked_from < NEW.blocked_to
      AND other.blocked_from > strftime('%Y-%m-%d %H:%M:%f', NEW.blocked_from,
            '-' || coalesce((SELECT longest FROM booking_bound), {_FOREVER}) || ' seconds')
      AND other.blocked_to > NEW.blocked_from);
  SELECT RAISE(ABORT, '{NO_BLOCK}') WHERE EXISTS (
    SELECT 1 FROM block
    WHERE block.resource_id = NEW.resource_id
      AND block.starts_at < NEW.blocked_to AND block.ends_at > NEW.blocked_from);
"""

_SQLITE = (
    "CREATE TABLE IF NOT EXISTS booking_bound (longest INTEGER NOT NULL)",
    "INSERT INTO booking_bound SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM booking_bound)",
    # Rows may have come in while the triggers were away.
    f"""UPDATE booking_bound SET longest =
max(longest, (SELECT coalesce(max({_SECONDS}), 1) FROM booking AS NEW))""",
    f"DROP TRIGGER IF EXISTS {NO_OVERLAP}_insert",
    f"DROP TRIGGER IF EXISTS {NO_OVERLAP}_update",
    f"""CREATE TRIGGER {NO_OVERLAP}_insert BEFORE INSERT ON booking
WHEN NEW.state IN {HOLDING} BEGIN {_SQLITE_BODY} END""",
    f"""CREATE TRIGGER {NO_OVERLAP}_update BEFORE UPDATE ON booking
WHEN NEW.state IN {HOLDING} AND ({_SQLITE_CHANGED}) BEGIN {_SQLITE_BODY} END""",
    f"DROP TRIGGER IF EXISTS {APPEND_ONLY}_update",
    f"DROP TRIGGER IF EXISTS {APPEND_ONLY}_delete",
    f"DROP TRIGGER IF EXISTS {APPEND_ONLY}_words",
    f"""CREATE TRIGGER {APPEND_ONLY}_update BEFORE UPDATE ON audit
WHEN OLD.mac IS NOT NULL BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END""",
    f"""CREATE TRIGGER {APPEND_ONLY}_delete BEFORE DELETE ON audit
WHEN OLD.mac IS NOT NULL AND NOT {_MAY_REMOVE} BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END""",
    f"""CREATE TRIGGER {APPEND_ONLY}_words BEFORE UPDATE ON audit_value
BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END""",
)

_POSTGRES = (
    f"""DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{NO_OVERLAP}') THEN
    ALTER TABLE booking ADD CONSTRAINT {NO_OVERLAP} EXCLUDE USING gist (
      int8range(resource_id, resource_id, '[]') WITH =,
      tstzrange(blocked_from, blocked_to) WITH &&) WHERE (state IN {HOLDING});
  END IF;
END $$""",
    f"""CREATE OR REPLACE FUNCTION {NO_BLOCK}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM block WHERE block.resource_id = NEW.resource_id
      AND block.starts_at < NEW.blocked_to AND block.ends_at > NEW.blocked_from) THEN
    RAISE EXCEPTION '{NO_BLOCK}' USING ERRCODE = 'exclusion_violation', CONSTRAINT = '{NO_BLOCK}';
  END IF;
  RETURN NEW;
END $$""",
    f"DROP TRIGGER IF EXISTS {NO_BLOCK}_insert ON booking",
    f"DROP TRIGGER IF EXISTS {NO_BLOCK}_update ON booking",
    f"""CREATE TRIGGER {NO_BLOCK}_insert BEFORE INSERT ON booking FOR EACH ROW
WHEN (NEW.state IN {HOLDING}) EXECUTE FUNCTION {NO_BLOCK}()""",
    f"""CREATE TRIGGER {NO_BLOCK}_update BEFORE UPDATE ON booking FOR EACH ROW
WHEN (NEW.state IN {HOLDING} AND (OLD.state NOT IN {HOLDING}
  OR NEW.resource_id <> OLD.resource_id
  OR NEW.blocked_from <> OLD.blocked_from OR NEW.blocked_to <> OLD.blocked_to))
EXECUTE FUNCTION {NO_BLOCK}()""",
    f"""CREATE OR REPLACE FUNCTION {APPEND_ONLY}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND {_MAY_REMOVE} THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    f"DROP TRIGGER IF EXISTS {APPEND_ONLY}_update ON audit",
    f"DROP TRIGGER IF EXISTS {APPEND_ONLY}_delete ON audit",
    f"DROP TRIGGER IF EXISTS {APPEND_ONLY}_words ON audit_value",
    f"""CREATE TRIGGER {APPEND_ONLY}_update BEFORE UPDATE ON audit FOR EACH ROW
WHEN (OLD.mac IS NOT NULL) EXECUTE FUNCTION {APPEND_ONLY}()""",
    f"""CREATE TRIGGER {APPEND_ONLY}_delete BEFORE DELETE ON audit FOR EACH ROW
WHEN (OLD.mac IS NOT NULL) EXECUTE FUNCTION {APPEND_ONLY}()""",
    f"""CREATE TRIGGER {APPEND_ONLY}_words BEFORE UPDATE ON audit_value FOR EACH ROW
EXECUTE FUNCTION {APPEND_ONLY}()""",
)


def ensure_guards(connection: Connection) -> None:
    """Create what is missing of the guards; safe to run again."""
    statements = _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE
    for statement in statements:
        connection.execute(text(statement))


def missing_guards(connection: Connection) -> list[str]:
    """Names of guards the database lacks; empty when bookings and the audit chain are safe."""
    wanted = {f"{APPEND_ONLY}_{what}" for what in ("update", "delete", "words")}
    if connection.dialect.name == "postgresql":
        wanted |= {NO_OVERLAP, f"{NO_BLOCK}_insert", f"{NO_BLOCK}_update"}
        query = (
            "SELECT conname FROM pg_constraint WHERE conrelid = 'booking'::regclass"
            " UNION SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D' AND tgrelid IN"
            " ('booking'::regclass, 'audit'::regclass, 'audit_value'::regclass)"
        )
    else:
        wanted |= {f"{NO_OVERLAP}_insert", f"{NO_OVERLAP}_update"}
        query = (
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            " AND tbl_name IN ('booking', 'audit', 'audit_value')"
        )
    return sorted(wanted - set(connection.execute(text(query)).scalars()))


def refusal_for(error: DBAPIError) -> Refusal | None:
    """The refusal a database error stands for, or None when it is a fault of ours."""
    words = str(error.orig)
    if NO_OVERLAP in words:
        return SlotTaken(Message(N_("This time has just been taken by another booking.")))
    if NO_BLOCK in words:
        return SlotTaken(Message(N_("The place is closed for part of this time.")))
    if isinstance(error, IntegrityError):
        return None
    sqlstate = getattr(error.orig, "sqlstate", None)
    busy = isinstance(error, OperationalError) and (
        "locked" in words or "disk" in words or "full" in words
    )
    if busy or error.connection_invalidated or sqlstate in {"40001", "40P01", "55P03", "57014"}:
        return TryLater()
    return None
