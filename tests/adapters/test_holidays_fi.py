from datetime import date

import pytest

from livinglab.adapters.holidays_fi import public_holidays

SEASON = {
    date(2026, 10, 31): ("All Saints' Day", "Pyhäinpäivä", "Alla helgons dag"),
    date(2026, 12, 6): ("Independence Day", "Itsenäisyyspäivä", "Självständighetsdagen"),
    date(2026, 12, 25): ("Christmas Day", "Joulupäivä", "Juldagen"),
    date(2026, 12, 26): ("Second Day of Christmas", "Tapaninpäivä", "Annandag jul"),
    date(2027, 1, 1): ("New Year's Day", "Uudenvuodenpäivä", "Nyårsdagen"),
    date(2027, 1, 6): ("Epiphany", "Loppiainen", "Trettondag"),
    date(2027, 3, 26): ("Good Friday", "Pitkäperjantai", "Långfredagen"),
    date(2027, 3, 28): ("Easter Sunday", "Pääsiäispäivä", "Påskdagen"),
    date(2027, 3, 29): ("Easter Monday", "Toinen pääsiäispäivä", "Annandag påsk"),
    date(2027, 5, 1): ("May Day", "Vappu", "Första maj"),
    date(2027, 5, 6): ("Ascension Day", "Helatorstai", "Kristi himmelsfärdsdag"),
    date(2027, 5, 16): ("Pentecost", "Helluntaipäivä", "Pingst"),
    date(2027, 6, 26): ("Midsummer Day", "Juhannuspäivä", "Midsommardagen"),
}


def test_holidays_of_the_first_season_are_the_statutory_ones():
    found = {
        day: (names["en"], names["fi"], names["sv"])
        for year in (2026, 2027)
        for day, names in public_holidays(year).items()
        if date(2026, 10, 1) <= day <= date(2027, 6, 30)
    }
    assert found == SEASON


@pytest.mark.parametrize("year", range(1995, 2061))
def test_holidays_are_thirteen_a_year_without_eves(year):
    days = public_holidays(year)
    assert [day for day in days if (day.month, day.day) == (12, 24)] == []
    assert [day for day in days if day.month == 6 and day.weekday() == 4] == []
    # May Day falls on Ascension Day in 2008, and on nothing else that closes in these years.
    assert len(days) == (12 if year == 2008 else 13)


def test_holidays_are_kept_and_cannot_be_changed():
    days = public_holidays(2027)
    assert public_holidays(2027) is days
    with pytest.raises(TypeError):
        days[date(2027, 2, 1)] = {}
    with pytest.raises(TypeError):
        days[date(2027, 1, 1)]["en"] = ""
