"""Places that nearly fit, in words: why not, and what would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext

from livinglab.domain.fit import Verdict
from livinglab.services import easing
from livinglab.web import needs
from livinglab.web.asked import days_text
from livinglab.web.cards import kind_name
from livinglab.web.filters import date_text, duration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from livinglab.domain.facility import Facility
    from livinglab.services.availability import Finder
    from livinglab.services.catalogue import Result, Search
    from livinglab.services.easing import Near
    from livinglab.web.needs import Line

SHOWN = 6
Way = dict[str, str]


@dataclass(frozen=True, slots=True)
class NearPlace:
    """A place with why it does not fit, and links to what would do."""

    facility: Facility
    kind: str
    lines: tuple[Line, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class NearPlaces:
    """Those that miss least, and how many more there are."""

    places: tuple[NearPlace, ...]
    more: int


def near(
    finder: Finder, wanted: Search, result: Result, address: Callable[[Search], str]
) -> NearPlaces:
    """What does not fit the numbers and days of a search; ``address`` links a search."""
    found = easing.nearest(finder, wanted, result, SHOWN)
    places = tuple(_place(wanted, item, address) for item in found)
    return NearPlaces(places, len(result.others) - len(places))


def _place(wanted: Search, item: Near, address: Callable[[Search], str]) -> NearPlace:
    facility = item.place.facility
    lines = needs.lines(item.broken)
    if item.taken:
        lines = (*lines, needs.line(Verdict.NO, _why_not_then(wanted, item)))
    return NearPlace(facility, kind_name(facility), lines, tuple(_ways(wanted, item, address)))


def _why_not_then(wanted: Search, item: Near) -> str:
    if item.lengths is not None:
        text = gettext(
            "Stays here last %(least)s to %(most)s.",
            least=duration(item.lengths.least),
            most=duration(item.lengths.most),
        )
    elif wanted.length is None:
        text = gettext("Not free on these days.")
    elif wanted.first or wanted.last:
        text = gettext("Not free for %(length)s then.", length=duration(wanted.length.halves))
    else:
        text = gettext("Not free for %(length)s in sight.", length=duration(wanted.length.halves))
    return str(text)


def _ways(wanted: Search, item: Near, address: Callable[[Search], str]) -> Iterator[Way]:
    """The stay that would do; for each number the place's own."""
    if item.taken and item.slot:
        length = item.length or wanted.length
        day = item.slot.stay.first_day
        link: dict[str, Any] = {"slug": item.place.slug, "from": day.isoformat()}
        if length:
            link["days"] = days_text(length)
        yield {
            "label": gettext(
                "%(length)s from %(day)s", length=duration(length.halves), day=date_text(day)
            )
            if length
            else gettext("from %(day)s", day=date_text(day)),
            "href": url_for("facility.detail", **link),
        }
    for reason in item.broken:
        if reason.available:
            yield {
                "label": gettext(
                    "%(less)s instead of %(more)s",
                    less=needs.amount(reason.field, reason.available),
                    more=needs.amount(reason.field, reason.needed or 0),
                ),
                "href": address(wanted.needing(reason.field, reason.available)),
            }
        else:
            yield {
                "label": gettext(
                    "Without %(condition)s", condition=needs.told(reason.field, wanted.needs)
                ),
                "href": address(wanted.without(reason.field)),
            }
