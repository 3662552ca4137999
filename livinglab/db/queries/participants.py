"""Reads of the people who come for pilots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import joinedload

from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Card, Participant, Pilot
from livinglab.domain.participants import CardInput

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal


def of_pilots(session: Session, pilot_ids: Collection[int]) -> Sequence[Participant]:
    """Who comes for these pilots, with their cards, in the order they were named."""
    rows = session.scalars(
        select(Participant)
        .where(Participant.pilot_id.in_(sorted(pilot_ids)))
        .options(joinedload(Participant.cards))
        .order_by(Participant.id)
        .execution_options(populate_existing=True)
    )
    return rows.unique().all()


def cards_of(person: Participant) -> Iterator[CardInput]:
    """A person's cards as they would be typed."""
    for card in person.cards:
        yield CardInput(card.code, card.number, card.expires_on)


def forget(session: Session, pilot_ids: Collection[int]) -> None:
    """Delete who came for these pilots, and their cards."""
    gone = select(Participant.id).where(Participant.pilot_id.in_(pilot_ids))
    cards = delete(Card).where(Card.participant_id.in_(gone))
    session.execute(cards, execution_options={"synchronize_session": False})
    people = delete(Participant).where(Participant.id.in_(gone))
    session.execute(people, execution_options={"synchronize_session": False})


def named(session: Session, company_id: int, name: str) -> Sequence[Participant]:
    """Everybody of that name, whatever its case, on requests of a company."""
    rows = session.scalars(
        select(Participant)
        .join(Pilot, Participant.pilot_id == Pilot.id)
        .where(Pilot.company_id == company_id)
        .options(joinedload(Participant.pilot))
        .order_by(Participant.id)
    )
    # Compared here: SQLite knows no case of letters beyond ASCII.
    return [row for row in rows if row.name.casefold() == name.casefold()]


def version_of(session: Session, ref: str) -> int | None:
    """The version a pilot has now."""
    return session.scalar(select(Pilot.version).where(Pilot.ref == ref))


def sources(
    session: Session, who: Principal, pilot_id: int, limit: int = 20
) -> Sequence[tuple[str, str]]:
    """Reference and title of other pilots the reader may see for which people are named."""
    rows = session.execute(
        select(Pilot.ref, Pilot.title)
        .where(
            visible_to(who),
            Pilot.id != pilot_id,
            exists().where(Participant.pilot_id == Pilot.id),
        )
        .order_by(Pilot.id.desc())
        .limit(limit)
    )
    return [(ref, title) for ref, title in rows]
