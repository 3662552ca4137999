"""A firm's draft: making it, changing it, and judging it by the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.queries.records import next_number
from livinglab.db.tables import Period, Pilot, Window
from livinglab.domain.article import TestArticle
from livinglab.domain.article_json import article_from_json, article_to_json
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotSignedIn,
    Problem,
)
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import STATE_NAMES, By, State
from livinglab.domain.policy import Asked, Request, Wish, problems
from livinglab.services import bookings, moves, reopening
from livinglab.services.availability import Finder
from livinglab.services.free_time import FinderTime
from livinglab.services.placement import home_of, length_of, triggers_of
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from livinglab.domain.facility import Facility
    from livinglab.domain.request_json import PeriodInput, PilotInput
    from livinglab.services.places import PlacedResource, Places
    from livinglab.services.work import Work

EDITABLE = frozenset({State.DRAFT, State.NEEDS_INFO})


def create(work: Work, given: PilotInput, *, ref: str | None = None) -> Pilot:
    """A new draft of the actor's company, numbered by year unless ``ref`` is given.

    Raises:
        NotSignedIn, NotAllowed: only a company may ask for time, and not with a read token.
        InvalidInput: unknown facilities, resources or capabilities.
    """
    who = work.actor
    if who is None:
        raise NotSignedIn
    if who.is_host or who.scope != "write":
        raise NotAllowed(
            Message(N_("Only a company can ask for time, with a token that may write."))
        )
    places = work.world.places(work.session)
    pilot = Pilot(
        ref=ref or _next_ref(work),
        company_id=who.organisation_id,
        created_by_id=who.user_id,
        title="",
        purpose="",
        focus_areas=[],
        test_article=article_to_json(TestArticle()),
        state=State.DRAFT.value,
        version=1,
        created_at=work.now,
        changed_at=work.now,
    )
    _write(pilot, given, places)
    work.session.add(pilot)
    work.session.flush()
    audit(work, "create", "pilot", pilot.ref, pilot=pilot)
    return pilot


def change(work: Work, ref: str, given: PilotInput, *, version: int | None) -> Pilot:
    """Change a draft, or a request that was asked for more.

    New stays or a new article after sending give held time back and open the gates again whose
    decision rests on what has changed (``reopening``).

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion: see ``moves.open_pilot``.
        IllegalTransition: the pilot can no longer be changed.
        InvalidInput: unknown facilities, resources or capabilities.
    """
    pilot = moves.open_pilot(work, ref, version, {By.COMPANY})
    if State(pilot.state) not in EDITABLE:
        raise IllegalTransition(
            Message(
                N_("This cannot be done now: the pilot is “%(state)s”."),
                {"state": Message(STATE_NAMES[State(pilot.state)])},
            )
        )
    asked, said, facts, aid = _asked(pilot), _said(pilot), None, pilot.asks_aid
    held = bookings.held(pilot)
    _write(pilot, given, work.world.places(work.session))
    causes = [cause for cause, value in _asked(pilot).items() if value != asked[cause]]
    if causes:
        facts = reopening.by_change(work, pilot, causes, freed=bool(held))
        bookings.release(work, pilot, held)
    elif _said(pilot) != said:
        bookings.retell(work, pilot, held)
    if causes or pilot.asks_aid != aid:
        pilot.rules_number = None  # another request: the rules in force judge it
    pilot.version += 1
    pilot.changed_at = work.now
    audit(work, "change", "pilot", pilot.ref, pilot=pilot, from_state=pilot.state, facts=facts)
    return pilot


def sketch(given: PilotInput, places: Places) -> Pilot:
    """The pilot that a draft would be, kept nowhere: to judge and price it before it is saved.

    Raises:
        InvalidInput: unknown facilities, resources or capabilities.
    """
    pilot = Pilot(title="", purpose="", focus_areas=[], test_article=article_to_json(TestArticle()))
    _write(pilot, given, places)
    return pilot


def judge(finder: Finder, pilot: Pilot) -> list[Problem]:
    """Every problem that keeps the pilot from being sent as it stands."""
    return problems(as_request(finder.places, pilot), FinderTime(finder, triggers_of(pilot)))


def finder_for(work: Work, pilot: Pilot, *, without_own: bool = False) -> Finder:
    """Free time at every place that would do, as the open transaction sees it.

    ``without_own``: as if the pilot held none.
    """
    places = work.world.places(work.session)
    named = {p.facility_id or 0 for p in pilot.periods}
    others = {places.facilities[f.slug].id for p in pilot.periods for f, _ in acceptable(places, p)}
    return Finder.fresh(
        work.world,
        work.session,
        work.now,
        named | others,
        without_pilot=pilot.id if without_own else None,
    )


def as_request(places: Places, pilot: Pilot) -> Request:
    """The pilot as the rules see it."""
    return Request(
        pilot.title,
        pilot.purpose,
        article_from_json(pilot.test_article),
        tuple(
            Asked(
                length_of(period),
                tuple(acceptable(places, period)),
                tuple(Wish(window.first, window.last) for window in period.windows),
                tuple(period.also),
            )
            for period in pilot.periods
        ),
    )


def acceptable(places: Places, period: Period) -> list[tuple[Facility, str | None]]:
    """Facilities that would do, with the resource that binds there, in order of preference.

    Without any named facility: every one that has all the asked capabilities. A facility whose
    named resource, or one needed at the same time, can no longer be booked would not do.
    """
    home = home_of(places, period)
    ids = [period.facility_id] if period.facility_id else []
    ids += [key for key in period.acceptable if key not in ids]
    found: list[tuple[Facility, str | None]] = []
    for key in ids:
        place = places.facilities_by_id.get(key)
        if place is not None and _can_be_booked(places, period, key, bound=key == home):
            named = places.by_id.get(period.resource_id or 0) if key == home else None
            found.append((place.facility, named.slug if named else None))
    if not ids and period.capabilities:
        wanted = set(period.capabilities)
        found = [
            (place.facility, None)
            for place in places.published.values()
            if wanted <= {capability.code for capability in place.facility.capabilities}
        ]
    return found


def _can_be_booked(places: Places, period: Period, facility_id: int, *, bound: bool) -> bool:
    """Whether what the stay needs at that facility is there and open to bookings."""
    place = places.facilities_by_id[facility_id]
    if not place.published:
        return False
    bookable = {item.id for item in places.bookable(place.slug)}
    companions = [places.resources.get(slug) for slug in period.also]
    needed = {item.id for item in companions if item and item.place.id == facility_id}
    if bound and period.resource_id:
        needed.add(period.resource_id)
    return bool(bookable) and needed <= bookable and None not in companions


def _next_ref(work: Work) -> str:
    year = work.world.today(work.now).year
    return f"{work.world.ref_prefix}-{year}-{next_number(work.session, f'pilot-{year}'):04d}"


def _asked(pilot: Pilot) -> dict[str, object]:
    """What a decision is made on, by the cause that opens gates when it is another."""
    return {
        "article": pilot.test_article,
        "stays": [_period_key(period)[:-1] for period in pilot.periods],
        "dates": [_period_key(period)[-1] for period in pilot.periods],
    }


def _said(pilot: Pilot) -> object:
    """What calendars tell of it."""
    return pilot.title, pilot.purpose, pilot.confidential


def _period_key(period: Period) -> tuple[object, ...]:
    return (
        *(period.halves, period.hours, period.facility_id, period.resource_id),
        *(period.acceptable, period.capabilities, period.also),
        [(window.first, window.last) for window in period.windows],
    )


def _write(pilot: Pilot, given: PilotInput, places: Places) -> None:
    for name in ("title", "purpose", "confidential", "asks_aid"):
        if (value := getattr(given, name)) is not None:
            setattr(pilot, name, value)
    if given.focus_areas is not None:
        pilot.focus_areas = list(given.focus_areas)
    if given.article is not None:
        pilot.test_article = article_to_json(given.article)
    if given.periods is not None:
        periods = _periods(given.periods, places)
        # Bookings know their stay: one that is asked for as before stays the same row.
        if [_period_key(p) for p in periods] != [_period_key(p) for p in pilot.periods]:
            pilot.periods = periods


def _periods(given: Sequence[PeriodInput], places: Places) -> list[Period]:
    faults: list[Problem] = []
    periods = [_period(index, period, places, faults) for index, period in enumerate(given)]
    if faults:
        raise InvalidInput.of(*faults)
    return periods


def _unknown_names(given: PeriodInput, places: Places) -> Iterator[tuple[str, str, str]]:
    """(field, sentence, name) for each id of the stay that names nothing, or not together."""
    resource = places.resources.get(given.resource) if given.resource else None
    if given.resource and not _is_offered(resource):
        yield "resource", N_("There is no resource “%(name)s”."), given.resource
    elif resource and given.facilities and resource.place.slug not in given.facilities:
        yield "resource", N_("“%(name)s” does not belong to that facility."), resource.slug
    for slug in given.facilities:
        if slug not in places.published:
            yield "facility", N_("There is no facility “%(name)s”."), slug
    there = given.facilities or ((resource.place.slug,) if resource else ())
    for slug in given.also:
        item = places.resources.get(slug)
        if item is None or not _is_offered(item):
            yield "also", N_("There is no resource “%(name)s”."), slug
        elif item.place.slug not in there:
            # The gates of the stay's facility say nothing about another's resources.
            yield "also", N_("“%(name)s” does not belong to that facility."), slug
    for code in given.capabilities:
        if not places.able(code):
            yield "capabilities", N_("There is no capability “%(name)s”."), code


def _is_offered(item: PlacedResource | None) -> bool:
    return item is not None and item.resource.bookable and item.place.published


def _period(index: int, given: PeriodInput, places: Places, faults: list[Problem]) -> Period:
    path = f"periods.{index}"

    for field, sentence, name in _unknown_names(given, places):
        message = Message(sentence, {"name": name})
        faults.append(Problem("unknown_id", f"{path}.{field}", message))
    resource = places.resources.get(given.resource) if given.resource else None
    slugs = given.facilities or ((resource.place.slug,) if resource else ())
    ids = [places.facilities[slug].id for slug in slugs if slug in places.facilities]
    if resource is not None:
        # The facility of a named resource is the first choice.
        ids.sort(key=lambda key: key != resource.place.id)
    return Period(
        position=index,
        halves=given.length.halves,
        hours=given.length.hours,
        facility_id=ids[0] if ids else None,
        resource_id=resource.id if resource else None,
        acceptable=ids[1:],
        capabilities=list(given.capabilities),
        also=list(given.also),
        windows=[
            Window(rank=rank, first=wish.first, last=wish.last)
            for rank, wish in enumerate(given.windows)
        ],
    )
