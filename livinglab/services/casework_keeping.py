"""What stays of the words around a pilot when people are erased or it is old: no names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.queries import participants
from livinglab.db.queries.erasure import scrub
from livinglab.db.tables import Condition, Gate, Offer, Paper, Participant, Pilot
from livinglab.services import conversation_keeping

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from livinglab.db.queries.erasure import Words


def forget_words(session: Session, words: Words, cases: ColumnElement[bool]) -> None:
    """Take a person's words out of decisions, papers, offers and messages of these pilots."""
    own = select(Pilot.id).where(cases)
    scrub(session, (Gate.note, Gate.papers_seen), words, Gate.pilot_id.in_(own))
    scrub(session, (Condition.text,), words, Condition.pilot_id.in_(own))
    scrub(session, (Paper.file_name, Paper.rejected_note), words, Paper.pilot_id.in_(own))
    scrub(session, (Offer.note,), words, Offer.pilot_id.in_(own))
    scrub(session, (Participant.name, Participant.task), words, Participant.pilot_id.in_(own))
    conversation_keeping.forget_words(session, words, cases)


def forget_comer(session: Session, name: str, company_ids: Iterable[int]) -> None:
    """Take whoever is called so off the lists of who comes for these companies, cards too."""
    for company_id in company_ids:
        for row in participants.named(session, company_id, name):
            session.delete(row)
    session.flush()
