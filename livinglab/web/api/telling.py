"""How values are written in answers: instants, days, texts in several languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from livinglab.domain.messages import Localised
from livinglab.domain.zones import zone

if TYPE_CHECKING:
    from livinglab.web.api.schemas.common import Texts


@lru_cache(maxsize=10_000)  # stays begin and end at the same hours everywhere
def when(moment: datetime, zone_name: str = "Europe/Helsinki") -> str:
    """RFC 3339, at the facility's offset."""
    return moment.astimezone(zone(zone_name)).isoformat(timespec="seconds")


def maybe_when(moment: datetime | None) -> str | None:
    """The same where there is one."""
    return None if moment is None else when(moment)


def maybe_day(day: date | None) -> str | None:
    """A date where there is one."""
    return None if day is None else day.isoformat()


@lru_cache(maxsize=10_000)
def when_seconds(seconds: int, zone_name: str) -> str:
    """RFC 3339 from seconds since 1970 UTC."""
    return when(datetime.fromtimestamp(seconds, UTC), zone_name)


def texts(words: Localised | dict[str, str]) -> Texts:
    """A text in all the languages that it is kept in."""
    return cast("Texts", dict(words.texts) if isinstance(words, Localised) else words)
