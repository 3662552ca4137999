"""Watched searches: a mail when one finds time that was not free when it last looked.

News is a place where nothing was free for the search, or a stay that begins before the first one
that was. What gets taken makes no news, but getting it back does: ``told`` follows every look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import select

from livinglab.adapters.texts import day_range_text, duration_text, sentence
from livinglab.db.queries import saved as queries
from livinglab.db.tables import SavedView
from livinglab.domain.calendar import Length
from livinglab.domain.messages import N_, Message
from livinglab.domain.needs import MEASURES, Needs
from livinglab.services import catalogue
from livinglab.services.availability import Finder
from livinglab.services.catalogue import Search
from livinglab.services.notices import at_both_clocks, tell
from livinglab.services.world import from_epoch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.db.tables import User
    from livinglab.services.availability import Slot
    from livinglab.services.work import Work
    from livinglab.services.world import World

Query = Mapping[str, Sequence[str]]
"""The arguments of an address, as the catalogue writes them; ``facility`` names one place."""
LISTED = 10
"""Places that one mail lists; its search shows the rest."""


def search_of(query: Query) -> Search:
    """The search of an address that the catalogue wrote."""

    def given(name: str) -> str:
        return next(iter(query.get(name, ())), "")

    needs = {name: float(given(name)) for name in MEASURES if given(name)}
    return Search(
        text=given("q"),
        capability=given("capability"),
        focus_area=given("focus_area"),
        kind=given("kind"),
        municipality=given("municipality"),
        length=Length(int(float(given("days")) * 2)) if given("days") else None,
        first=date.fromisoformat(given("free_from")) if given("free_from") else None,
        last=date.fromisoformat(given("free_to")) if given("free_to") else None,
        needs=Needs(**needs, phases=int(given("phases") or 1)),
    )


def free_now(finder: Finder, query: Query) -> dict[str, Slot]:
    """The first free stay at each published place that the search finds, by slug."""
    wanted = search_of(query)
    for slug in query.get("facility", ()):
        place = finder.places.published.get(slug)
        return catalogue.first_free(finder, wanted, [place] if place else [])
    found = catalogue.find(finder, wanted)
    return {item.place.slug: item.slot for item in found if item.slot}


def starts(free: Mapping[str, Slot]) -> dict[str, str]:
    """When the first free stay begins (RFC 3339, UTC), by slug: what ``told`` keeps."""
    return {slug: from_epoch(slot.stay.start).isoformat() for slug, slot in free.items()}


def watched_rows(_now: datetime) -> Select[int]:
    """The searches that are looked at."""
    return select(SavedView.id).where(SavedView.watched)


@dataclass(frozen=True, slots=True)
class Look:
    """What a watched search finds, other than it had ``told``; and what of it is news, by start."""

    view_id: int
    query: Query
    told: Mapping[str, str]
    found: Mapping[str, str]
    news: tuple[Slot, ...]

    def tell(self, work: Work) -> None:
        """Write the mail if there is news, unless the search was changed or told meanwhile."""
        row = queries.watched(work.session, self.view_id)
        if not row or (row[0][0].query, row[0][0].told) != (self.query, self.told):
            return
        [(view, user)] = row
        if self.news:
            _write(work, view, user, self.news)
        view.told = dict(self.found)


def looks(session: Session, world: World, now: datetime) -> Iterator[Callable[[Work], None]]:
    """Look at every watched search; what to write down for each that finds other than it knew.

    No transaction is open while it searches: on SQLite that would keep others from writing.
    Searches for stays of one length come together: they share what is worked out once for that.
    """
    finder = Finder.read(world, session, now)
    rows = queries.watched(session)
    watched = [(view.id, dict(view.query), dict(view.told)) for view, _ in rows]
    session.rollback()
    for view_id, query, told in sorted(watched, key=lambda row: list(row[1].get("days", ()))):
        free = free_now(finder, query)
        found = starts(free)
        if found != told:
            news = [slot for slug, slot in free.items() if _is_news(told.get(slug), found[slug])]
            news.sort(key=lambda slot: slot.stay.start)
            yield Look(view_id, query, told, found, tuple(news)).tell


def _is_news(told: str | None, start: str) -> bool:
    return told is None or datetime.fromisoformat(start) < datetime.fromisoformat(told)


def _write(work: Work, view: SavedView, user: User, news: Sequence[Slot]) -> None:
    wanted, language = search_of(view.query), user.language
    lines = [
        sentence(Message(N_("Time is free that was not free before.")), language),
        sentence(Message(N_("You watch this search: %(name)s"), {"name": view.name}), language),
        "",
    ]
    for slot in news[:LISTED]:
        lines += [*_offer(work, user, wanted, slot), ""]
    if len(news) > LISTED:
        more = Message(N_("%(count)s more places:"), {"count": len(news) - LISTED})
        lines += [sentence(more, language), _address(work, "facilities", view.query), ""]
    lines += [
        sentence(Message(N_("Nothing is held for you until you ask for it.")), language),
        sentence(Message(N_("To change this search, or to stop these mails:")), language),
        _address(work, "saved"),
    ]
    tell(
        work,
        user,
        "searches",
        intent=f"watch:{view.id}:{work.now:%Y-%m-%dT%HZ}",
        subject=_subject(user, wanted, news),
        lines=lines,
    )


def _subject(user: User, wanted: Search, news: Sequence[Slot]) -> str:
    language = user.language
    if len(news) > 1:
        count = Message(N_("Free now: %(count)s places"), {"count": len(news)})
        return sentence(count, language)
    facility, stay = news[0].resource.facility, news[0].stay
    return sentence(
        Message(
            N_("Free for %(length)s: %(place)s, %(days)s"),
            {
                "length": duration_text(language, halves=_length(wanted, news[0]).halves),
                "place": facility.name,
                "days": day_range_text(stay.first_day, stay.last_day, language),
            },
        ),
        language,
    )


def _offer(work: Work, user: User, wanted: Search, slot: Slot) -> list[str]:
    """Where and when at both clocks, and where to ask for it."""
    stay, facility = slot.stay, slot.resource.facility
    asked = {"from": [f"{stay.first_day}"], "days": [f"{_length(wanted, slot).halves / 2:g}"]}
    return [
        *at_both_clocks(slot.resource, from_epoch(stay.start), from_epoch(stay.end), user),
        _address(work, f"facilities/{facility.slug}", asked) + "#ask",
    ]


def _length(wanted: Search, slot: Slot) -> Length:
    return wanted.length or catalogue.usual_length(slot.resource.facility)


def _address(work: Work, path: str, query: Query | None = None) -> str:
    arguments = f"?{urlencode(query, doseq=True)}" if query else ""
    return f"{work.world.base_url}/{path}{arguments}"
