"""Photos and plans of a facility: sent to everybody who sees the place, kept by its managers."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, flash, redirect, render_template, request, send_file, url_for
from flask import session as cookie
from flask_babel import gettext

from livinglab.db.queries.photos import photos_of
from livinglab.domain.errors import InvalidInput
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.services import photos
from livinglab.services.photos import MEGABYTE, Given
from livinglab.web import context, photo_view
from livinglab.web.access import public, requires
from livinglab.web.errors import problem_list
from livinglab.web.headers import FOREVER
from livinglab.web.hosting.mine import MANAGERS, managed

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.services.places import PlacedFacility

pages = Blueprint("photos", __name__)
ROWS = "/hosting/<slug>/photos"
ROW = f"{ROWS}/<int(max=2147483647):photo_id>"
UNDO = "removed_photo"
UNDO_FOR = timedelta(minutes=10)
FILE = "file"
"""The name of the form's file, and of its problems."""


@pages.get("/photos/<int(max=2147483647):photo_id>/<sha>/<any(large,small):size>.webp")
@public()
def show(photo_id: int, sha: str, size: str) -> Response:
    """One size of a picture. Its address holds its digest, so it may be kept for ever.

    Raises:
        NotFound: there is none, or its facility is not there for the reader.
    """
    session = context.session()
    places = context.world().places(session)
    photo, place = photos.read_photo(session, places, context.principal(), photo_id, sha, size)
    response = send_file(
        BytesIO(photo.large if size == "large" else photo.small),
        mimetype="image/webp",
        etag=f"{sha}-{size}",
    )
    response.headers["Cache-Control"] = FOREVER if place.published else "private, no-cache"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@pages.get(ROWS)
@requires(*MANAGERS)
def manage(slug: str) -> str:
    """The pictures of a facility, and the form for another."""
    return _page(slug)


@pages.post(ROWS)
@requires(*MANAGERS)
def add(slug: str) -> ResponseReturnValue:
    """Add a picture behind the others."""
    _place(slug)
    upload = request.files.get(FILE)
    limit = context.settings().photo_limit_mb * MEGABYTE
    try:
        made = photos.picture(upload.read(limit + 1) if upload else b"", limit)
        with context.work() as work:
            photo_id = photos.add(work, slug, made, _given()).id
    except InvalidInput as refusal:
        return _page(slug, refusal=refusal), 422
    return _back(slug, photo_id)


@pages.post(ROW)
@requires(*MANAGERS)
def change(slug: str, photo_id: int) -> ResponseReturnValue:
    """Say anew what a picture shows."""
    try:
        with context.work() as work:
            photos.change(work, slug, photo_id, _given())
    except InvalidInput as refusal:
        return _page(slug, of=photo_id, refusal=refusal), 422
    flash(gettext("Saved."), "ok")
    return _back(slug, photo_id)


@pages.post(f"{ROW}/move")
@requires(*MANAGERS)
def move(slug: str, photo_id: int) -> ResponseReturnValue:
    """Move a picture one place; the first one is the one that lists show."""
    steps = -1 if request.form.get("to") == "front" else 1
    with context.work() as work:
        photos.move(work, slug, photo_id, steps)
    return _back(slug, photo_id)


@pages.post(f"{ROW}/remove")
@requires(*MANAGERS)
def remove(slug: str, photo_id: int) -> ResponseReturnValue:
    """Take a picture away; it can be put back for ten minutes."""
    with context.work() as work:
        kind = photos.remove(work, slug, photo_id)
    until = (context.now() + UNDO_FOR).isoformat()
    cookie[UNDO] = {"slug": slug, "id": photo_id, "kind": kind, "until": until}
    return redirect(url_for("photos.manage", slug=slug), 303)


@pages.post(f"{ROWS}/undo")
@requires(*MANAGERS)
def undo(slug: str) -> ResponseReturnValue:
    """Put the picture back that was removed last, within its ten minutes."""
    _place(slug)
    kept = _undo(slug)
    cookie.pop(UNDO, None)
    if kept is None:
        flash(gettext("That was too long ago. Upload the picture again."), "warn")
        return redirect(url_for("photos.manage", slug=slug), 303)
    try:
        with context.work() as work:
            photos.restore(work, slug, kept["id"], kept["kind"])
    except InvalidInput as refusal:
        return _page(slug, refusal=refusal), 422
    return _back(slug, kept["id"])


def _place(slug: str) -> PlacedFacility:
    return managed(context.world().places(context.session()), slug)


def _page(slug: str, *, of: int = 0, refusal: InvalidInput | None = None) -> str:
    """The page; ``refusal`` is of the picture with the id ``of``, or (0) of a new one."""
    place = _place(slug)
    told = problem_list(refusal.problems) if refusal else []
    prefix = f"p{of}-" if of else ""
    return render_template(
        "hosting/photos.html",
        place=place,
        crumb=gettext("Photos and plan"),
        groups=photo_view.by_kind(photos_of(context.session(), place.id)),
        kinds=[(code, gettext(name)) for code, name in photos.KINDS.items()],
        languages=LANGUAGES,
        limit=context.settings().photo_limit_mb,
        most=photos.PHOTOS_PER_FACILITY,
        of=of,
        typed=request.form if refusal else {},
        problems=[problem | {"field": prefix + problem["field"]} for problem in told],
        at=_by_field(told),
        undo=_undo(slug),
    )


def _by_field(told: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for problem in told:
        found.setdefault(problem["field"], []).append(problem)
    return found


def _given() -> Given:
    texts = {code: request.form.get(f"alt_{code}", "") for code in LANGUAGES}
    return Given(request.form.get("kind", "photo"), texts)


def _back(slug: str, photo_id: int) -> ResponseReturnValue:
    return redirect(url_for("photos.manage", slug=slug, _anchor=f"photo-{photo_id}"), 303)


def _undo(slug: str) -> dict[str, Any] | None:
    """What was removed last here, while it can be put back."""
    kept: dict[str, Any] | None = cookie.get(UNDO)
    if not kept or kept["slug"] != slug:
        return None
    until = datetime.fromisoformat(kept["until"])
    return None if until <= context.now() else kept | {"at": until}
