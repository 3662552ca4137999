"""Everything that is kept about a person, read out for them (GDPR, articles 15 and 20)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, func, inspect, or_, select
from sqlalchemy.orm import aliased

from livinglab.db.tables import Facility, Organisation, Pilot, Resource, User
from livinglab.domain.errors import NotSignedIn
from livinglab.services.personal_sections import SECTIONS
from livinglab.services.records import audit

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from livinglab.services.personal_sections.section import Section
    from livinglab.services.work import Work

Record = dict[str, Any]
"""One row: names of columns to values that JSON can carry."""

NAMES: dict[str, InstrumentedAttribute[Any]] = {
    "facility": Facility.slug,
    "organisation": Organisation.name,
    "pilot": Pilot.ref,
    "resource": Resource.slug,
    "user_account": User.name,
}
"""What stands for a row of another table instead of its id."""


def read_out(work: Work) -> dict[str, list[Record]]:
    """Everything about the actor, by section; who read it is noted.

    Raises:
        NotSignedIn: nobody acts.
    """
    if work.actor is None:
        raise NotSignedIn
    user = work.session.get_one(User, work.actor.user_id)
    found = collect(work.session, user)
    audit(work, "export", "person", str(user.id))
    return found


def collect(session: Session, user: User) -> dict[str, list[Record]]:
    """Everything about a person, by section, oldest first; one statement for each."""
    return {section.name: _rows(session, section, user) for section in SECTIONS}


def columns_of(section: Section) -> list[str]:
    """The names under which a section's columns are given."""
    return [_name(column) for column in section.given]


def _rows(session: Session, section: Section, user: User) -> list[Record]:
    names = columns_of(section)
    rows = session.execute(_query(section, user))
    return [dict(zip(names, map(_plain, row), strict=True)) for row in rows]


def _query(section: Section, user: User) -> Select[Any]:
    query = select(*map(_given, section.given)).select_from(section.table)
    if section.also is not None:
        query = query.outerjoin(section.also)
    theirs = or_(*(_is(column, user) for column in section.of))
    return query.where(theirs).order_by(*inspect(section.table).primary_key)


def _is(column: InstrumentedAttribute[Any], user: User) -> ColumnElement[bool]:
    if isinstance(column.type, String):
        return func.lower(column) == user.email.lower()
    return column == user.id


def _given(column: InstrumentedAttribute[Any]) -> Any:  # noqa: ANN401  # a column of any type
    """The column, or the name of the row it points at."""
    for key in column.property.columns[0].foreign_keys:
        if named := NAMES.get(key.column.table.name):
            other = aliased(named.class_)
            found = select(getattr(other, named.key)).where(other.id == column)
            return found.scalar_subquery()
    return column


def _name(column: InstrumentedAttribute[Any]) -> str:
    return column.key.removesuffix("_id")


def _plain(value: object) -> object:
    """A value as JSON has it; instants are UTC."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value
