"""A company's library as pages show it, and what of it can be chosen in a form."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, cast

from flask import flash, g, request
from flask_babel import gettext

from livinglab.db.queries.library import articles_of, papers_of
from livinglab.domain.article_json import article_from_json, article_to_json
from livinglab.domain.vocabulary import ARTICLE_KINDS
from livinglab.services import evidence, library
from livinglab.web import context
from livinglab.web.filters import date_text, localised, number
from livinglab.web.request_form import from_json

if TYPE_CHECKING:
    from datetime import date

    from livinglab.db.tables import LibraryArticle, LibraryPaper
    from livinglab.domain.access import Principal
    from livinglab.domain.article import TestArticle
    from livinglab.web.request_form import RequestForm

OTHER = "other"
MOST_DIGITS = 9


class ArticleRow(NamedTuple):
    """A kept test article: what it is, in a few words."""

    row: LibraryArticle
    told: str


class PaperRow(NamedTuple):
    """A kept paper: what it is called, and how long it is good for."""

    row: LibraryPaper
    name: str
    ended: bool
    soon: bool


def articles() -> list[ArticleRow]:
    """The test articles of the reader's company, by name."""
    rows = articles_of(context.session(), _who().organisation_id)
    return [ArticleRow(row, _told(row)) for row in rows]


def papers() -> list[PaperRow]:
    """The papers of the reader's company, by what they are."""
    names, today = kinds(), _today()
    found = papers_of(context.session(), _who().organisation_id)
    rows = [
        PaperRow(
            row,
            names.get(row.code, row.code.replace("_", " ")),
            row.expires_on is not None and row.expires_on < today,
            library.ends_soon(row, today),
        )
        for row in found
    ]
    return sorted(rows, key=lambda one: (one.name.casefold(), -one.row.id))


def kinds() -> dict[str, str]:
    """What papers are called, by code: those that places and rules ask for, and anything else."""
    places = context.world().places(context.session())
    asked = evidence.kinds_of(context.session())
    named = {code: localised(kind.name) for code, kind in asked.items() if not kind.per_person}
    for place in places.published.values():
        for paper in place.facility.papers:
            named.setdefault(paper.code, localised(paper.name))
    ordered = sorted(named.items(), key=lambda pair: pair[1].casefold())
    return {**dict(ordered), OTHER: gettext("Anything else")}


class Shelf:
    """What of the library the reader can choose in a form, read once for a page."""

    def __init__(self) -> None:
        who = context.principal()
        self._ours = who is not None and not who.is_host

    @cached_property
    def articles(self) -> list[tuple[str, str]]:
        """Test articles to choose from, by name."""
        return [(str(one.row.id), one.row.name) for one in articles()] if self._ours else []

    def papers(self, code: str) -> list[tuple[str, str]]:
        """Papers to attach for a purpose, those that are for it first; ended ones are left out."""
        rows = sorted(self._kept, key=lambda one: one.row.code != code)
        return [(str(one.row.id), _choice(one)) for one in rows]

    @cached_property
    def _kept(self) -> list[PaperRow]:
        return [row for row in papers() if not row.ended] if self._ours else []


def shelf() -> Shelf:
    """The reader's shelf, for templates."""
    if "shelf" not in g:
        g.shelf = Shelf()
    found: Shelf = g.shelf
    return found


def fill(form: RequestForm, pressed: str) -> bool:
    """Put a kept test article into the form where the button says so."""
    if pressed != "use-article":
        return False
    wanted = chosen("library_article")
    row = next((one.row for one in articles() if one.row.id == wanted), None)
    if row is not None:
        form.article = typed(row)
    return True


def typed(row: LibraryArticle) -> dict[str, str]:
    """A kept test article as the form's fields."""
    article = article_to_json(article_from_json(row.test_article))
    empty = {"title": "", "purpose": "", "focus_areas": [], "periods": []}
    return from_json({**empty, "test_article": article}).article


def keep(article: TestArticle) -> None:
    """Keep a test article of a request for the next one.

    Raises:
        InvalidInput: see ``library.keep_article``.
    """
    with context.work() as work:
        name = library.keep_article(work, article).name
    flash(gettext("Kept in the library: %(name)s.", name=name), "ok")


def chosen(name: str) -> int | None:
    """The number of what a form's field chooses, or None."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None


def chosen_papers() -> list[tuple[str, int]]:
    """Every kept paper that a form chooses, with the code of what it is attached as."""
    prefix = "kept."
    return [
        (name.removeprefix(prefix), number_)
        for name in request.form
        if name.startswith(prefix) and (number_ := chosen(name)) is not None
    ]


def _choice(one: PaperRow) -> str:
    until = one.row.expires_on
    ends = gettext("valid until %(day)s", day=date_text(until)) if until else ""
    return ", ".join(part for part in (one.name, one.row.file_name, ends) if part)


def _told(row: LibraryArticle) -> str:
    article = article_from_json(row.test_article)
    kind = gettext(ARTICLE_KINDS.get(article.kind, article.kind))
    mass = f"{number(article.mass_kg)}\u00a0kg" if article.mass_kg is not None else ""
    return ", ".join(part for part in (kind, mass) if part)


def _today() -> date:
    return context.world().today(context.now())


def _who() -> Principal:
    return cast("Principal", context.principal())
