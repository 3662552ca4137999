"""Saving a place: what the change touches is shown first; who was faster is told."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from livinglab.domain.errors import InvalidInput
from livinglab.services import editing
from livinglab.web import context
from livinglab.web.filters import day_range, localised, sentence, time_range
from livinglab.web.hosting.difference import Difference, differences
from livinglab.web.hosting.mine import reader
from livinglab.web.hosting.words import changed_in_words, space_names

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.facility import Facility
    from livinglab.services.editing import Consequences, TouchedStay, TouchedWish, VersionRow
    from livinglab.services.places import PlacedFacility
    from livinglab.web.hosting.sections import Section

CONFIRMED = "confirmed"
OF_TIME = ("resources", "closures")
"""Members of the document whose changes may leave stays in closed time."""


@dataclass(frozen=True, slots=True)
class Stale:
    """What others changed since the form was opened, newest first.

    ``replaced``: what they said in the same section, and saving would replace.
    """

    changes: list[tuple[VersionRow, str]]
    replaced: list[Difference]


@dataclass(frozen=True, slots=True)
class Touched:
    """A stay or wish on the page that asks for confirmation."""

    kind: str
    title: str
    about: str
    where: str
    when: str
    why: str
    href: str | None


def changed_since(
    place: PlacedFacility, section: Section, typed: Facility, version: int | None
) -> Stale:
    """What was saved after that version, and what of it the typed section would replace."""
    history = editing.versions(context.session(), reader(), place.slug)
    newer = [row for row in history if version is None or row.number > version]
    collides = any(section.owns(path) for row in newer for path in row.changed)
    return Stale(
        [(row, changed_in_words(row.changed)) for row in newer],
        differences(place.facility, typed) if collides else [],
    )


def would_touch(place: PlacedFacility, document: dict[str, object]) -> str:
    """How many stays and wishes saving the document would touch, in words."""
    return counted(_found(place, document))


def keep(
    place: PlacedFacility, act: str, document: dict[str, object], note: str = ""
) -> ResponseReturnValue:
    """Save the document, once the reader has seen what that touches.

    Raises:
        InvalidInput: something agreed stands on what the change takes away.
        StaleVersion, VersionMissing: the form is of another version.
    """
    found = _found(place, document)
    if found.refused:
        raise InvalidInput.of(*found.refused)
    back = redirect(url_for("hosting.overview", slug=place.slug), 303)
    if not found.changed:
        flash(gettext("Nothing was changed, so nothing was saved."), "info")
        return back
    if found.touches and request.form.get(CONFIRMED) != _mark(found):
        return _confirm(place, act, found)
    with context.work() as work:
        version = request.form.get("version", type=int)
        editing.change(work, place.slug, document, version, note)
    what = changed_in_words(found.changed, space_names(place.facility))
    flash(gettext("Saved: %(what)s.", what=what), "ok")
    if found.stays and any(path.startswith(OF_TIME) for path in found.changed):
        told = gettext("What was agreed stays as it is. Move or cancel the stays that cannot be.")
        flash(told, "warn")
    return back


def _found(place: PlacedFacility, document: dict[str, object]) -> Consequences:
    session, world, now = context.session(), context.world(), context.now()
    return editing.consequences(session, world, now, reader(), place.slug, document)


def _mark(found: Consequences) -> str:
    """Names what was shown: somebody may book between the page and its button."""
    refs = sorted({item.ref for item in found.stays} | {item.ref for item in found.wishes})
    return sha256(" ".join(refs).encode()).hexdigest()


def _confirm(place: PlacedFacility, act: str, found: Consequences) -> str:
    names = {unit.slug: localised(unit.name) for unit in place.facility.resources}
    return render_template(
        "hosting/confirm.html",
        place=place,
        touched=[
            *(_stay(item, names, place.facility.zone) for item in found.stays),
            *map(_wish, found.wishes),
        ],
        counted=counted(found),
        what=changed_in_words(found.changed, space_names(place.facility)),
        button=f"{act}; {counted(found)}",
        mark=_mark(found),
        fields=list(request.form.items(multi=True)),
    )


def counted(found: Consequences) -> str:
    """How many stays and wishes; one that is touched for two reasons is one."""
    stays = len({(stay.ref, stay.resource, stay.start) for stay in found.stays})
    wishes = len({(wish.ref, wish.first, wish.last) for wish in found.wishes})
    parts = []
    if stays:
        parts.append(ngettext("%(num)d stay is touched", "%(num)d stays are touched", stays))
    if wishes:
        parts.append(ngettext("%(num)d wish is touched", "%(num)d wishes are touched", wishes))
    return ", ".join(parts)


def _stay(item: TouchedStay, names: dict[str, str], zone: str) -> Touched:
    when = time_range(item.start, item.end, zone)
    return _touched("stay", item, names.get(item.resource, item.resource), when)


def _wish(item: TouchedWish) -> Touched:
    return _touched("wish", item, "", day_range(item.first, item.last))


def _touched(kind: str, item: TouchedStay | TouchedWish, where: str, when: str) -> Touched:
    seen = item.title is not None
    return Touched(
        kind,
        item.title or gettext("Another firm"),
        f"{item.ref} · {item.company}" if seen else "",
        where,
        when,
        sentence(item.why),
        url_for("decision.show", ref=item.ref) if seen else None,
    )
