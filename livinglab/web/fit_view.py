"""How places stand to an article, as pages show it: verdict, reasons, earliest start, chain."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.domain.fit import Verdict
from livinglab.domain.fit_advice import elsewhere, untold
from livinglab.domain.messages import Message
from livinglab.services import rules
from livinglab.services.availability import Finder
from livinglab.services.catalogue import usual_length
from livinglab.services.fit import fits
from livinglab.services.fit_pilot import DECIDING, UNSENT, asked_start, standing
from livinglab.web import context
from livinglab.web.asked import days_text
from livinglab.web.cards import kind_name
from livinglab.web.filters import date_text, localised, sentence
from livinglab.web.fit_facts import address, article_of
from livinglab.web.needs import line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from livinglab.db.tables import Pilot
    from livinglab.domain.article import TestArticle
    from livinglab.domain.earliest import Earliest
    from livinglab.domain.facility import Facility
    from livinglab.domain.fit import Reason
    from livinglab.domain.messages import Localised
    from livinglab.services.fit import Fit, Fits, Start
    from livinglab.services.places import PlacedFacility
    from livinglab.web.fit_facts import Facts
    from livinglab.web.needs import Line


@dataclass(frozen=True, slots=True)
class Chain:
    """What a stay waits for: the day in words, the link that decides it, every link."""

    day: str
    cause: str
    links: tuple[tuple[str, bool], ...]
    lane: str = ""
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One place as the page of a fit shows it; addresses keep the facts."""

    facility: Facility
    kind: str
    href: str
    verdict: str
    lines: tuple[Line, ...]
    not_compared: tuple[str, ...]
    chain: Chain | None
    ask: str
    next: tuple[str, str, str] | None
    instead: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that was not compared: the field to tell, the sentence, at how many places."""

    field: str
    text: str
    places: int


def chain(earliest: Earliest, start: Start | None = None) -> Chain:
    """The chain in words; with its lane where the whole start is known."""
    day = date_text(earliest.day) if earliest.day else gettext("None in sight")
    links = tuple((sentence(link.message), link is earliest.cause) for link in earliest.links)
    if start is None:
        return Chain(day, sentence(earliest.cause.message), links)
    lane, why = start.lane()
    return Chain(
        day,
        sentence(earliest.cause.message),
        links,
        lane,
        tuple(in_words(reason.why) for reason in why),
    )


def place(fit: Fit, among: Fits, article: TestArticle, facts: Facts) -> Place:
    """One place with its reasons, and where else the article could go."""
    facility = fit.place.facility
    following, instead = among.next_place(fit), among.instead(fit)
    length = days_text(usual_length(facility))
    first = fit.day.isoformat() if fit.day else ""
    return Place(
        facility,
        kind_name(facility),
        address("facility.detail", facts, slug=facility.slug),
        fit.verdict.value,
        tuple(_lines(fit.reasons, among)),
        tuple(sentence(told.message) for told in untold(article, facility)),
        chain(fit.start.earliest, fit.start) if fit.start else None,
        address("request.new", facts, facility=facility.slug, days=length, **{"from": first}),
        None if following is None else (*_named(following, facts), following.verdict.value),
        None if instead is None else _named(instead, facts),
    )


def there(finder: Finder, at: PlacedFacility, facts: Facts) -> Place | None:
    """How one place stands to the facts of an address; None where they tell nothing."""
    if not (facts and at.published):
        return None
    article, _ = article_of(facts)
    among = fits(finder, article, rules.current(context.session()).book)
    found = among.at(at.slug)
    return None if found is None else place(found, among, article, facts)


def asked(finder: Finder, sketch: Pilot | None) -> Chain | None:
    """The earliest start of what a request form describes, at the place named first."""
    if sketch is None:
        return None
    book = rules.version(context.session(), sketch.rules_number).book
    start = asked_start(finder, sketch, book)
    return None if start is None else chain(start.earliest, start)


def stands(pilot: Pilot) -> Chain | None:
    """What the first stay of a pilot still waits for, as its gates stand."""
    if pilot.state not in UNSENT | DECIDING:
        return None
    finder = Finder.read(context.world(), context.session(), context.now())
    book = rules.version(context.session(), pilot.rules_number).book
    found = standing(finder, pilot, book)
    return None if found is None else chain(found)


def missing(among: Fits, article: TestArticle) -> list[Missing]:
    """What could not be compared somewhere, the most places first."""
    told = [one for fit in among.all for one in untold(article, fit.place.facility)]
    counts = Counter(one.kind for one in told)
    first = {one.kind: one for one in reversed(told)}
    fields = {"dimensions_mm": "dimensions_mm.0", "power": "power.current_a"}
    return [
        Missing(fields.get(name, name), sentence(first[kind].message), count)
        for kind, count in counts.most_common()
        for name in [first[kind].field.removeprefix("test_article.")]
    ]


def in_words(why: Localised | Message) -> str:
    """The answer behind a lane, in the reader's language."""
    return sentence(why) if isinstance(why, Message) else localised(why)


def summary(among: Fits) -> str:
    """How many places fit, must be asked, do not fit."""
    count = Counter(fit.verdict for fit in among.all)
    words: str = gettext(
        "Fits: %(yes)s. Ask first: %(ask)s. Does not fit: %(no)s.",
        yes=count[Verdict.YES],
        ask=count[Verdict.ASK],
        no=count[Verdict.NO],
    )
    return words


def _lines(reasons: Sequence[Reason], among: Fits) -> Iterator[Line]:
    """Every reason with its numbers; where it is not kept, how many others keep it."""
    for reason in reasons:
        text = sentence(reason.message)
        if reason.verdict is not Verdict.YES:
            text = f"{text} {sentence(elsewhere(reason, among.keeping(reason)))}"
        yield line(reason.verdict, text)


def _named(fit: Fit, facts: Facts) -> tuple[str, str]:
    href = address("facility.detail", facts, slug=fit.place.slug)
    return localised(fit.place.facility.name), href
