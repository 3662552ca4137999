"""Countries and time zones by the names of Unicode CLDR."""

from zoneinfo import ZoneInfo

from livinglab.adapters.countries import COUNTRIES, ZONES, countries, main_zone


def test_every_country_has_a_name_in_every_language():
    for language in ("en", "fi", "sv"):
        named = countries(language)
        assert {code for code, _ in named} == COUNTRIES
        assert all(name and name != code for code, name in named)


def test_names_stand_in_the_order_in_which_one_looks_for_them():
    names = [name for _, name in countries("en")]
    assert names.index("Åland Islands") < names.index("Albania") < names.index("Finland")


def test_what_is_no_country_cannot_be_chosen():
    assert {"EU", "ZZ", "UN", "001", "AQ"} & COUNTRIES == set()


def test_every_country_has_a_time_zone_that_exists():
    zones = {code: main_zone(code) for code in COUNTRIES}
    assert zones["JP"] == "Asia/Tokyo"
    assert zones["US"] == "America/New_York"
    assert [ZoneInfo(name).key for name in zones.values()] == list(zones.values())
    assert set(zones.values()) <= set(ZONES)
    assert main_zone("ZZ") is None
