"""Wall clock ↔ UTC, with the hour that is missing in spring and the one that comes twice.

A person's input goes through :func:`instant`: a missing time is refused, a repeated one must
say which of the two it means (PEP 495 ``fold``). Opening rules go through :func:`opening_edge`:
rules must work on every day of the year, so a missing edge moves to the first instant after the
gap.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from livinglab.domain.messages import Message, N_


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


def instant(local: datetime, tz: ZoneInfo) -> datetime:
    """The UTC instant of a naive wall-clock time.

    Raises:
        MissingTime: the time falls into the spring gap.
        RepeatedTime: the time comes twice in autumn.
    """
    first = local.replace(tzinfo=tz, fold=0)
    second = local.replace(tzinfo=tz, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    back = first.astimezone(UTC).astimezone(tz).replace(tzinfo=None)
    if back == local:
        raise RepeatedTime(local)
    raise MissingTime(local)


def opening_edge(day: date, minutes: int, tz: ZoneInfo, *, closing: bool = False) -> datetime:
    """The UTC instant of a rule's edge, ``minutes`` after that day's midnight on the wall.

    ``minutes`` may pass 1 440 (a night window ends the day after). A missing time gives the
    first instant after the gap. A repeated time gives the first pass for an opening edge and
    the second for a closing one, so that the place is open through both.
    """
    local = datetime.combine(day, time()) + timedelta(minutes=minutes)
    aware = local.replace(tzinfo=tz, fold=1 if closing else 0)
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
