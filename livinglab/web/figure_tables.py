"""The figures as tables, for pages and for spreadsheets: one list of rows for both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from flask_babel import gettext

from livinglab.adapters.csvfile import render_csv
from livinglab.domain.figures import Load, by_state, origins
from livinglab.domain.pilot import STATE_NAMES
from livinglab.web.decision_view import country
from livinglab.web.filters import localised, number, percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from livinglab.services.figures import Figures

Kind = Literal["text", "count", "share"]
Value = str | int | float | None
HOUR = 3600
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with their kinds, and rows of plain values; shares are from 0 to 1."""

    columns: tuple[tuple[str, Kind], ...]
    rows: tuple[tuple[Value, ...], ...]

    @property
    def shown(self) -> list[list[str]]:
        """The rows as people read them."""
        kinds = [kind for _, kind in self.columns]
        return [
            [_shown(value, kind) for value, kind in zip(row, kinds, strict=True)]
            for row in self.rows
        ]

    def csv(self) -> bytes:
        """The table as a file: shares in per cent with one decimal."""
        kinds = [kind for _, kind in self.columns]
        return render_csv(
            [f"{label} (%)" if kind == "share" else label for label, kind in self.columns],
            (
                [
                    round(100 * value, 1) if kind == "share" and isinstance(value, float) else value
                    for value, kind in zip(row, kinds, strict=True)
                ]
                for row in self.rows
            ),
        )


def _shown(value: Value, kind: Kind) -> str:
    if value is None:
        return NOTHING
    if isinstance(value, str):
        return value
    return percent(value) if kind == "share" else number(value)


def month_totals(loads: Mapping[date, Load], month: Callable[[date], str]) -> Table:
    """One load for each month: what the columns draw."""
    return Table(
        ((gettext("Month"), "text"), *_load_columns()),
        tuple((month(day), *_load(load)) for day, load in loads.items()),
    )


def months(figures: Figures) -> Table:
    """Each facility, month by month."""
    return _by_place(
        figures,
        gettext("Month"),
        (
            (place.place.slug, f"{day:%Y-%m}", load)
            for place in figures.places
            for day, load in place.months.items()
        ),
    )


def weeks(figures: Figures) -> Table:
    """Each facility, week by week (ISO 8601)."""
    return _by_place(
        figures,
        gettext("Week"),
        (
            (place.place.slug, f"{day:%G-W%V}", load)
            for place in figures.places
            for day, load in place.weeks.items()
        ),
    )


def countries(figures: Figures) -> Table:
    """Where the firms come from."""
    return Table(
        (
            (gettext("Country"), "text"),
            (gettext("Firms"), "count"),
            (gettext("Requests"), "count"),
        ),
        tuple((country(o.country), o.firms, o.requests) for o in origins(figures.cases)),
    )


def answers(figures: Figures) -> Table:
    """How fast each facility answers, in working days, and how often as promised."""
    return Table(
        (
            (gettext("Facility"), "text"),
            (gettext("Requests"), "count"),
            (gettext("Answers"), "count"),
            (gettext("Half within, days"), "count"),
            (gettext("9 of 10 within, days"), "count"),
            (gettext("Within %(days)s days", days=figures.promised), "count"),
        ),
        tuple(
            (
                localised(place.place.facility.name),
                len(place.cases),
                place.answers.number,
                place.answers.middle,
                place.answers.slow,
                place.answers.within(figures.promised),
            )
            for place in figures.places
        ),
    )


def states(figures: Figures) -> Table:
    """Where the requests stand today."""
    return Table(
        ((gettext("State"), "text"), (gettext("Requests"), "count")),
        tuple((gettext(STATE_NAMES[s]), count) for s, count in by_state(figures.cases).items()),
    )


TABLES: dict[str, Callable[[Figures], Table]] = {
    "months": months,
    "weeks": weeks,
    "countries": countries,
    "answers": answers,
    "states": states,
}
"""What can be had as a file, by the name in the address."""


def _by_place(figures: Figures, part: str, rows: Iterable[tuple[str, str, Load]]) -> Table:
    names = {p.place.slug: localised(p.place.facility.name) for p in figures.places}
    return Table(
        (
            (gettext("Id"), "text"),
            (gettext("Facility"), "text"),
            (part, "text"),
            *_load_columns(),
        ),
        tuple((slug, names[slug], written, *_load(load)) for slug, written, load in rows),
    )


def _load_columns() -> tuple[tuple[str, Kind], ...]:
    return (
        (gettext("Open, h"), "count"),
        (gettext("Firm, h"), "count"),
        (gettext("Tentative, h"), "count"),
        (gettext("Booked"), "share"),
    )


def _load(load: Load) -> tuple[Value, ...]:
    hours = (round(seconds / HOUR, 1) for seconds in (load.open, load.firm, load.tentative))
    return (*hours, load.share)
