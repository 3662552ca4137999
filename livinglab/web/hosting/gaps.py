"""What firms would like to know of a place and do not find: hints for its host."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

from livinglab.domain.profile import facility_to_json
from livinglab.web.hosting.difference import untranslated
from livinglab.web.hosting.words import LANGUAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from livinglab.domain.facility import Facility


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is not told yet, and the section where it is."""

    section: str
    text: str


def gaps(facility: Facility, today: date) -> list[Gap]:
    """Everything that is not told, the most asked for first."""
    return [*_facts(facility, today), *_translations(facility)]


def _facts(facility: Facility, today: date) -> Iterator[Gap]:
    if facility.price_on(today) is None:
        yield Gap("prices", gettext("no price for today"))
    if not facility.capabilities:
        yield Gap("tests", gettext("what can be tested"))
    if not facility.address:
        yield Gap("place", gettext("address"))
    if facility.directions is None:
        yield Gap("texts", gettext("how to get there"))
    if facility.contact is None:
        yield Gap("place", gettext("whom to ask"))
    if not facility.limits:
        yield Gap("limits", gettext("limits"))


def _translations(facility: Facility) -> Iterator[Gap]:
    for code, number in untranslated(facility_to_json(facility)).items():
        name = str(LANGUAGE_NAMES[code])
        text = ngettext(
            "%(num)d text %(language)s", "%(num)d texts %(language)s", number, language=name
        )
        yield Gap("texts", text)
