"""Sending a request: judged, settled, gates opened, time held where that is asked, mails."""

from datetime import date, timedelta

import pytest

from livinglab.domain.errors import RulesBroken
from tests.casework import MONDAY, WEEK, Held, at, days, stay, window

BENCH = "fac-03-vision-bench"
CELL = "fac-01-cell-a"
PEOPLE = {"people_in_view": True}


def codes(raised):
    return [(problem.code, problem.field) for problem in raised.value.problems]


@pytest.mark.both_engines
def test_sending_opens_the_gates_the_case_needs(house, clock):
    house.place()
    ref = house.sent(article=PEOPLE)
    row = house.read(ref)
    assert (row.state, row.version, row.submitted_at) == ("submitted", 2, clock())
    # By the place the lane would be fast: that people are filmed makes it another.
    assert (row.lane, row.lane_reasons, row.rules_number) == (
        "standard",
        ["people_filmed", "facility:fac-03:data_protection"],
        1,
    )
    assert [(g.role, g.state, g.due_on, g.opened_at) for g in row.gates] == [
        ("facility_manager", "open", date(2026, 11, 26), clock()),
        ("data_protection", "open", date(2026, 12, 1), clock()),
    ]
    assert house.held(ref) == []
    assert house.audits(ref) == [
        ("firm", "create", None, "draft"),
        ("firm", "submit", "draft", "submitted"),
    ]


def test_a_quiet_case_needs_the_manager_alone(house):
    house.place()
    assert house.gates(house.sent()) == {"facility_manager": "open"}


def test_the_lane_is_the_slowest_of_the_places(house):
    house.place("fac-03")
    house.place("fac-06")
    periods = [
        {"facility": facility, "windows": [window(*WEEK)]} for facility in ("fac-03", "fac-06")
    ]
    ref = house.sent(periods=periods)
    assert house.read(ref).lane == "standard"
    assert [(g.role, g.facility_id) for g in house.read(ref).gates] == [
        ("facility_manager", house.facilities["fac-03"].id),
        ("facility_manager", house.facilities["fac-06"].id),
    ]


@pytest.mark.both_engines
def test_broken_rules_keep_the_draft(house):
    house.place()
    ref = house.draft(
        title="", purpose=" ", days=21, windows=[(date(2026, 11, 2), date(2026, 11, 6))]
    )
    before = house.snapshot(ref)
    with pytest.raises(RulesBroken) as raised:
        house.act(ref, "submit", "firm")
    assert codes(raised) == [
        ("title_missing", "title"),
        ("purpose_missing", "purpose"),
        ("too_long", "periods.0.days"),
        ("window_past", "periods.0.windows.0.start"),
    ]
    assert house.snapshot(ref) == before


# --- Where a stay goes ----------------------------------------------------------------------------


def settled(house, ref):
    periods = house.read(ref).periods
    slugs = {facility.id: slug for slug, facility in house.facilities.items()}
    return [(p.facility.slug, [slugs[key] for key in p.acceptable]) for p in periods]


@pytest.fixture
def two(house):
    """Two places, both in the firm's list, the first preferred."""
    house.place("fac-03")
    house.place("fac-06")
    return house


def ask_both(house, **values):
    return house.sent(facilities=["fac-03", "fac-06"], **values)


def test_a_stay_goes_to_the_first_preference(two):
    assert settled(two, ask_both(two)) == [("fac-03", ["fac-06"])]


def test_a_stay_goes_where_it_is_free(house):
    house.place("fac-06")
    house.place("fac-03")
    for name in ("fac-06-bridge-simulator", "fac-06-remote-operations-room"):
        house.approve(
            house.sent(resource=name, days=5), "manager.fac-06", stay(name, *WEEK), gate=None
        )
    ref = house.sent(facilities=["fac-06", "fac-03"])
    assert settled(house, ref) == [("fac-03", ["fac-06"])]
    assert house.gates(ref) == {"facility_manager": "open"}


def test_a_named_resource_binds_only_at_its_own_place(two):
    """Where the bench is taken the stay goes to the second choice, to any resource there."""
    two.approve(two.sent(resource=BENCH, days=5), "manager.fac-03", stay(BENCH, *WEEK))
    ref = ask_both(two, resource=BENCH)
    assert settled(two, ref) == [("fac-06", ["fac-03"])]
    two.approve(ref, "manager.fac-06")
    opens, closes = at(MONDAY, 8), at(MONDAY, 17)
    assert two.held(ref) == [Held("fac-06-bridge-simulator", "firm", opens, closes)]


def test_a_stay_goes_to_no_place_whose_notice_it_does_not_keep(two, clock):
    """Fifteen working days at the first, five at the second; the window is in between."""
    two.place("fac-01")
    first = date(2026, 12, 3)
    ref = two.sent(facilities=["fac-06", "fac-01"], windows=[(first, first + timedelta(days=1))])
    assert settled(two, ref) == [("fac-01", ["fac-06"])]


def test_a_stay_goes_to_no_place_that_does_not_take_its_length(house):
    house.place("fac-09", notice_working_days=5)
    house.place("fac-01")
    ref = house.sent(facilities=["fac-09", "fac-01"], days=0.5, article={"battery_kwh": 0})
    assert settled(house, ref) == [("fac-01", ["fac-09"])]


def test_a_stay_goes_to_no_place_the_article_does_not_fit(house):
    house.place("fac-01")
    house.place("fac-06")
    ref = house.sent(facilities=["fac-01", "fac-06"], article={"mass_kg": 800})
    assert settled(house, ref) == [("fac-06", ["fac-01"])]


