"""Giving closed time another start or end: what that does is shown before it is saved.

Dragging an end on the board opens the same address as the form, so whoever cannot drag misses
nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.db.queries import board as queries
from livinglab.domain.errors import InvalidInput, Problem, StaleVersion
from livinglab.domain.messages import N_, Message
from livinglab.domain.zones import zone
from livinglab.services import blocks
from livinglab.web import block_form, context
from livinglab.web.access import requires
from livinglab.web.errors import problem_list, status_of
from livinglab.web.filters import localised, sentence, time_range
from livinglab.web.safe import local_address

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.db.queries.board import BookingRow
    from livinglab.db.tables import Block
    from livinglab.domain.access import Principal
    from livinglab.services.blocks import Span
    from livinglab.services.places import PlacedResource

pages = Blueprint("block_change", __name__)
MANAGERS = ("facility_manager", "coordinator", "admin")
ENDS = ("start", "end")


@pages.get("/blocks/<int(max=2147483647):block_id>/change")
@requires(*MANAGERS)
def ask(block_id: int) -> str:
    """The form; with ``start`` or ``end`` (wall clock) also what such a time does."""
    block, item = _found(block_id)
    wanted, problems = _read(request.args, block, item)
    return _page(block, item, request.args, wanted, problems)


@pages.post("/blocks/<int(max=2147483647):block_id>/change")
@requires(*MANAGERS)
def change(block_id: int) -> ResponseReturnValue:
    """Save the new time, if the block still has the one that was shown."""
    block, item = _found(block_id)
    form = request.form
    wanted, problems = _read(form, block, item)
    known, row_id = _known(form), block.id
    if wanted is None:
        return _page(block, item, form, None, problems), 422
    try:
        with context.work() as work:
            blocks.reshape(work, row_id, known, wanted)
    except StaleVersion as refusal:
        block, item = _found(block_id)
        told = sentence(refusal.message)
        return _page(block, item, form, wanted, told=told), status_of(refusal, page=True)
    span = time_range(*wanted, item.facility.zone)
    name = localised(item.resource.name)
    flash(gettext("Closed now: %(name)s, %(time)s.", name=name, time=span), "ok")
    return redirect(_back(form, wanted), 303)


def _found(block_id: int) -> tuple[Block, PlacedResource]:
    who = cast("Principal", context.principal())
    return blocks.found(context.session(), context.world(), who, block_id)


def _read(
    asked: Mapping[str, str], block: Block, item: PlacedResource
) -> tuple[Span | None, Sequence[Problem]]:
    """The time asked for, or None; an end that is not named stays where it is."""
    if not any(name in asked for name in ENDS):
        return None, ()
    faults: list[Problem] = []
    now = {"start": block.starts_at, "end": block.ends_at}
    start, end = (
        block_form.moment(asked, name, item.facility.zone, faults) if name in asked else now[name]
        for name in ENDS
    )
    if start is None or end is None:
        return None, faults
    given = blocks.as_given(block, item)
    try:
        blocks.checked(
            context.world().places(context.session()),
            cast("Principal", context.principal()),
            blocks.BlockInput(given.resources, given.kind, start, end, given.reason),
        )
    except InvalidInput as refusal:
        return None, refusal.problems
    return (start, end), ()


def _known(form: Mapping[str, str]) -> Span:
    """The time that the page showed.

    Raises:
        InvalidInput: the form does not say.
    """
    try:
        start, end = (datetime.fromisoformat(form.get(f"known_{name}", "")) for name in ENDS)
    except ValueError:
        text = Message(N_("Give a date and a time, such as 1 Mar 2027 at 07:00."))
        raise InvalidInput.of(Problem("not_a_time", "start", text)) from None
    return start, end


def _page(
    block: Block,
    item: PlacedResource,
    asked: Mapping[str, str],
    wanted: Span | None,
    problems: Sequence[Problem] = (),
    told: str = "",
) -> str:
    now, tz = (block.starts_at, block.ends_at), item.facility.zone
    over, freed = _bookings(item, now, wanted) if wanted else ([], [])
    told_problems = problem_list(problems)
    written = dict(zip(ENDS, wanted or now, strict=True))
    return render_template(
        "blocks/change.html",
        block=block,
        item=item,
        zone=tz,
        known=now,
        wanted=wanted,
        same=wanted == now,
        over=over,
        freed=freed,
        values={
            name: asked.get(name) or f"{written[name].astimezone(zone(tz)):%Y-%m-%dT%H:%M}"
            for name in ENDS
        },
        passes={name: asked.get(f"{name}_pass", "") for name in ENDS},
        problems=told_problems,
        told=told,
        at={name: [p for p in told_problems if p["field"] == name] for name in ENDS},
        repeated={p.field for p in problems if p.code == block_form.REPEATED}
        | {name for name in ENDS if asked.get(f"{name}_pass")},
        back=_back(asked, wanted or now),
    )


def _bookings(
    item: PlacedResource, now: Span, wanted: Span
) -> tuple[list[BookingRow], list[BookingRow]]:
    """Stays over which it would lie and now does not; then those that it would lie over no more."""
    who = cast("Principal", context.principal())
    span = min(now[0], wanted[0]), max(now[1], wanted[1])
    rows = queries.bookings(context.session(), who, [item.id], *span)

    def under(row: BookingRow, closed: Span) -> bool:
        return row.starts_at < closed[1] and closed[0] < row.ends_at

    return (
        [row for row in rows if under(row, wanted) and not under(row, now)],
        [row for row in rows if under(row, now) and not under(row, wanted)],
    )


def _back(asked: Mapping[str, str], span: Span) -> str:
    """The board that was left, else the one that shows the time."""
    wanted = asked.get("back", "")[:2000]
    if wanted:
        return local_address(wanted)
    return url_for("board.overview", **{"from": span[0].date().isoformat()})  # type: ignore[arg-type]  # "from" is a keyword
