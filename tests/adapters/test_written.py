"""Dates as each language writes them."""

from datetime import date

import pytest

from livinglab.adapters.written import brief_days

FIRST, LAST = date(2027, 2, 1), date(2027, 2, 5)


@pytest.mark.parametrize(
    ("first", "last", "texts"),
    [
        (FIRST, FIRST, ("1 Feb", "1.2.", "1 feb.")),
        (FIRST, LAST, ("1–5 Feb", "1.–5.2.", "1–5 feb.")),
        (date(2027, 1, 25), LAST, ("25 Jan – 5 Feb", "25.1.–5.2.", "25 jan. – 5 feb.")),
        (
            date(2026, 12, 28),
            date(2027, 1, 3),
            ("28 Dec 2026 – 3 Jan 2027", "28.12.2026–3.1.2027", "28 dec. 2026 – 3 jan. 2027"),
        ),
    ],
)
def test_days_in_brief(first, last, texts):
    assert tuple(brief_days(first, last, locale) for locale in ("en", "fi", "sv")) == texts


def test_the_year_is_added_where_it_is_asked_for():
    written = tuple(brief_days(FIRST, LAST, locale, year=True) for locale in ("en", "fi", "sv"))
    assert written == ("1–5 Feb 2027", "1.–5.2.2027", "1–5 feb. 2027")
