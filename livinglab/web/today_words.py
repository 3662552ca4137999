"""What the page of a day says of its visits, closures and sites."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.adapters import written
from livinglab.adapters.texts import local
from livinglab.domain.messages import Localised
from livinglab.domain.vocabulary import ARTICLE_KINDS
from livinglab.services.today import site_of
from livinglab.web.decision_view import country
from livinglab.web.filters import day_range, localised, number, sentence, time_range
from livinglab.web.language import language
from livinglab.web.lines import case_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.services.places import PlacedFacility
    from livinglab.services.today import Closed, Guest, Visit

__all__ = ["case_page", "country"]


def site_name(places: Sequence[PlacedFacility]) -> str:
    """The site's name, else that of its only place."""
    return site_of(places[0])[1] or localised(places[0].facility.name)


def where(found: Visit | Closed) -> str:
    """The resources of a visit, or what is closed."""
    return ", ".join(localised(item.resource.name) for item in found.items)


def place(visit: Visit) -> str:
    """The facility of a visit."""
    return localised(visit.items[0].facility.name)


def hours(visit: Visit) -> str:
    """The whole stay on the wall there."""
    return time_range(visit.start, visit.end, visit.items[0].facility.zone)


def arrives(visit: Visit) -> str:
    """The hour on the wall at which a visit begins."""
    return written.clock_time(local(visit.start, visit.items[0].facility.zone), language())


def leaves(visit: Visit) -> str:
    """The hour on the wall at which a visit ends."""
    return written.clock_time(local(visit.end, visit.items[0].facility.zone), language())


def robot(guest: Guest) -> str:
    """Strider, legged robot, 60 kg."""
    article = guest.article
    if article is None:
        return str(gettext("The plan is confidential"))
    count = f" × {article.count}" if article.count > 1 else ""
    kind = gettext(ARTICLE_KINDS.get(article.kind, article.kind))
    mass = f"{number(article.mass_kg)}\u00a0kg" if article.mass_kg else ""
    return ", ".join(part for part in (f"{article.name}{count}", kind, mass) if part)


def closed_why(closed: Closed) -> str:
    """Maintenance: yearly service."""
    return sentence(closed.entry.reason) if closed.entry.reason else ""


def closed_when(closed: Closed) -> str:
    """The time of a closure: days where a rule closes them, else with hours."""
    zone = closed.items[0].facility.zone
    start, end = closed.entry.start, closed.entry.end
    if closed.entry.kind == "block":
        return time_range(start, end, zone)
    return day_range(local(start, zone).date(), local(end - timedelta(seconds=1), zone).date())


def gate(title: dict[str, str]) -> str:
    """The title the place uses for who decides."""
    return localised(Localised(title))
