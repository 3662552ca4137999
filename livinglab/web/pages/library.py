"""A company's library: test articles and papers for its next requests."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask import session as cookie
from flask_babel import gettext

from livinglab.db.queries.library import articles_of, paper_of
from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.db.tables import LibraryArticle, LibraryPaper
from livinglab.domain.article_json import article_from_json
from livinglab.domain.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from livinglab.services import library
from livinglab.services.availability import Finder
from livinglab.services.papers import Upload
from livinglab.web import context, library_view
from livinglab.web.access import requires
from livinglab.web.asked import Asked
from livinglab.web.errors import problem_list
from livinglab.web.filters import sentence
from livinglab.web.request_form import RequestForm, article_json, from_post
from livinglab.web.request_options import Options
from livinglab.web.request_store import MEGABYTE
from livinglab.web.request_view import view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem

pages = Blueprint("library", __name__)
pages.add_app_template_global(library_view.shelf, "library_shelf")
UNDO = "removed_from_library"
TABLES: dict[str, type[LibraryArticle | LibraryPaper]] = {
    "article": LibraryArticle,
    "paper": LibraryPaper,
}
ARTICLE = "/company/library/articles/<int(max=2147483647):article_id>"
PAPER = "/company/library/papers/<int(max=2147483647):paper_id>"


@pages.get("/company/library")
@requires("company")
def listing() -> str:
    """What the company keeps."""
    return _list()


@pages.get("/company/library/articles/new")
@requires("company")
def new_article() -> str:
    """An empty form of a test article."""
    return _form(RequestForm(), None)


@pages.post("/company/library/articles/new")
@requires("company")
def create_article() -> ResponseReturnValue:
    """Keep a test article."""
    return _save(None, None)


@pages.get(ARTICLE)
@requires("company")
def edit_article(article_id: int) -> str:
    """The form of a kept test article."""
    row = _article(article_id)
    return _form(RequestForm(article=library_view.typed(row)), row)


@pages.post(ARTICLE)
@requires("company")
def change_article(article_id: int) -> ResponseReturnValue:
    """Write a kept test article anew."""
    return _save(_article(article_id), request.form.get("version", type=int))


@pages.post(f"{ARTICLE}/remove")
@requires("company")
def remove_article(article_id: int) -> ResponseReturnValue:
    """Take a test article out; it can be put back for ten minutes."""
    with context.work() as work:
        name = library.remove_article(work, article_id).name
    return _removed("article", article_id, name)


@pages.post("/company/library/papers")
@requires("company")
def keep_paper() -> ResponseReturnValue:
    """Keep a paper."""
    asked, file = Asked(request.form), request.files.get("file")
    code, expires = asked.text("code", 64), asked.day("expires_on")
    if asked.faults:
        return _list(asked.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    name, content = (file.filename or "", file.stream.read()) if file else ("", b"")
    limit = context.settings().upload_limit_mb * MEGABYTE
    try:
        with context.work() as work:
            library.keep_paper(work, Upload(code, name, content, expires), limit)
    except InvalidInput as refusal:
        return _list(problem_list(refusal.problems)), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("Kept in the library."), "ok")
    return redirect(url_for("library.listing", _anchor="papers"), 303)


@pages.get(PAPER)
@requires("company")
def paper(paper_id: int) -> Response:
    """Download a kept paper."""
    found = paper_of(context.session(), _who().organisation_id, paper_id)
    if found is None:
        raise NotFound
    return send_file(
        BytesIO(found.content),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.file_name,
        max_age=0,
    )


@pages.post(f"{PAPER}/remove")
@requires("company")
def remove_paper(paper_id: int) -> ResponseReturnValue:
    """Take a paper out; it can be put back for ten minutes."""
    with context.work() as work:
        name = library.remove_paper(work, paper_id).file_name
    return _removed("paper", paper_id, name)


@pages.post("/company/library/undo")
@requires("company")
def undo() -> ResponseReturnValue:
    """Put back what the reader removed last, within its ten minutes."""
    kept = _undo()
    cookie.pop(UNDO, None)
    try:
        if kept is None:
            flash(gettext("That was too long ago."), "warn")
        else:
            with context.work() as work:
                library.put_back(work, TABLES[kept["kind"]], kept["id"])
    except IllegalTransition as refusal:
        flash(sentence(refusal.message), "warn")
    return redirect(url_for("library.listing"), 303)


@pages.post("/pilots/<ref>/keep-article")
@requires("company")
def keep_from_pilot(ref: str) -> ResponseReturnValue:
    """Keep the test article of a request for the next one."""
    pilot = pilot_by_ref(context.session(), ref, _who())
    if pilot is None:
        raise NotFound
    try:
        library_view.keep(article_from_json(pilot.test_article))
    except InvalidInput as refusal:
        flash(sentence(refusal.problems[0].message), "bad")
    return redirect(url_for("pilots.detail", ref=ref), 303)


def _save(row: LibraryArticle | None, version: int | None) -> ResponseReturnValue:
    form = from_post(request.form)
    try:
        article = article_from_json(article_json(form.article))
        with context.work() as work:
            if row is None:
                library.keep_article(work, article)
            else:
                library.change_article(work, row.id, article, version)
    except InvalidInput as refusal:
        return _form(form, row, refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    except StaleVersion as refusal:
        told = sentence(refusal.message)
        fresh = _article(row.id) if row is not None else None
        return _form(form, fresh, changed=told), HTTPStatus.CONFLICT
    flash(gettext("Kept in the library: %(name)s.", name=article.name), "ok")
    return redirect(url_for("library.listing"), 303)


def _list(problems: Sequence[dict[str, Any]] = ()) -> str:
    return render_template(
        "library/list.html",
        articles=library_view.articles(),
        papers=library_view.papers(),
        kinds=list(library_view.kinds().items()),
        problems=problems,
        at={problem["field"]: [problem] for problem in problems},
        typed=request.form,
        undo=_undo(),
        may_write=_who().scope == "write",
    )


def _form(
    form: RequestForm,
    row: LibraryArticle | None,
    faults: Sequence[Problem] = (),
    changed: str = "",
) -> str:
    finder = Finder.read(context.world(), context.session(), context.now())
    return render_template(
        "library/article.html",
        view=view(form, finder, None, faults),
        options=Options(finder.places, form),
        form=form,
        row=row,
        changed=changed,
    )


def _article(article_id: int) -> LibraryArticle:
    rows = articles_of(context.session(), _who().organisation_id)
    found = next((row for row in rows if row.id == article_id), None)
    if found is None:
        raise NotFound
    return found


def _removed(kind: str, row_id: int, name: str) -> ResponseReturnValue:
    until = (context.now() + library.UNDO_FOR).isoformat()
    cookie[UNDO] = {"kind": kind, "id": row_id, "name": name, "until": until}
    return redirect(url_for("library.listing"), 303)


def _undo() -> dict[str, Any] | None:
    """What the reader removed last, while it can be put back."""
    kept: dict[str, Any] | None = cookie.get(UNDO)
    if not kept or datetime.fromisoformat(kept["until"]) <= context.now():
        return None
    return kept | {"at": datetime.fromisoformat(kept["until"])}


def _who() -> Principal:
    return cast("Principal", context.principal())
