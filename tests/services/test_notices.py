"""Mails as intents: to whom, in which language, at whose clock, and none for what came undone."""

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from livinglab.db.locking import lock_pilot
from livinglab.db.tables import Membership, Outbox, User
from livinglab.domain.errors import SlotTaken
from livinglab.domain.messages import Message
from livinglab.services import notices
from tests.casework import MONDAY, stay

BENCH = "fac-03-vision-bench"


def mails(house):
    with Session(house.engine) as session:
        return session.scalars(select(Outbox).order_by(Outbox.id)).all()


def notice(event="test", **values):
    return notices.Notice(event, Message("About %(title)s", {"title": "X"}), (), **values)


def set_people(house, name, **values):
    with house.engine.begin() as connection:
        connection.execute(update(User).where(User.email == f"{name}@lab.example").values(**values))


@pytest.mark.both_engines
def test_a_mail_says_who_what_and_where_to_go(house, clock):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    receipt = mails(house)[0]
    assert receipt.subject == f"We have your request “Copper strip inspection” ({ref})"
    assert receipt.body == (
        "Hello firm,\n"
        "\n"
        "Your request arrived on Tue 24 Nov 2026, 10:00.\n"
        "You will hear by Thu 26 Nov 2026.\n"
        "Follow it, add papers or withdraw it on its page:\n"
        "\n"
        "Copper strip inspection\n"
        f"http://lab.example/pilots/{ref}\n"
        "\n"
        "Living Lab Pori\n"
    )
    assert receipt.intent == f"{ref}:2:receipt:{house.who('firm').user_id}"
    assert (receipt.recipient, receipt.language) == ("firm@lab.example", "en")
    assert receipt.message_id.endswith("@lab.example>") or receipt.message_id.endswith(
        "@lab.example"
    )
    assert (receipt.created_at, receipt.due_at, receipt.sent_at) == (clock(), clock(), None)


def test_each_reads_their_own_language(house):
    house.place()
    set_people(house, "firm", language="sv")
    set_people(house, "manager.fac-03", language="fi")
    house.sent(resource=BENCH, days=1)
    receipt, request = mails(house)
    assert (receipt.language, request.language) == ("sv", "fi")
    assert receipt.body.startswith("Hej firm,")
    assert request.body.startswith("Hei manager.fac-03,")


def test_times_stand_at_the_places_clock_and_the_readers(house):
    house.place()
    set_people(house, "firm", timezone="Asia/Tokyo")
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03", stay(BENCH, MONDAY))
    body = mails(house)[-1].body
    assert "Mon 11 Jan 2027, 08:00–17:00 (Helsinki)" in body
    assert "= Mon 11 – Tue 12 Jan 2027, 15:00–00:00 (Tokyo)" in body


def test_a_reader_at_the_places_clock_reads_it_once(house):
    house.place()
    set_people(house, "firm", timezone="Europe/Helsinki")
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03", stay(BENCH, MONDAY))
    assert mails(house)[-1].body.count("17:00") == 1


def test_owners_are_active_people_with_the_role_there_or_everywhere(house):
    house.place("fac-03")
    house.place("fac-06")
    with house.engine.begin() as connection:
        connection.execute(
            Membership.__table__.insert().values(
                user_id=house.who("admin").user_id,
                organisation_id=house.lab.id,
                role="facility_manager",
            )
        )
    ref = house.sent(resource=BENCH, days=1)
    assert house.mails(ref) == [
        ("receipt", "firm"),
        ("new-request", "admin"),
        ("new-request", "manager.fac-03"),
    ]
    set_people(house, "manager.fac-03", active=False)
    assert house.mails(house.sent(resource=BENCH, days=1))[1:] == [("new-request", "admin")]


@pytest.mark.both_engines
def test_what_is_rolled_back_mails_nobody(house):
    house.place()
    first, second = (house.sent(resource=BENCH, days=1) for _ in range(2))
    house.approve(first, "manager.fac-03", stay(BENCH, MONDAY))
    before = house.mails(second)
    with pytest.raises(SlotTaken):
        house.approve(second, "manager.fac-03", stay(BENCH, MONDAY))
    assert house.mails(second) == before


def test_open_gates_owners_or_all(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    house.approve(ref, "manager.fac-03")
    with house.work() as work:
        pilot = lock_pilot(work.session, ref)
        notices.to_owners(work, pilot, notice("some"))
        notices.to_owners(work, pilot, notice("all"), open_only=False)
    assert house.mails(ref)[-3:] == [
        ("some", "data_protection"),
        ("all", "manager.fac-03"),
        ("all", "data_protection"),
    ]


def test_quiet_work_mails_nobody(house):
    house.place()
    ref = house.draft()
    with house.work(quiet=True) as work:
        notices.to_company(work, lock_pilot(work.session, ref), notice())
    assert mails(house) == []
