"""Whatever is asked for: each fix makes its problem go away, and no date is too far to judge."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.calendar import Busy, Length
from livinglab.domain.policy import Wish, problems
from tests.freetime import FACILITIES, LAST, TODAY, MemoryTime, asked, epoch, request

NEAR = st.integers(-30, 520).map(lambda n: TODAY + timedelta(days=n))
FAR = st.one_of(
    NEAR,
    st.sampled_from(
        [date.min, date(1, 1, 2), date(1582, 10, 15), LAST, date(9999, 12, 30), date.max]
    ),
)
LENGTHS = st.one_of(
    st.integers(1, 120).map(lambda n: Length(halves=n)),
    st.integers(1, 72).map(lambda n: Length(hours=n)),
)
HUGE = st.one_of(
    LENGTHS,
    st.sampled_from([Length(halves=10**9), Length(hours=10**9), Length(halves=800)]),
)


@st.composite
def wishes(draw, days):
    first = draw(days)
    if draw(st.booleans()):
        return Wish(first, draw(days))
    length = draw(st.integers(0, 40))
    return Wish(first, date.fromordinal(min(first.toordinal() + length, date.max.toordinal())))


@st.composite
def requests(draw, days=NEAR, lengths=LENGTHS):
    periods = []
    for _ in range(draw(st.integers(1, 2))):
        places = draw(
            st.lists(
                st.sampled_from(FACILITIES), min_size=1, max_size=3, unique_by=lambda f: f.slug
            )
        )
        windows = tuple(draw(st.lists(wishes(days), max_size=3)))
        periods.append(replace(asked(*windows, places=places), length=draw(lengths)))
    return request(*periods)


@st.composite
def times(draw):
    """Every place with some stretches taken."""
    stretches = st.lists(st.tuples(st.integers(0, 120), st.integers(1, 40)), max_size=4)
    return MemoryTime(
        {
            place.slug: Busy(
                (
                    epoch(TODAY + timedelta(days=start), 0),
                    epoch(TODAY + timedelta(days=start + n), 0),
                )
                for start, n in draw(stretches)
            )
            for place in FACILITIES
        }
    )


def changed(asked_for, changes):
    """The request with the values of a fix put in."""
    periods = list(asked_for.periods)
    for path, value in changes.items():
        _, number, *rest = path.split(".")
        period = periods[int(number)]
        match rest:
            case ["days"]:
                period = replace(period, length=Length(halves=int(value * 2)))
            case ["hours"]:
                period = replace(period, length=Length(hours=value))
            case ["windows", rank, edge]:
                windows = [*period.windows]
                if int(rank) == len(windows):
                    windows.append(Wish(value, value))
                name = {"start": "first", "end": "last"}[edge]
                windows[int(rank)] = replace(windows[int(rank)], **{name: value})
                period = replace(period, windows=tuple(windows))
        periods[int(number)] = period
    return replace(asked_for, periods=tuple(periods))


def keys(found):
    return {(problem.code, problem.field) for problem in found}


@given(requests(), times())
def test_a_fix_makes_its_problem_go_away(asked_for, time):
    found = problems(asked_for, time)
    for problem in found:
        if problem.fix is not None:
            after = keys(problems(changed(asked_for, problem.fix.changes), time))
            assert (problem.code, problem.field) not in after


@given(requests(), times())
def test_what_is_moved_where_it_fits_can_be_had(asked_for, time):
    """A window moved by a fix has no problem at all, unless its length had one too."""
    found = problems(asked_for, time)
    lengths = {path for _, path in keys(found) if path.endswith(("days", "hours"))}
    for problem in found:
        _, number, *rest = problem.field.split(".")
        own_length = any(path.split(".")[1] == number for path in lengths)
        if problem.fix is None or own_length or problem.code == "window_order" or not rest:
            continue
        after = problems(changed(asked_for, problem.fix.changes), time)
        field = f"periods.{number}.windows.{rest[1] if len(rest) > 1 else 0}."
        assert not [p for p in after if p.field.startswith(field)]


@given(requests(), times())
def test_no_problem_means_a_stay_in_every_period(asked_for, time):
    if not problems(asked_for, time):
        for period in asked_for.periods:
            stays = [time.first_stay(period, window) for window in period.windows]
            assert any(stays)
            for stay, window in zip(stays, period.windows, strict=True):
                assert (
                    stay is None or window.first <= stay.first_day <= stay.last_day <= window.last
                )


@given(requests(FAR, HUGE), times())
def test_no_date_and_no_length_is_too_far_to_judge(asked_for, time):
    for problem in problems(asked_for, time):
        assert problem.message.template
        after = changed(asked_for, problem.fix.changes) if problem.fix else asked_for
        assert problems(after, time) is not None


@given(wishes(FAR))
def test_beyond_what_is_known_nothing_is_free(window):
    """Outside the built calendar there is a problem, never a wrong "free"."""
    if window.first > LAST or window.last < TODAY:
        for place in FACILITIES:
            assert problems(request(asked(window, places=(place,))), MemoryTime()) != []
