"""Closing time: coming closures of one's facilities, a new one, and opening again with undo."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext

from livinglab.db.queries import board as queries
from livinglab.domain.access import may_manage_facility
from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.vocabulary import BLOCK_KINDS, LANGUAGES
from livinglab.services import blocks
from livinglab.web import block_form, context
from livinglab.web.access import requires
from livinglab.web.errors import problem_list
from livinglab.web.filters import localised, time_range
from livinglab.web.language import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.db.queries.board import BookingRow
    from livinglab.domain.access import Principal
    from livinglab.services.blocks import BlockInput
    from livinglab.services.places import PlacedResource, Places

pages = Blueprint("blocks", __name__)
MANAGERS = ("facility_manager", "coordinator", "admin")
AHEAD = timedelta(days=800)
UNDO = "opened_again"
UNDO_FOR = timedelta(minutes=10)


@pages.get("/blocks")
@requires(*MANAGERS)
def listing() -> str:
    """Coming and running closures of the reader's facilities."""
    session, now = context.session(), context.now()
    places = context.world().places(session)
    items = _mine(places)
    found: dict[int, list[queries.BlockRow]] = {}
    for row in queries.blocks(session, [item.id for item in items], now, now + AHEAD):
        found.setdefault(row.resource_id, []).append(row)
    groups: dict[str, list[tuple[PlacedResource, queries.BlockRow]]] = {}
    for item in items:
        rows = [(item, row) for row in found.get(item.id, [])]
        if rows:
            groups.setdefault(localised(item.facility.name), []).extend(rows)
    return render_template("blocks/list.html", groups=groups, kinds=BLOCK_KINDS, undo=_undo())


@pages.get("/blocks/new")
@requires(*MANAGERS)
def new() -> str:
    """The form; ``resource``, ``start`` and ``end`` in the address fill it."""
    return _form(request.args.getlist("resource"), request.args)


@pages.post("/blocks/new")
@requires(*MANAGERS)
def close() -> ResponseReturnValue:
    """Close the time; where stays lie in it, only after they were shown."""
    places = context.world().places(context.session())
    who = cast("Principal", context.principal())
    form = request.form
    given, problems = _read(places, who)
    if given is None or "change" in form:
        return _form(form.getlist("resource"), form, problems), 422 if problems else 200
    items = [places.resources[slug] for slug in given.resources]
    touched = _touched(items, given)
    if touched and form.get("confirmed") != "y":
        return _confirm(given, items, touched)
    with context.work() as work:
        blocks.add(work, given)
    span = time_range(given.start, given.end, items[0].facility.zone)
    names = ", ".join(localised(item.resource.name) for item in items)
    flash(gettext("Closed: %(names)s, %(time)s.", names=names, time=span), "ok")
    if touched:
        flash(gettext("The stays in it are clashes now. Move or cancel each of them."), "warn")
        return redirect(_board_at(given), 303)
    return redirect(url_for("blocks.listing"), 303)


@pages.post("/blocks/<int(max=2147483647):block_id>/open")
@requires(*MANAGERS)
def open_again(block_id: int) -> ResponseReturnValue:
    """Open closed time again; it can be taken back for ten minutes."""
    with context.work() as work:
        row = blocks.remove(work, block_id)
        item = work.world.places(work.session).by_id[row.resource_id]
        kept = {
            "resource": item.slug,
            "kind": row.kind,
            "start": row.starts_at.isoformat(),
            "end": row.ends_at.isoformat(),
            "reason": dict(row.reason),
            "until": (context.now() + UNDO_FOR).isoformat(),
        }
    cookie[UNDO] = kept
    return redirect(url_for("blocks.listing"), 303)


@pages.post("/blocks/undo")
@requires(*MANAGERS)
def undo() -> ResponseReturnValue:
    """Close again what was opened last, within its ten minutes."""
    kept = _undo()
    cookie.pop(UNDO, None)
    if kept is None:
        flash(gettext("That was too long ago. Close the time anew."), "warn")
        return redirect(url_for("blocks.new"), 303)
    with context.work() as work:
        blocks.add(work, kept["given"])
    flash(gettext("Closed again: %(name)s, %(time)s.", name=kept["name"], time=kept["time"]), "ok")
    return redirect(url_for("blocks.listing"), 303)


def _mine(places: Places) -> list[PlacedResource]:
    who = cast("Principal", context.principal())
    return [item for item in places.bookable() if may_manage_facility(who, item.place.slug)]


def _read(places: Places, who: Principal) -> tuple[BlockInput | None, Sequence[Problem]]:
    """The form's block if nothing is wrong with it."""
    found = block_form.read(request.form, places, language())
    if found.given is None:
        return None, found.problems
    try:
        blocks.checked(places, who, found.given)
    except InvalidInput as refusal:
        return None, refusal.problems
    return found.given, ()


def _form(chosen: list[str], values: Any, problems: Sequence[Problem] = ()) -> str:  # noqa: ANN401  # a form or an address
    places = context.world().places(context.session())
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in _mine(places):
        names = groups.setdefault(localised(item.facility.name), [])
        names.append((item.slug, localised(item.resource.name)))
    told = problem_list(problems)
    return render_template(
        "blocks/form.html",
        groups=groups,
        chosen=chosen,
        values=values,
        kinds=[(code, gettext(name)) for code, name in BLOCK_KINDS.items()],
        others=[code for code in LANGUAGES if code != language()],
        problems=told,
        at={name: [p for p in told if p["field"] == name] for name in ("start", "end")},
        repeated={p.field for p in problems if p.code == block_form.REPEATED}
        | {name for name in ("start", "end") if values.get(f"{name}_pass")},
    )


def _touched(items: Sequence[PlacedResource], given: BlockInput) -> list[BookingRow]:
    """Stays that lie where the block would; a buffer beside one may be closed."""
    who = cast("Principal", context.principal())
    ids = [item.id for item in items]
    rows = queries.bookings(context.session(), who, ids, given.start, given.end)
    return [row for row in rows if row.starts_at < given.end and given.start < row.ends_at]


def _confirm(
    given: BlockInput, items: Sequence[PlacedResource], touched: Sequence[BookingRow]
) -> str:
    by_id = {item.id: item for item in items}
    zone_name = items[0].facility.zone
    return render_template(
        "blocks/confirm.html",
        names=[localised(item.resource.name) for item in items],
        time=time_range(given.start, given.end, zone_name),
        fields=[(name, value) for name, value in request.form.items(multi=True)],
        touched=[
            {
                "row": row,
                "place": localised(by_id[row.resource_id].resource.name),
                "time": time_range(row.starts_at, row.ends_at, zone_name),
                "href": f"{request.script_root}/inbox/{row.ref}" if row.visible else None,
            }
            for row in touched
        ],
    )


def _board_at(given: BlockInput) -> str:
    return url_for("board.overview", **{"from": given.start.date().isoformat()})  # type: ignore[arg-type]  # "from" is a keyword


def _undo() -> dict[str, Any] | None:
    """What was opened last, while it can be taken back."""
    kept = cookie.get(UNDO)
    if not kept or datetime.fromisoformat(kept["until"]) <= context.now():
        return None
    item = context.world().places(context.session()).resources.get(kept["resource"])
    if item is None:
        return None
    start, end = datetime.fromisoformat(kept["start"]), datetime.fromisoformat(kept["end"])
    return {
        "given": blocks.BlockInput((item.slug,), kept["kind"], start, end, kept["reason"]),
        "name": localised(item.resource.name),
        "time": time_range(start, end, item.facility.zone),
        "until": datetime.fromisoformat(kept["until"]),
    }
