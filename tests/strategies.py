"""Hypothesis strategies for values of the domain, and the small worlds they live in.

Time moves in coarse steps over a short range, so that examples meet: edges that touch, stays
that start where something ends, nights over a clock change.
"""

from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from livinglab.domain.availability import Taken
from livinglab.domain.calendar import Buffer, Buffers, Length
from livinglab.domain.interval import Interval
from livinglab.domain.messages import Localised, Message
from livinglab.domain.opening import Almanac, Closure, OpeningRules, Span, YearDay

# Machines under load are slow; a slow example is no wrong one.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

EPOCH = datetime(2027, 3, 1, tzinfo=UTC)
HOUR, DAY = 3600, 86400
ZONES = (
    "Europe/Helsinki",
    "America/New_York",
    "America/Havana",  # the repeated hour follows midnight
    "America/Santiago",  # the missing hour follows midnight
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "Australia/Lord_Howe",  # the clock moves by half an hour
)
REASON = Localised({"en": "Summer break", "fi": "Kesätauko", "sv": "Sommaruppehåll"})


def no_holiday(day):
    return None


def six_to_six(latitude, longitude, day):
    """A sun that shines from 06:00 to 18:00 UTC."""
    start = datetime(day.year, day.month, day.day, 6, tzinfo=UTC)
    return start, start + timedelta(hours=12)


def almanac(holidays=(), sun=six_to_six):
    """A world whose public holidays are these dates."""
    names = {day: Localised({"en": f"Feast of {day}"}) for day in holidays}
    return Almanac(names.get, sun)


ORDINARY = Almanac(no_holiday, six_to_six)
"""A world without holidays."""


# --- Intervals --------------------------------------------------------------------------------


@st.composite
def intervals(draw, minutes=40):
    """Intervals on whole minutes within a short time, so that many meet."""
    start = draw(st.integers(0, minutes - 1))
    end = draw(st.integers(start + 1, minutes))
    return Interval(EPOCH + timedelta(minutes=start), EPOCH + timedelta(minutes=end))


def pairs(highest=40):
    """(start, end) of small whole numbers, end after start."""
    return st.tuples(st.integers(0, highest - 1), st.integers(1, highest)).map(
        lambda pair: (pair[0], pair[0] + pair[1])
    )


# --- Opening rules ----------------------------------------------------------------------------


@st.composite
def day_spans(draw, step=30):
    """The spans of one weekday, apart from each other; the last may be a night."""
    edges = draw(st.lists(st.integers(0, 1440 // step), unique=True, max_size=4).map(sorted))
    spans = [
        Span(start * step, end * step)
        for start, end in zip(edges[::2], edges[1::2], strict=False)
        if start * step < 1440
    ]
    if draw(st.booleans()):
        start = draw(st.integers(max((s.end for s in spans), default=0) // step, 1440 // step))
        if start * step < 1440:
            spans.append(Span(start * step, 1440 + draw(st.integers(0, start)) * step))
    return tuple(spans)


def closures(first=date(2027, 1, 1)):
    """Dated and yearly closures of up to twenty days from about ``first`` on."""

    @st.composite
    def one(draw):
        start = first + timedelta(days=draw(st.integers(-5, 60)))
        end = start + timedelta(days=draw(st.integers(0, 20)))
        if draw(st.booleans()):
            return Closure(start, end, REASON)
        return Closure(YearDay(start.month, start.day), YearDay(end.month, end.day), REASON)

    return one()


@st.composite
def rules(draw, first=date(2027, 1, 1), *, daylight=True):
    """Opening rules of any shape, in any of ``ZONES``."""
    week = [draw(day_spans().filter(bool)), draw(day_spans())]
    return OpeningRules(
        draw(st.sampled_from(ZONES)),
        tuple(draw(st.sampled_from(week)) for _ in range(7)),
        round_the_clock=draw(st.integers(0, 3)) == 0,
        open_on_holidays=draw(st.booleans()),
        daylight_only=daylight and draw(st.integers(0, 3)) == 0,
        closures=tuple(draw(st.lists(closures(first), max_size=1))),
    )


# --- What is asked for and what is taken ------------------------------------------------------


def lengths():
    """Half-days up to five days, or hours up to a day and a half."""
    return st.one_of(
        st.integers(1, 10).map(lambda halves: Length(halves=halves)),
        st.integers(1, 36).map(lambda hours: Length(hours=hours)),
    )


def buffers():
    """Elapsed hours, or open half-days, or both, on either side."""
    side = st.builds(
        Buffer,
        hours=st.sampled_from([0, 0.5, 1, 2, 26]),
        halves=st.sampled_from([0, 1, 2, 3, 4]),
    )
    side = st.just(Buffer()) | side
    return st.builds(Buffers, side, side)


@st.composite
def taken_pairs(draw, begin, end, most=8):
    """(start, end) in epoch seconds on half hours, about the time from ``begin`` to ``end``."""
    slots = (end - begin) // 1800
    return [
        (begin + start * 1800, begin + (start + length) * 1800)
        for start, length in draw(
            st.lists(
                st.tuples(st.integers(-48, slots), st.sampled_from([1, 4, 10, 20, 48, 150])),
                max_size=most,
            )
        )
    ]


@st.composite
def taken(draw, begin, end, most=6):
    """Bookings, buffers and blocks about the time from ``begin`` to ``end``."""
    kinds = st.sampled_from(["firm", "tentative", "buffer", "block"])
    message = st.sampled_from([None, Message("Vessel call"), Message("Maintenance")])
    return [
        Taken(*pair, draw(kinds), draw(message)) for pair in draw(taken_pairs(begin, end, most))
    ]
