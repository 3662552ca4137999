"""The form that closes time: wall-clock times of the place in, a block out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.domain.zones import MissingTime, RepeatedTime, instant, zone
from livinglab.services.blocks import BlockInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from livinglab.services.places import Places

PORI = "Europe/Helsinki"
YEARS = range(2000, 2100)
REPEATED = "repeated_time"
"""Code of the problem after which the form asks which of the two hours is meant."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the form says: the block, or every problem with it."""

    given: BlockInput | None
    problems: tuple[Problem, ...]


def read(form: MultiDict[str, str], places: Places, language: str) -> Read:
    """The block of a form; times are those on the wall of the first resource's place."""
    resources = tuple(form.getlist("resource"))
    item = next((places.resources[slug] for slug in resources if slug in places.resources), None)
    zone_name = item.facility.zone if item else PORI
    faults: list[Problem] = []
    start = moment(form, "start", zone_name, faults)
    end = moment(form, "end", zone_name, faults)
    if start is None or end is None:
        return Read(None, tuple(faults))
    texts = {code: form.get(f"reason_{code}", "") for code in LANGUAGES}
    texts[language] = form.get("reason", "")
    own_first = {language: texts.pop(language), **texts}
    return Read(BlockInput(resources, form.get("kind", ""), start, end, own_first), ())


def moment(
    form: Mapping[str, str], name: str, zone_name: str, faults: list[Problem]
) -> datetime | None:
    """The instant of a field, or None and one more of the ``faults``."""
    try:
        return _instant(form.get(name, ""), zone_name, _fold(form.get(f"{name}_pass", "")))
    except (MissingTime, RepeatedTime) as error:
        faults.append(Problem(error.code, name, error.message))
    except InvalidInput as refusal:
        faults += [Problem(p.code, name, p.message) for p in refusal.problems]
    return None


def _instant(text: str, zone_name: str, fold: Literal[0, 1] | None) -> datetime:
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        local = None
    if local is None or local.tzinfo is not None or local.year not in YEARS:
        message = Message(N_("Give a date and a time, such as 1 Mar 2027 at 07:00."))
        raise InvalidInput.of(Problem("not_a_time", "", message))
    return instant(local, zone(zone_name), fold)


def _fold(text: str) -> Literal[0, 1] | None:
    if text == "0":
        return 0
    return 1 if text == "1" else None
