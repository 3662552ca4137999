"""Invitations to stays: each person is sent what changed once, and their calendar stays true."""

from datetime import timedelta

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.locking import lock_pilot
from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.db.tables import Outbox, User
from livinglab.domain.attendance import INVITE_AFTER
from livinglab.domain.pilot import Action
from livinglab.services import (
    attendance,
    bookings,
    conversation,
    erasure,
    feeds,
    people,
    put_back,
    undoing,
)
from livinglab.services.accounts import make_feed
from livinglab.services.conversation import Said
from livinglab.services.moves import Command
from tests.attendees import ABSENT, BENCH, MANAGER, Calendars, both, feed, rename, rows
from tests.casework import days, stay


@pytest.fixture
def calendars(house):
    house.place()
    return Calendars(house)


@pytest.fixture
def ref(house, calendars):
    """A firm stay, to which both sides are invited."""
    made = house.sent(resource=BENCH, days=1)
    house.approve(made, MANAGER, stay(BENCH, days(1)[0]))
    calendars.read()
    return made


@pytest.mark.both_engines
def test_every_change_is_one_mail_each_and_calendars_agree_with_the_feed(house, calendars):
    ref = house.sent(resource=BENCH, days=1)
    assert calendars.read() == []
    house.approve(ref, MANAGER, stay(BENCH, days(1)[0]))
    assert calendars.read(INVITE_AFTER - timedelta(seconds=1)) == []
    assert calendars.read(timedelta(seconds=1)) == both("REQUEST", 1, "CONFIRMED")
    for day in (2, 3):  # two moves within the minute are one
        house.act(ref, "reschedule", MANAGER, stay(BENCH, days(day)[0]), note="Moved.")
    assert calendars.read() == both("REQUEST", 3, "CONFIRMED")
    assert calendars.of("firm") == calendars.of(MANAGER) == feed(house, ref)
    rename(house, "Vision laboratory")
    assert calendars.read() == both("REQUEST", 4, "CONFIRMED")
    assert "Vision laboratory" in feed(house, ref)[0][3]
    assert calendars.of("firm") == feed(house, ref)
    house.act(ref, "cancel", "firm", note="No.")
    assert calendars.read() == both("CANCEL", 5, "CANCELLED")
    assert (calendars.of("firm"), feed(house, ref)) == ([ABSENT], [])
    assert calendars.read(timedelta(days=1)) == []


DEEDS = ("move", "cancel", "again", "rename", "slip", "wait")


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 4)), max_size=9))
def test_whatever_happens_calendars_feed_and_free_busy_agree(house, deeds):
    if not house.facilities:
        house.place()
        with house.work("admin") as work:
            house.token = make_feed(work, "coordinator@lab.example", detail="full")
    calendars, ref = Calendars(house), house.sent(resource=BENCH, days=1)
    house.approve(ref, MANAGER, stay(BENCH, days(0)[0]))
    calendars.read()
    for deed, number in [*deeds, ("wait", 0)]:
        row, slot = house.read(ref), stay(BENCH, days(number)[0])
        if deed == "move" and row.state == "confirmed":
            house.act(ref, "reschedule", MANAGER, slot, note="Moved.")
        elif deed == "slip" and row.state == "confirmed":
            back = [b.starts_at for b in row.bookings if b.state == "firm"]
            house.act(ref, "reschedule", MANAGER, slot, note="Moved.")
            house.act(ref, "reschedule", MANAGER, stay(BENCH, back[0].date()), note="Back.")
        elif deed == "cancel" and row.state == "confirmed":
            house.act(ref, "cancel", "firm", note="No.")
        elif deed == "again" and row.state == "cancelled":
            house.act(ref, "reinstate", MANAGER)
            house.approve(ref, MANAGER, slot)
        elif deed == "rename":
            rename(house, f"Vision lab {number}")
        elif deed == "wait":
            mails = calendars.read()
            assert len(mails) == len({(who, method) for who, method, *_ in mails})
            shown = [facts for facts in calendars.of("firm") if facts is not ABSENT]
            assert shown == [facts for facts in calendars.of(MANAGER) if facts is not ABSENT]
            assert shown == feed(house, ref)
            assert [facts[:2] for facts in shown] == busy(house)
    if house.read(ref).state == "confirmed":
        house.act(ref, "cancel", "firm", note="No.")


def busy(house):
    with Session(house.engine) as session:
        opened = feeds.open_feed(session, house.world, house.token, house.clock())
        text = feeds.free_busy(session, house.world, opened, "http://lab.example/x.ifb")
    [found] = icalendar.Calendar.from_ical(text).walk("VFREEBUSY")
    spans = found.get("FREEBUSY", [])
    return [one.dt for one in (spans if isinstance(spans, list) else [spans])]


