"""The reader's way of writing the dates in the head of a time line."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from babel.dates import format_date

from livinglab.adapters import written
from livinglab.web.drawing.timeline import Labels

if TYPE_CHECKING:
    from datetime import date

    from livinglab.web.drawing.timeline import Scale


def labels(locale: str, scale: Scale, week_word: str) -> Labels:
    """Labels for ``layout``.

    Args:
        locale: ``en``, ``fi`` or ``sv``.
        scale: a week has room for short weekdays; longer ranges have their initials.
        week_word: the word before a week's number, already translated.
    """
    weekday = "ccc" if scale == "week" else "ccccc"

    def day(value: date) -> str:
        return str(value.day)

    def week_number(value: date) -> str:
        return f"{week_word} {value.isocalendar().week}"

    return Labels(
        day=day,
        weekday=lambda value: format_date(value, weekday, locale),
        week=partial(written.day_and_month, locale=locale),
        week_number=week_number,
        month=partial(written.month, locale=locale),
        whole_day=partial(written.full_date, locale=locale),
        clock=partial(written.clock_time, locale=locale),
    )
