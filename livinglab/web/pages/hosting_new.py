"""A new place as a draft: copied from one that exists, or nearly empty."""

from __future__ import annotations

import secrets
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.db.queries.hosting import hosts
from livinglab.domain.errors import InvalidInput
from livinglab.domain.messages import Message
from livinglab.domain.profile import facility_to_json
from livinglab.domain.vocabulary import FACILITY_KINDS
from livinglab.services import editing
from livinglab.services.idempotency import Attempt, Reply, once
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.filters import localised, sentence
from livinglab.web.hosting import drafts, words
from livinglab.web.hosting.kinds import TEXT, WORDS
from livinglab.web.hosting.mine import MANAGERS, mine, reader
from livinglab.web.hosting.tree import grow
from livinglab.web.hosting.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.db.queries.hosting import Host
    from livinglab.domain.errors import Problem
    from livinglab.web.hosting.tree import Typed

pages = Blueprint("hosting_new", __name__)
FIELDS = ("source", "name", "summary", "kind", "municipality", "host")
ROUTE = "/hosting/new"
KEY_LENGTH, LONGEST_KEY = 16, 200


@pages.get("/hosting/new")
@requires(*MANAGERS)
def form() -> str:
    """The few questions a draft begins with; ``source`` in the address names what to copy."""
    tree: dict[str, Typed] = {"kind": "hall"}
    places = context.world().places(context.session())
    source = places.facilities.get(request.args.get("source", ""))
    if source in mine(places) and source is not None:
        document = facility_to_json(source.facility)
        tree = {"source": source.slug, "host": source.facility.host_id}
        tree |= {name: WORDS.show(document[name]) for name in ("name", "summary")}
        tree |= {name: document[name] for name in ("kind", "municipality")}
    return _form(tree)


@pages.post("/hosting/new")
@requires(*MANAGERS)
def create() -> ResponseReturnValue:
    """Make the draft and go on with it."""
    tree = grow(request.form.items(), FIELDS)
    places = context.world().places(context.session())
    listed = _hosts()
    chosen = next((host for host in listed if host.slug == tree.get("host")), None)
    if chosen is None and len(listed) == 1:
        chosen = listed[0]
    if chosen is None:
        return _form(tree, no_host=True), HTTPStatus.UNPROCESSABLE_ENTITY
    start = drafts.Start(
        WORDS.read(tree.get("name")),
        WORDS.read(tree.get("summary")),
        str(tree.get("kind", "")),
        TEXT.read(tree.get("municipality")),
        chosen,
    )
    slug = drafts.slug_of(start.name, places.facilities)
    source = {place.slug: place.facility for place in mine(places)}.get(str(tree.get("source")))
    document = drafts.copy(source, start, slug) if source else drafts.empty(start, slug)
    try:
        with context.work() as work:
            made = once(
                work,
                Attempt(f"person:{reader().user_id}", ROUTE, _key(), ""),
                lambda: Reply(HTTPStatus.CREATED, editing.create(work, document).slug.encode()),
            )
    except InvalidInput as refusal:
        return _form(tree, refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("A draft. Firms see it when you put it into the catalogue."), "ok")
    return redirect(url_for("hosting.overview", slug=made.body.decode()), 303)


def _key() -> str:
    """One for each form and what it says: the same sent twice makes one draft."""
    key = request.form.get("key", "")[:LONGEST_KEY] or secrets.token_urlsafe(KEY_LENGTH)
    typed = sorted(pair for pair in request.form.items() if pair[0] not in {"key", "csrf_token"})
    return sha256(repr((key, typed)).encode(errors="replace")).hexdigest()


def _form(
    tree: dict[str, Typed], problems: Sequence[Problem] = (), *, no_host: bool = False
) -> str:
    told = [entry for entry in words.told(problems) if entry["field"].split(".")[0] in FIELDS]
    if no_host:
        told.append({"field": "host", "detail": gettext("Choose whose place it is.")})
    places = context.world().places(context.session())
    return render_template(
        "hosting/new.html",
        key=request.form.get("key", "")[:LONGEST_KEY] or secrets.token_urlsafe(KEY_LENGTH),
        view=View(None, tree, told),
        sources=[(place.slug, localised(place.facility.name)) for place in mine(places)],
        kinds=[(code, sentence(Message(name))) for code, name in FACILITY_KINDS.items()],
        hosts=[(host.slug, host.name) for host in _hosts()],
    )


def _hosts() -> list[Host]:
    """Hosts at which the reader may make a place."""
    who: Any = reader()
    listed = hosts(context.session())
    if who.has("coordinator") or who.has("admin"):
        return listed
    return [host for host in listed if host.id == who.organisation_id]
