"""Estimates, by example and against the price list of a whole season."""

from datetime import date
from decimal import Decimal

import pytest

from livinglab.domain.facility import PriceList
from livinglab.domain.messages import Message
from livinglab.domain.pricing import Estimate, Line, Step, estimate

HALL = PriceList(date(2026, 1, 1), Decimal(370), Decimal(620), Decimal(200), Decimal(105))
WORKS = PriceList(date(2026, 1, 1), None, Decimal(1350), Decimal(900), Decimal(125))
BENCH = PriceList(date(2026, 1, 1), Decimal(210), Decimal(360), Decimal(0), Decimal(115))

# Half-day, day and set-up price of fourteen places.
PRICES = {
    1: (290, 480, 150), 2: (370, 620, 200), 3: (210, 360, 0), 4: (320, 540, 250),
    5: (450, 780, 400), 6: (520, 890, 300), 7: (None, 1450, 1200), 8: (560, 950, 500),
    9: (None, 1350, 900), 10: (None, 1180, 700), 11: (310, 520, 300), 12: (None, 980, 600),
    13: (500, 860, 350), 14: (260, 430, 150),
}  # fmt: skip
# Place, days and list price of the sixty requests of an example season, in order.
SEASON = [
    (1, 3, 1590), (3, 5, 1620), (2, 10, 5780), (1, 2, 1110), (8, 8, 7340), (9, 5, 6975),
    (13, 10, 8090), (4, 10, 5110), (11, 15, 7320), (14, 2, 1010), (3, 15, 4860), (12, 5, 5010),
    (4, 5, 2680), (2, 0.5, 570), (1, 3, 1590), (6, 3, 2970), (6, 4, 3860), (10, 3, 4240),
    (13, 5, 4220), (11, 10, 4980), (1, 10, 4470), (2, 5, 2990), (12, 3, 3540), (1, 2, 1110),
    (3, 5, 1620), (4, 10, 5110), (8, 10, 9050), (13, 5, 4220), (2, 10, 5780), (14, 2, 1010),
    (6, 2, 2080), (9, 5, 6975), (5, 10, 7420), (11, 30, 12780), (2, 5, 2990), (12, 10, 9420),
    (3, 20, 5760), (7, 20, 24400), (4, 15, 7540), (13, 10, 8090), (10, 5, 6010), (8, 5, 4775),
    (1, 3, 1590), (6, 5, 4305), (1, 15, 6630), (8, 10, 9050), (12, 5, 5010), (2, 5, 2990),
    (13, 10, 8090), (9, 5, 6975), (14, 3, 1440), (4, 0.5, 570), (2, 5, 2990), (2, 3, 2060),
    (11, 10, 4980), (7, 14, 19470), (5, 5, 3910), (1, 1, 630), (10, 10, 11320), (5, 20, 12880),
]  # fmt: skip


def price_list(place):
    half_day, day, setup = PRICES[place]
    return PriceList(
        date(2026, 1, 1),
        None if half_day is None else Decimal(half_day),
        Decimal(day),
        Decimal(setup),
        Decimal(105),
    )


def line(template, amount, **params):
    return Line(Message(template, params), Decimal(amount))


def test_estimates_are_the_list_prices_of_the_season():
    assert len(SEASON) == 60
    totals = [estimate(price_list(place), int(2 * days)).total for place, days, _ in SEASON]
    assert totals == [Decimal(price) for _, _, price in SEASON]


def test_a_half_day_has_its_own_price():
    assert estimate(HALL, 1) == Estimate((line("Half-day", 370), line("Set-up, once a stay", 200)))
    assert estimate(HALL, 1).total == Decimal(570)


def test_a_half_day_more_is_added_to_the_days():
    assert estimate(HALL, 3) == Estimate(
        (
            line("%(count)s × day at %(price)s", 620, count=1, price=Decimal(620)),
            line("Half-day", 370),
            line("Set-up, once a stay", 200),
        )
    )


@pytest.mark.parametrize(("halves", "fee"), [
    (8, "1440"),
    (9, "1650"),
    (10, "1620"),
    (11, "1809"),
    (39, "6345"),
    (40, "5760"),
    (60, "8640"),
])  # fmt: skip
def test_a_step_lowers_the_whole_fee_from_its_length_on(halves, fee):
    assert estimate(BENCH, halves).total == Decimal(fee)


def test_a_step_is_a_line_of_its_own_and_leaves_set_up_alone():
    assert estimate(HALL, 40) == Estimate(
        (
            line("%(count)s × day at %(price)s", 12400, count=20, price=Decimal(620)),
            line("−%(percent)s %% from %(days)s days on", -2480, percent=20, days=20),
            line("Set-up, once a stay", 200),
        )
    )


def test_a_reduction_is_rounded_to_the_cent():
    odd = PriceList(date(2026, 1, 1), None, Decimal("99.99"), Decimal(0), Decimal(0))
    assert estimate(odd, 10).total == Decimal("449.95")


def test_steps_are_the_ones_given():
    assert estimate(BENCH, 4, steps=()).total == Decimal(720)
    assert estimate(BENCH, 4, steps=[Step(2, 50)]).total == Decimal(360)


def test_no_set_up_is_no_line():
    assert [line.label.template for line in estimate(BENCH, 1).lines] == ["Half-day"]


@pytest.mark.parametrize("halves", [1, 3, 41])
def test_there_is_no_estimate_for_half_days_where_only_days_are_sold(halves):
    assert estimate(WORKS, halves) is None
    assert estimate(WORKS, halves + 1) is not None


@pytest.mark.parametrize("halves", [0, -2])
def test_a_length_must_be_positive(halves):
    with pytest.raises(ValueError, match="length"):
        estimate(HALL, halves)


def test_labels_can_be_filled_in():
    for item in estimate(HALL, 11).lines:
        assert "%(" not in item.label.template % item.label.params
