"""Which approvals and papers a case needs, from the place's own lists."""

from dataclasses import replace

from livinglab.domain.facility import Approver, PaperAsked
from livinglab.domain.gates import papers_asked, required
from livinglab.domain.messages import Localised
from livinglab.domain.rules import GateAsked
from tests.freetime import facility


def said(text):
    return Localised({"en": text})


def place(approvers=(), papers=()):
    return replace(facility("x"), approvers=approvers, papers=papers)


MANAGER = Approver("facility_manager", said("Production manager"))
SAFETY = Approver("safety_owner", said("Safety officer"), "hot_work")
ALWAYS = frozenset({"always"})


def test_gates_open_in_the_places_order_with_its_titles():
    found = required(place((SAFETY, MANAGER)), ALWAYS | {"hot_work"})
    assert found == [
        GateAsked("safety_owner", said("Safety officer"), 5),
        GateAsked("facility_manager", said("Production manager"), 2),
    ]


def test_a_gate_that_nothing_sets_off_stays_shut():
    assert [g.role for g in required(place((SAFETY, MANAGER)), ALWAYS)] == ["facility_manager"]
    assert required(place((SAFETY,)), ALWAYS) == []
    assert required(place(), ALWAYS) == []


def test_a_role_has_one_gate_with_the_first_title():
    again = Approver("facility_manager", said("Somebody else"))
    assert [g.title.en for g in required(place((MANAGER, again)), ALWAYS)] == ["Production manager"]


def test_papers_are_asked_for_where_the_case_calls_for_them():
    plan, card = PaperAsked("plan", said("Plan")), PaperAsked("card", said("Card"), "hot_work")
    assert papers_asked(place(papers=(plan, card)), ALWAYS) == [plan]
    assert papers_asked(place(papers=(plan, card)), ALWAYS | {"hot_work"}) == [plan, card]
