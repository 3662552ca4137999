"""Everything that keeps a request from being sent, at once, each with the cheapest fix.

:func:`problems` is pure: what it must know of free time it asks of the :class:`FreeTime` given in,
the same engine that answers pages and the API.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Protocol

from livinglab.domain.errors import Fix, Problem
from livinglab.domain.fit import Verdict, reasons, verdict
from livinglab.domain.length_problems import length_problem
from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from livinglab.domain.article import TestArticle
    from livinglab.domain.calendar import Length, OpenCalendar, Stay
    from livinglab.domain.facility import Facility

Places = tuple[tuple["Facility", str | None], ...]
"""Acceptable places: a facility, and the one resource there that would do, or None for any."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One ranked window: local dates at the facility, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Asked:
    """One stay asked for, with the places that would do (facility, and resource or any)."""

    length: Length
    places: Places
    windows: tuple[Wish, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """A pilot as the rules see it."""

    title: str
    purpose: str
    article: TestArticle
    periods: tuple[Asked, ...]


class FreeTime(Protocol):
    """What the rules ask about time."""

    def first_day(self, facility: Facility) -> date:
        """The first date the notice period allows."""

    def last_day(self, facility: Facility) -> date:
        """The last date on which a stay may begin."""

    def today(self, facility: Facility) -> date:
        """The date on the wall at the facility."""

    def calendar(self, facility: Facility, resource: str | None) -> OpenCalendar:
        """Open days of the resource, or of the facility's first."""

    def first_stay(
        self,
        asked: Asked,
        window: Wish | None,
        *,
        ignore_taken: bool = False,
        ignore_notice: bool = False,
    ) -> Stay | None:
        """The earliest feasible stay over the acceptable places, in the window or at all."""

    def elsewhere(self, article: TestArticle) -> Sequence[Facility]:
        """Facilities into which the article fits."""


def problems(request: Request, time: FreeTime) -> list[Problem]:
    """Every problem of the request, in the order of its fields; empty when it may be sent."""
    found: list[Problem] = []
    if not request.title.strip():
        found.append(
            Problem("title_missing", "title", Message(N_("Give the pilot a title in a few words.")))
        )
    if not request.purpose.strip():
        found.append(
            Problem("purpose_missing", "purpose", Message(N_("Say what you want to find out.")))
        )
    if not request.article.name.strip():
        found.append(
            Problem(
                "article_missing", "test_article.name", Message(N_("Name what you want to test."))
            )
        )
    if not request.periods:
        found.append(
            Problem("period_missing", "periods", Message(N_("Ask for at least one stay.")))
        )
    for index, asked in enumerate(request.periods):
        there = replace(asked, places=fitting(request.article, asked.places))
        found += _period(there, f"periods.{index}", time)
    found += _fit(request, time)
    return found


def fitting(article: TestArticle, places: Places) -> Places:
    """The places whose hard limits the article keeps; all of them where it keeps them nowhere.

    Where it fits nowhere, that is told once, and time is judged as if it did.
    """
    kept = tuple(p for p in places if verdict(reasons(article, p[0])) is not Verdict.NO)
    return kept or places


def _period(asked: Asked, path: str, time: FreeTime) -> Iterator[Problem]:
    if not asked.places:
        yield Problem(
            "facility_missing", f"{path}.facility", Message(N_("Choose where the stay would be."))
        )
        return
    wrong = length_problem(asked, path, time)
    if wrong is not None:
        problem, length = wrong
        yield problem
        asked = replace(asked, length=length)
    if not asked.windows:
        yield Problem(
            "window_missing",
            f"{path}.windows",
            Message(N_("Say when it would suit you: a first and a last day.")),
            _earliest(asked, path, 0, time),
        )
        return
    judged = [_window(asked, path, rank, time) for rank in range(len(asked.windows))]
    one_is_free = None in judged
    yield from (p for p in judged if p and not (one_is_free and p.code == "slot_taken"))


def _window(asked: Asked, path: str, rank: int, time: FreeTime) -> Problem | None:
    """Why no stay can be had in a window, or None where one can."""
    wish = asked.windows[rank]
    field = f"{path}.windows.{rank}"
    if wish.last < wish.first:
        return Problem(
            "window_order",
            f"{field}.end",
            Message(N_("The last day is before the first day.")),
            Fix(
                Message(N_("Swap the two days")),
                {f"{field}.start": wish.last, f"{field}.end": wish.first},
            ),
        )
    if time.first_stay(asked, wish) is not None:
        return None
    return _why_not(asked, wish, field, time, _earliest(asked, path, rank, time))


def _why_not(asked: Asked, wish: Wish, field: str, time: FreeTime, nearest: Fix | None) -> Problem:
    facilities = [facility for facility, _ in asked.places]
    if wish.last < min(time.today(facility) for facility in facilities):
        return Problem(
            "window_past", f"{field}.start", Message(N_("These days are in the past.")), nearest
        )
    horizon = max(time.last_day(facility) for facility in facilities)
    if wish.first > horizon:
        return Problem(
            "beyond_horizon",
            f"{field}.start",
            Message(N_("Days after %(day)s cannot be asked for yet."), {"day": horizon}),
            nearest,
        )
    first_day, notice = min((time.first_day(f), f.stay.notice_working_days) for f in facilities)
    if wish.last < first_day or _only_notice(asked, wish, time):
        return Problem(
            "notice_too_short",
            f"{field}.start",
            Message(
                N_("The place asks for %(notice)s working days of notice: from %(day)s on."),
                {"notice": notice, "day": first_day},
            ),
            nearest,
        )
    if time.first_stay(asked, wish, ignore_taken=True) is not None:
        return Problem(
            "slot_taken", f"{field}.start", Message(N_("These days are already taken.")), nearest
        )
    return _closed(asked, wish, field, time, nearest)


def _only_notice(asked: Asked, wish: Wish, time: FreeTime) -> bool:
    """Whether nothing but the notice is in the way: too few days of the window come after it."""
    if time.first_stay(asked, wish, ignore_taken=True) is not None:
        return False
    return time.first_stay(asked, wish, ignore_taken=True, ignore_notice=True) is not None


def _closed(asked: Asked, wish: Wish, field: str, time: FreeTime, nearest: Fix | None) -> Problem:
    """Why no stay of that length lies in the window although nobody else has it."""
    facility, resource = asked.places[0]
    calendar = time.calendar(facility, resource)
    first = max(wish.first, time.today(facility))
    opened = [day for day in calendar.days if first <= day.date <= wish.last]
    if not opened and first in calendar.closed:
        return Problem("closed", f"{field}.start", calendar.closed[first].message, nearest)
    return Problem(
        "window_too_short",
        f"{field}.end",
        Message(
            N_("The stay does not fit: the place is open on %(open)s of these days."),
            {"open": len(opened)},
        ),
        nearest,
    )


def _earliest(asked: Asked, path: str, rank: int, time: FreeTime) -> Fix | None:
    """Move the window to the first stay that fits from its start on, else to the first at all."""
    wish = asked.windows[rank] if rank < len(asked.windows) else None
    stay = None
    if wish is not None:
        stay = time.first_stay(asked, Wish(wish.first, date.max))
    stay = stay or time.first_stay(asked, None)
    if stay is None:
        return None
    field = f"{path}.windows.{rank}"
    return Fix(
        Message(N_("Move to %(day)s, the first day that fits"), {"day": stay.first_day}),
        {f"{field}.start": stay.first_day, f"{field}.end": stay.last_day},
    )


def _fit(request: Request, time: FreeTime) -> Iterator[Problem]:
    """Hard limits the article breaks at every acceptable place of a stay, once each."""
    told: set[str] = set()
    for asked in request.periods:
        broken = [
            [r for r in reasons(request.article, facility) if r.verdict is Verdict.NO]
            for facility, _ in asked.places
        ]
        if not broken or not all(broken):
            continue
        for reason in broken[0]:
            if reason.code in told:
                continue
            told.add(reason.code)
            yield Problem(reason.code, reason.field, _with_hint(reason.message, request, time))


def _with_hint(fact: Message, request: Request, time: FreeTime) -> Message:
    others = time.elsewhere(request.article)
    if not others:
        return fact
    return Message(
        N_("%(fact)s It would fit in %(count)s places, such as: %(place)s."),
        {"fact": fact, "count": len(others), "place": others[0].name},
    )