def test_capabilities_find_a_place(house):
    house.place("fac-03")
    house.place("fac-06")
    code = next(
        c["code"]
        for c in house.facilities["fac-06"].profile["capabilities"]
        if c["code"] not in str(house.facilities["fac-03"].profile["capabilities"])
    )
    ref = house.sent(periods=[{"capabilities": [code], "windows": [window(*WEEK)]}])
    assert settled(house, ref) == [("fac-06", [])]


def test_a_resource_that_was_taken_away_is_no_place_any_more(house):
    house.place()
    ref = house.draft(resource=BENCH)
    hide(house, BENCH)
    with pytest.raises(RulesBroken) as raised:
        house.act(ref, "submit", "firm")
    assert codes(raised) == [("facility_missing", "periods.0.facility")]


def hide(house, slug):
    """Take a resource out of its place's profile, as an import would."""
    facility = house.facilities["fac-03"]
    resources = [r for r in facility.profile["resources"] if r["id"] != slug]
    facility.profile = {**facility.profile, "resources": resources}
    facility.version += 1
    house.make.session.commit()


# --- Holding from the sending on ------------------------------------------------------------------


@pytest.mark.both_engines
def test_hold_on_submit_holds_the_first_stay_that_fits(house):
    house.place("fac-01", hold_on_submit=True)
    ref = house.sent(resource=CELL, days=1)
    assert house.held(ref) == [Held(CELL, "tentative", at(MONDAY, 8), at(MONDAY, 18))]
    other = house.sent("rival", resource=CELL, days=1)
    assert house.held(other) == [Held(CELL, "tentative", at(days(1)[0], 8), at(days(1)[0], 18))]


def test_hold_on_submit_keeps_the_notice(house):
    """Five working days from Tuesday 24 November: not before 1 December."""
    house.place("fac-01", hold_on_submit=True)
    ref = house.sent(resource=CELL, days=1, windows=[(date(2026, 11, 25), date(2026, 12, 4))])
    assert house.held(ref) == [
        Held(CELL, "tentative", at(date(2026, 12, 1), 8), at(date(2026, 12, 1), 18))
    ]


def test_two_stays_of_one_request_do_not_hold_the_same_time(house):
    house.place("fac-01", hold_on_submit=True, buffer_before=None, buffer_after=None)
    asked = {"resource": CELL, "days": 1, "windows": [window(*WEEK)]}
    ref = house.sent(periods=[asked, asked])
    assert [(held.start, held.end) for held in house.held(ref)] == [
        (at(day, 8), at(day, 18)) for day in days(0, 1)
    ]


@pytest.mark.both_engines
def test_sent_again_unchanged_keeps_its_hold_and_its_decisions(house):
    house.place("fac-03", hold_on_submit=True)
    ref = house.sent(resource=BENCH, days=1, windows=[(MONDAY, MONDAY)], article=PEOPLE)
    house.approve(ref, "manager.fac-03")
    held = house.held(ref)
    house.act(ref, "request-info", "data_protection", note="Which data?")
    house.act(ref, "submit", "firm")
    assert (house.held(ref), house.read(ref).state) == (held, "submitted")
    assert house.gates(ref) == {"facility_manager": "passed", "data_protection": "open"}
    assert house.approve(ref, "data_protection") == "confirmed"


def test_sending_again_gives_open_gates_a_new_clock(house, clock):
    house.place()
    ref = house.sent(article=PEOPLE)
    house.act(ref, "request-info", "manager.fac-03", note="Which data?")
    clock.now += timedelta(days=7)
    house.act(ref, "submit", "firm")
    assert [g.due_on for g in house.read(ref).gates] == [date(2026, 12, 3), date(2026, 12, 8)]


# --- Mails ----------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_sending_mails_a_receipt_and_every_owner_once(house):
    house.place("fac-03")
    house.place("fac-06")
    periods = [
        {"facility": facility, "windows": [window(*WEEK)]} for facility in ("fac-03", "fac-06")
    ]
    ref = house.sent(periods=periods, article=PEOPLE)
    assert house.mails(ref) == [
        ("receipt", "firm"),
        ("new-request", "manager.fac-03"),
        ("new-request", "data_protection"),
        ("new-request", "manager.fac-06"),
    ]


def test_a_quiet_or_refused_sending_mails_nobody(house):
    house.place()
    ref = house.draft()
    house.act(ref, "submit", "firm", quiet=True)
    assert house.mails(ref) == []
    other = house.draft(title="")
    with pytest.raises(RulesBroken):
        house.act(other, "submit", "firm")
    assert house.mails(other) == []


def test_withdrawing_tells_owners_only_what_they_knew(house):
    house.place()
    draft, sent = house.draft(), house.sent()
    before = house.mails(sent)
    assert house.act(draft, "withdraw", "firm") == "withdrawn"
    assert house.act(sent, "withdraw", "firm") == "withdrawn"
    assert house.mails(draft) == []
    assert house.mails(sent) == [*before, ("withdrawn", "manager.fac-03")]


@pytest.mark.both_engines
def test_withdrawing_gives_held_time_back(house):
    house.place("fac-01", hold_on_submit=True)
    ref = house.sent(resource=CELL, days=1)
    house.act(ref, "withdraw", "firm")
    assert house.held(ref) == []
    assert [b.state for b in house.read(ref).bookings] == ["released"]
    assert house.held(house.sent("rival", resource=CELL, days=1))[0].start == at(MONDAY, 8)