def test_what_is_taken_back_within_its_minute_leaves_nothing_behind(house, calendars):
    assert INVITE_AFTER == undoing.FOR == put_back.FOR
    ref = house.sent(resource=BENCH, days=1)
    with house.work(MANAGER) as work:
        command = Command(house.read(ref).version, slots=(stay(BENCH, days(1)[0]),))
        undoing.decide(work, ref, Action.APPROVE, command)
    house.clock.now += timedelta(seconds=59)
    with house.work(MANAGER) as work:
        undoing.take_back(work, ref, house.read(ref).version)
    assert calendars.read(timedelta(minutes=5)) == []
    assert rows(house) == {}
    house.approve(ref, MANAGER, stay(BENCH, days(1)[0]))
    assert len(calendars.read()) == 2
    for move, day in ((put_back.move, 2), (put_back.put_back, 1)):
        with house.work(MANAGER) as work:
            slots = (stay(BENCH, days(day)[0]),)
            move(work, ref, Command(house.read(ref).version, slots=slots))
    assert calendars.read(timedelta(minutes=5)) == []
    assert calendars.of("firm") == feed(house, ref)


def test_a_booking_that_holds_time_again_is_invited_to_again(house, calendars, ref):
    [booking] = house.read(ref).bookings
    kept = {name: getattr(booking, name) for name in bookings.HELD_BY}
    with house.work() as work:
        pilot = lock_pilot(work.session, ref)
        bookings.release(work, pilot, bookings.held(pilot))
    assert calendars.read() == both("CANCEL", 2, "CANCELLED")
    with house.work() as work:
        bookings.put_back(work, lock_pilot(work.session, ref), {booking.id: kept})
    assert calendars.read() == both("REQUEST", 3, "CONFIRMED")
    with house.work() as work:  # not firm any more: those who know of it are told
        pilot = lock_pilot(work.session, ref)
        pilot.bookings[0].state = "tentative"
        bookings.retell(work, pilot, pilot.bookings)
    assert calendars.read() == both("REQUEST", 4, "TENTATIVE")


def set_mails(house, name, when):
    with house.work() as work:
        work.session.get_one(User, house.people[name].user_id).mails = {"calendar": when}


def test_who_is_invited(house, calendars):
    firm, lab = house.firms["firm"], house.facilities["fac-03"]
    for name in ("colleague", "boss"):
        house.person(name, firm, "company_admin" if name == "boss" else "member")
    house.person("deputy", house.host, ("facility_manager", lab))
    set_mails(house, "deputy", "off")
    ref = house.sent(resource=BENCH, days=1)
    with house.work("colleague") as work:
        conversation.say(work, ref, Said("Is there a crane?", internal=False), 1_000)
    house.approve(ref, MANAGER, stay(BENCH, days(1)[0]))
    assert {who for who, *_ in calendars.read()} == {"firm", "colleague", MANAGER}
    with house.work("boss") as work:
        people.remove(work, house.people["colleague"].user_id)
    assert calendars.read() == [("colleague", "CANCEL", 2, "CANCELLED")]
    set_mails(house, "firm", "off")  # what is in the calendar already is kept true
    house.act(ref, "reschedule", MANAGER, stay(BENCH, days(2)[0]), note="Moved.")
    assert calendars.read() == both("REQUEST", 2, "CONFIRMED")
    with house.work() as work:
        work.session.get_one(User, house.people[MANAGER].user_id).active = False
        attendance.left(work, house.people[MANAGER].user_id)
    assert calendars.read() == []
    assert rows(house)[MANAGER].method == "CANCEL"


def test_an_erased_person_is_forgotten_and_their_calendar_left_alone(house, calendars, ref):
    house.person("boss", house.firms["firm"], "company_admin")
    with house.work() as work:
        erasure.erase_by_email(work, "firm@lab.example")
    assert set(rows(house)) == {MANAGER}
    with Session(house.engine) as session:
        told = session.execute(
            select(Outbox.recipient, Outbox.calendar).where(Outbox.calendar_method != "")
        ).all()
    assert [(to.partition("@")[0], bool(text)) for to, text in told] == [
        (f"former-person-{house.people['firm'].user_id}", False),
        (MANAGER, True),
    ]
    calendars.read()


def test_names_are_told_to_the_firm_and_the_hosts_only(house, calendars, ref):
    def seen(name):
        with Session(house.engine) as session:
            pilot = pilot_by_ref(session, ref)
            found = attendance.who_comes(session, house.people[name], pilot)
            return [row.name for _, row in found]

    assert seen("firm") == seen(MANAGER) == ["firm", MANAGER]
    assert seen("rival") == seen("staff") == []  # staff see that there is a pilot
