"""Figures: how full places are, where firms come from, how fast they are answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext

from livinglab.domain.access import may_manage_facility
from livinglab.domain.errors import NotFound
from livinglab.domain.figures import funnel
from livinglab.services import figures
from livinglab.web import context, figure_charts, figure_tables
from livinglab.web.access import requires
from livinglab.web.filters import localised

if TYPE_CHECKING:
    from livinglab.domain.access import Principal
    from livinglab.services.figures import Figures, PlaceFigures, Span
    from livinglab.services.places import PlacedFacility

pages = Blueprint("figures", __name__)
OVERSEERS = ("coordinator", "admin")
MANAGERS = ("facility_manager", *OVERSEERS)
MOST_ROWS = 40
"""Facilities drawn and listed on one page, the fullest first; files have all of them."""


@dataclass(frozen=True, slots=True)
class View:
    """Which time and which facility the figures are of; kept in the address.

    ``host`` is the facility whose host reads them on their own page.
    """

    period: str
    span: Span
    facility: str
    host: str
    years: tuple[int, ...]

    def file(self, table: str) -> str:
        """The address of a table as a file."""
        asked: dict[str, Any] = {"table": table, "period": self.period or None}
        if self.host:
            return url_for("figures.facility_file", slug=self.host, **asked)
        return url_for("figures.file", facility=self.facility or None, **asked)

    def of_year(self, year: int) -> str:
        """The same figures of another time."""
        if self.host:
            return url_for("figures.of_facility", slug=self.host, period=year)
        return url_for("figures.overview", facility=self.facility or None, period=year)


@pages.get("/figures")
@requires(*OVERSEERS)
def overview() -> str:
    """The whole region, or one facility of it."""
    view = _view("")
    known = _all_places()
    place = known.get(view.facility)
    chosen = [place] if place else list(known.values())
    found = _read(view, chosen)
    names = [(slug, localised(p.facility.name)) for slug, p in known.items()]
    return _page(view, found, place, facilities=sorted(names, key=lambda pair: pair[1]))


@pages.get("/figures/<table>.csv")
@requires(*OVERSEERS)
def file(table: str) -> Response:
    """One table of the overview for a spreadsheet.

    Raises:
        NotFound: there is no such table.
    """
    view = _view("")
    known = _all_places()
    place = known.get(view.facility)
    return _file(table, view, [place] if place else list(known.values()))


@pages.get("/hosting/<slug>/figures")
@requires(*MANAGERS)
def of_facility(slug: str) -> str:
    """The figures of one facility for those who run it.

    Raises:
        NotFound: there is no such facility, or somebody else runs it.
    """
    place, view = _own(slug), _view(slug)
    return _page(view, _read(view, [place]), place)


@pages.get("/hosting/<slug>/figures/<table>.csv")
@requires(*MANAGERS)
def facility_file(slug: str, table: str) -> Response:
    """One table of a facility's figures for a spreadsheet.

    Raises:
        NotFound: as for :func:`of_facility`, or there is no such table.
    """
    place = _own(slug)
    return _file(table, _view(slug), [place])


def _view(host: str) -> View:
    """What the address asks for; whatever it says wrong is left out."""
    today = context.world().today(context.now())
    period = request.args.get("period", "")
    known = tuple(figures.years(context.session(), today))
    if period in map(str, known):
        span = figures.calendar_year(int(period))
    else:
        period, span = "", figures.around(today)
    facility = request.args.get("facility", "")
    return View(period, span, facility if facility in _all_places() else "", host, known)


def _all_places() -> dict[str, PlacedFacility]:
    places = context.world().places(context.session())
    return places.seen_by(context.principal())


def _own(slug: str) -> PlacedFacility:
    who = cast("Principal", context.principal())
    place = _all_places().get(slug)
    if place is None or not may_manage_facility(who, slug):
        raise NotFound
    return place


def _read(view: View, chosen: list[PlacedFacility]) -> Figures:
    return figures.read(context.session(), context.world(), context.now(), view.span, chosen)


def _page(
    view: View,
    found: Figures,
    place: PlacedFacility | None,
    facilities: list[tuple[str, str]] | None = None,
) -> str:
    today = context.world().today(context.now())
    fullest = sorted(found.places, key=lambda p: (-p.load.booked, p.place.slug))[:MOST_ROWS]
    shown = found.only(fullest)
    return render_template(
        "figures/overview.html",
        asked=view,
        figures=shown,
        place=place,
        left_out=len(found.places) - len(fullest),
        facilities=facilities,
        periods=[
            ("", gettext("Half a year back and ahead")),
            *((str(year), str(year)) for year in view.years),
        ],
        facts=figure_charts.facts(found),
        months=figure_charts.load_columns(found.by_month, today),
        month_table=figure_tables.month_totals(found.by_month, figure_charts.month_name),
        heat=figure_charts.week_heat(shown, today, _address),
        month_name=figure_charts.month_name,
        week_name=figure_charts.week_name,
        countries=figure_tables.countries(found),
        states=figure_tables.states(found),
        funnel=funnel(found.cases),
        promised=found.promised,
        ways=[
            {"label": str(year), "href": view.of_year(year)}
            for year in view.years
            if str(year) != view.period
        ],
        answers=figure_charts.answer_columns(found.answers),
        answer_table=figure_tables.answers(shown),
    )


def _address(place: PlaceFigures) -> str:
    return url_for("figures.of_facility", slug=place.place.slug)


def _file(table: str, view: View, chosen: list[PlacedFacility]) -> Response:
    made = figure_tables.TABLES.get(table)
    if made is None:
        raise NotFound
    response = Response(made(_read(view, chosen)).csv(), mimetype="text/csv")
    name = "-".join(filter(None, ("livinglab", view.host or view.facility, table, view.period)))
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
