"""The steps of the start for real as the page shows them: words, what is missing, the way there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext

from livinglab.web.errors import problem_list
from livinglab.web.filters import sentence

if TYPE_CHECKING:
    from livinglab.services.setup import Checklist, Step

SECTIONS = {
    "deciders": "deciders",
    "hours": "hours",
    "papers": "papers",
    "prices": "prices",
    "facts": "place",
}
"""The section of a host's form in which a step is done."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One step: what it is, whether it is done or need not be, what is missing, where to go."""

    code: str
    title: str
    done: bool
    optional: bool
    lacking: tuple[str, ...]
    href: str
    way: str


def steps(found: Checklist) -> list[Shown]:
    """All steps with the way to do each."""
    return [_shown(step, found) for step in found.steps]


def _shown(step: Step, found: Checklist) -> Shown:
    href, way = _way(step, found)
    lacking = tuple(problem["detail"] for problem in problem_list(step.lacking))
    return Shown(step.code, sentence(step.title), step.done, step.optional, lacking, href, way)


def _way(step: Step, found: Checklist) -> tuple[str, str]:
    """Where the step is done and what the link says; empty where it cannot be done yet."""
    anywhere = {
        "demo": ("" if step.done else "#leave", gettext("What goes")),
        "host": ("", ""),
        "facility": (url_for("setup_import.form"), gettext("Import a file")),
        "mail": (url_for("mail.overview"), gettext("See the mail")),
    }
    if step.code in anywhere:
        return anywhere[step.code]
    if found.place is None:
        return "", ""
    slug = found.place.slug
    if step.code == "photo":
        return url_for("photos.manage", slug=slug), gettext("Add a photo")
    if step.code == "published":
        return url_for("hosting.overview", slug=slug), gettext("See the draft")
    section = SECTIONS[step.code]
    return url_for("hosting_edit.edit", slug=slug, section=section), gettext("Fill in")
