"""Which part of the pipeline is shown, and how; kept in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext, ngettext

from livinglab.domain.vocabulary import LANES
from livinglab.services.pipeline import Sieve
from livinglab.web import context
from livinglab.web.filters import localised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.domain.access import Principal
    from livinglab.services.pipeline import Card

LONGEST = 64


@dataclass(frozen=True, slots=True)
class View:
    """As columns or as a table, and what of it."""

    table: bool
    sieve: Sieve

    @property
    def kept(self) -> dict[str, str]:
        """What addresses that lead on carry."""
        sieve = self.sieve
        chosen = {
            "view": "table" if self.table else "",
            "facility": sieve.facility,
            "company": sieve.company,
            "lane": sieve.lane,
            "overdue": "1" if sieve.overdue else "",
        }
        return {name: value for name, value in chosen.items() if value}

    def address(self, endpoint: str = "pipeline.overview", **changes: str) -> str:
        """Where this is shown, or with changes."""
        asked: dict[str, Any] = {**self.kept, **changes}
        return url_for(endpoint, **{name: value for name, value in asked.items() if value})


def read(who: Principal) -> View:
    """What the address asks for; whatever it says wrong is left out."""
    asked = request.args
    facility, lane = asked.get("facility", ""), asked.get("lane", "")
    places = context.world().places(context.session())
    return View(
        asked.get("view") == "table",
        Sieve(
            facility=facility if places.seen(facility, who) else "",
            company=asked.get("company", "")[:LONGEST],
            lane=lane if lane in LANES else "",
            overdue=asked.get("overdue") == "1",
        ),
    )


def options(cards: Sequence[Card]) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer: what there is, by name."""
    places = context.world().places(context.session()).facilities
    slugs = {slug for card in cards for slug in card.facilities}
    named = {slug: localised(places[slug].facility.name) for slug in slugs if slug in places}
    companies = {card.company_slug: card.company for card in cards}
    return {
        "facility": _by_name(named),
        "company": _by_name(companies),
        "lane": [(code, gettext(name)) for code, name in LANES.items()],
    }


def age(days: int) -> str:
    """How long a pilot has been where it is."""
    if days <= 0:
        return str(gettext("since today"))
    return str(ngettext("for %(num)d day", "for %(num)d days", days))


def _by_name(names: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(names.items(), key=lambda pair: pair[1].lower())
