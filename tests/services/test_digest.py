"""Mails as people chose them: at once, in one a day at eight, or not at all."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from livinglab.adapters.mail import Transport
from livinglab.db.tables import Membership, Outbox, Pilot, User
from livinglab.domain.messages import Message
from livinglab.services import jobs, notices, outbox
from livinglab.services.jobs import JOBS

EIGHT = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
"""In Pori, on the day after that of the tests."""
DIGESTS = [job for job in JOBS if job.name == "send-digests"]


class Sent(Transport):
    """Keeps what it was given."""

    def __init__(self):
        self.mails = []

    def send(self, message):
        self.mails.append((message["To"], message["Subject"], message.get_content()))


def choose(house, name, **mails):
    with house.work() as work:
        user = User.email == f"{name}@lab.example"
        work.session.execute(update(User).where(user).values(mails=mails))


def tell(house, name, intent, kind="requests"):
    with house.work() as work:
        user = work.session.scalars(select(User).where(User.email == f"{name}@lab.example")).one()
        subject = f"About {intent}"
        notices.tell(work, user, kind, intent=intent, subject=subject, lines=[f"Line {intent}"])


def tick(house, jobs_run=DIGESTS):
    """What goes out at this moment."""
    sent = Sent()
    with Session(house.engine) as session:
        jobs.tick(session, house.world, sent, clock=house.clock, jobs=jobs_run)
    return sent.mails


def test_what_comes_at_once_or_not_at_all(house):
    choose(house, "rival", requests="off")
    tell(house, "firm", "a")
    tell(house, "rival", "b")
    [(to, subject, text)] = tick(house)
    assert (to, subject) == ("firm@lab.example", "About a")
    assert text == "Hello firm,\n\nLine a\n\nLiving Lab Pori\n"


@pytest.mark.both_engines
def test_held_notices_go_out_as_one_mail_at_eight(house):
    for name in ("firm", "rival"):
        choose(house, name, requests="digest")
    for name, intent in (("firm", "a"), ("rival", "b"), ("firm", "c")):
        tell(house, name, intent)
    house.clock.now = EIGHT - timedelta(seconds=1)
    assert tick(house) == []
    house.clock.now = EIGHT
    assert tick(house, jobs_run=()) == []  # never by themselves
    mails = tick(house)
    assert [(to, subject) for to, subject, _ in mails] == [
        ("firm@lab.example", "Your day: 2 notices"),
        ("rival@lab.example", "About b"),
    ]
    assert mails[0][2] == (
        "Hello firm,\n\n* About a\n\nLine a\n\n* About c\n\nLine c\n\n"
        "To have these mails at once, or not at all:\nhttp://lab.example/account\n\n"
        "Living Lab Pori\n"
    )
    house.clock.now += timedelta(hours=1)
    assert tick(house) == []


def test_a_digest_missed_goes_out_when_somebody_runs_again_and_the_next_one_too(house):
    choose(house, "firm", requests="digest")
    tell(house, "firm", "a")
    house.clock.now = EIGHT + timedelta(hours=3)
    assert [subject for _, subject, _ in tick(house)] == ["About a"]
    tell(house, "firm", "b")
    house.clock.now = EIGHT + timedelta(days=1)
    assert [text.split("\n")[4] for _, _, text in tick(house)] == ["Line b"]


def test_notices_of_who_has_been_shut_out_are_forgotten(house):
    choose(house, "firm", requests="digest")
    tell(house, "firm", "a")
    with house.work() as work:
        work.session.execute(update(User).values(active=False))
    house.clock.now = EIGHT
    assert tick(house) == []
    assert house.make.all(select(Outbox)) == []


def test_held_notices_are_neither_fresh_nor_hurried(house):
    choose(house, "firm", requests="digest")
    tell(house, "firm", "PLL-2026-0001:2:moved:1")
    with house.work() as work:
        outbox.queries.postpone(work.session, "PLL-2026-0001", 2, work.now + timedelta(minutes=1))
    [row] = house.make.all(select(Outbox))
    assert (row.due_at, row.sent_at) == (EIGHT, None)
    with house.work() as work:
        assert outbox.queries.withdraw(work.session, "PLL-2026-0001", 2) == [row.recipient]


def test_news_of_a_request_goes_to_the_admins_once_its_maker_has_left(house):
    maker = house.make.all(select(User.id).where(User.email == "firm@lab.example"))[0]
    user = house.make.session.get(User, maker)
    key = house.make.pilot(house.firms["firm"], user).id
    house.person("boss", house.firms["firm"], "company_admin")
    told = []
    for event in ("moved", "cancelled"):
        news = notices.Notice(event, Message("News"), (Message("New."),))
        with house.work() as work:
            notices.to_company(work, work.session.get(Pilot, key), news)
            work.session.execute(delete(Membership).where(Membership.user_id == maker))
        told.append(house.make.all(select(Outbox.recipient).order_by(Outbox.id.desc()))[0])
    assert told == ["firm@lab.example", "boss@lab.example"]
