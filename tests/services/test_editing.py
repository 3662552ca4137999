"""Hosts describe their places: saved as versions, taken back, shown and withdrawn."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.tables import Audit, Facility, FacilityVersion, Membership
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    RulesBroken,
    StaleVersion,
    VersionMissing,
)
from livinglab.services import editing
from tests.keeping import MANAGER, change, consequences, create, document, fresh, standing


def actions(house):
    """(number, action, published) of every version kept."""
    with Session(house.engine) as session:
        rows = session.scalars(select(FacilityVersion).order_by(FacilityVersion.number))
        return [(row.number, row.action, row.published) for row in rows]


@pytest.mark.both_engines
def test_a_change_is_a_new_version(placed):
    before = standing(placed)[2]
    assert change(placed, floor_kpa=7, note="Measured.") == 2
    assert standing(placed) == (2, True, {**before, "floor_kpa": 7})
    assert actions(placed) == [(1, "import", True), (2, "edit", True)]
    with Session(placed.engine) as session:
        who = placed.who(MANAGER)
        told = editing.versions(session, who, "fac-03")
        assert [(v.number, v.by, v.note, v.changed) for v in told] == [
            (2, MANAGER, "Measured.", ("floor_kpa",)),
            (1, "admin", "", ()),
        ]
        assert editing.version(session, who, "fac-03", 1) == before
        assert session.scalars(select(Audit.action)).all() == ["import", "edit"]


def test_the_same_again_changes_nothing(placed):
    assert change(placed) == 1
    assert actions(placed) == [(1, "import", True)]


@pytest.mark.both_engines
def test_a_change_is_taken_back_step_by_step(placed):
    before = standing(placed)[2]
    change(placed, floor_kpa=7)
    change(placed, version=2, crane_t=3)
    for number, left in ((3, {"floor_kpa": 7}), (4, {})):
        with placed.work(MANAGER) as work:
            assert editing.undo(work, "fac-03", number).version == number + 1
        assert standing(placed) == (number + 1, True, {**before, **left})
    with pytest.raises(IllegalTransition), placed.work(MANAGER) as work:
        editing.undo(work, "fac-03", 5)


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("firm", NotAllowed),
        ("safety_owner", NotAllowed),
        ("staff", NotAllowed),
        (f"{MANAGER}:read", NotAllowed),
        ("manager.fac-01", NotAllowed),
    ],
)
def test_only_those_who_run_a_place_change_it(placed, name, refusal):
    placed.place("fac-01")
    with pytest.raises(refusal):
        change(placed, name, floor_kpa=7)
    assert standing(placed)[0] == 1


def test_a_draft_of_others_is_not_there(placed):
    with placed.work(MANAGER) as work:
        editing.withdraw(work, "fac-03", 1)
    placed.place("fac-01")
    for name in ("firm", "manager.fac-01", "staff"):
        with pytest.raises(NotFound):
            change(placed, name, version=2, floor_kpa=7)
        with pytest.raises(NotFound), Session(placed.engine) as session:
            editing.versions(session, placed.who(name), "fac-03")
        with pytest.raises(NotFound), Session(placed.engine) as session:
            editing.version(session, placed.who(name), "fac-03", 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "fac-30"},
        {"host": {"id": "living-lab", "name": "Living Lab"}},
        {"host": {"id": document()["host"]["id"], "name": "Another name"}},
        {"example": False},
    ],
)
def test_what_makes_it_this_place_stays(placed, changes):
    resources = [
        {**one, "id": one["id"].replace("fac-03", changes.get("id", "fac-03"))}
        for one in document()["resources"]
    ]
    with pytest.raises(InvalidInput) as raised:
        change(placed, **changes, resources=resources)
    assert [(p.code, p.field) for p in raised.value.problems] == [("fixed", next(iter(changes)))]


def test_a_change_names_the_version_it_was_made_from(placed):
    with pytest.raises(VersionMissing):
        change(placed, version=None, floor_kpa=7)
    change(placed, "coordinator", floor_kpa=7)
    with pytest.raises(StaleVersion) as raised:
        change(placed, version=1, crane_t=1)
    told = raised.value.message.params
    assert (told["who"], told["when"]) == ("coordinator", placed.clock())
    assert told["what"].template == "floor load"


def test_a_note_is_kept_plain_and_short(placed):
    for note in ("x" * 501, "a\x00b"):
        with pytest.raises(InvalidInput) as raised:
            change(placed, floor_kpa=7, note=note)
        assert [p.field for p in raised.value.problems] == ["note"]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        (
            {"prices": [{**document()["prices"][0], "day": -1}]},
            *("out_of_range", "prices.0.day"),
        ),
        (
            {"prices": [{**document()["prices"][0], "day": "1,50"}]},
            *("not_a_number", "prices.0.day"),
        ),
    ],
)
def test_wrong_values_are_named(placed, changes, code, field):
    with pytest.raises(InvalidInput) as raised:
        change(placed, **changes)
    assert [(p.code, p.field) for p in raised.value.problems] == [(code, field)]


def with_week(**days):
    """The resources of the vision lab, its bench open on these days."""
    bench, *others = document()["resources"]
    week = {**bench["opening"]["week"], **days}
    return [{**bench, "opening": {**bench["opening"], "week": week}}, *others]


@pytest.mark.parametrize(
    ("hours", "code", "place"),
    [
        ([["08:00", "12:00"], ["11:00", "16:00"]], "overlap", "mon.1"),
        ([["16:00", "02:00"], ["08:00", "12:00"]], "overlap", "mon.1"),
        ([["16:00", "08:00"]], "reversed", "mon.0"),
    ],
)
def test_hours_that_overlap_or_are_reversed_are_named(placed, hours, code, place):
    with pytest.raises(InvalidInput) as raised:
        change(placed, resources=with_week(mon=hours))
    found = {(p.code, p.field) for p in raised.value.problems}
    assert (code, f"resources.0.opening.week.{place}") in found


def test_markup_is_kept_as_text(placed):
    name = {"en": "<b>Lab</b>", "fi": "<script>alert(1)</script>", "sv": "Lab & co"}
    change(placed, name=name)
    assert standing(placed)[2]["name"] == name


# --- Drafts and publishing ----------------------------------------------------------------------


@pytest.mark.both_engines
def test_a_new_place_is_a_draft_that_its_maker_manages(placed):
    assert create(placed, MANAGER, fresh()) == "hall-9"
    version, published, told = standing(placed, "hall-9")
    assert (version, published, told["name"]) == (1, False, document()["name"])
    with placed.work() as work:
        places = work.world.places(work.session)
        assert places.seen("hall-9", None) is None
        held = work.session.scalars(
            select(Membership.role).join(Facility).where(Facility.slug == "hall-9")
        ).all()
        assert held == ["facility_manager"]


@pytest.mark.parametrize("name", ["firm", "staff", "safety_owner", f"{MANAGER}:read"])
def test_others_make_no_places(placed, name):
    with pytest.raises(NotAllowed):
        create(placed, name, fresh())


def test_a_manager_makes_places_of_their_own_host_only(placed):
    with pytest.raises(NotAllowed):
        create(placed, MANAGER, fresh(host={"id": "host", "name": "Host"}, site=None))
    other = fresh(host={"id": "host", "name": "Host"}, site=None)
    assert create(placed, "coordinator", other) == "hall-9"


def test_ids_and_the_example_flag_are_guarded(placed):
    for whole, field in ((document(example=False), "id"), (fresh() | {"example": True}, "example")):
        with pytest.raises(InvalidInput) as raised:
            create(placed, "admin", whole)
        assert [p.field for p in raised.value.problems] == [field]


@pytest.mark.both_engines
def test_of_two_who_take_an_id_at_once_one_gets_it(placed):
    together = Barrier(2)

    def make(name):
        together.wait(10)
        try:
            return create(placed, name, fresh())
        except InvalidInput as refusal:
            return refusal.problems[0].code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(make, (MANAGER, "admin"))) == ["hall-9", "id_taken"]


@pytest.mark.both_engines
def test_what_is_complete_is_published_and_withdrawn(placed):
    create(placed, MANAGER, fresh())
    with placed.work("admin") as work:
        assert editing.publish(work, "hall-9", 1).version == 2
    assert standing(placed, "hall-9")[:2] == (2, True)
    with pytest.raises(IllegalTransition), placed.work("admin") as work:
        editing.publish(work, "hall-9", 2)
    with placed.work("admin") as work:
        assert editing.withdraw(work, "hall-9", 2).version == 3
    assert standing(placed, "hall-9")[:2] == (3, False)
    with pytest.raises(IllegalTransition), placed.work("admin") as work:
        editing.withdraw(work, "hall-9", 3)
    with Session(placed.engine) as session:
        kept = editing.versions(session, placed.who("admin"), "hall-9")
        assert [(row.action, row.published) for row in kept] == [
            *(("withdraw", False), ("publish", True), ("edit", False)),
        ]


def test_publishing_names_all_that_is_missing(placed):
    never = [{"reason": {"en": "Not built"}, "from": "2026-01-01", "to": "2029-01-01"}]
    approvers = [
        {"role": "facility_manager", "title": {"en": "Manager"}, "when": "always"},
        {"role": "hygiene", "title": {"en": "Hygiene nurse"}, "when": "always"},
    ]
    later = [{**document()["prices"][0], "valid_from": "2030-01-01"}]
    create(
        placed,
        MANAGER,
        fresh(
            closures=never,
            approvers=approvers,
            prices=later,
            latitude=0,
            longitude=0,
            capabilities=[],
        ),
    )
    with pytest.raises(RulesBroken) as raised, placed.work("admin") as work:
        editing.publish(work, "hall-9", 1)
    assert [(p.code, p.field) for p in raised.value.problems] == [
        ("hours_missing", "resources.0.opening"),
        ("hours_missing", "resources.1.opening"),
        ("price_missing", "prices"),
        ("coordinates_missing", "latitude"),
        ("capabilities_missing", "capabilities"),
        ("decider_missing", "approvers.1"),
    ]
    assert standing(placed, "hall-9")[:2] == (1, False)


def test_the_next_place_is_one_there_is(placed):
    with pytest.raises(InvalidInput) as refused:
        change(placed, next_place="nowhere")
    assert [(p.code, p.field) for p in refused.value.problems] == [("unknown_id", "next_place")]
    with pytest.raises(InvalidInput):
        consequences(placed, next_place="nowhere")
    with placed.work(MANAGER) as work, pytest.raises(InvalidInput):
        editing.create(work, fresh(next_place="nowhere"))
    placed.place("fac-08")
    assert change(placed, next_place="fac-08") == 2


def test_what_is_named_already_stands_in_no_changes_way(placed):
    assert standing(placed)[2]["next_place"] == "fac-10"  # imported alone, so it is not there
    assert change(placed, floor_kpa=7) == 2
