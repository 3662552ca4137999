"""A company's library: test articles and papers that its people use in the next request.

Whoever acts for the company with the right to write keeps, changes and removes; to others nothing
of it is there. What was removed can be put back for ten minutes, and is deleted within two days.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

from livinglab.db.locking import lock_organisation
from livinglab.db.queries import library as queries
from livinglab.db.tables import LibraryArticle, LibraryPaper
from livinglab.domain.article_json import article_to_json
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import is_safe
from livinglab.services import papers
from livinglab.services.records import audit

if TYPE_CHECKING:
    from datetime import date

    from livinglab.db.tables import Paper, Pilot
    from livinglab.domain.access import Principal
    from livinglab.domain.article import TestArticle
    from livinglab.services.papers import Upload
    from livinglab.services.work import Work

MOST_ARTICLES = 100
MOST_PAPERS = 200
UNDO_FOR = timedelta(minutes=10)
"""How long what was removed can be put back."""
SOON = timedelta(days=30)
"""A paper that ends within it is warned of."""
LARGEST_ID = 2**31 - 1

Row = TypeVar("Row", bound=LibraryArticle | LibraryPaper)


def keep_article(work: Work, article: TestArticle) -> LibraryArticle:
    """Keep a test article under its name; one of the same name is written over.

    Raises:
        NotAllowed: the actor is not of a company, or may only read.
        InvalidInput: it has no name, or there are too many.
    """
    who = _company(work)
    _named(article)
    lock_organisation(work.session, who.organisation_id)
    known = queries.articles_of(work.session, who.organisation_id)
    row = next((one for one in known if one.name == article.name), None)
    if row is not None:
        return _write(work, row, article)
    if len(known) >= MOST_ARTICLES:
        raise _refused(
            "too_many",
            "test_article.name",
            N_("The library has %(limit)s test articles. Remove one first."),
            limit=MOST_ARTICLES,
        )
    row = LibraryArticle(
        company_id=who.organisation_id,
        name=article.name,
        test_article=article_to_json(article),
        version=1,
        changed_at=work.now,
        changed_by_id=who.user_id,
    )
    work.session.add(row)
    work.session.flush()
    audit(work, "keep", "library", f"article/{row.id}", note=row.name)
    return row


def change_article(
    work: Work, article_id: int, article: TestArticle, version: int | None
) -> LibraryArticle:
    """Write a kept test article anew.

    Raises:
        NotFound: there is none, or it is another company's.
        VersionMissing, StaleVersion: somebody changed it since it was read.
        Others: see :func:`keep_article`.
    """
    row = _own(work, LibraryArticle, article_id)
    if version is None:
        raise VersionMissing
    if version != row.version:
        text = N_("A colleague changed “%(name)s” meanwhile. Read it again, then change it.")
        raise StaleVersion(Message(text, {"name": row.name}))
    _named(article)
    return _write(work, row, article)


def remove_article(work: Work, article_id: int) -> LibraryArticle:
    """Take a test article out of the library.

    Raises:
        NotFound: there is none, or it is another company's.
    """
    return _remove(work, LibraryArticle, article_id)


def keep_paper(work: Work, upload: Upload, limit_bytes: int) -> LibraryPaper:
    """Keep a paper; the same file for the same purpose again only gets the new last day.

    Raises:
        NotAllowed: the actor is not of a company, or may only read.
        InvalidInput: no code, too many, or not a file that is taken.
    """
    who = _company(work)
    if not 0 < len(upload.code.strip()) <= papers.CODE_LIMIT or not is_safe(upload.code):
        raise _refused("paper_code", "code", N_("Say which paper this is."))
    media_type = papers.media_type_of(upload.content, limit_bytes, "file")
    lock_organisation(work.session, who.organisation_id)
    known = queries.papers_of(work.session, who.organisation_id)
    digest = sha256(upload.content).hexdigest()
    same = (one for one in known if (one.code, one.sha256) == (upload.code, digest))
    row = next(same, None)
    if row is None:
        if len(known) >= MOST_PAPERS:
            raise _refused(
                "too_many",
                "file",
                N_("The library has %(limit)s papers. Remove one first."),
                limit=MOST_PAPERS,
            )
        row = LibraryPaper(
            company_id=who.organisation_id,
            code=upload.code,
            file_name=papers.plain_name(upload.file_name) or "paper",
            media_type=media_type,
            size=len(upload.content),
            sha256=digest,
            content=upload.content,
            uploaded_at=work.now,
            uploaded_by_id=who.user_id,
        )
        work.session.add(row)
    row.expires_on = upload.expires_on
    work.session.flush()
    audit(work, "keep", "library", f"paper/{row.id}", note=row.file_name)
    return row


def remove_paper(work: Work, paper_id: int) -> LibraryPaper:
    """Take a paper out of the library; requests to which it was attached keep theirs.

    Raises:
        NotFound: there is none, or it is another company's.
    """
    return _remove(work, LibraryPaper, paper_id)


def put_back(work: Work, table: type[Row], row_id: int) -> Row:
    """Put back what was removed within the last ten minutes; what is there stays.

    Raises:
        NotFound: there is none, or it is another company's.
        IllegalTransition: it is too late.
    """
    row = _own(work, table, row_id, removed=True)
    if row.removed_at is not None:
        if row.removed_at + UNDO_FOR <= work.now:
            raise IllegalTransition(Message(N_("That was too long ago.")))
        row.removed_at = None
        audit(work, "restore", "library", _ref(row))
    return row


def attach(
    work: Work,
    pilot: Pilot,
    paper_id: int,
    code: str,
    limit_bytes: int,
    *,
    confidential: bool = True,
) -> Paper:
    """Attach a kept paper to a pilot; the caller has the right and holds the pilot's lock.

    Raises:
        NotFound: there is none, or it is another company's.
        Others: see ``papers.attach``.
    """
    kept = queries.paper_of(work.session, _company(work).organisation_id, paper_id)
    if kept is None:
        raise NotFound
    upload = papers.Upload(
        code or kept.code, kept.file_name, kept.content, kept.expires_on, confidential
    )
    return papers.attach(work, pilot, upload, max(limit_bytes, kept.size))


def ends_soon(row: LibraryPaper, today: date) -> bool:
    """Whether a paper has ended or ends within 30 days."""
    return row.expires_on is not None and row.expires_on <= today + SOON


def _write(work: Work, row: LibraryArticle, article: TestArticle) -> LibraryArticle:
    document = article_to_json(article)
    if row.test_article != document:
        row.name, row.test_article = article.name, document
        row.version += 1
        row.changed_at, row.changed_by_id = work.now, _company(work).user_id
        audit(work, "change", "library", f"article/{row.id}", note=row.name)
    return row


def _remove(work: Work, table: type[Row], row_id: int) -> Row:
    row = _own(work, table, row_id)
    row.removed_at = work.now
    audit(work, "remove", "library", _ref(row))
    return row


def _own(work: Work, table: type[Row], row_id: int, *, removed: bool = False) -> Row:
    who = _company(work)
    row = (
        work.session.get(table, row_id, with_for_update=True) if 0 < row_id <= LARGEST_ID else None
    )
    if row is None or row.company_id != who.organisation_id:
        raise NotFound
    if row.removed_at is not None and not removed:
        raise NotFound
    return row


def _ref(row: LibraryArticle | LibraryPaper) -> str:
    return f"{'article' if isinstance(row, LibraryArticle) else 'paper'}/{row.id}"


def _company(work: Work) -> Principal:
    who = work.actor
    if who is None:
        raise NotSignedIn
    if who.is_host or who.scope != "write":
        raise NotAllowed(Message(N_("Only people of the company change its library.")))
    return who


def _named(article: TestArticle) -> None:
    if not article.name.strip():
        raise _refused(
            "name_missing", "test_article.name", N_("Give the test article a name first.")
        )


def _refused(code: str, field: str, sentence: str, **params: object) -> InvalidInput:
    return InvalidInput.of(Problem(code, field, Message(sentence, params)))
