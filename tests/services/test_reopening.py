"""Decided gates open again when what they rest on changes, and no others do."""

import pytest
from sqlalchemy.orm import Session

from livinglab.db.locking import lock_pilot
from livinglab.db.queries.pilots import history
from livinglab.domain.errors import StaleVersion
from livinglab.services import reopening, shift
from livinglab.services.moves import Command
from tests.casework import MONDAY, days, stay, window
from tests.services.test_evidence import CARD, ask, mail, name

BENCH = "fac-03-vision-bench"
MANAGER, SAFETY, PRIVACY = "facility_manager", "safety_owner", "data_protection"
APPROVERS = [
    {"role": MANAGER, "title": {"en": "Manager"}, "when": "always"},
    {"role": SAFETY, "title": {"en": "Safety"}, "when": "always"},
    {"role": PRIVACY, "title": {"en": "Privacy"}, "when": "always"},
]


@pytest.fixture
def ref(house):
    """Three gates: safety's rests on the date, privacy's on the article, the manager's on none."""
    house.place("fac-03", papers=[], approvers=APPROVERS)
    made = house.sent(resource=BENCH, days=1)
    ask(house, made, role=MANAGER, date_dependent=False, article_dependent=False)
    ask(house, made, role=SAFETY, date_dependent=True, article_dependent=False)
    ask(house, made, role=PRIVACY, date_dependent=False, article_dependent=True)
    return made


def passed(house, ref, *roles):
    """Pass these gates, the manager's with Monday."""
    for role in roles:
        if role == MANAGER:
            house.approve(ref, "manager.fac-03", stay(BENCH, MONDAY), gate=f"{MANAGER}@fac-03")
        else:
            house.approve(ref, role, gate=f"{role}@fac-03")


def why(house, ref):
    with Session(house.engine) as session:
        pilot = lock_pilot(session, ref)
        found = reopening.explained(pilot, history(session, pilot.id))
        return {gate.title.en: [cause.template for cause in gate.causes] for gate in found}


@pytest.mark.both_engines
def test_another_day_opens_the_gate_that_rests_on_it_and_tells_its_owner(house, ref):
    passed(house, ref, MANAGER, SAFETY, PRIVACY)
    moved = house.act(ref, "reschedule", "manager.fac-03", stay(BENCH, days(1)[0]))
    assert (moved, house.gates(ref)) == (
        "in_review",
        {MANAGER: "passed", SAFETY: "open", PRIVACY: "passed"},
    )
    assert [held.state for held in house.held(ref)] == ["tentative"]
    assert why(house, ref) == {"Safety": ["the date has changed"]}
    assert [to for event, to in house.mails(ref) if event == "reopened"] == ["safety_owner"]
    assert "The date has changed" in mail(house, ref, "reopened")
    assert house.approve(ref, SAFETY) == "confirmed"
    assert why(house, ref) == {}


def test_another_hour_of_the_day_opens_nothing(house, ref):
    passed(house, ref, MANAGER, SAFETY, PRIVACY)
    assert house.act(ref, "reschedule", "manager.fac-03", stay(BENCH, MONDAY)) == "confirmed"
    assert set(house.gates(ref).values()) == {"passed"}


@pytest.mark.both_engines
def test_another_article_opens_what_rests_on_it_and_who_sets_the_time(house, ref):
    passed(house, ref, MANAGER, SAFETY)
    house.act(ref, "request-info", "manager.fac-03", note="Which robot?")
    house.change(ref, test_article={"name": "Another", "kind": "vision_system"})
    assert house.gates(ref) == {MANAGER: "open", SAFETY: "passed", PRIVACY: "open"}
    assert why(house, ref)["Manager"] == ["the test article has changed"]
    house.act(ref, "submit", "firm")
    assert "to be decided again: the test article has changed" in mail(house, ref, "new-request")


def test_other_wishes_open_what_rests_on_dates_and_who_sets_the_time(house, ref):
    passed(house, ref, MANAGER, PRIVACY)
    house.act(ref, "request-info", "manager.fac-03", note="When?")
    asked = {"resource": BENCH, "days": 1, "windows": [window(*days(1, 4))]}
    house.change(ref, periods=[asked])
    assert house.gates(ref) == {MANAGER: "open", SAFETY: "open", PRIVACY: "passed"}


def test_a_stay_of_another_length_opens_all(house, ref):
    passed(house, ref, MANAGER, PRIVACY)
    house.act(ref, "request-info", "manager.fac-03", note="How long?")
    asked = {"resource": BENCH, "days": 2, "windows": [window(*days(0, 4))]}
    house.change(ref, periods=[asked])
    assert set(house.gates(ref).values()) == {"open"}


def test_the_rehearsal_of_a_move_tells_what_opens_and_what_no_longer_lasts(house, ref):
    ask(house, ref, CARD, role=MANAGER)
    name(house, ref, ("Ada", MONDAY))
    passed(house, ref, MANAGER, SAFETY, PRIVACY)
    command = Command(house.read(ref).version, slots=(stay(BENCH, days(1)[0]),))
    before = house.snapshot(ref)
    with house.work("manager.fac-03") as work:
        effect = shift.rehearse(work, ref, command)
    assert [gate.title.en for gate in effect.opened] == ["Safety"]
    assert [message.params["name"] for message in effect.outlived] == ["Ada"]
    assert house.snapshot(ref) == before


@pytest.mark.both_engines
def test_of_two_who_decide_at_once_the_second_hears_who_and_when(house, ref):
    version = house.read(ref).version
    house.approve(ref, SAFETY, version=version)
    with pytest.raises(StaleVersion) as raised:
        house.approve(ref, PRIVACY, version=version)
    told = raised.value.message.params
    assert (told["who"], told["when"]) == (SAFETY, house.clock())
