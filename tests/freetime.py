"""Free time in memory, for the rules of a request: places, a today, and what is taken."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from livinglab.domain.article import TestArticle
from livinglab.domain.calendar import Busy, Length, OpenCalendar
from livinglab.domain.facility import Facility, Limit, Resource, StayRules
from livinglab.domain.fit import Verdict, reasons, verdict
from livinglab.domain.lengths import length_fits, long_enough
from livinglab.domain.messages import Localised
from livinglab.domain.opening import Closure, OpeningRules, Span
from livinglab.domain.policy import Asked, Request, Wish
from livinglab.domain.zones import opening_edge, zone
from tests.strategies import almanac

TODAY = date(2027, 2, 1)
"""A Monday."""
HOLIDAY = date(2027, 3, 26)
WORLD = almanac([HOLIDAY])
HELSINKI = "Europe/Helsinki"
FIRST, LAST = TODAY - timedelta(days=400), TODAY + timedelta(days=520)
SUMMER = Closure(date(2027, 7, 1), date(2027, 7, 31), Localised({"en": "Summer"}))
OFFICE = OpeningRules(HELSINKI, ((Span(480, 960),),) * 5 + ((), ()), closures=(SUMMER,))
NIGHTS = OpeningRules(HELSINKI, ((Span(1200, 1800),),) * 4 + ((), (), (Span(1200, 1800),)))
ALWAYS = OpeningRules(HELSINKI, ((),) * 7, round_the_clock=True)


def facility(slug, opening=OFFICE, limits=(), **rules):
    """A place with one resource."""
    return Facility(
        slug=slug,
        name=Localised({"en": slug}),
        summary=Localised({"en": ""}),
        host="Host",
        municipality="Pori",
        kind="lab",
        focus_areas=(),
        limits=limits,
        stay=StayRules(**{"max_halves": 20, **rules}),
        resources=(Resource(f"{slug}-room", Localised({"en": "Room"}), opening),),
    )


OPEN = facility("open")
WHOLE = facility("whole", min_halves=2, step_halves=2, max_halves=10, notice_working_days=10)
NIGHT = facility("night", NIGHTS, notice_working_days=2, horizon_days=200)
CLOCK = facility("clock", ALWAYS, notice_working_days=0, max_halves=60)
LIGHT = facility("light", limits=(Limit("mass_kg", maximum=100),))
FACILITIES = (OPEN, WHOLE, NIGHT, CLOCK, LIGHT)

_CALENDARS = {
    f.slug: OpenCalendar.build(f.resources[0].opening, FIRST, LAST, WORLD) for f in FACILITIES
}


@dataclass(frozen=True)
class MemoryTime:
    """``policy.FreeTime`` at nine in the morning of TODAY; taken time by facility."""

    taken: dict[str, Busy] = field(default_factory=dict)

    def first_day(self, place):
        return WORLD.add_working_days(TODAY, place.stay.notice_working_days)

    def last_day(self, place):
        return TODAY + timedelta(days=place.stay.horizon_days)

    def today(self, place):
        return TODAY

    def calendar(self, place, resource):
        return _CALENDARS[place.slug]

    def elsewhere(self, article):
        return [f for f in FACILITIES if verdict(reasons(article, f)) is Verdict.YES]

    def first_stay(self, asked, window, *, ignore_taken=False, ignore_notice=False):
        found = [
            stay
            for place, _ in asked.places
            for stay in self._stays(place, asked, window, ignore_taken, ignore_notice)
        ]
        return min(found, default=None)

    def _stays(self, place, asked, window, ignore_taken, ignore_notice):
        """The first stay at one place, or none."""
        if not length_fits(place.stay, asked.length):
            return
        calendar, now = _CALENDARS[place.slug], epoch(TODAY, 9)
        earliest = TODAY - timedelta(days=1) if ignore_notice else self.first_day(place)
        first, last = (window.first, window.last) if window else (earliest, LAST)
        busy = Busy() if ignore_taken else self.taken.get(place.slug, Busy())
        days = (max(first, earliest), last)
        for stay in calendar.stays(asked.length, busy, place.stay.buffers, days):
            if stay.first_day > self.last_day(place):
                return
            if stay.start >= now and long_enough(place.stay, calendar, asked.length, stay):
                yield stay
                return


def epoch(day, hour):
    return int(opening_edge(day, hour * 60, zone(HELSINKI)).timestamp())


def taken(place, first, last):
    """Whole days of a place that are somebody else's."""
    return MemoryTime({place.slug: Busy([(epoch(first, 0), epoch(last + timedelta(days=1), 0))])})


def day(text):
    """A date of 2027 from month and day."""
    return date.fromisoformat(f"2027-{text}")


def wish(first, last=None):
    return Wish(day(first), day(last or first))


def asked(*windows, halves=2, hours=0, places=(OPEN,), also=()):
    """One stay; a length in hours instead of half-days where ``hours`` is given."""
    length = Length(hours=hours) if hours else Length(halves=halves)
    return Asked(length, tuple((place, None) for place in places), windows, also)


def request(*periods, **values):
    """A request without any other problem."""
    article = TestArticle(name="Inspector", mass_kg=40)
    usual = Request("Title", "Purpose", article, periods or (asked(wish("03-01", "03-05")),))
    return replace(usual, **values)
