"""How a facility was described: one version per change, in the change's transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.tables import FacilityVersion
from livinglab.services.records import audit

if TYPE_CHECKING:
    from livinglab.db.tables import Facility
    from livinglab.services.work import Work


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
