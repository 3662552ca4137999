"""The catalogue: every place that fits, as cards or as a table, soonest free first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext, ngettext

from livinglab.domain.messages import Message
from livinglab.domain.needs import texts_of
from livinglab.domain.vocabulary import FACILITY_KINDS, FOCUS_AREAS
from livinglab.services import catalogue, easing
from livinglab.services.availability import Finder
from livinglab.services.catalogue import Search
from livinglab.web import context, nearby, needs
from livinglab.web.access import public
from livinglab.web.asked import Asked, days_text
from livinglab.web.cards import cards
from livinglab.web.filters import date_text, day_range, duration, localised, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from livinglab.services.catalogue import Values
    from livinglab.services.easing import Way

pages = Blueprint("catalogue", __name__)
PAGE = 24
"""Places on one page."""
Options = list[tuple[str, str]]


@pages.get("/facilities")
@public()
def listing() -> str:
    """Places by what they can test, where they are and when they are free."""
    asked = Asked(request.args)
    wanted = read_search(asked)
    finder = Finder.read(context.world(), context.session(), context.now())
    result = catalogue.search(finder, wanted)
    count = len(result.found)
    page, start = page_of(asked, count)
    view = "table" if asked.text("view") == "table" else "cards"
    names = Names(finder, result.values, view=view)
    return render_template(
        "catalogue/list.html",
        search=wanted,
        faults=asked.faults,
        problems=asked.problems,
        given=request.args,
        cards=cards(finder, result.found[start : start + PAGE], wanted),
        summary=summary(wanted, count, result.total, result.asks),
        pills=list(pills(wanted, names)),
        ways=ways_out(finder, wanted, names, view=view) if not count else [],
        near=nearby.near(finder, wanted, result, address) if page == 1 else None,
        names=names,
        view=view,
        views=views(wanted),
        span=(start + 1, min(start + PAGE, count)),
        count=count,
        previous=address(wanted, view=view, page=page - 1) if page > 1 else None,
        next=address(wanted, view=view, page=page + 1) if start + PAGE < count else None,
    )


def read_search(asked: Asked) -> Search:
    """The search in an address; what makes no sense asks for nothing."""
    month = asked.month("month") or (None, None)
    first, last = asked.day("free_from"), asked.day("free_to")
    if first and last and last < first:
        asked.faults["free_to"] = gettext("The last day is before the first day.")
        last = None
    return Search(
        text=asked.text("q"),
        capability=asked.text("capability"),
        focus_area=asked.text("focus_area"),
        kind=asked.text("kind"),
        municipality=asked.text("municipality"),
        length=asked.length(),
        first=first or month[0],
        last=last or (None if first else month[1]),
        needs=needs.read_needs(asked),
    )


def address(wanted: Search, endpoint: str = "catalogue.listing", /, **further: Any) -> str:  # noqa: ANN401  # arguments of an address
    """The address of a search; first page and cards go without saying."""
    given: dict[str, Any] = {
        "q": wanted.text,
        "capability": wanted.capability,
        "focus_area": wanted.focus_area,
        "kind": wanted.kind,
        "municipality": wanted.municipality,
        "days": days_text(wanted.length) if wanted.length else "",
        "free_from": wanted.first,
        "free_to": wanted.last,
        **texts_of(wanted.needs),
        **{name: value for name, value in further.items() if value not in {"cards", 1}},
    }
    return url_for(endpoint, **{name: value for name, value in given.items() if value})


def views(wanted: Search) -> dict[str, str]:
    """The addresses of a search as cards, as a table and on the map."""
    shown = {name: address(wanted, view=name) for name in ("cards", "table")}
    return {**shown, "map": address(wanted, "region.overview")}


class Names:
    """The names of codes in the reader's language, and how many places each would leave."""

    measures = tuple(needs.LABELS)

    def __init__(
        self,
        finder: Finder,
        values: Mapping[str, Values],
        endpoint: str = "catalogue.listing",
        **further: str,
    ) -> None:
        self._values = values
        self._endpoint, self._further = endpoint, further
        self._known: dict[str, dict[str, str]] = {
            "capability": {
                code: localised(name)
                for code, name in catalogue.capabilities(finder.places).items()
            },
            "focus_area": {code: sentence(Message(name)) for code, name in FOCUS_AREAS.items()},
            "kind": {code: sentence(Message(name)) for code, name in FACILITY_KINDS.items()},
        }

    def of(self, condition: str, code: str) -> str:
        """What people read for a code; the code itself where it is unknown."""
        return self._known.get(condition, {}).get(code, code)

    def options(self, condition: str, chosen: str) -> Options:
        """Choices with how many places each leaves, by name; the chosen one is always there."""
        counts = {**({chosen: 0} if chosen else {}), **self._values[condition]}
        named = sorted((self.of(condition, code), code) for code in counts)
        return [(code, f"{name} ({counts[code]})") for name, code in named]

    def steps(self, wanted: Search, measure: str) -> list[dict[str, Any]]:
        """Usual values of a measure, each with its search and how many places it leaves."""
        return [
            {
                "label": needs.amount(measure, float(step)),
                "count": count,
                "href": address(
                    wanted.needing(measure, float(step)), self._endpoint, **self._further
                ),
            }
            for step, count in self._values[measure].items()
        ]

    @staticmethod
    def fields(
        wanted: Search, given: Mapping[str, str], faults: Mapping[str, str]
    ) -> dict[str, Any]:
        """The fields for numbers; what was typed stays where it makes no sense."""
        return needs.fields(wanted.needs, given, faults)

    @staticmethod
    def unfolded(wanted: Search, faults: Mapping[str, str]) -> bool:
        """Whether a field that is usually folded away has something to show."""
        return any(
            name in faults or needs.asks(name, wanted.needs)
            for name in needs.LABELS.keys() - needs.FIRST
        )


