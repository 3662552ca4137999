"""The figures as drawings in the reader's language: columns, the heat of weeks, and the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from babel.dates import format_date
from flask_babel import gettext, ngettext

from livinglab.adapters import written
from livinglab.domain.figures import FEWEST_ANSWERS, funnel, month_of, origins, total
from livinglab.web.drawing.columns import Column, Columns, columns
from livinglab.web.drawing.weeks import Heat, HeatRow, heat
from livinglab.web.figure_tables import HOUR, NOTHING, month_totals
from livinglab.web.filters import brief, localised, number, percent
from livinglab.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from livinglab.domain.figures import AnswerTimes, Load
    from livinglab.services.figures import Figures, PlaceFigures
    from livinglab.web.figure_tables import Table

LAST_DAY = 10
"""Answers that took longer, in working days, share one column."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, what it is, and how many it is made from."""

    value: str
    what: str
    base: str


@dataclass(frozen=True, slots=True)
class Busy:
    """The load of one facility for everybody, as columns and as the table that says the same."""

    columns: Columns
    table: Table


def busy(loads: Mapping[date, Load], today: date) -> Busy | None:
    """How busy a facility is; None where nothing is booked in these months."""
    if not total(loads.values()).booked:
        return None
    return Busy(load_columns(loads, today), month_totals(loads, month_name))


def month_name(day: date) -> str:
    """November 2026."""
    return written.month(day, language())


def facts(figures: Figures) -> list[Fact]:
    """The figures in short, each with its base."""
    load, flow, answers = figures.load, funnel(figures.cases), figures.answers
    firms = sum(origin.firms for origin in origins(figures.cases))
    return [
        Fact(
            NOTHING if load.share is None else percent(load.share),
            gettext("of open time is booked"),
            gettext("of %(hours)s h", hours=number(round(load.open / HOUR))),
        ),
        Fact(
            number(flow.sent),
            ngettext("request sent", "requests sent", flow.sent),
            ngettext("by %(num)d firm", "by %(num)d firms", firms),
        ),
        Fact(
            NOTHING if flow.approval is None else percent(flow.approval),
            gettext("of decided requests approved"),
            gettext("%(part)s of %(all)s", part=number(flow.approved), all=number(flow.decided)),
        ),
        _answer_fact(answers),
    ]


def _answer_fact(answers: AnswerTimes) -> Fact:
    base = ngettext("%(num)d answer", "%(num)d answers", answers.number)
    if answers.middle is None or answers.slow is None:
        few = gettext(
            "%(answers)s, too few: %(least)s are needed", answers=base, least=FEWEST_ANSWERS
        )
        return Fact(NOTHING, gettext("working days to half of the first answers"), few)
    return Fact(
        number(answers.middle),
        gettext("working days to half of the first answers"),
        gettext("%(answers)s, nine of ten within %(days)s", answers=base, days=answers.slow),
    )


def load_columns(loads: Mapping[date, Load], today: date) -> Columns:
    """One column a month: firm time below, tentative time on it, per cent of open time."""
    first = next(iter(loads), None)
    return columns(
        [
            Column(
                value=_share(load.firm, load) * 100,
                further=_share(load.tentative, load) * 100,
                label=format_date(month, "LLL", language()).rstrip("."),
                slim=format_date(month, "LLLLL", language()),
                note=str(month.year) if month == first or month.month == 1 else "",
                text=NOTHING if load.share is None else f"{_whole(load.share)}",
                name=_load_name(month, load),
                now=month == month_of(today),
            )
            for month, load in loads.items()
        ]
    )


def _share(seconds: int, load: Load) -> float:
    return seconds / load.open if load.open else 0.0


def _whole(share: float) -> int:
    """Per cent as columns are labelled; as in ``filters.percent`` something is at least 1."""
    return max(round(share * 100), 1) if share else 0


def _load_name(month: date, load: Load) -> str:
    if load.share is None:
        closed: str = gettext("closed")
        return f"{month_name(month)}: {closed}"
    booked: str = gettext(
        "%(month)s: %(share)s of %(hours)s open hours booked",
        month=month_name(month),
        share=percent(load.share),
        hours=number(round(load.open / HOUR)),
    )
    return booked


def answer_columns(answers: AnswerTimes) -> Columns:
    """One column for each number of working days; the last has all that took longer."""
    counts = [answers.within(0), *answers.counts[1 : LAST_DAY + 1]]
    counts += [0] * (LAST_DAY + 1 - len(counts))
    labels = [str(day) for day in range(LAST_DAY + 1)]
    counts.append(answers.number - sum(counts))
    labels.append(f"{LAST_DAY + 1}+")
    return columns(
        [
            Column(
                value=count,
                label=label,
                slim=label,
                text=str(count) if count else "",
                name=gettext("%(days)s working days: %(count)s", days=label, count=count),
            )
            for label, count in zip(labels, counts, strict=True)
        ]
    )


def week_heat(figures: Figures, today: date, address: Callable[[PlaceFigures], str]) -> Heat:
    """Each facility's weeks; its name leads to ``address``."""
    names = [week_name(week) for week in figures.weeks]
    closed = gettext("closed")
    return heat(
        figures.weeks,
        [
            HeatRow(
                localised(place.place.facility.name),
                address(place),
                tuple(load.share for load in place.weeks.values()),
                tuple(
                    f"{name}: {closed if load.share is None else percent(load.share)}"
                    for name, load in zip(names, place.weeks.values(), strict=True)
                ),
            )
            for place in figures.places
        ],
        today,
        lambda week: format_date(week, "LLL", language()).rstrip("."),
    )


def week_name(monday: date) -> str:
    """Week 48, 23–29 Nov."""
    days = brief(monday, monday + timedelta(days=6))
    week: str = gettext("week")
    return f"{week} {monday.isocalendar().week}, {days}"
