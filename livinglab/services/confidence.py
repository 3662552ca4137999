"""What a firm calls confidential: who of the hosts reads it, and the note that they did.

A plan is the purpose and the article. Whoever may see the pilot but not its plan knows the title,
the time and the place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livinglab.db.locking import lock_pilot
from livinglab.db.queries.pilots import READ
from livinglab.db.queries.trail import readings
from livinglab.domain.access import sees_confidential
from livinglab.domain.article import TestArticle
from livinglab.domain.article_json import article_to_json
from livinglab.domain.errors import NotFound
from livinglab.domain.pilot import By
from livinglab.domain.zones import midnight, zone
from livinglab.services import bookings, moves
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.work import Work
    from livinglab.services.world import World

Reading = tuple[str, str, str]
"""Reference of a pilot, kind and reference of what was read of it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one reader knows of a plan. Not ``open``: nothing. ``papers`` are ids of those open.

    ``confided``: whatever is confidential, such as names of files in the history.
    """

    purpose: str
    article: dict[str, Any]
    papers: frozenset[int]
    open: bool
    confided: bool


def reads_plan(who: Principal, pilot: Pilot) -> bool:
    """Whether the plan of a pilot is open to somebody who may see the pilot."""
    return not pilot.confidential or sees_confidential(who, moves.facts_of(pilot))


def plan_of(who: Principal, pilot: Pilot) -> Plan:
    """Purpose, article and papers as far as they are open to somebody who may see the pilot."""
    confided = sees_confidential(who, moves.facts_of(pilot))
    papers = frozenset(paper.id for paper in pilot.papers if confided or not paper.confidential)
    if confided or not pilot.confidential:
        return Plan(pilot.purpose, pilot.test_article, papers, open=True, confided=confided)
    return Plan("", article_to_json(TestArticle()), papers, open=False, confided=False)


def set_plan(work: Work, ref: str, *, version: int | None, confidential: bool) -> None:
    """Let all hosts who see the pilot read its plan, or only those who decide on it.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion: see ``moves.open_pilot``.
    """
    pilot = moves.open_pilot(work, ref, version, {By.COMPANY})
    if pilot.confidential != confidential:
        pilot.confidential = confidential
        _changed(work, pilot)
        bookings.retell(work, pilot, bookings.held(pilot))
    audit(work, "confide" if confidential else "disclose", "pilot", pilot.ref, pilot=pilot)


def set_paper(
    work: Work, ref: str, paper_id: int, *, version: int | None, confidential: bool
) -> None:
    """The same for a paper.

    Raises:
        NotFound: there is no such paper, or see :func:`set_plan` for all others.
    """
    pilot = moves.open_pilot(work, ref, version, {By.COMPANY})
    paper = next((paper for paper in pilot.papers if paper.id == paper_id), None)
    if paper is None:
        raise NotFound
    if paper.confidential != confidential:
        paper.confidential = confidential
        _changed(work, pilot)
    facts = {"paper": paper.id, "confidential": confidential}
    audit(work, "change", "paper", f"{pilot.ref}/{paper.code}", pilot=pilot, facts=facts)


def plans(who: Principal, found: Sequence[Pilot]) -> list[Reading]:
    """Readings of plans that the answer of a host's call shows."""
    if not who.is_host:
        return []
    return [(p.ref, "pilot", p.ref) for p in found if p.confidential and reads_plan(who, p)]


def unnoted(
    session: Session, world: World, who: Principal, now: datetime, wanted: Collection[Reading]
) -> list[Reading]:
    """Which of these readings by the person were not noted yet today (in Finland)."""
    if not wanted:
        return []
    today = day_begun(world, now)
    known = readings(session, who.user_id, {ref for ref, _, _ in wanted}, today)
    return [reading for reading in wanted if reading[1:] not in known]


def day_begun(world: World, now: datetime) -> datetime:
    """When today began in Finland: a reading is noted once a day."""
    return midnight(world.today(now), zone("Europe/Helsinki"))


def note(work: Work, who: Principal, wanted: Sequence[Reading]) -> None:
    """Write into the firm's trail that a host's person read these; once a person and day."""
    locked = {ref: lock_pilot(work.session, ref) for ref in sorted({ref for ref, _, _ in wanted})}
    for ref, kind, name in unnoted(work.session, work.world, who, work.now, wanted):
        audit(work, READ, kind, name, pilot=locked[ref])


def _changed(work: Work, pilot: Pilot) -> None:
    pilot.version += 1
    pilot.changed_at = work.now