def page_of(asked: Asked, count: int) -> tuple[int, int]:
    """The page asked for, from 1, and how many places come before it."""
    text = asked.text("page", 5)
    wanted = int(text) if text.isdecimal() and int(text) else 1
    page = min(wanted, max(1, -(-count // PAGE)))
    return page, (page - 1) * PAGE


def summary(wanted: Search, count: int, total: int, asks: int = 0) -> str:
    """How much was found, in a sentence; ``asks`` of it only after a question."""
    if not count:
        return str(gettext("No facility fits all of it."))
    if wanted == Search():
        text = ngettext(
            "%(num)d facility, soonest free first.",
            "%(num)d facilities, soonest free first.",
            count,
        )
    elif wanted.asks_for_time:
        text = gettext(
            "%(count)s of %(total)s facilities are free then, soonest first.",
            count=count,
            total=total,
        )
    else:
        text = gettext("%(count)s of %(total)s facilities fit.", count=count, total=total)
    if asks:
        more = ngettext(
            "%(num)d of them does not tell all you need: ask.",
            "%(num)d of them do not tell all you need: ask.",
            asks,
        )
        text = f"{text} {more}"
    return str(text)


def _told(wanted: Search, condition: str, names: Names) -> str:
    """A condition as the reader set it."""
    if condition == "text":
        return f"“{wanted.text}”"
    if condition == "length" and wanted.length:
        return duration(wanted.length.halves)
    if condition == "dates":
        return _dates(wanted)
    if condition in needs.LABELS:
        return needs.told(condition, wanted.needs)
    return names.of(condition, getattr(wanted, condition))


def _dates(wanted: Search) -> str:
    first, last = wanted.first, wanted.last
    if first and last:
        return day_range(first, last)
    if first:
        return str(gettext("from %(day)s", day=date_text(first)))
    return str(gettext("until %(day)s", day=date_text(last))) if last else ""


def pills(
    wanted: Search, names: Names, endpoint: str = "catalogue.listing"
) -> Iterator[dict[str, str]]:
    """Each condition, with the search that goes on without it."""
    for condition in ("text", *catalogue.CONDITIONS, *needs.LABELS, "dates", "length"):
        eased = wanted.without(condition)
        if eased != wanted:
            yield {"label": _told(wanted, condition, names), "href": address(eased, endpoint)}


def ways_out(
    finder: Finder,
    wanted: Search,
    names: Names,
    endpoint: str = "catalogue.listing",
    **further: str,
) -> list[dict[str, str]]:
    """Every way out of an empty result."""
    found = easing.ways(finder, wanted)
    return [_way_out(wanted, way, names, endpoint, **further) for way in found]


def _way_out(
    wanted: Search, way: Way, names: Names, endpoint: str, **further: str
) -> dict[str, str]:
    """One way out of an empty result, with what it gains."""
    day = date_text(way.first.stay.first_day) if way.first else None
    gain = ngettext("%(num)d facility", "%(num)d facilities", way.count)
    if day:
        gain = gettext("%(places)s, first on %(day)s", places=gain, day=day)
    if not way.condition:
        what = gettext("Without any condition")
    elif way.condition == "length" and wanted.length and way.search.length:
        what = gettext(
            "%(less)s instead of %(more)s",
            less=duration(way.search.length.halves),
            more=duration(wanted.length.halves),
        )
    elif way.condition in needs.LABELS and needs.asks(way.condition, way.search.needs):
        what = gettext(
            "%(less)s instead of %(more)s",
            less=needs.asked_amount(way.condition, way.search.needs),
            more=needs.asked_amount(way.condition, wanted.needs),
        )
    elif way.condition == "dates":
        what = gettext("On other days than %(days)s", days=_dates(wanted))
    else:
        what = gettext("Without %(condition)s", condition=_told(wanted, way.condition, names))
    return {"label": f"{what}: {gain}", "href": address(way.search, endpoint, **further)}
