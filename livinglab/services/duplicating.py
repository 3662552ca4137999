"""Asking again for what was asked before: a new draft with what still holds of an old request."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.db.tables import Paper
from livinglab.domain.article_json import article_from_json
from livinglab.domain.calendar import Length
from livinglab.domain.errors import NotFound
from livinglab.domain.policy import Wish
from livinglab.domain.request_json import PeriodInput, PilotInput
from livinglab.services.pilot import create, finder_for, sketch
from livinglab.services.placement import first_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from livinglab.db.tables import Period, Pilot
    from livinglab.services.availability import Finder
    from livinglab.services.places import Places
    from livinglab.services.work import Work

WEEK = timedelta(weeks=1)
MOST_WEEKS = 53
"""How far ahead the same days of the week are looked for."""


@dataclass(frozen=True, slots=True)
class Again:
    """The new draft; whether days were found for it; codes of papers that no longer hold."""

    pilot: Pilot
    has_days: bool
    expired: tuple[str, ...]


def ask_again(work: Work, ref: str) -> Again:
    """A new draft with article, purpose and stays of a request of the actor's company.

    Windows move by whole weeks to the first that have time for every stay, or are left out. Places
    and parts that can no longer be booked are left out. Papers that outlast the new days come
    along.

    Raises:
        NotFound: there is no such request, or not for this person.
        NotSignedIn, NotAllowed: see ``pilot.create``.
    """
    old = pilot_by_ref(work.session, ref, work.actor)
    if old is None:
        raise NotFound
    places = work.world.places(work.session)
    given = PilotInput(
        title=old.title,
        purpose=old.purpose,
        focus_areas=tuple(old.focus_areas),
        article=article_from_json(old.test_article),
        periods=tuple(_asked(places, period) for period in old.periods),
        confidential=old.confidential,
        asks_aid=old.asks_aid,
    )
    moved = _moved(work, given)
    pilot = create(work, moved)
    expired = _bring_papers(work, old, pilot, _last_day(moved) or work.world.today(work.now))
    return Again(pilot, _last_day(moved) is not None, tuple(expired))


def _asked(places: Places, period: Period) -> PeriodInput:
    """The stay as it was asked for, without what is not offered any more."""
    ids = [key for key in (period.facility_id, *period.acceptable) if key]
    there = [places.facilities_by_id[key] for key in ids if key in places.facilities_by_id]
    slugs = tuple(place.slug for place in there if place.published)
    resource = places.by_id.get(period.resource_id or 0)
    kept = resource if resource is not None and _is_bookable(places, resource.slug, slugs) else None
    around = (kept.place.slug,) if kept is not None else slugs
    return PeriodInput(
        facilities=slugs,
        resource=kept.slug if kept is not None else None,
        also=tuple(slug for slug in period.also if _is_bookable(places, slug, around)),
        capabilities=tuple(code for code in period.capabilities if places.able(code)),
        length=Length(period.halves, period.hours),
        windows=tuple(Wish(window.first, window.last) for window in period.windows),
    )


def _is_bookable(places: Places, slug: str, at: Sequence[str]) -> bool:
    item = places.resources.get(slug)
    return item is not None and item.resource.bookable and item.place.slug in at


def _moved(work: Work, given: PilotInput) -> PilotInput:
    """The stays in the first later weeks in which all have time in a first choice of days."""
    periods = given.periods or ()
    firsts = [wish.first for period in periods for wish in period.windows]
    if firsts:
        today = work.world.today(work.now)
        weeks = max(0, (today - min(firsts)).days // WEEK.days + 1)
        finder = finder_for(work, sketch(given, work.world.places(work.session)))
        for later in range(weeks, weeks + MOST_WEEKS):
            tried = replace(given, periods=tuple(_later(period, later) for period in periods))
            pilot = sketch(tried, finder.places)
            if all(_has_time(finder, pilot, stay) for stay in pilot.periods):
                return tried
    return replace(given, periods=tuple(replace(period, windows=()) for period in periods))


def _has_time(finder: Finder, pilot: Pilot, stay: Period) -> bool:
    """Whether the first choice of days has a free one; a stay that names no place may have."""
    if not stay.windows or stay.facility_id is None:
        return True
    wish = stay.windows[0]
    return first_in(finder, pilot, stay, (wish.first, wish.last)) is not None


def _later(period: PeriodInput, weeks: int) -> PeriodInput:
    moved = tuple(
        Wish(wish.first + weeks * WEEK, wish.last + weeks * WEEK) for wish in period.windows
    )
    return replace(period, windows=moved)


def _last_day(given: PilotInput) -> date | None:
    lasts = (wish.last for period in given.periods or () for wish in period.windows)
    return max(lasts, default=None)


def _bring_papers(work: Work, old: Pilot, pilot: Pilot, until: date) -> Iterator[str]:
    """Copy the papers that hold until that day; the codes of those that do not."""
    latest = {paper.code: paper for paper in old.papers if paper.size}
    for paper in old.papers:
        ended = paper.expires_on is not None and paper.expires_on < until
        if not paper.size or ended or paper.rejected_at is not None:
            continue
        pilot.papers.append(
            Paper(
                code=paper.code,
                file_name=paper.file_name,
                media_type=paper.media_type,
                size=paper.size,
                sha256=paper.sha256,
                expires_on=paper.expires_on,
                confidential=paper.confidential,
                content=paper.content,
                uploaded_at=work.now,
                uploaded_by_id=work.actor.user_id if work.actor else pilot.created_by_id,
            )
        )
    held = {paper.code for paper in pilot.papers}
    yield from (code for code in latest if code not in held)
