"""Which days a decision page shows around a stay."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from livinglab.db.tables import Period
    from livinglab.services.choices import Choice

AROUND = timedelta(days=14)
LONGEST = timedelta(weeks=26)


def around(period: Period, held: Choice | None, today: date) -> tuple[date, date]:
    """Whole weeks, from two weeks before the first day wished or held to two after the last."""
    firsts = [window.first for window in period.windows]
    lasts = [window.last for window in period.windows]
    if held is not None:
        firsts.append(held.stay.first_day)
        lasts.append(held.stay.last_day)
    first = min(firsts, default=today) - AROUND
    last = min(max(lasts, default=today) + AROUND, first + LONGEST)
    return (
        first - timedelta(days=first.weekday()),
        last + timedelta(days=6 - last.weekday()),
    )
