"""Alembic's environment. ``livinglab.db.schema`` opens the transaction and its lock."""

from alembic import context
from sqlalchemy import types

from livinglab.db.base import Base
from livinglab.db.schema import CONNECTION, compare_options
from livinglab.db.tables import Pilot
from livinglab.db.types import UtcDateTime

TABLES = Pilot.metadata  # importing one table imports all


def render_item(kind: str, item: object, _autogen: object) -> str | bool:
    """Write our column types as what they are in the database: migrations outlive the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, types.JSON):
        return "sa.JSON()"
    return False


context.configure(
    connection=context.config.attributes[CONNECTION],
    target_metadata=Base.metadata,
    render_as_batch=True,
    render_item=render_item,
    **compare_options(),
)
with context.begin_transaction():
    context.run_migrations()
