"""How a facility was described: one version per change, in the change's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.tables import FacilityVersion
from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import is_safe
from livinglab.services.records import audit

if TYPE_CHECKING:
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

    ``action`` is import, edit, undo, publish or withdraw.
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
