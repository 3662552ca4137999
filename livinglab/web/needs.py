"""Needs in fields, addresses and words, and how a place answers them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext

from livinglab.domain.fit import Verdict
from livinglab.domain.needs import MEASURES, PHASE_COUNTS, THREE_PHASE, Needs, texts_of
from livinglab.domain.needs import asked as asked_of
from livinglab.services.catalogue import answers
from livinglab.web.filters import sentence
from livinglab.web.place_words import quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from livinglab.domain.fit import Reason
    from livinglab.services.availability import Finder
    from livinglab.services.places import PlacedFacility
    from livinglab.web.asked import Asked

PHASES = tuple(map(str, PHASE_COUNTS))
FIRST = ("mass_kg", "current_a")
"""Needs whose fields are always open; the others are folded away until they are asked."""
LABELS = {
    "mass_kg": lazy_gettext("Your robot’s mass"),
    "current_a": lazy_gettext("Power outlet"),
    "floor_kpa": lazy_gettext("Floor carries at least"),
    "door_width_m": lazy_gettext("Door at least wide"),
    "door_height_m": lazy_gettext("Door at least high"),
    "crane_t": lazy_gettext("Crane lifts at least"),
    "air_bar": lazy_gettext("Compressed air, at least"),
}
PILLS = {
    "mass_kg": lazy_gettext("Robot of %(value)s"),
    "current_a": lazy_gettext("Outlet of %(value)s"),
    "floor_kpa": lazy_gettext("Floor for %(value)s"),
    "door_width_m": lazy_gettext("Door %(value)s wide"),
    "door_height_m": lazy_gettext("Door %(value)s high"),
    "crane_t": lazy_gettext("Crane for %(value)s"),
    "air_bar": lazy_gettext("Air at %(value)s"),
}
GLYPHS = {Verdict.YES: "check", Verdict.ASK: "ask", Verdict.NO: "cross"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a place's answer: ``verdict`` colours it, ``glyph`` says it again."""

    verdict: str
    glyph: str
    text: str


def read_needs(asked: Asked) -> Needs:
    """The needs in an address; what makes no sense asks for nothing."""
    found: dict[str, Any] = {
        name: asked.number(name, measure.most, measure.unit) for name, measure in MEASURES.items()
    }
    phases = asked.text("phases")
    if phases and phases not in PHASES:
        asked.faults["phases"] = gettext("Power comes in one phase or three. Write 1 or 3.")
        phases = ""
    return Needs(**found, phases=int(phases or 1))


def told(measure: str, needs: Needs) -> str:
    """A need as the reader set it: Robot of 1,800 kg."""
    value = getattr(needs, measure)
    text = str(PILLS[measure]) % {"value": quantity(value or 0, MEASURES[measure].unit)}
    if measure == "current_a" and needs.phases == THREE_PHASE:
        text = gettext("%(outlet)s, three-phase", outlet=text) if value else gettext("Three-phase")
    return text


def asks(measure: str, needs: Needs) -> bool:
    """Whether anything of a measure is asked."""
    return any(need.measure == measure for need in asked_of(needs))


def asked_amount(measure: str, needs: Needs) -> str:
    """How much of a measure is asked: 1,800 kg."""
    return amount(measure, getattr(needs, measure) or 0)


def amount(measure: str, value: float) -> str:
    """So much of a measure: 1,800 kg."""
    return quantity(value, MEASURES[measure].unit)


def answer_lines(finder: Finder, place: PlacedFacility, needs: Needs) -> tuple[Line, ...]:
    """How the place answers: all that fits in one line, then a line for each other need."""
    return lines(answers(finder, place, asked_of(needs)))


def lines(reasons: Iterable[Reason]) -> tuple[Line, ...]:
    """The same for reasons that are known."""
    fits, others = [], []
    for reason in reasons:
        if reason.verdict is Verdict.YES:
            value = amount(reason.field, reason.available or 0)
            fits.append(str(SHORT.get(reason.field, "%(value)s")) % {"value": value})
        else:
            others.append(line(reason.verdict, sentence(reason.message)))
    if fits:
        return line(Verdict.YES, gettext("Fits: %(what)s", what=", ".join(fits))), *others
    return tuple(others)


SHORT = {
    "door_width_m": lazy_gettext("door %(value)s wide"),
    "door_height_m": lazy_gettext("door %(value)s high"),
    "crane_t": lazy_gettext("crane %(value)s"),
}
"""What needs a word beside its number, in a line with others."""


def line(verdict: Verdict, text: str) -> Line:
    """A line of an answer."""
    return Line(verdict.value, GLYPHS[verdict], text)


def fields(needs: Needs, given: Mapping[str, str], faults: Mapping[str, str]) -> dict[str, Any]:
    """The fields of the filter by their names, as ``_macros/forms.html`` takes them.

    What was typed stays where it makes no sense.
    """
    typed = texts_of(needs)
    return {
        name: {
            "name": name,
            "label": str(LABELS[name]),
            "unit": measure.unit,
            "value": given.get(name, "") if name in faults else typed.get(name, ""),
            "errors": [faults[name]] if name in faults else [],
        }
        for name, measure in MEASURES.items()
    }
