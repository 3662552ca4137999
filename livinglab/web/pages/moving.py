"""Moving a stay from the board: where to, what that does, doing it, and back within a minute.

Dropping a bar opens the same address as the form, so whoever cannot drag misses nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext

from livinglab.domain import errors
from livinglab.domain.errors import NotFound, Refusal
from livinglab.domain.pilot import STATE_NAMES
from livinglab.services import evidence, put_back, shift
from livinglab.services.moves import Command
from livinglab.web import context, decision_view
from livinglab.web.access import requires
from livinglab.web.asked import Asked
from livinglab.web.errors import problem_list, status_of
from livinglab.web.filters import localised, sentence, time_range
from livinglab.web.safe import local_address
from livinglab.web.slot_form import slot_of, whole_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.services.choices import Choice
    from livinglab.services.shift import Effect, Prospect, Subject

pages = Blueprint("moving", __name__)
MANAGERS = ("facility_manager", "coordinator", "admin")
UNDO = "moved"
KEPT = (errors.StaleVersion, errors.VersionMissing, errors.SlotTaken, errors.InvalidInput)
"""Refusals after which the page is shown again."""


@pages.get("/board/move")
@requires(*MANAGERS)
def ask() -> str:
    """Where the stay of ``booking`` goes; with ``start`` (and ``resource``) what that does."""
    asked = Asked(request.args)
    return _page(asked, whole_of(asked.text("booking")))


@pages.post("/board/move")
@requires(*MANAGERS)
def move() -> ResponseReturnValue:
    """Move it, and show the board with the way back."""
    asked = Asked(request.form)
    booking = whole_of(asked.text("booking"))
    try:
        slot = slot_of(request.form.get("slot", ""))
        subject = _subject(booking)
        if slot.period != subject.held.period:
            raise NotFound
        version, note = whole_of(asked.text("version")), request.form.get("note", "")
        with context.work() as work:
            pilot = put_back.move(work, subject.ref, Command(version, note, slots=(slot,)))
            places = context.world().places(work.session)
            outlived = evidence.outlived(work.session, places, pilot)
    except KEPT as refusal:
        return _page(asked, booking, refusal), status_of(refusal, page=True)
    _remember(subject)
    place = context.world().places(context.session()).resources[slot.resource]
    when = time_range(slot.start, slot.end, place.facility.zone)
    told = {"title": subject.title, "name": localised(place.resource.name), "time": when}
    flash(gettext("Moved: %(title)s, %(name)s, %(time)s. The firm gets a mail.", **told), "ok")
    for flaw in outlived:
        flash(sentence(flaw.message), "warn")
    return redirect(_back(asked, slot.start.date()), 303)


@pages.post("/board/move/undo")
@requires(*MANAGERS)
def undo() -> ResponseReturnValue:
    """Move the stay back to where it was."""
    kept = undoable()
    cookie.pop(UNDO, None)
    back = redirect(local_address(request.form.get("back")), 303)
    if kept is None:
        flash(gettext("That was more than a minute ago. Move the stay anew."), "warn")
        return back
    try:
        command = Command(kept["version"], slots=(slot_of(kept["slot"]),))
        with context.work() as work:
            told = put_back.put_back(work, kept["ref"], command)
    except Refusal as refusal:
        why = sentence(refusal.message)
        flash(gettext("Not moved back: %(title)s. %(why)s", title=kept["title"], why=why), "bad")
        return back
    if told:
        flash(gettext("Moved back: %(title)s. The firm is told.", title=kept["title"]), "ok")
    else:
        flash(gettext("Moved back: %(title)s. No mail went out.", title=kept["title"]), "ok")
    return back


def undoable() -> dict[str, Any] | None:
    """What the reader moved within the last minute, as :func:`undo` takes it."""
    kept: dict[str, Any] | None = cookie.get(UNDO)
    if not kept or datetime.fromisoformat(kept["until"]) <= context.now():
        return None
    return kept


def _subject(booking: int | None) -> Subject:
    if booking is None:
        raise NotFound
    who = cast("Principal", context.principal())
    return shift.subject(context.session(), context.world(), who, context.now(), booking)


def _page(asked: Asked, booking: int | None, refusal: Refusal | None = None) -> str:
    if booking is None:
        raise NotFound
    who = cast("Principal", context.principal())
    session, world, now = context.session(), context.world(), context.now()
    day = asked.day("start")
    prospect = effect = None
    if day is None:
        subject = shift.subject(session, world, who, now, booking)
    else:
        wanted = (asked.text("resource"), day, whole_of(asked.text("at")))
        prospect = shift.look(session, world, who, now, booking, wanted)
        subject = prospect.subject
    told = refusal.message if refusal else None
    if prospect is not None:
        told = told or prospect.problem
        if prospect.choice is not None:
            try:
                effect = _effect(prospect, prospect.choice)
            except Refusal as refused:
                told = refused.message
    return render_template(
        "board/move.html",
        subject=subject,
        prospect=prospect,
        effect=effect,
        told=told,
        problems=problem_list(refusal.problems) if refusal else [],
        same=prospect is not None and prospect.choice == subject.held,
        note=asked.text("note", 5000),
        day=day or asked.text("start") or subject.held.stay.first_day,
        back=_back(asked, (day or subject.held.stay.first_day)),
        faults=asked.faults,
        resource=(prospect.item if prospect else subject.held.item).slug,
        targets=_targets(subject),
        firm_clock=_firm_clock(subject, prospect),
        states=STATE_NAMES,
        view=decision_view,
    )


def _effect(prospect: Prospect, choice: Choice) -> Effect:
    """What the move does. The unit of work ends without having changed anything."""
    command = Command(prospect.subject.version, slots=(choice.slot,))
    with context.work() as work:
        return shift.rehearse(work, prospect.subject.ref, command)


def _firm_clock(subject: Subject, prospect: Prospect | None) -> str:
    """The new time on the clock of the person who asked, where that differs; its city."""
    choice = prospect.choice if prospect else None
    if choice is None:
        return ""
    slot, here = choice.slot, choice.item.facility.zone
    there = time_range(slot.start, slot.end, subject.zone)
    if there == time_range(slot.start, slot.end, here):
        return ""
    return f"{there} ({subject.zone.rpartition('/')[2].replace('_', ' ')})"


def _targets(subject: Subject) -> dict[str, list[tuple[str, str]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in subject.targets:
        names = groups.setdefault(localised(item.facility.name), [])
        names.append((item.slug, localised(item.resource.name)))
    return groups


def _remember(subject: Subject) -> None:
    """Keep the way back, with the version that the move has made."""
    cookie[UNDO] = {
        "ref": subject.ref,
        "title": subject.title,
        "version": subject.version + 1,
        "slot": decision_view.choice_value(subject.held),
        "until": (context.now() + put_back.FOR).isoformat(),
    }


def _back(asked: Asked, day: date) -> str:
    """The board that was left, else the one that shows the new time."""
    wanted = asked.text("back", 2000)
    if wanted:
        return local_address(wanted)
    return url_for("board.overview", **{"from": day.isoformat()})  # type: ignore[arg-type]  # "from" is a keyword
