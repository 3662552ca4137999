"""Evidence at gates: what is there, of whom, until when; what is awaited; and what is ready."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.adapters.texts import sentence
from livinglab.db.locking import lock_pilot
from livinglab.db.tables import Gate, Outbox, Pilot
from livinglab.domain.errors import IllegalTransition, InvalidInput, NotFound, RulesBroken
from livinglab.domain.participants import CardInput, PersonInput
from livinglab.services import evidence, papers, participants
from livinglab.services.moves import ConditionAsked
from tests.casework import MONDAY, days, stay

BENCH = "fac-03-vision-bench"
CARD = "safety_cards"
ENDS = "The “Occupational safety card” of {} ends on {}, {} before the stay does."
TUESDAY = days(1)[0]


def ask(house, ref, *codes, role="facility_manager", **values):
    """Let a gate rest on this evidence."""
    session = house.make.session
    gate = session.scalars(
        select(Gate)
        .join(Pilot, Gate.pilot_id == Pilot.id)
        .where(Pilot.ref == ref, Gate.role == role)
    ).one()
    gate.evidence = list(codes)
    for name, value in values.items():
        setattr(gate, name, value)
    session.commit()


def name(house, ref, *people):
    """Name people as (name, last day of the card); no day: no card."""
    given = [
        PersonInput(who, "", (CardInput(CARD, "7", last),) if last else ()) for who, last in people
    ]
    with house.work("firm") as work:
        participants.add(work, ref, given, version=house.read(ref).version)


def standing(house, ref):
    with Session(house.engine) as session:
        found = evidence.of(session, house.world.places(session), lock_pilot(session, ref))
        return {piece.code: piece.standing.value for piece in found}


def unready(house, ref):
    """What keeps it from being ready, as the manager reads it."""
    with pytest.raises(RulesBroken) as raised:
        house.act(ref, "mark-ready", "manager.fac-03")
    return [(p.code, p.field, sentence(p.message, "en")) for p in raised.value.problems]


def awaited(house, ref):
    return {c.evidence: (c.due_on, c.fulfilled_at is not None) for c in house.read(ref).conditions}


@pytest.fixture
def ref(house):
    """A request sent for Monday and Tuesday; its gate asks for a card of each who comes."""
    house.place("fac-03", papers=[])
    made = house.sent(resource=BENCH, days=2)
    ask(house, made, CARD)
    return made


def approved(house, ref, **command):
    return house.approve(ref, "manager.fac-03", stay(BENCH, MONDAY, TUESDAY), **command)


# --- Of each person -----------------------------------------------------------------------------


@pytest.mark.both_engines
def test_a_card_that_ends_a_day_early_names_the_person_and_the_day(house, ref):
    name(house, ref, ("Ada", TUESDAY), ("Bo", MONDAY), ("Cy", MONDAY - timedelta(days=2)))
    approved(house, ref)
    assert standing(house, ref) == {CARD: "expired"}
    assert unready(house, ref) == [
        (
            "paper_expired",
            f"people.1.{CARD}",
            ENDS.format("Bo", "Mon 11 Jan 2027", "one day"),
        ),
        (
            "paper_expired",
            f"people.2.{CARD}",
            ENDS.format("Cy", "Sat 9 Jan 2027", "3 days"),
        ),
    ]


def test_a_missing_card_of_one_of_three_keeps_it_from_being_ready(house, ref):
    name(house, ref, ("Ada", TUESDAY), ("Bo", None), ("Cy", TUESDAY))
    approved(house, ref)
    assert [text for *_, text in unready(house, ref)] == [
        "Bo has no “Occupational safety card” yet."
    ]
    bo = people(house, ref)[1]
    with house.work("firm") as work:
        given = PersonInput("Bo", "", (CardInput(CARD, "9", TUESDAY),))
        participants.change(work, ref, bo.id, given, version=house.read(ref).version)
    assert house.act(ref, "mark-ready", "manager.fac-03") == "ready"


def people(house, ref):
    with Session(house.engine) as session:
        return participants.read(session, house.who("firm"), ref)[1]


def test_while_nobody_is_named_a_paper_stands_for_all(house, ref):
    approved(house, ref)
    assert [text for *_, text in unready(house, ref)] == [
        "Name the people who come: each needs “Occupational safety card”."
    ]
    house.attach(ref, CARD, TUESDAY)
    assert standing(house, ref) == {CARD: "present"}
    name(house, ref, ("Ada", None))
    assert standing(house, ref) == {CARD: "missing"}


# --- What is awaited ----------------------------------------------------------------------------


@pytest.mark.both_engines
def test_what_is_missing_at_the_decision_is_awaited_and_met_by_itself(house, ref):
    assert approved(house, ref) == "confirmed"
    # Five working days before Monday 11 January 2027; Epiphany is none.
    assert awaited(house, ref) == {CARD: (date(2026, 12, 31), False)}
    name(house, ref, ("Ada", TUESDAY))
    assert awaited(house, ref) == {CARD: (date(2026, 12, 31), True)}
    assert house.act(ref, "mark-ready", "manager.fac-03") == "ready"


def test_a_move_beyond_its_last_day_awaits_it_again_and_tells_the_firm(house, ref):
    name(house, ref, ("Ada", TUESDAY))
    approved(house, ref)
    house.act(ref, "reschedule", "manager.fac-03", stay(BENCH, *days(1, 2)))
    assert standing(house, ref) == {CARD: "expired"}
    assert mail(house, ref, "moved").count("of Ada ends on Tue 12 Jan 2027, one day before") == 1


def mail(house, ref, event):
    rows = house.make.all(select(Outbox).where(Outbox.intent.like(f"{ref}:%:{event}:%")))
    return "\n".join(row.body for row in rows)


def test_conditions_have_texts_and_days(house, ref):
    asked = (ConditionAsked("A cover.", date(2026, 12, 1)), "A sign.")
    assert approved(house, ref, conditions=asked) == "conditional"
    found = [(c.text, c.due_on, c.first) for c in house.read(ref).conditions if not c.evidence]
    assert found == [("A cover.", date(2026, 12, 1), True), ("A sign.", None, True)]
    assert "A cover. (by Tue 1 Dec 2026)" in mail(house, ref, "conditional")


def test_a_condition_is_not_due_in_the_past(house, ref):
    with pytest.raises(InvalidInput) as raised:
        approved(house, ref, conditions=(ConditionAsked("A cover.", date(2020, 1, 1)),))
    assert [(p.code, p.field) for p in raised.value.problems] == [
        ("in_the_past", "conditions.0.due")
    ]


def test_a_condition_of_evidence_is_not_met_by_hand(house, ref):
    approved(house, ref, conditions=("A cover.",))
    waiting = next(c for c in house.read(ref).conditions if c.evidence)
    with pytest.raises(NotFound):
        house.act(ref, "fulfil", "manager.fac-03", condition=waiting.id)
    assert house.act(ref, "fulfil", "manager.fac-03") == "confirmed"


# --- Papers -------------------------------------------------------------------------------------


@pytest.fixture
def paper(house, ref):
    """A plan that the gate rests on as well; its number."""
    ask(house, ref, "lifting_plan")
    return house.attach(ref, "lifting_plan")


def refuse(house, ref, paper, name="manager.fac-03", note="The crane is missing."):
    with house.work(name) as work:
        papers.refuse(work, ref, paper, note, version=house.read(ref).version)


@pytest.mark.both_engines
def test_a_refused_paper_says_why_until_another_comes(house, ref, paper):
    refuse(house, ref, paper)
    assert standing(house, ref) == {"lifting_plan": "rejected"}
    approved(house, ref)
    assert unready(house, ref) == [
        (
            "paper_rejected",
            "papers.lifting_plan",
            "“Lifting plan” was not accepted: The crane is missing.",
        )
    ]
    assert "The crane is missing." in mail(house, ref, "paper-refused")
    house.attach(ref, "lifting_plan", content=b"%PDF-1.4 better")
    assert standing(house, ref) == {"lifting_plan": "present"}
    assert [done for _, done in awaited(house, ref).values()] == [True]


def test_a_refusal_needs_a_reason_and_somebody_who_decides(house, ref, paper):
    with pytest.raises(InvalidInput):
        refuse(house, ref, paper, note=" ")
    for stranger in ("staff", "safety_owner", "firm"):
        with pytest.raises(Exception, match=r"^$|not|yours"):
            refuse(house, ref, paper, stranger)
    with pytest.raises(NotFound):
        refuse(house, ref, 999_999)
    house.act(ref, "withdraw", "firm")
    with pytest.raises(IllegalTransition):
        refuse(house, ref, paper)
    assert house.read(ref).papers[0].rejected_at is None


@pytest.mark.both_engines
def test_a_gate_keeps_what_lay_there_when_the_paper_is_gone(house, ref, paper):
    approved(house, ref, conditions=())
    (kept,) = house.read(ref).gates
    (lay_there,) = house.read(ref).papers
    told = {
        "code": "lifting_plan",
        "sha256": lay_there.sha256,
        "file_name": "lifting_plan.pdf",
        "expires_on": None,
    }
    assert kept.papers_seen == [told]
    session = house.make.session
    session.delete(session.merge(lay_there))
    session.commit()
    assert house.read(ref).papers == []
    assert house.read(ref).gates[0].papers_seen == [told]
