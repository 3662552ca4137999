"""A request form before it is saved: what an address asks for, and what a form describes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from livinglab.domain.errors import InvalidInput
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import asking
from livinglab.services.pilot import sketch
from livinglab.web.asked import Asked, days_text
from livinglab.web.fit_facts import read_facts, typed
from livinglab.web.request_form import RequestForm, StayForm, WindowForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.db.tables import Pilot
    from livinglab.domain.errors import Problem
    from livinglab.services.availability import Finder


def begun_by(finder: Finder) -> RequestForm:
    """The form as an address begins it: the stay it asks for, and the facts it tells."""
    return RequestForm(article=typed(read_facts(request.args)), stays=[stay_asked(finder)])


def stay_asked(finder: Finder) -> StayForm:
    """The stay that an address asks for; unknown places and days ask for nothing."""
    asked = Asked(request.args)
    places = finder.places
    stay = StayForm(capability=asked.text("capability"))
    for name, known in (("facility", places.published), ("resource", places.resources)):
        if (slug := asked.text(name)) in known:
            stay.place = slug
    length, first = asked.length(), asked.day("from")
    if length:
        stay.length = days_text(length)
    resource = places.resources.get(stay.place)
    items = [resource] if resource else places.bookable(stay.place)
    if first and length and stay.place and items:
        slot = asking.ask(finder, items, first, length).slot
        last = slot.stay.last_day if slot else asking.last_day(finder, items[0], first, length)
        stay.windows = [WindowForm(first.isoformat(), last.isoformat())]
    elif first:
        stay.windows = [WindowForm(first.isoformat(), first.isoformat())]
    return stay


def described(
    form: RequestForm, finder: Finder, faults: Sequence[Problem]
) -> tuple[Pilot | None, list[Problem]]:
    """The pilot that the form describes, without the parts that cannot be read, and why not."""
    told = form.to_json(finder.places)
    try:
        return sketch(pilot_from_json(told), finder.places), list(faults)
    except InvalidInput as refusal:
        found = list(faults or refusal.problems)
        wrong = {problem.field.partition(".")[0] for problem in refusal.problems}
    try:
        rest = {name: value for name, value in told.items() if name not in wrong}
        return sketch(pilot_from_json(rest), finder.places), found
    except InvalidInput:  # places and parts that nobody knows
        return None, found
