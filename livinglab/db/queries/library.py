"""What a company keeps for its next requests: test articles and papers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from livinglab.db.tables import LibraryArticle, LibraryPaper

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


def articles_of(session: Session, company_id: int) -> Sequence[LibraryArticle]:
    """The company's test articles, by name."""
    found = select(LibraryArticle).where(
        LibraryArticle.company_id == company_id, LibraryArticle.removed_at.is_(None)
    )
    return session.scalars(found.order_by(func.lower(LibraryArticle.name), LibraryArticle.id)).all()


def papers_of(session: Session, company_id: int) -> Sequence[LibraryPaper]:
    """The company's papers without their bytes, by what they are, the latest first."""
    found = select(LibraryPaper).where(
        LibraryPaper.company_id == company_id, LibraryPaper.removed_at.is_(None)
    )
    return session.scalars(found.order_by(LibraryPaper.code, LibraryPaper.id.desc())).all()


def paper_of(session: Session, company_id: int, paper_id: int) -> LibraryPaper | None:
    """A paper of the company with its bytes, or None."""
    return session.scalars(
        select(LibraryPaper)
        .where(
            LibraryPaper.id == paper_id,
            LibraryPaper.company_id == company_id,
            LibraryPaper.removed_at.is_(None),
        )
        .options(undefer(LibraryPaper.content))
    ).one_or_none()


def removed(table: type[LibraryArticle | LibraryPaper], before: datetime) -> Select[int]:
    """Ids of what was removed before that moment."""
    return select(table.id).where(table.removed_at < before)
