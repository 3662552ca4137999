"""A host's own places: the list, one place at a glance, into the catalogue and out, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.db.queries.hosting import last_changes
from livinglab.domain.errors import IllegalTransition, RulesBroken, StaleVersion
from livinglab.domain.profile import facility_to_json
from livinglab.domain.vocabulary import EDITS_MADE
from livinglab.services import completeness, drafts, editing
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.asked import Asked
from livinglab.web.filters import localised, sentence
from livinglab.web.hosting import words
from livinglab.web.hosting.difference import untranslated
from livinglab.web.hosting.facts import facts
from livinglab.web.hosting.gaps import gaps
from livinglab.web.hosting.mine import MANAGERS, managed, mine, reader
from livinglab.web.hosting.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.services.editing import VersionRow
    from livinglab.services.places import PlacedFacility

pages = Blueprint("hosting", __name__)
PAGE = 50
"""Places on one page of the list."""
MANY = 8
"""From so many places on, the list has a search."""


@pages.get("/hosting")
@requires(*MANAGERS)
def listing() -> str:
    """The reader's facilities and drafts: where each stands and what it lacks."""
    session, asked = context.session(), Asked(request.args)
    everything = mine(context.world().places(session))
    query = asked.text("q").casefold()
    found = [place for place in everything if query in _searched(place)]
    start = _start(asked.text("page"), len(found))
    shown = found[start : start + PAGE]
    changes = last_changes(session, [place.id for place in shown])
    today = context.world().today(context.now())
    return render_template(
        "hosting/list.html",
        rows=[(place, gaps(place.facility, today), changes.get(place.id)) for place in shown],
        total=len(everything),
        count=len(found),
        start=start,
        step=PAGE,
        query=asked.text("q"),
        searchable=len(everything) > MANY,
        edits=EDITS_MADE,
    )


@pages.get("/hosting/<slug>")
@requires(*MANAGERS)
def overview(slug: str) -> str:
    """One place, section by section.

    Raises:
        NotFound: there is no such facility that the reader keeps.
    """
    session, world = context.session(), context.world()
    place = managed(world.places(session), slug)
    document = facility_to_json(place.facility)
    history = editing.versions(session, reader(), slug)
    return render_template(
        "hosting/overview.html",
        place=place,
        facility=place.facility,
        sections=[
            (section, facts(place.facility, name), untranslated(document, section))
            for name, section in SECTIONS.items()
        ],
        languages=words.LANGUAGE_NAMES,
        required=_lacking(place),
        gaps=gaps(place.facility, world.today(context.now())),
        last=history[0] if history else None,
        changed=words.changed_in_words(history[0].changed) if history else "",
        can_undo=_can_undo(history),
        deletable=not any(row.published for row in history),
        edits=EDITS_MADE,
    )


@pages.post("/hosting/<slug>/publish")
@requires(*MANAGERS)
def publish(slug: str) -> ResponseReturnValue:
    """Put the place into the catalogue."""
    told = gettext("In the catalogue now: firms see it and can ask for time.")
    return _act(slug, editing.publish, told)


@pages.post("/hosting/<slug>/withdraw")
@requires(*MANAGERS)
def withdraw(slug: str) -> ResponseReturnValue:
    """Take the place off the catalogue."""
    told = gettext("Off the catalogue. What was agreed stays as it is.")
    return _act(slug, editing.withdraw, told)


@pages.post("/hosting/<slug>/undo")
@requires(*MANAGERS)
def undo(slug: str) -> ResponseReturnValue:
    """Go back to what stood before the last change."""
    return _act(slug, editing.undo, gettext("Taken back: it is as it was before the last change."))


@pages.post("/hosting/<slug>/delete")
@requires(*MANAGERS)
def delete(slug: str) -> ResponseReturnValue:
    """Delete a draft that firms never saw."""
    gone = redirect(url_for("hosting.listing"), 303)
    return _act(slug, drafts.remove, gettext("The draft is deleted."), gone)


def _act(
    slug: str,
    action: Any,  # noqa: ANN401  # a use case
    told: str,
    following: ResponseReturnValue | None = None,
) -> ResponseReturnValue:
    """Do it, say so and go on to ``following``, or to the place's page, as after a refusal."""
    back = redirect(url_for("hosting.overview", slug=slug), 303)
    managed(context.world().places(context.session()), slug)
    try:
        with context.work() as work:
            action(work, slug, request.form.get("version", type=int))
        flash(told, "ok")
        return following or back
    except (IllegalTransition, StaleVersion) as refusal:
        flash(sentence(refusal.message), "bad")
    except RulesBroken as refusal:
        for problem in words.told(refusal.problems):
            flash(problem["detail"], "bad")
    return back


def _lacking(place: PlacedFacility) -> list[dict[str, Any]]:
    """What must be there before a draft may be published, with the section where it is given."""
    if place.published:
        return []
    problems = completeness.missing(context.session(), context.world(), context.now(), place)
    told = words.told(problems)
    for problem in told:
        found = (name for name, section in SECTIONS.items() if section.owns(problem["field"]))
        problem["section"] = next(found, None)
    return told


def _can_undo(history: Sequence[VersionRow]) -> bool:
    """Whether the newest version is a change with something before it."""
    return len(history) > 1 and history[0].action in editing.PROFILE_EDITS


def _searched(place: PlacedFacility) -> str:
    facility = place.facility
    return f"{localised(facility.name)} {facility.municipality} {place.slug}".casefold()


def _start(page: str, count: int) -> int:
    number = int(page) if page.isdecimal() and len(page) < 5 else 1  # noqa: PLR2004  # four digits
    last = max(count - 1, 0) // PAGE
    return PAGE * min(max(number - 1, 0), last)
