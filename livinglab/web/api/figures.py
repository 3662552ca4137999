"""Figures of the facilities that the caller runs: what the page /figures shows, as numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Response, jsonify

from livinglab.domain.access import runs_facility
from livinglab.domain.errors import NotFound
from livinglab.domain.figures import by_state, origins
from livinglab.services import figures
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.api.describe import Api
from livinglab.web.api.reading import Parameter, Query, text
from livinglab.web.api.schemas.figures import (
    AnswersJson,
    FacilityFigures,
    FiguresJson,
    LoadJson,
    MonthLoad,
)
from livinglab.web.api.telling import texts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from livinglab.domain.access import Principal
    from livinglab.domain.figures import AnswerTimes, Load
    from livinglab.domain.reading import Node
    from livinglab.services.figures import PlaceFigures
    from livinglab.services.places import PlacedFacility

api = Api("figures", "How full places are, where firms come from, how fast they are answered.")

HOUR = 3600


def _year(node: Node) -> int:
    """One of the years in which there is any stay, or this one."""
    return node.pick(figures.years(context.session(), context.world().today(context.now())))


FACILITY = text("facility", "Only this place.")
YEAR = Parameter(
    "year",
    "A year with stays; without it half a year back and ahead.",
    {"type": "integer", "minimum": 1900, "maximum": 9999},
    _year,
)


@api.call("GET", "/figures", answers={200: FiguresJson}, query=(YEAR, FACILITY), refuses=(404,))
@requires("facility_manager", "coordinator", "admin")
def show_figures() -> Response:
    """What happened at the places that the caller runs: all of them, or one.

    Stays count when they take place, requests when they were sent.
    """
    ask = Query()
    year, only = ask(YEAR), ask(FACILITY)
    ask.finish()
    today = context.world().today(context.now())
    span = figures.calendar_year(year) if year else figures.around(today)
    chosen = _run_by_caller(only)
    found = figures.read(context.session(), context.world(), context.now(), span, chosen)
    told: FiguresJson = {
        "from": span.first.isoformat(),
        "to": span.last.isoformat(),
        "load": _load(found.load),
        "months": _months(found.by_month),
        "facilities": [_facility(place, found.promised) for place in found.places],
        "requests": len(found.cases),
        "countries": [
            {"country": o.country, "firms": o.firms, "requests": o.requests}
            for o in origins(found.cases)
        ],
        "states": [
            {"state": state.value, "requests": count}
            for state, count in by_state(found.cases).items()
        ],
        "answers": _answers(found.answers, found.promised),
    }
    return jsonify(told)


def _run_by_caller(only: str | None) -> list[PlacedFacility]:
    who = cast("Principal", context.principal())
    seen = context.world().places(context.session()).seen_by(who)
    run = {slug: place for slug, place in sorted(seen.items()) if runs_facility(who, slug)}
    if not only:
        return list(run.values())
    if only not in run:
        raise NotFound
    return [run[only]]


def _facility(found: PlaceFigures, promised: int) -> FacilityFigures:
    return {
        "facility": found.place.slug,
        "name": texts(found.place.facility.name),
        "load": _load(found.load),
        "months": _months(found.months),
        "weeks": [{"week": f"{day:%G-W%V}", **_load(load)} for day, load in found.weeks.items()],
        "requests": len(found.cases),
        "answers": _answers(found.answers, promised),
    }


def _months(loads: Mapping[date, Load]) -> list[MonthLoad]:
    return [{"month": f"{day:%Y-%m}", **_load(load)} for day, load in loads.items()]


def _load(load: Load) -> LoadJson:
    return {
        "open_hours": round(load.open / HOUR, 1),
        "firm_hours": round(load.firm / HOUR, 1),
        "tentative_hours": round(load.tentative / HOUR, 1),
        "booked": None if load.share is None else round(load.share, 4),
    }


def _answers(times: AnswerTimes, promised: int) -> AnswersJson:
    return {
        "count": times.number,
        "by_days": list(times.counts),
        "middle_days": times.middle,
        "slow_days": times.slow,
        "promised_days": promised,
        "within_promise": times.within(promised),
    }
