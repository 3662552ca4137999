"""Drafts: made, changed, and changed again when more was asked for."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import pilot as pilots
from livinglab.services.availability import Finder
from tests.casework import MONDAY, WEEK, Held, at, days, stay, window

BENCH = "fac-03-vision-bench"
PEOPLE = {"people_in_view": True}


def faults(raised):
    return [(problem.code, problem.field) for problem in raised.value.problems]


def asked(**values):
    return [{"facility": "fac-03", "windows": [window(*WEEK)], **values}]


# --- Making ---------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_a_draft_belongs_to_its_maker(house, clock):
    house.place()
    ref = house.draft(resource=BENCH, days=2.5, windows=[WEEK, (MONDAY, MONDAY)])
    row = house.read(ref)
    assert (ref, row.state, row.version) == ("PLL-2026-0001", "draft", 1)
    assert (row.company_id, row.created_by_id) == (
        house.firms["firm"].id,
        house.who("firm").user_id,
    )
    assert (row.created_at, row.changed_at, row.submitted_at) == (clock(), clock(), None)
    (period,) = row.periods
    assert (period.halves, period.hours, period.facility.slug) == (5, 0, "fac-03")
    assert [(w.rank, w.first, w.last) for w in period.windows] == [
        (0, *WEEK),
        (1, MONDAY, MONDAY),
    ]
    assert house.audits(ref) == [("firm", "create", None, "draft")]


@pytest.mark.both_engines
def test_drafts_are_numbered_by_the_year_on_the_wall(house, clock):
    house.place()
    refs = [house.draft(), house.draft()]
    clock.now = at(date(2027, 1, 1), 0).astimezone(clock.now.tzinfo)
    refs.append(house.draft())
    clock.now -= timedelta(seconds=1)
    refs.append(house.draft())
    assert refs == ["PLL-2026-0001", "PLL-2026-0002", "PLL-2027-0001", "PLL-2026-0003"]


@pytest.mark.parametrize(
    ("name", "refusal"),
    [(None, NotSignedIn), ("firm:read", NotAllowed), ("coordinator", NotAllowed)],
)
def test_only_a_firm_makes_drafts(house, name, refusal):
    house.place()
    with pytest.raises(refusal):
        house.draft(name)


def test_an_empty_draft_is_a_draft(house):
    with house.work("firm") as work:
        ref = pilots.create(work, pilot_from_json({})).ref
    row = house.read(ref)
    assert (row.title, row.purpose, row.focus_areas, row.periods) == ("", "", [], [])


@pytest.mark.parametrize(
    ("period", "field"),
    [
        ({"facility": "fac-99"}, "facility"),
        ({"facilities": ["fac-03", "fac-99"]}, "facility"),
        ({"resource": "fac-03-nothing"}, "resource"),
        ({"resource": "fac-01-loud-test"}, "resource"),
        ({"facility": "fac-01", "resource": BENCH}, "resource"),
        ({"facility": "fac-03", "also": ["fac-03-nothing"]}, "also"),
        ({"facility": "fac-01", "also": ["fac-01-loud-test"]}, "also"),
        ({"facility": "fac-03", "also": ["fac-01-cell-a"]}, "also"),
        ({"also": [BENCH]}, "also"),
        ({"capabilities": ["time_travel"]}, "capabilities"),
    ],
)
def test_ids_that_name_nothing_here_are_refused(house, period, field):
    house.place("fac-03")
    house.place("fac-01")
    with pytest.raises(InvalidInput) as raised:
        house.draft(periods=[{"facility": "fac-03"}, period])
    assert faults(raised) == [("unknown_id", f"periods.1.{field}")]


def test_every_unknown_id_is_named_at_once(house):
    house.place()
    with pytest.raises(InvalidInput) as raised:
        house.draft(periods=[{"facility": "a", "also": ["b"]}, {"resource": "c"}])
    assert [field for _, field in faults(raised)] == [
        *("periods.0.facility", "periods.0.also", "periods.1.resource"),
    ]


def test_a_named_resource_chooses_its_place(house):
    house.place("fac-03")
    house.place("fac-01")
    only = house.read(house.draft(resource=BENCH)).periods[0]
    assert (only.facility.slug, only.acceptable) == ("fac-03", [])
    first = house.read(house.draft(facilities=["fac-01", "fac-03"], resource=BENCH)).periods[0]
    assert (first.facility.slug, first.acceptable) == ("fac-03", [house.facilities["fac-01"].id])


# --- Changing -------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_a_change_leaves_what_it_does_not_name(house, clock):
    house.place()
    ref = house.draft()
    clock.now += timedelta(hours=1)
    house.change(ref, title="New title", version=1)
    row = house.read(ref)
    assert (row.title, row.purpose, row.version) == ("New title", "To see scratches.", 2)
    assert (row.changed_at, len(row.periods)) == (clock.now, 1)
    assert house.audits(ref)[-1] == ("firm", "change", "draft", "draft")
    assert house.mails(ref) == []


def test_who_may_change_what_and_from_which_version(house):
    house.place()
    ref = house.sent()
    draft = house.draft()
    given = pilot_from_json({"title": "X"})
    for name, target, version, refusal in [
        ("rival", draft, 1, NotFound),
        ("coordinator", draft, 1, NotFound),
        ("firm:read", draft, 1, NotAllowed),
        ("manager.fac-03", ref, 2, NotAllowed),
        ("firm", draft, None, VersionMissing),
        ("firm", draft, 2, StaleVersion),
        ("firm", ref, 2, IllegalTransition),
    ]:
        with pytest.raises(refusal), house.work(name) as work:
            pilots.change(work, target, given, version=version)
    assert (house.read(ref).title, house.read(draft).title) == ("Copper strip inspection",) * 2


def test_a_refused_change_changes_nothing(house):
    house.place()
    ref = house.draft()
    before = house.snapshot(ref)
    with pytest.raises(InvalidInput):
        house.change(ref, title="X", periods=[{"facility": "nowhere"}])
    assert house.snapshot(ref) == before


# --- Changing what was decided on -----------------------------------------------------------------


@pytest.fixture
def questioned(house):
    """A request with one gate passed and time held, asked for more."""
    house.place()
    ref = house.sent(resource=BENCH, days=1, article=PEOPLE)
    house.approve(ref, "manager.fac-03", stay(BENCH, days(2)[0]), conditions=("A cover.",))
    house.act(ref, "request-info", "data_protection", note="Which data?")
    return ref


HELD = Held(BENCH, "tentative", at(days(2)[0], 8), at(days(2)[0], 17))


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "given",
    [
        {"periods": asked(resource=BENCH, days=2)},
        {"periods": asked(resource=BENCH, days=1, windows=[window(MONDAY)])},
        {"periods": []},
        {"test_article": {"name": "Another", "people_in_view": True}},
    ],
    ids=["length", "window", "none", "article"],
)
def test_something_else_asked_for_opens_gates_and_gives_time_back(house, questioned, given):
    house.change(questioned, **given)
    assert house.gates(questioned) == {"facility_manager": "open", "data_protection": "open"}
    assert (house.held(questioned), house.read(questioned).conditions) == ([], [])
    (booking,) = house.read(questioned).bookings
    assert (booking.state, booking.released_at) == ("released", house.clock())
    assert "STATUS:CANCELLED" in house.texts(questioned)[booking.id, "full", "en"]


@pytest.mark.both_engines
def test_the_same_asked_for_again_keeps_gates_and_time(house, questioned):
    (before,) = house.read(questioned).bookings
    house.change(questioned, periods=asked(resource=BENCH, days=1), focus_areas=["sote"])
    assert house.gates(questioned) == {"facility_manager": "passed", "data_protection": "open"}
    assert house.held(questioned) == [HELD]
    (after,) = house.read(questioned).bookings
    assert (after.period_id, after.ical_sequence) == (before.period_id, before.ical_sequence)
    house.act(questioned, "submit", "firm")
    assert house.approve(questioned, "data_protection") == "conditional"
    assert house.held(questioned) == [HELD]


@pytest.mark.both_engines
def test_a_new_title_is_told_to_calendars(house, questioned):
    (before,) = house.read(questioned).bookings
    house.change(questioned, title="Brass strip inspection")
    (after,) = house.read(questioned).bookings
    assert house.held(questioned) == [HELD]
    assert after.ical_sequence == before.ical_sequence + 1
    texts = house.texts(questioned)
    assert "Brass strip inspection" in texts[after.id, "title", "en"]
    assert "Copper" not in "".join(texts.values())


def test_what_was_changed_is_judged_and_decided_anew(house, questioned):
    house.change(questioned, test_article={"name": "Another"})
    house.act(questioned, "submit", "firm")
    assert house.gates(questioned) == {"facility_manager": "open"}
    assert house.approve(questioned, "manager.fac-03") == "confirmed"
    assert [held.start for held in house.held(questioned)] == [at(MONDAY, 8)]


# --- Before it is saved ---------------------------------------------------------------------------


def test_a_sketch_is_judged_and_kept_nowhere(house):
    house.place()
    with Session(house.engine) as session:
        finder = Finder.read(house.world, session, house.clock())
        sketch = pilots.sketch(pilot_from_json({"periods": asked(days=30)}), finder.places)
        found = pilots.judge(finder, sketch)
        assert [problem.code for problem in found] == [
            *("title_missing", "purpose_missing", "article_missing"),
            *("too_long", "window_too_short"),
        ]
        assert not session.new
