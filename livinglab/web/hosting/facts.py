"""What a facility's document says, section by section, in words: for overviews and differences."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.domain.messages import Message
from livinglab.domain.vocabulary import FACILITY_KINDS, FOCUS_AREAS, LANES, LANGUAGES, OWNER_ROLES
from livinglab.domain.words import opening_in_words
from livinglab.web import context, place_words
from livinglab.web.filters import date_text, duration, localised, number, sentence
from livinglab.web.hosting.words import LANGUAGE_NAMES, NAMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from livinglab.domain.facility import Facility
    from livinglab.domain.messages import Localised


@dataclass(frozen=True, slots=True)
class Fact:
    """A thing and what is said of it, a line each."""

    label: str
    lines: tuple[str, ...]


def facts(facility: Facility, section: str, *, full: bool = False) -> list[Fact]:
    """The facts of one section; ``full``: texts in every language, and each space by itself."""
    return [fact for fact in _OF[section](_Teller(facility, full)) if any(fact.lines)]


@dataclass(frozen=True, slots=True)
class _Teller:
    facility: Facility
    full: bool

    def say(self, text: Localised) -> str:
        """The text for the reader, or in all its languages."""
        if not self.full:
            return localised(text)
        others = [
            f"{code.upper()}: {text.texts[code]}" for code in LANGUAGES[1:] if code in text.texts
        ]
        return " · ".join([text.en, *others])


def _hours(it: _Teller) -> Iterator[Fact]:
    bookable = [resource for resource in it.facility.resources if resource.bookable]
    rules = [[sentence(line) for line in opening_in_words(item.opening)] for item in bookable]
    if not it.full and rules and all(lines == rules[0] for lines in rules):
        yield Fact("", tuple(rules[0]))
        return
    for resource, lines in zip(bookable, rules, strict=True):
        yield Fact(localised(resource.name), tuple(lines))


def _prices(it: _Teller) -> Iterator[Fact]:
    for listed in sorted(it.facility.prices, key=lambda prices: prices.valid_from, reverse=True):
        rows = place_words.prices(listed)
        yield Fact(
            gettext("From %(day)s", day=date_text(listed.valid_from)),
            tuple(f"{name}: {amount}" for name, amount, _ in rows),
        )


def _texts(it: _Teller) -> Iterator[Fact]:
    for name in ("name", "summary", "environment", "directions"):
        yield from _in_languages(str(NAMES[name]), getattr(it.facility, name), full=it.full)
    yield _fact("kind", [sentence(Message(FACILITY_KINDS[it.facility.kind]))])
    yield _fact(
        "focus_areas", [sentence(Message(FOCUS_AREAS[code])) for code in it.facility.focus_areas]
    )
    if it.facility.area_m2:
        yield _fact("area_m2", [f"{number(it.facility.area_m2)}\u00a0m²"])
    yield Fact(gettext("House rules"), tuple(map(it.say, it.facility.house_rules)))


def _in_languages(name: str, text: Localised | None, *, full: bool) -> Iterator[Fact]:
    if text is None:
        return
    if not full:
        yield Fact(name, (localised(text),))
        return
    for code in LANGUAGES:
        yield Fact(f"{name}, {LANGUAGE_NAMES[code]}", (text.texts.get(code, ""),))


def _place(it: _Teller) -> Iterator[Fact]:
    yield _fact("site", [it.facility.site])
    yield _fact("address", [it.facility.address])
    yield _fact("municipality", [it.facility.municipality])
    yield Fact(gettext("Coordinates"), (f"{it.facility.latitude:g}, {it.facility.longitude:g}",))
    yield _fact("zone", [it.facility.zone])
    contact = it.facility.contact
    if contact:
        parts = (it.say(contact.role), contact.email, contact.phone)
        yield _fact("contact", [part for part in parts if part])
    yield _fact("next_place", [_name_of(it.facility.next_place)])


def _name_of(slug: str) -> str:
    """The name of another facility; its id where there is none any more."""
    place = context.world().places(context.session()).facilities.get(slug) if slug else None
    return localised(place.facility.name) if place else slug


def _stays(it: _Teller) -> Iterator[Fact]:
    stay = it.facility.stay
    yield _fact("min_halves", [duration(stay.min_halves)])
    yield _fact("max_halves", [duration(stay.max_halves)])
    yield _fact("step_halves", [duration(stay.step_halves)])
    days = stay.notice_working_days
    yield _fact("notice_working_days", [gettext("%(days)s working days", days=days)])
    yield _fact("horizon_days", [gettext("%(days)s days", days=stay.horizon_days)])
    yield _fact("buffer_before", [place_words.buffer(stay.buffers.before)])
    yield _fact("buffer_after", [place_words.buffer(stay.buffers.after)])
    if it.facility.hold_on_submit:
        yield _fact("hold_on_submit", [gettext("yes")])
    if it.facility.free_busy_public:
        yield _fact("free_busy_public", [gettext("yes")])
    yield _fact("default_lane", [sentence(Message(LANES[it.facility.default_lane]))])


def _spaces(it: _Teller) -> Iterator[Fact]:
    for resource in it.facility.resources:
        lines = [] if resource.bookable else [gettext("not bookable by itself")]
        for link in resource.requires:
            other = it.facility.resource(link.resource)
            name = it.say(other.name) if other else link.resource
            when = place_words.trigger(link.when)
            lines.append(gettext("also books %(name)s, %(when)s", name=name, when=when))
        yield Fact(it.say(resource.name), tuple(lines or [gettext("bookable")]))


def _tests(it: _Teller) -> Iterator[Fact]:
    yield Fact("", tuple(it.say(item.name) for item in it.facility.capabilities))


def _limits(it: _Teller) -> Iterator[Fact]:
    yield from _rows(map(place_words.limit, it.facility.limits))


def _utilities(it: _Teller) -> Iterator[Fact]:
    outlets = [place_words.outlet(outlet) for outlet in it.facility.power]
    note = [it.say(it.facility.power_note)] if it.facility.power_note else []
    yield Fact(gettext("Power"), tuple(outlets + note))
    yield from _rows(row for row in place_words.utilities(it.facility) if row[0] == gettext("Air"))
    yield Fact(gettext("Network"), tuple(map(it.say, it.facility.networks)))
    yield from _rows(place_words.building(it.facility))


def _papers(it: _Teller) -> Iterator[Fact]:
    papers = it.facility.papers
    lines = (f"{it.say(paper.name)} ({place_words.trigger(paper.when)})" for paper in papers)
    yield Fact("", tuple(lines))


def _deciders(it: _Teller) -> Iterator[Fact]:
    for item in it.facility.approvers:
        role = sentence(Message(OWNER_ROLES[item.role]))
        yield Fact(role, (f"{it.say(item.title)}, {place_words.trigger(item.when)}",))


def _rows(rows: Iterable[place_words.Row]) -> Iterator[Fact]:
    """Rows of the same name together: two limits of mass are two lines."""
    for name, some in groupby(rows, key=lambda row: row[0]):
        yield Fact(name, tuple(" · ".join(part for part in row[1:] if part) for row in some))


def _fact(name: str, lines: Sequence[str]) -> Fact:
    return Fact(str(NAMES[name]), tuple(lines))


_OF: dict[str, Callable[[_Teller], Iterator[Fact]]] = {
    "hours": _hours,
    "prices": _prices,
    "texts": _texts,
    "place": _place,
    "stays": _stays,
    "spaces": _spaces,
    "tests": _tests,
    "limits": _limits,
    "utilities": _utilities,
    "papers": _papers,
    "deciders": _deciders,
}
