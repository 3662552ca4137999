"""Figures: how full places are, where firms come from, how fast they are answered."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from livinglab.web.api.schemas.common import Day, SlugId, Texts

Count = Annotated[int, Field(ge=0)]
Hours = Annotated[float, Field(ge=0)]
Share = Annotated[float, Field(ge=0, le=1)]
"""Booked part of the open time."""


class LoadJson(TypedDict):
    """Open hours, and how many of them lie in stays; ``booked`` is null where nothing was open."""

    open_hours: Hours
    firm_hours: Hours
    tentative_hours: Hours
    booked: Share | None


class MonthLoad(LoadJson):
    """The load of a month."""

    month: Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}$", examples=["2026-11"])]


class WeekLoad(LoadJson):
    """The load of a week (ISO 8601)."""

    week: Annotated[str, Field(pattern="^[0-9]{4}-W[0-9]{2}$", examples=["2026-W48"])]


class AnswersJson(TypedDict):
    """Times to the first answer, in working days.

    ``by_days[d]`` answers took ``d`` days. ``middle_days`` and ``slow_days`` (nine of ten came
    within it) are null where there are too few answers to tell.
    """

    count: Count
    by_days: list[Count]
    middle_days: float | None
    slow_days: Count | None
    promised_days: Count
    within_promise: Count


class FacilityFigures(TypedDict):
    """Of one facility; the first and the last week are whole, so they may reach over the span."""

    facility: SlugId
    name: Texts
    load: LoadJson
    months: list[MonthLoad]
    weeks: list[WeekLoad]
    requests: Count
    answers: AnswersJson


class CountryFigures(TypedDict):
    """A country (ISO 3166-1 alpha-2): how many firms came from it, how often they asked."""

    country: str
    firms: Count
    requests: Count


class StateFigures(TypedDict):
    """How many requests stand in a state today."""

    state: str
    requests: Count


FiguresJson = TypedDict(
    "FiguresJson",
    {
        "from": Day,
        "to": Day,
        "load": LoadJson,
        "months": list[MonthLoad],
        "facilities": list[FacilityFigures],
        "requests": Count,
        "countries": list[CountryFigures],
        "states": list[StateFigures],
        "answers": AnswersJson,
    },
)
"""Of the caller's facilities, together and each, by id; ``from`` and ``to`` are included."""
