"""Saved views: kept from their pages, listed, renamed, watched, removed with undo."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext

from livinglab.db.queries.saved import views_of
from livinglab.domain.errors import InvalidInput
from livinglab.services import saved
from livinglab.services.availability import Finder
from livinglab.web import context, saved_view
from livinglab.web.access import requires
from livinglab.web.asked import Asked
from livinglab.web.errors import problem_list
from livinglab.web.filters import duration, localised

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import SavedView
    from livinglab.domain.access import Principal
    from livinglab.services.work import Work

pages = Blueprint("saved", __name__)
UNDO = "removed_view"
UNDO_FOR = timedelta(minutes=10)
ROW = "/saved/<int(max=2147483647):view_id>"


@pages.get("/saved")
@requires("signed_in")
def listing() -> str:
    """The reader's views, by the page they belong to."""
    return _list()


@pages.get("/saved/new/<page>")
@requires("signed_in")
def new(page: str) -> str:
    """The form that keeps a view; the arguments in this address are the view."""
    saved_view.read(page)
    return _form(page, {"name": request.args.get("name", "")[: saved.NAME_LIMIT]})


@pages.post("/saved/new/<page>")
@requires("signed_in")
def create(page: str) -> ResponseReturnValue:
    """Keep the view in this address, and go on where it leads."""
    query = saved_view.read(page)
    watched = page == saved.SEARCHES and request.form.get("watch") == "y"
    finder = _finder() if watched else None
    name = request.form.get("name", "")
    try:
        with context.work() as work:
            saved.save(work, page, name, query, watch_from=finder)
    except InvalidInput as refusal:
        return _form(page, request.form, problem_list(refusal.problems)), 422
    flash(_watched(name) if watched else gettext("Saved as “%(name)s”.", name=name.strip()), "ok")
    return redirect(saved_view.href(page, query), 303)


@pages.get("/saved/new/facility/<slug>")
@requires("signed_in")
def new_at_facility(slug: str) -> str:
    """The form that watches one facility; the arguments in this address fill it."""
    saved_view.published(slug)
    return _facility_form(slug, request.args)


@pages.post("/saved/new/facility/<slug>")
@requires("signed_in")
def create_at_facility(slug: str) -> ResponseReturnValue:
    """Tell by mail when so many days get free at one facility."""
    asked = Asked(request.form)
    query = saved_view.read_facility(slug, asked)
    if asked.faults:
        return _facility_form(slug, request.form, faults=asked.faults), 422
    facility = saved_view.published(slug).facility
    length = duration(int(float(query["days"][0]) * 2))
    name = f"{length}, {localised(facility.name)}"[: saved.NAME_LIMIT]
    finder = _finder()
    try:
        with context.work() as work:
            saved.save(work, saved.SEARCHES, name, query, watch_from=finder)
    except InvalidInput as refusal:
        told = problem_list(refusal.problems)
        return _facility_form(slug, request.form, problems=told), 422
    flash(_watched(name), "ok")
    return redirect(url_for("saved.listing"), 303)


@pages.post(f"{ROW}/rename")
@requires("signed_in")
def rename(view_id: int) -> ResponseReturnValue:
    """Give a view another name."""
    name = request.form.get("name", "")
    try:
        with context.work() as work:
            saved.rename(work, view_id, name)
    except InvalidInput as refusal:
        return _list(typed={view_id: name}, problems=problem_list(refusal.problems)), 422
    return redirect(url_for("saved.listing", _anchor=f"view-{view_id}"), 303)


@pages.post(f"{ROW}/watch")
@requires("signed_in")
def watch(view_id: int) -> ResponseReturnValue:
    """Begin to tell by mail what a search finds."""
    finder = _finder()
    return _switch(view_id, lambda work: saved.watch(work, view_id, finder), _watched)


@pages.post(f"{ROW}/unwatch")
@requires("signed_in")
def unwatch(view_id: int) -> ResponseReturnValue:
    """Send no more mails about a search."""
    return _switch(
        view_id,
        lambda work: saved.unwatch(work, view_id),
        lambda name: gettext("No more mails about “%(name)s”.", name=name),
    )


@pages.post(f"{ROW}/remove")
@requires("signed_in")
def remove(view_id: int) -> ResponseReturnValue:
    """Forget a view; it can be taken back for ten minutes."""
    with context.work() as work:
        view = saved.remove(work, view_id)
        kept = {
            "page": view.page,
            "name": view.name,
            "query": dict(view.query),
            "watched": view.watched,
            "until": (context.now() + UNDO_FOR).isoformat(),
        }
    cookie[UNDO] = kept
    return redirect(url_for("saved.listing"), 303)


@pages.post("/saved/undo")
@requires("signed_in")
def undo() -> ResponseReturnValue:
    """Take the last removal back, within its ten minutes."""
    kept = _undo()
    cookie.pop(UNDO, None)
    if kept is None:
        flash(gettext("That was too long ago. Save the view anew from its page."), "warn")
        return redirect(url_for("saved.listing"), 303)
    finder = _finder() if kept["watched"] else None
    with context.work() as work:
        saved.save(work, kept["page"], kept["name"], kept["query"], watch_from=finder)
    return redirect(url_for("saved.listing"), 303)


def _list(
    *, typed: dict[int, str] | None = None, problems: list[dict[str, Any]] | None = None
) -> str:
    session, who = context.session(), cast("Principal", context.principal())
    return render_template(
        "saved/list.html",
        groups=saved_view.rows(context.world().places(session), views_of(session, who.user_id)),
        searches=gettext("Searches"),
        typed=typed or {},
        problems=problems or [],
        undo=_undo(),
    )


def _form(page: str, values: Any, problems: list[dict[str, Any]] | None = None) -> str:  # noqa: ANN401  # a form or a mapping
    return render_template(
        "saved/form.html",
        page=page,
        values=values,
        watchable=page == saved.SEARCHES,
        action=request.full_path.rstrip("?"),
        back=saved_view.href(page, saved_view.read(page)),
        problems=problems or [],
    )


def _facility_form(
    slug: str,
    values: Any,  # noqa: ANN401  # a form or an address
    *,
    faults: dict[str, str] | None = None,
    problems: list[dict[str, Any]] | None = None,
) -> str:
    told = [{"field": field, "text": text} for field, text in (faults or {}).items()]
    return render_template(
        "saved/facility.html",
        facility=saved_view.published(slug).facility,
        values=values,
        faults=faults or {},
        problems=[*told, *(problems or [])],
    )


def _switch(
    view_id: int, act: Callable[[Work], SavedView], told: Callable[[str], str]
) -> ResponseReturnValue:
    with context.work() as work:
        name = act(work).name
    flash(told(name), "ok")
    return redirect(url_for("saved.listing", _anchor=f"view-{view_id}"), 303)


def _watched(name: str) -> str:
    told: str = gettext(
        "You get a mail as soon as “%(name)s” finds time that is not free now.", name=name.strip()
    )
    return told


def _finder() -> Finder:
    """What is free now; read before the work begins."""
    return Finder.read(context.world(), context.session(), context.now())


def _undo() -> dict[str, Any] | None:
    """What was removed last, while it can be taken back."""
    kept: dict[str, Any] | None = cookie.get(UNDO)
    if not kept or datetime.fromisoformat(kept["until"]) <= context.now():
        return None
    return kept | {"at": datetime.fromisoformat(kept["until"])}
