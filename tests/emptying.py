"""Emptying tables between histories that share one database."""

from sqlalchemy import text

from livinglab.db.guards import AUDIT_REMOVAL
from livinglab.db.queries.audit import HEAD


def empty(connection, *tables):
    """Delete every row of these tables; the audit chain begins anew with its table."""
    if "audit" in tables:
        connection.execute(text("DELETE FROM counter WHERE name = :name"), {"name": HEAD})
        allow = "INSERT INTO counter (name, value) VALUES (:name, 1)"
        connection.execute(text(allow), {"name": AUDIT_REMOVAL})
    for name in tables:
        connection.execute(text(f"DELETE FROM {name}"))  # noqa: S608  # names that tests write
    connection.execute(text("DELETE FROM counter WHERE name = :name"), {"name": AUDIT_REMOVAL})
