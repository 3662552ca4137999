"""What a facility has shown, in words: measured answers, finished pilots, places like it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

from livinglab.domain.figures import FEWEST_ANSWERS
from livinglab.domain.messages import Message
from livinglab.domain.vocabulary import ARTICLE_KINDS, FOCUS_AREAS
from livinglab.web.cards import kind_name
from livinglab.web.filters import localised, number, sentence
from livinglab.web.place_words import quantity

if TYPE_CHECKING:
    from livinglab.domain.experience import Counts, Tally
    from livinglab.domain.facility import Facility
    from livinglab.domain.figures import AnswerTimes
    from livinglab.domain.likeness import Like
    from livinglab.web.place_words import Row


@dataclass(frozen=True, slots=True)
class Tested:
    """A sentence about all finished pilots, and their numbers by robot and by focus area."""

    sentence: str
    kinds: list[Row]
    focus_areas: list[Row]


@dataclass(frozen=True, slots=True)
class Alike:
    """A facility like another: where it is, and what both have."""

    facility: Facility
    where: str
    shared: str


def answers(times: AnswerTimes) -> Row:
    """How soon a request had its first answer; too few answers are not even counted.

    Else each of them would be seen by those who watch the page: a competitor's, too.
    """
    name = gettext("First answer, measured")
    if times.middle is None:
        note = gettext(
            "We tell from %(fewest)s answers in 12 months on.", fewest=number(FEWEST_ANSWERS)
        )
        return name, gettext("not enough answers yet"), note
    count = ngettext(
        "%(num)d answer in the last 12 months",
        "%(num)d answers in the last 12 months",
        times.number,
    )
    return name, _working_days(times.middle), gettext("median of %(answers)s", answers=count)


def tested(tests: Tally) -> Tested:
    """What was finished here."""
    if not tests.number:
        return Tested("", [], [])
    pilots = ngettext("%(num)d pilot finished here", "%(num)d pilots finished here", tests.number)
    years = ", ".join(
        gettext("%(count)s in %(year)s", count=count, year=year) for year, count in tests.years
    )
    return Tested(
        gettext("%(pilots)s: %(years)s.", pilots=pilots, years=years),
        _counted(tests.kinds, ARTICLE_KINDS),
        _counted(tests.focus_areas, FOCUS_AREAS),
    )


def alike(like: Like) -> Alike:
    """A place like the one looked at."""
    facility = like.facility
    where = [kind_name(facility), facility.municipality]
    if like.km is not None:
        where.append(quantity(round(like.km), "km"))
    shared = [localised(capability.name) for capability in like.capabilities]
    shared += [gettext("the same kind of place")] if like.same_kind else []
    shared += [sentence(Message(FOCUS_AREAS[code])) for code in like.focus_areas]
    return Alike(facility, " · ".join(where), ", ".join(shared))


def _working_days(days: float) -> str:
    if not days:
        return str(gettext("the same working day"))
    if days == int(days):
        return str(ngettext("%(num)d working day", "%(num)d working days", int(days)))
    return str(gettext("%(days)s working days", days=number(days)))


def _counted(counts: Counts, names: dict[str, str]) -> list[Row]:
    return [
        (sentence(Message(names[code])) if code in names else code, number(count), "")
        for code, count in counts
    ]
