"""How a facility was described: one version per change, in the change's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livinglab.db.queries.versions import version_of, versions_of
from livinglab.db.tables import FacilityVersion
from livinglab.domain import access
from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile.difference import changed_paths
from livinglab.domain.reading import is_safe
from livinglab.services.records import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Facility
    from livinglab.services.work import Work

NOTE_LIMIT = 500


def checked_note(note: str) -> str:
    """Why something was changed, as it is kept.

    Raises:
        InvalidInput: it is too long, or has signs that cannot be kept.
    """
    text = note.replace("\r\n", "\n").strip()
    if len(text) > NOTE_LIMIT or not is_safe(text, lines=True):
        told = Message(
            N_("Keep the note to %(limit)s characters of plain text."), {"limit": NOTE_LIMIT}
        )
        raise InvalidInput.of(Problem("bad_note", "note", told))
    return text


def record(work: Work, row: Facility, action: str, note: str = "") -> FacilityVersion:
    """Keep the facility as it stands now, under its version, with who made it so and why.

    ``action`` is import, edit, rename (of the site), undo, publish or withdraw.
    """
    kept = FacilityVersion(
        facility_id=row.id,
        number=row.version,
        action=action,
        profile=row.profile,
        published=row.published,
        note=note,
        at=work.now,
        by_id=work.actor.user_id if work.actor else None,
    )
    work.session.add(kept)
    work.session.flush()
    audit(work, action, "facility", row.slug, note=note, facts={"version": row.version})
    return kept


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a facility: who made it when and why, and what differs from the one before.

    ``by`` is None where no person did (an import, a migration).
    """

    number: int
    action: str
    at: datetime
    by: str | None
    note: str
    changed: tuple[str, ...]
    published: bool


def versions(session: Session, who: access.Principal, slug: str) -> list[VersionRow]:
    """Every version, the newest first; one statement.

    Raises:
        NotFound: there is no such facility, or the reader has no part in running it.
    """
    rows = versions_of(session, slug) if access.sees_unpublished(who, slug) else ()
    if not rows:
        raise NotFound
    found: list[VersionRow] = []
    before: object = None
    for kept in rows:
        changed = () if before is None else changed_paths(before, kept.profile)
        by = kept.by.name if kept.by else None
        found.append(
            VersionRow(kept.number, kept.action, kept.at, by, kept.note, changed, kept.published)
        )
        before = kept.profile
    return found[::-1]


def version(session: Session, who: access.Principal, slug: str, number: int) -> dict[str, Any]:
    """The document of one version; one statement.

    Raises:
        NotFound: there is no such version, or the reader has no part in running the facility.
    """
    kept = version_of(session, slug, number) if access.sees_unpublished(who, slug) else None
    if kept is None:
        raise NotFound
    return dict(kept.profile)
