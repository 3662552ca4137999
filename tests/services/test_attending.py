"""Who comes: answers by the link of a mail, and by the replies of calendar programs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from livinglab.db.tables import Booking
from livinglab.domain.attendance import Reply, ReplyError
from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.services import attending
from tests.attendees import BENCH, MANAGER, Calendars, key_of, rename, rows
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


def answered(house, who):
    row = rows(house)[who]
    return row.answer, row.answered_sequence, row.comment


def test_the_link_answers_until_something_newer_is_sent(house, calendars, ref):
    def say(key, *words):
        with house.work() as work:
            attending.answer(work, key, *words)

    key = key_of(house, "firm")
    with pytest.raises(InvalidInput):
        say(key, "NEEDS-ACTION")
    say(key, "DECLINED", "Ill\x00\r\n" + "x" * 600)
    say(key, "ACCEPTED", "All well")
    assert answered(house, "firm") == ("ACCEPTED", 1, "All well")
    assert answered(house, MANAGER) == ("NEEDS-ACTION", None, "")
    rename(house, "Vision laboratory")  # asks nobody again
    calendars.read()
    assert answered(house, "firm") == ("ACCEPTED", 1, "All well")
    house.act(ref, "reschedule", MANAGER, stay(BENCH, days(2)[0]), note="Moved.")
    say(key_of(house, "firm"), "TENTATIVE")
    calendars.read()
    assert answered(house, "firm") == ("NEEDS-ACTION", 2, "")
    late = key_of(house, "firm")
    house.clock.now += timedelta(days=100)
    for dead in (key, late, "", "x" * 43):
        with pytest.raises(NotFound):
            say(dead, "ACCEPTED")


def reply(house, who="firm", **values):
    row = rows(house)[who]
    with Session(house.engine) as session:
        uid = session.get_one(Booking, row.booking_id).uid
    known = Reply(uid, row.recipient, "ACCEPTED", row.sequence, house.clock(), row.recipient)
    return replace(known, **values)


def take(house, given):
    with house.work() as work:
        return attending.take_reply(work, given)


def test_replies_count_in_the_order_of_rfc_5546(house, calendars, ref):
    now, day = house.clock(), timedelta(days=1)
    assert take(house, reply(house, comment="Gladly")) == f"{ref}: comes."
    assert take(house, reply(house)) == f"{ref}: comes."  # the same mail twice
    refused = {
        "No stay has this UID.": {"uid": "other"},
        "Nobody of this address was invited.": {"attendee": "rival@lab.example"},
        "It is sent by somebody else than it answers for.": {"sender": "rival@lab.example"},
        "It answers an earlier invitation: the stay has changed since.": {"sequence": 0},
        "It answers an invitation that was never sent.": {"sequence": 2},
        "A newer answer of this person is known.": {"stamp": now - day},
    }
    for sentence, values in refused.items():
        with pytest.raises(ReplyError, match=sentence):
            take(house, reply(house, answer="DECLINED", **values))
    assert answered(house, "firm") == ("ACCEPTED", 1, "")
    take(house, reply(house, answer="TENTATIVE", stamp=now + 999 * day))  # a clock ahead of ours
    house.clock.now += timedelta(minutes=1)
    take(house, reply(house, answer="DECLINED"))
    assert answered(house, "firm")[0] == "DECLINED"
    house.act(ref, "cancel", "firm", note="No.")
    with pytest.raises(ReplyError, match="called off"):
        take(house, reply(house))
