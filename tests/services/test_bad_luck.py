"""Bad luck that no other test of a use case has: what docs/bad-luck.md says happens, happens."""

from datetime import date

import pytest

from livinglab.db.queries.accounts import owners_of_gate
from livinglab.domain.errors import InvalidInput
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import people, stand_ins
from tests.casework import ARTICLE, MONDAY, Held, at, days, window
from tests.services.test_clocks import hear

BENCH = "fac-03-vision-bench"
PLACES = {"fac-01": {}, "fac-03": {"resource": BENCH}, "fac-06": {}}
"""Three places, and what is asked for there beside the place."""


def test_of_three_hosts_one_refuses_and_the_others_are_kept(house):
    """The firm goes on with the two that are left, firm once both have decided."""
    for slug in PLACES:
        house.host = house.make.host(f"host-{slug}")
        house.place(slug)
    wish = {"windows": [window(*days(0, 4))], "days": 1}
    ref = house.sent(periods=[wish | {"facility": slug} | more for slug, more in PLACES.items()])
    house.approve(ref, "manager.fac-03")
    assert house.act(ref, "reject", "manager.fac-06", note="No room.") == "needs_info"
    kept = [Held(BENCH, "tentative", at(MONDAY, 8), at(MONDAY, 17))]
    assert house.held(ref) == kept
    assert [gate.state for gate in house.read(ref).gates] == ["open", "passed", "refused"]
    assert house.act(ref, "submit", "firm", without_declined=True) in {"submitted", "in_review"}
    assert house.approve(ref, "manager.fac-01") == "confirmed"
    assert [(one.resource[:6], one.state) for one in house.held(ref)] == [
        ("fac-01", "firm"),
        ("fac-03", "firm"),
    ]


def test_fifty_windows_are_refused_for_one_stay_and_weighed_for_five(house):
    house.place("fac-03")
    wishes = [window(*[day] * 2) for day in days(0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
    asked = {"resource": BENCH, "days": 1, "windows": wishes * 5}
    with pytest.raises(InvalidInput) as refusal:
        pilot_from_json({"title": "Much", "test_article": ARTICLE, "periods": [asked]})
    (problem,) = refusal.value.problems
    assert (problem.code, problem.field) == ("too_many", "periods.0.windows")
    assert problem.message.params["limit"] == 10
    ref = house.sent(periods=[asked | {"windows": wishes}] * 5)
    assert house.approve(ref, "manager.fac-03") == "confirmed"
    assert [one.start for one in house.held(ref)] == [at(day, 8) for day in days(0, 1, 2, 3, 4)]


def test_two_who_stand_in_for_each_other_both_decide_and_are_told_once(house):
    """A stand-in holds the role, not the person: there is no chain that could close."""
    for slug in ("fac-01", "fac-03"):
        house.place(slug)
    today = house.clock().date()
    for slug, other in (("fac-01", "fac-03"), ("fac-03", "fac-01")):
        with house.work("admin") as work:
            address = f"manager.{other}@lab.example"
            stand_ins.add(work, slug, "facility_manager", address, today, date(2026, 12, 31))
    with pytest.raises(InvalidInput), house.work("admin") as work:
        stand_ins.add(
            work, "fac-03", "facility_manager", "manager.fac-03@lab.example", today, today
        )
    both = ["manager.fac-01", "manager.fac-03"]
    ref = house.sent(facility="fac-03")
    with house.work() as work:
        place = house.read(ref).gates[0].facility_id
        found = owners_of_gate(work.session, "facility_manager", place, today)
        assert [user.name for user in found] == both
    assert sorted(to for event, to in house.mails(ref) if event == "new-request") == both


def test_when_the_only_owner_leaves_the_coordinator_is_reminded_in_their_place(house):
    house.place("fac-03")
    ref = house.sent()
    house.person("desk", house.host, "admin")
    with house.work("manager.fac-03") as work:
        people.leave(work)
    told = hear(house, at(date(2026, 11, 25), 9))
    decide = f"Decide by Thu 26 Nov 2026: Copper strip inspection ({ref})"
    assert ("coordinator", decide) in told
    assert "manager.fac-03" not in [to for to, subject in told if subject == decide]
