"""Where a robot fits: yes, ask or no for every place, with numbers and the earliest start.

A GET form, for anybody: the address is the article, and can be shared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request
from flask_babel import gettext

from livinglab.domain.messages import Message
from livinglab.domain.request_json import LABELS
from livinglab.domain.vocabulary import (
    AI_RISKS,
    ARTICLE_KINDS,
    CONFORMITIES,
    PEOPLE_NEAR,
    USES,
)
from livinglab.services import fit, rules
from livinglab.services.availability import Finder
from livinglab.web import context, fit_view
from livinglab.web.access import public
from livinglab.web.asked import Asked
from livinglab.web.filters import sentence
from livinglab.web.fit_facts import ASKED, OUTSIDE, Facts, address, article_of, read_facts
from livinglab.web.pages.catalogue import PAGE, page_of
from livinglab.web.request_form import RequestForm
from livinglab.web.request_options import Options

if TYPE_CHECKING:
    from collections.abc import Mapping

pages = Blueprint("fit", __name__)
CHOICES: dict[str, dict[str, str]] = {
    "kind": ARTICLE_KINDS,
    "conformity": CONFORMITIES,
    "use": USES,
    "people_near": PEOPLE_NEAR,
    "ai_risk": AI_RISKS,
}
EXAMPLES: dict[str, Facts] = {
    "cart": {"kind": "mobile_robot", "mass_kg": "400", "speed_m_s": "1.5", "battery_kwh": "2"},
    "arm": {
        "kind": "collaborative_robot",
        "mass_kg": "120",
        "power.phases": "3",
        "power.current_a": "16",
        "air_bar": "6",
    },
    "camera": {"kind": "vision_system", "mass_kg": "40", "people_in_view": "y"},
}
"""Articles to begin with, for who has told nothing yet."""


class Form:
    """The fields of the form, as ``_macros/forms.html`` takes them."""

    def __init__(self, facts: Facts, faults: Mapping[str, str]) -> None:
        self._facts, self._faults = facts, faults
        self.flags = ASKED

    def field(self, name: str, label: str = "") -> dict[str, Any]:
        """A field with what was typed and what is wrong with it."""
        return {
            "name": name,
            "id": name,
            "label": label or sentence(Message(LABELS[name])),
            "value": self._facts.get(name, ""),
            "errors": [self._faults[name]] if name in self._faults else [],
        }

    def choices(self, name: str) -> list[tuple[str, str]]:
        """What a field offers, as (value, what people read)."""
        return [(code, sentence(Message(text))) for code, text in CHOICES[name].items()]

    def outside(self) -> dict[str, Any]:
        """The question whose answer is usually no."""
        return self.field(OUTSIDE, gettext("Flies outside the open category"))

    def tells(self, *names: str) -> bool:
        """Whether a field that is usually folded away has something to show."""
        return any(name in self._facts or name in self._faults for name in names)


@pages.get("/fit")
@public()
def check() -> str:
    """The form, and every place with how it stands to what was told."""
    finder = Finder.read(context.world(), context.session(), context.now())
    facts, asked = read_facts(request.args), Asked(request.args)
    article, faults = article_of(facts)
    shown: dict[str, Any] = {}
    chosen = asked.text("facility")
    if facts and finder.places.published:
        found = fit.fits(finder, article, rules.current(context.session()).book)
        page, start = page_of(asked, len(found.all))
        own = found.at(chosen)
        others = [one for one in found.all if one is not own]
        ahead = start + PAGE < len(others)
        shown = {
            "summary": fit_view.summary(found),
            "own": own and fit_view.place(own, found, article, facts),
            "places": [
                fit_view.place(one, found, article, facts) for one in others[start : start + PAGE]
            ],
            "missing": fit_view.missing(found, article),
            "previous": _page(facts, chosen, page - 1) if page > 1 else None,
            "next": _page(facts, chosen, page + 1) if ahead else None,
            "span": (start + 1, min(start + PAGE, len(others)), len(others)),
        }
    return render_template(
        "fit/page.html",
        form=Form(facts, faults),
        problems=[{"field": name, "text": text} for name, text in faults.items()],
        options=Options(finder.places, RequestForm()),
        chosen=chosen if chosen in finder.places.published else "",
        facts=facts,
        examples={name: address("fit.check", told) for name, told in EXAMPLES.items()},
        empty=not finder.places.published,
        **shown,
    )


def _page(facts: Facts, chosen: str, number: int) -> str:
    return address("fit.check", facts, facility=chosen, page=number)
