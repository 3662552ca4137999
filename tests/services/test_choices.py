"""Times a host may choose from."""

from datetime import UTC, date, datetime

import pytest

from livinglab.domain.pilot import Action
from livinglab.services import choices
from livinglab.services.availability import Finder
from livinglab.web import context
from tests.web.pages.scene import FIRST, NORTH, SECOND, SOUTH, Scene


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def finder(scene, app, clock):
    return lambda: Finder.read(app.extensions[context.WORLD], scene.make.session, clock())


def told(found):
    return [(c.item.slug, str(c.stay.first_day), str(c.stay.last_day)) for c in found]


def test_each_window_has_its_first_free_stay_or_a_reason(scene, finder):
    ref = scene.request(windows=(FIRST, SECOND))
    scene.act("manager", scene.request("bo"), Action.APPROVE)
    first, second = choices.wished(finder(), scene.pilot(ref), 0)
    assert (first.choice, first.problem.template) == (None, "These days are already taken.")
    assert told([second.choice]) == [(SOUTH, *SECOND)]


def test_nearest_prefers_the_same_days_elsewhere_and_whole_weeks(scene, finder):
    pilot = scene.pilot(scene.request())
    assert told(choices.nearest(finder(), pilot, 0)) == [
        (NORTH, "2027-02-01", "2027-02-05"),
        (NORTH, "2027-01-25", "2027-01-29"),
        (SOUTH, "2027-01-25", "2027-01-29"),
    ]


def test_nearest_keeps_the_notice_the_place_asks_for(scene, finder, clock):
    pilot = scene.pilot(scene.request())
    clock.now = datetime(2027, 1, 22, 8, tzinfo=UTC)
    # Ten working days of notice end on Fri 5 Feb; from then on whole weeks are nearest.
    assert told(choices.nearest(finder(), pilot, 0)) == [
        (NORTH, "2027-02-08", "2027-02-12"),
        (SOUTH, "2027-02-08", "2027-02-12"),
        (NORTH, "2027-02-15", "2027-02-19"),
    ]


def test_what_the_pilot_holds_does_not_stand_in_its_own_way(scene, finder):
    ref = scene.request()
    scene.act("manager", ref, Action.APPROVE)
    pilot = scene.pilot(ref)
    assert choices.wished(finder(), pilot, 0)[0].choice is None
    own = choices.without_own(scene.make.session, finder(), pilot)
    assert told([choices.wished(own, pilot, 0)[0].choice]) == [(SOUTH, *FIRST)]
    assert told([choices.holding(own, pilot, 0)]) == [(SOUTH, *FIRST)]


def test_a_night_belongs_to_the_date_on_which_it_began(scene, finder):
    route = scene.make.facility(scene.host, "fac-05")
    owned = ("safety_owner", "hygiene", "data_protection", "coordinator")
    scene.make.user("night@test.example", scene.host, ("facility_manager", route), *owned)
    ref = scene.request(
        windows=(("2027-02-01", "2027-02-28"),),
        days=2,
        period={"facility": "fac-05", "resource": "fac-05-corridor-route"},
    )
    for gate in scene.pilot(ref).gates:
        scene.act("night", ref, Action.APPROVE, gate=f"{gate.role}@fac-05")
    held = choices.holding(finder(), scene.pilot(ref), 0)
    last_night = held.stay.last_day
    assert datetime.fromtimestamp(held.stay.end, UTC).date() > last_night
    assert finder().calendar(held.item).open_on(last_night).end == held.stay.end


def test_starting_lists_every_start_from_a_day_on(scene, finder):
    pilot = scene.pilot(scene.request())
    found = choices.starting(finder(), pilot, 0, None, date(2027, 3, 1))
    assert told(found)[:3] == [
        (NORTH, "2027-03-01", "2027-03-05"),
        (SOUTH, "2027-03-01", "2027-03-05"),
        (NORTH, "2027-03-02", "2027-03-08"),
    ]
    assert choices.starting(finder(), pilot, 0, "nowhere", date(2027, 3, 1)) == []
    assert choices.starting(finder(), pilot, 0, None, date(9999, 12, 31)) == []
