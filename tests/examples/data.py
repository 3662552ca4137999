"""The example files as values, with the open days of every place."""

import json
from datetime import UTC, date, datetime

from livinglab.adapters.daylight import daylight
from livinglab.adapters.holidays_fi import public_holidays
from livinglab.assets import examples_path
from livinglab.domain.article_json import article_from_json
from livinglab.domain.calendar import Busy, Length, OpenCalendar
from livinglab.domain.messages import Localised
from livinglab.domain.opening import Almanac
from livinglab.domain.profile import facility_from_json
from livinglab.domain.zones import instant, zone

ANCHOR = date(2026, 11, 24)
FIRST, LAST = date(2026, 8, 1), date(2027, 12, 31)


def load(name):
    return json.loads((examples_path() / f"{name}.json").read_text("utf-8"))


PROFILES, COMPANIES, PILOTS = load("facilities"), load("companies"), load("pilots")
BLOCKS, PAPERS = load("blocks"), load("papers")
FACILITIES = {profile["id"]: facility_from_json(profile) for profile in PROFILES}
RESOURCES = {
    resource.slug: (facility, resource)
    for facility in FACILITIES.values()
    for resource in facility.resources
}
BY_REF = {pilot["ref"][-4:]: pilot for pilot in PILOTS}
ASKED_FOR_CLOSED_TIME = {"0056", "0057"}
WANTED_BY_TWO = {"0053", "0054"}


def holiday(day):
    names = public_holidays(day.year).get(day)
    return None if names is None else Localised(names)


ALMANAC = Almanac(holiday, daylight)
CALENDARS = {
    slug: OpenCalendar.build(resource.opening, FIRST, LAST, ALMANAC)
    for slug, (_, resource) in RESOURCES.items()
}


def numbers(*left_out):
    return sorted(set(BY_REF).difference(*left_out))


def epoch(local, facility):
    return int(instant(datetime.fromisoformat(local), zone(facility.zone)).timestamp())


def wall(seconds, facility):
    local = datetime.fromtimestamp(seconds, UTC).astimezone(zone(facility.zone))
    return f"{local:%Y-%m-%dT%H:%M}"


def stay_of(pilot, rank=0):
    """The first stay the rules give in a window of the request."""
    facility, resource = RESOURCES[pilot["resource"]]
    window = pilot["windows"][rank]
    days = date.fromisoformat(window["start"]), date.fromisoformat(window["end"])
    stays = CALENDARS[resource.slug].stays(
        Length(pilot["halves"]), Busy(), facility.stay.buffers, days
    )
    return next(stays, None)


def needed(pilot):
    """The resource of a request and those that it takes along."""
    _, resource = RESOURCES[pilot["resource"]]
    triggers = article_from_json(pilot["test_article"]).triggers()
    return [resource.slug, *(r.resource for r in resource.requires if r.when in triggers)]
