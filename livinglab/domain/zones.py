"""Wall clock ↔ UTC, with the hour that is missing in spring and the one that comes twice.

A person's input goes through :func:`instant`: a missing time is refused, a repeated one must
say which of the two it means (``fold``, as in PEP 495). Opening rules go through
:func:`opening_edge`: rules must work on every day of the year, so a missing edge moves to the
first instant after the gap.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from livinglab.domain.messages import N_, Message


class MissingTime(ValueError):
    """The wall-clock time does not exist on that date in that zone."""

    code = "missing_time"

    def __init__(self, local: datetime) -> None:
        super().__init__(f"{local} does not exist")
        self.message = Message(
            N_("The clock goes forward that night: %(time)s does not exist on %(date)s."),
            {"time": local.strftime("%H:%M"), "date": local.date()},
        )


class RepeatedTime(ValueError):
    """The wall-clock time comes twice on that date in that zone."""

    code = "repeated_time"

    def __init__(self, local: datetime) -> None:
        super().__init__(f"{local} comes twice")
        self.message = Message(
            N_("The clock goes back that night: %(time)s comes twice on %(date)s. Add an offset."),
            {"time": local.strftime("%H:%M"), "date": local.date()},
        )


@lru_cache(maxsize=64)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name.

    Raises:
        ValueError: no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error


def instant(local: datetime, tz: ZoneInfo, fold: Literal[0, 1] | None = None) -> datetime:
    """The UTC instant of a naive wall-clock time.

    Args:
        local: Wall-clock time without a zone; its own ``fold`` is not read, because every
            parsed time has fold 0 whether the person meant it or not.
        tz: The zone of the wall.
        fold: Which pass of a repeated time is meant, where the person has said so.

    Raises:
        MissingTime: the time falls into the spring gap.
        RepeatedTime: the time comes twice in autumn and ``fold`` does not say which is meant.
        ValueError: ``local`` has a zone already.
    """
    if local.tzinfo is not None:
        raise ValueError("a wall-clock time has no zone")
    first = local.replace(tzinfo=tz, fold=0)
    second = local.replace(tzinfo=tz, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != local:
        raise MissingTime(local)
    if fold is None:
        raise RepeatedTime(local)
    return (second if fold else first).astimezone(UTC)


def opening_edge(day: date, minutes: int, tz: ZoneInfo, *, closing: bool = False) -> datetime:
    """The UTC instant of a rule's edge, ``minutes`` after that day's midnight on the wall.

    ``minutes`` may pass 1 440 (a night window ends the day after). A missing time gives the
    first instant after the gap. A repeated time gives the first pass for an opening edge and
    the second for a closing one, so that the place is open through both; only a closing at
    midnight is the first pass, where the next date begins.
    """
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    aware = local.replace(tzinfo=tz, fold=int(closing and local.time() != time()))
    result = aware.astimezone(UTC)
    if result.astimezone(tz).replace(tzinfo=None) == local:
        return result
    # In the gap the fold-0 reading uses the offset before the change and the fold-1 reading the
    # one after it; the gap ends between them, at the instant whose offset has just changed.
    before = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    after = local.replace(tzinfo=tz, fold=1).astimezone(UTC)
    low, high = min(before, after), max(before, after)
    old_offset = low.astimezone(tz).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(tz).utcoffset() == old_offset:
            low = middle
        else:
            high = middle
    return high


def local_date(moment: datetime, tz: ZoneInfo) -> date:
    """The date on the wall in ``tz`` at that instant."""
    return moment.astimezone(tz).date()


def midnight(day: date, tz: ZoneInfo) -> datetime:
    """The UTC instant at which that local date begins."""
    return opening_edge(day, 0, tz)
