"""A pilot request as JSON: what the API takes and what forms are turned into.

Reading refuses only what is malformed; whether the place agrees is ``domain.policy``'s question.
Unknown ids are refused by the service, which knows the places.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from livinglab.domain.article_json import LABELS as ARTICLE_LABELS
from livinglab.domain.article_json import article_from_json
from livinglab.domain.calendar import Length
from livinglab.domain.errors import InvalidInput
from livinglab.domain.messages import N_
from livinglab.domain.policy import Wish
from livinglab.domain.reading import Node
from livinglab.domain.vocabulary import FOCUS_AREAS

if TYPE_CHECKING:
    from livinglab.domain.article import TestArticle

TITLE_LIMIT = 200
PURPOSE_LIMIT = 5000
PERIOD_LIMIT = 10
WINDOW_LIMIT = 10
ONE_DAY = Length(2)
MAX_DAYS = 400
MAX_HOURS = 72
EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)
"""Dates beyond are slips of the pen, and cannot be reckoned with at the ends of all calendars."""
LABELS = {
    **ARTICLE_LABELS,
    "title": N_("Title"),
    "purpose": N_("Purpose"),
    "confidential": N_("Confidential"),
    "focus_areas": N_("Focus areas"),
    "asks_aid": N_("Asks for a discount or free use"),
    "facility": N_("Facility"),
    "facilities": N_("Acceptable facilities"),
    "resource": N_("Resource"),
    "also": N_("Needed at the same time"),
    "capabilities": N_("Capabilities"),
    "days": N_("Days"),
    "hours": N_("Hours"),
    "windows": N_("When it suits"),
    "start": N_("First day"),
    "end": N_("Last day"),
}


@dataclass(frozen=True, slots=True)
class PeriodInput:
    """One stay as asked for. ``facilities`` in order of preference; empty: any that fits."""

    facilities: tuple[str, ...] = ()
    resource: str | None = None
    also: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    length: Length = ONE_DAY
    windows: tuple[Wish, ...] = ()


@dataclass(frozen=True, slots=True)
class PilotInput:
    """The parts of a pilot a firm writes; None means "leave as it is" in a change."""

    title: str | None = None
    purpose: str | None = None
    focus_areas: tuple[str, ...] | None = None
    article: TestArticle | None = None
    periods: tuple[PeriodInput, ...] | None = None
    confidential: bool | None = None
    asks_aid: bool | None = None


def pilot_from_json(value: object) -> PilotInput:
    """Read a request or a change of one; unknown keys are refused by name.

    Raises:
        InvalidInput: with one problem per fault.
    """
    root = Node(value, "", LABELS)
    names = (
        *("title", "purpose", "confidential", "asks_aid", "focus_areas"),
        *("test_article", "periods"),
    )
    node = root.record((*names, "version"))
    article: TestArticle | None = None
    if node["test_article"].value is not None:
        try:
            article = article_from_json(node["test_article"].value)
        except InvalidInput as refusal:
            root.faults.extend(refusal.problems)
    given = PilotInput(
        title=_text(node["title"], TITLE_LIMIT),
        purpose=_text(node["purpose"], PURPOSE_LIMIT, lines=True),
        confidential=node["confidential"].maybe(lambda n: n.flag()),
        asks_aid=node["asks_aid"].maybe(lambda n: n.flag()),
        focus_areas=node["focus_areas"].maybe(
            lambda n: n.each(lambda entry: entry.choice(FOCUS_AREAS))
        ),
        article=article,
        periods=node["periods"].maybe(lambda n: _limited(n, PERIOD_LIMIT).each(_period)),
    )
    root.finish()
    return given


def _text(node: Node, limit: int, *, lines: bool = False) -> str | None:
    """Text that may be empty in a draft."""
    if node.value is None:
        return None
    if isinstance(node.value, str) and not node.value.strip():
        return ""
    return node.text(limit, lines=lines)


def _limited(node: Node, limit: int) -> Node:
    if isinstance(node.value, list | tuple) and len(node.value) > limit:
        node.refuse(
            "too_many",
            N_("“%(field)s” has more than %(limit)s entries. Shorten it."),
            limit=limit,
        )
        return Node(None, node.path, node.labels, node.faults)
    return node


def _period(raw: Node) -> PeriodInput:
    node = raw.record(
        (
            *("facility", "facilities", "resource", "also", "capabilities"),
            *("days", "hours", "windows"),
        )
    )
    single = node["facility"].maybe(lambda n: n.text(80))
    several = node["facilities"].each(lambda n: n.text(80))
    facilities = tuple(dict.fromkeys(([single] if single else []) + [s for s in several if s]))
    return PeriodInput(
        facilities=facilities,
        resource=node["resource"].maybe(lambda n: n.text(128)) or None,
        also=node["also"].each(lambda n: n.text(128)),
        capabilities=node["capabilities"].each(lambda n: n.text(80)),
        length=_length(node),
        windows=_limited(node["windows"], WINDOW_LIMIT).each(_window),
    )


def _length(node: Node) -> Length:
    days, hours = node["days"], node["hours"]
    if days.value is not None and hours.value is not None:
        refuse_both(hours)
    elif hours.value is not None:
        return Length(0, read_hours(hours))
    return ONE_DAY if days.value is None else Length(read_days(days))


def read_days(node: Node) -> int:
    """Half-days, from days in multiples of 0.5."""
    value = node.number(0, MAX_DAYS)
    if value <= 0 or value * 2 != int(value * 2):
        node.refuse("not_half_days", N_("“%(field)s” must be a multiple of 0.5, such as 2.5."))
        return 2
    return int(value * 2)


def read_hours(node: Node) -> int:
    """Hours of a stay within a day."""
    return node.whole(1, MAX_HOURS)


def refuse_both(hours: Node) -> None:
    """Note that a stay has days or hours."""
    hours.refuse("days_or_hours", N_("Give “days” or “hours”, not both."))


def _window(raw: Node) -> Wish:
    node = raw.record(("start", "end"))
    first, last = node["start"].day(), node["end"].maybe(Node.day) or None
    if first is None:
        return Wish(date.min, date.min)
    for edge, day in (("start", first), ("end", last or first)):
        if not EARLIEST <= day <= LATEST and node[edge].value is not None:
            node[edge].refuse(
                "out_of_range",
                N_("“%(field)s” must lie between %(low)s and %(high)s."),
                low=EARLIEST,
                high=LATEST,
            )
    last = last or first
    if last < first:
        node["end"].refuse("window_order", N_("The last day is before the first day."))
    return Wish(first, last)
