"""The pipeline: columns by state, the same as a table, and as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, render_template
from flask_babel import gettext

from livinglab.domain.pilot import STATE_NAMES, State
from livinglab.domain.vocabulary import LANES
from livinglab.services import pipeline
from livinglab.web import context, pipeline_view
from livinglab.web.access import requires
from livinglab.web.filters import localised
from livinglab.web.sheets import csv_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from livinglab.domain.access import Principal
    from livinglab.services.pipeline import Card

pages = Blueprint("pipeline", __name__)


@pages.get("/pipeline")
@requires("coordinator", "staff", "admin")
def overview() -> str:
    """Every pilot that goes on, by where it stands."""
    who = cast("Principal", context.principal())
    view = pipeline_view.read(who)
    cards = pipeline.read(context.session(), context.world(), who, context.now())
    kept = [card for card in cards if view.sieve.keeps(card)]
    return render_template(
        "pipeline/overview.html",
        view=view,
        words=pipeline_view,
        total=len(cards),
        kept=kept,
        columns=pipeline.columns(kept),
        options=pipeline_view.options(cards),
        names={state.value: gettext(name) for state, name in STATE_NAMES.items()},
        today=context.today(),
    )


@pages.get("/pipeline.csv")
@requires("coordinator", "staff", "admin")
def download() -> Response:
    """The same for spreadsheets."""
    who = cast("Principal", context.principal())
    sieve = pipeline_view.read(who).sieve
    cards = pipeline.read(context.session(), context.world(), who, context.now())
    header = (
        *(gettext("Reference"), gettext("Title"), gettext("Company"), gettext("Place")),
        *(gettext("State"), gettext("Days in this state"), gettext("Lane")),
        *(gettext("Next gate"), gettext("Owner"), gettext("Answer by"), gettext("Late")),
        gettext("Price without VAT (EUR)"),
    )
    kept = pipeline.columns(card for card in cards if sieve.keeps(card))
    rows = _rows(card for column in kept for card in column.cards)
    return csv_answer(f"pipeline-{context.today()}.csv", header, rows)


def _rows(cards: Iterable[Card]) -> Iterator[tuple[object, ...]]:
    for card in cards:
        yield (
            *(card.ref, card.title, card.company, localised(card.place) if card.place else None),
            *(gettext(STATE_NAMES[State(card.state)]), card.days, gettext(LANES[card.lane])),
            *(localised(card.gate) if card.gate else None, card.owner, card.due),
            *(gettext("yes") if card.overdue else None, card.price),
        )
