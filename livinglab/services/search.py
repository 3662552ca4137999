"""The search over everything: facilities, what they test, and pilots and companies one may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from livinglab.db.queries import search as queries
from livinglab.domain.folding import fold, words_of
from livinglab.services import catalogue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from livinglab.db.queries.search import CompanyHit, PilotHit
    from livinglab.domain.access import Principal
    from livinglab.domain.messages import Localised
    from livinglab.services.places import PlacedFacility, Places

T = TypeVar("T")
SHOWN = 10
"""Hits of a kind that are shown; the rest is counted."""
MOST_WORDS = 8
"""Words that are looked for."""


class CapabilityHit(NamedTuple):
    """Something that ``places`` published facilities can test."""

    code: str
    name: Localised
    places: int


@dataclass(frozen=True, slots=True)
class Group(Generic[T]):
    """The first hits of a kind, and how many there are."""

    hits: Sequence[T]
    total: int


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found for the folded ``words``; every one of them stands in each hit."""

    words: tuple[str, ...]
    facilities: Group[PlacedFacility]
    capabilities: Group[CapabilityHit]
    pilots: Group[PilotHit]
    companies: Group[CompanyHit]

    @property
    def total(self) -> int:
        """How much was found in all."""
        groups = (self.facilities, self.capabilities, self.pilots, self.companies)
        return sum(group.total for group in groups)


def search(session: Session, places: Places, who: Principal | None, text: str) -> Hits:
    """Everything the reader (None: a visitor) may see that has all words of the text.

    Nothing where there are no words.
    """
    words = words_of(text)[:MOST_WORDS]
    nothing: Group[object] = Group((), 0)
    if not words:
        return Hits((), *[nothing] * 4)  # type: ignore[arg-type]  # empty groups of every kind
    found = queries.pilots(session, who, words, SHOWN) if who else []
    firms = queries.companies(session, who, words, SHOWN) if who else []
    return Hits(
        tuple(words),
        _facilities(places, who, words),
        _capabilities(places, words),
        Group(found, found[0].total if found else 0),
        Group(firms, firms[0].total if firms else 0),
    )


def _facilities(
    places: Places, who: Principal | None, words: Sequence[str]
) -> Group[PlacedFacility]:
    """Those named so stand first."""
    found = [
        (_missing(place.facility.name, words), place.slug, place)
        for place in places.seen_by(who).values()
        if all(word in places.told[place.slug] for word in words)
    ]
    found.sort(key=lambda hit: hit[:2])
    return Group([place for _, _, place in found[:SHOWN]], len(found))


def _capabilities(places: Places, words: Sequence[str]) -> Group[CapabilityHit]:
    found = [
        CapabilityHit(code, name, len(places.able(code)))
        for code, name in catalogue.capabilities(places).items()
        if not _missing(name, words)
    ]
    found.sort(key=lambda hit: (-hit.places, hit.code))
    return Group(found[:SHOWN], len(found))


def _missing(name: Localised, words: Sequence[str]) -> int:
    """How many of the words the name has in no language."""
    text = fold(" ".join(name.texts.values()))
    return sum(word not in text for word in words)
