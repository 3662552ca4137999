"""Asking again: what still holds of an old request is a new draft, and nothing else is."""

from datetime import timedelta

import pytest

from livinglab.domain.errors import NotAllowed, NotFound
from livinglab.services import duplicating
from livinglab.services.world import World
from tests.casework import days, stay

BENCH, MANAGER = "fac-03-vision-bench", "manager.fac-03"


def again(house, ref, name="firm"):
    """The new draft's reference, whether days were found, and codes of papers left out."""
    with house.work(name) as work:
        made = duplicating.ask_again(work, ref)
        return made.pilot.ref, made.has_days, made.expired


def wishes(house, ref):
    return [[(w.first, w.last) for w in stay.windows] for stay in house.read(ref).periods]


def told(house, ref):
    row = house.read(ref)
    return row.title, row.purpose, row.focus_areas, row.test_article, row.confidential


@pytest.fixture
def old(house):
    """A request for two days of one of two weeks that was approved, with a paper."""
    house.place(papers=[])
    ref = house.sent(resource=BENCH, days=2, windows=[days(0, 1), days(7, 9)])
    house.approve(ref, MANAGER, stay(BENCH, *days(0, 1)))
    return ref


@pytest.mark.both_engines
def test_article_purpose_and_stays_come_along_on_the_same_weekdays(house, old, clock):
    house.attach(old, "risk_assessment")
    clock.now += timedelta(days=80)
    ref, has_days, expired = again(house, old)
    assert (has_days, expired, told(house, ref)) == (True, (), told(house, old))
    [[first, second]] = wishes(house, ref)
    assert first[0] - days(0)[0] == second[0] - days(7)[0] == timedelta(weeks=6)
    assert [first[1] - first[0], second[1] - second[0]] == [timedelta(1), timedelta(2)]
    row = house.read(ref)
    assert (row.state, row.version, row.bookings, row.gates, row.conditions) == (
        *("draft", 1),
        *([], [], []),
    )
    [paper] = row.papers
    assert (paper.code, paper.sha256) == ("risk_assessment", house.read(old).papers[0].sha256)
    assert house.act(ref, "submit", "firm") == "submitted"


def test_days_that_are_free_still_are_asked_for_again(house, old):
    house.act(old, "cancel", "firm", note="Changed plans")
    assert wishes(house, again(house, old)[0]) == wishes(house, old)


def test_days_that_are_taken_move_to_the_next_week_that_is_free(house, old):
    found = wishes(house, again(house, old)[0])
    assert found[0][0] == days(7, 8)


def test_without_time_the_days_are_left_open(house, old):
    house.block(BENCH, stay(BENCH, days(0)[0]).start, stay(BENCH, days(400)[0]).start)
    ref, has_days, _ = again(house, old)
    assert (has_days, wishes(house, ref)) == (False, [[]])


@pytest.mark.parametrize("end", ["withdraw", "reject"])
def test_what_was_ended_can_be_asked_again(house, end):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.act(ref, end, *(["firm"] if end == "withdraw" else [MANAGER]), note="No")
    assert house.read(again(house, ref)[0]).state == "draft"


def test_papers_that_end_before_the_new_days_are_named_and_left(house, old):
    first, second = days(0, 60)
    house.attach(old, "short", expires=first)
    house.attach(old, "long", expires=second)
    house.act(old, "cancel", "firm", note="Changed plans")
    ref, _, expired = again(house, old)
    assert ([p.code for p in house.read(ref).papers], expired) == (["long"], ("short",))


def test_of_a_paper_given_twice_the_one_that_holds_is_enough(house, old):
    house.attach(old, "card", expires=days(0)[0])
    house.attach(old, "card", expires=days(60)[0])
    ref, _, expired = again(house, old)
    assert ([p.expires_on for p in house.read(ref).papers], expired) == ([days(60)[0]], ())


def test_a_place_that_is_not_offered_any_more_is_left_out(house, old):
    house.make.session.merge(house.facilities["fac-03"]).published = False
    house.make.session.commit()
    house.world = World(house.world.base_url, house.world.mail_from)  # it has read no places yet
    ref, _, _ = again(house, old)
    [period] = house.read(ref).periods
    assert (period.facility_id, period.resource_id, period.halves) == (None, None, 4)


def test_only_their_own_company_asks_again(house, old):
    for name, refusal in (("rival", NotFound), (MANAGER, NotAllowed), ("firm:read", NotAllowed)):
        with pytest.raises(refusal):
            again(house, old, name)
