"""What a stay costs by the place's price list, VAT 0 %.

The fee is counted in days, with one half-day more where the length has one; long stays get a
step off the whole fee; set-up is paid once a stay. Lists and steps are data with dates.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.domain.facility import PriceList

CENT = Decimal("0.01")


class Step(NamedTuple):
    """From ``days`` on the whole fee is ``percent`` lower."""

    days: int
    percent: int


STEPS = (Step(5, 10), Step(20, 20))
"""The steps of the example places."""


class Line(NamedTuple):
    """One line of an estimate, in euro; a reduction is negative."""

    label: Message
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Estimate:
    """The lines of an estimate and what they add up to, in euro, VAT 0 %."""

    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        """Sum of all lines."""
        return sum((line.amount for line in self.lines), Decimal(0))


def estimate(prices: PriceList, halves: int, steps: Sequence[Step] = STEPS) -> Estimate | None:
    """The estimate for a stay of that many half-days, or None where only whole days are sold.

    Raises:
        ValueError: a length that is not positive.
    """
    if halves <= 0:
        raise ValueError("a stay has a length")
    days, half = divmod(halves, 2)
    if half and prices.half_day is None:
        return None
    lines: list[Line] = []
    if days:
        label = Message(N_("%(count)s × day at %(price)s"), {"count": days, "price": prices.day})
        lines.append(Line(label, days * prices.day))
    if half and prices.half_day is not None:
        lines.append(Line(Message(N_("Half-day")), prices.half_day))
    step = max((step for step in steps if 2 * step.days <= halves), default=None)
    if step is not None:
        fee = sum((line.amount for line in lines), Decimal(0))
        label = Message(
            N_("−%(percent)s %% from %(days)s days on"),
            {"percent": step.percent, "days": step.days},
        )
        lines.append(Line(label, -(fee * step.percent / 100).quantize(CENT, ROUND_HALF_UP)))
    if prices.setup:
        lines.append(Line(Message(N_("Set-up, once a stay")), prices.setup))
    return Estimate(tuple(lines))
