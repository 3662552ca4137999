"""Mails on their way out: none lost, none twice, none in another's way."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import astuple
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from livinglab.adapters.mail import (
    FolderTransport,
    PermanentMailError,
    SmtpTransport,
    TransientMailError,
    list_mail,
    read_mail,
)
from livinglab.db.engine import engine_options, prepare
from livinglab.db.queries.outbox import failed_mails
from livinglab.db.tables import Audit, Outbox
from livinglab.domain.errors import IllegalTransition, NotFound, TryLater
from livinglab.services import holds, outbox
from livinglab.services.work import begin_work
from livinglab.services.world import World
from tests.post import Mailbox, free_port, intent, serving


@pytest.fixture
def world():
    return World("http://lab.example", "Living Lab <desk@lab.example>")


@pytest.fixture
def session(engine_url):
    engine = create_engine(engine_url, **engine_options(engine_url))
    prepare(engine)
    with Session(engine) as made:
        yield made
    engine.dispose()


@pytest.fixture
def write(session, world, clock):
    """Writes mails by number: `write(1, 2)`, with values for all."""

    def add(*numbers, **values):
        with begin_work(session, world, now=clock()) as work:
            work.session.add_all([intent(number, clock(), **values) for number in numbers])

    return add


@pytest.fixture
def dispatch(session, world, clock):
    """A round of mails to a transport or the address of a server; how many went out."""

    def send(to, **options):
        transport = SmtpTransport(to) if isinstance(to, str) else to
        return outbox.dispatch(session, world, transport, clock=clock, **options)

    return send


def rows(session, *columns):
    found = session.execute(select(*columns).order_by(columns[0].class_.id)).all()
    session.rollback()
    return [tuple(row) for row in found]


def counts(session, clock):
    found = astuple(outbox.state(session, clock()))
    session.rollback()
    return found


class Raising:
    """A transport on which everything fails."""

    def __init__(self, error):
        self.error = error

    def send(self, mail):
        raise self.error


@pytest.mark.both_engines
def test_dispatch_hands_over_what_is_due_and_marks_it(session, write, dispatch, clock):
    write(1, 2)
    write(3, due_at=clock() + timedelta(minutes=1))
    with serving(mailbox := Mailbox()) as url:
        assert dispatch(url) == 2
        assert dispatch(url) == 0
    assert mailbox.message_ids == ["<1@test.example>", "<2@test.example>"]
    [mail, _] = mailbox.taken
    assert (mail["From"], mail["To"]) == ("Living Lab <desk@lab.example>", "p1@firm.example")
    assert (mail["Subject"], mail.get_content()) == ("Mail 1", "Text 1\r\n")
    assert (mail["Date"].datetime, mail["Content-Language"]) == (clock(), "en")
    sent = rows(session, Outbox.sent_at, Outbox.attempts, Outbox.lease_until)
    assert sent == [(clock(), 1, None), (clock(), 1, None), (None, 0, None)]


@pytest.mark.both_engines
def test_dispatch_takes_the_longest_due_first(write, dispatch, clock):
    write(1)
    write(2, due_at=clock() - timedelta(hours=1))
    with serving(mailbox := Mailbox()) as url:
        dispatch(url)
    assert mailbox.message_ids == ["<2@test.example>", "<1@test.example>"]


@pytest.mark.both_engines
def test_refusal_for_now_is_tried_again_later(session, write, dispatch, clock):
    write(1)
    with serving(mailbox := Mailbox({"p1@firm.example": ["450 Busy"]})) as url:
        assert dispatch(url) == 0
        later = clock() + outbox.delay(1, 1)
        columns = (Outbox.due_at, Outbox.attempts, Outbox.error, Outbox.lease_until)
        assert rows(session, *columns) == [(later, 1, "450 Busy", None)]
        clock.now = later - timedelta(microseconds=1)
        assert dispatch(url) == 0
        clock.now = later
        assert dispatch(url) == 1
    assert mailbox.message_ids == ["<1@test.example>"]
    assert rows(session, Outbox.sent_at, Outbox.error) == [(later, "")]


@pytest.mark.both_engines
def test_refusal_for_good_is_a_dead_letter_and_blocks_nobody(session, write, dispatch, clock):
    write(1, 2, 3)
    with serving(mailbox := Mailbox({"p1@firm.example": ["550 No such user"] * 2})) as url:
        assert dispatch(url) == 2
        clock.now += timedelta(days=1)
        assert dispatch(url) == 0
    assert mailbox.message_ids == ["<2@test.example>", "<3@test.example>"]
    assert [(mail.id, mail.error) for mail in failed_mails(session)] == [(1, "550 No such user")]
    assert counts(session, clock) == (0, 0, 1, 0.0)


@pytest.mark.parametrize(
    "broken",
    [{"recipient": "nobody"}, {"message_id": "no brackets"}, {"language": "\r\nBcc: x@y.example"}],
)
def test_row_that_is_no_mail_is_a_dead_letter(session, write, dispatch, clock, broken):
    write(1, **broken)
    write(2)
    with serving(mailbox := Mailbox()) as url:
        assert dispatch(url) == 1
    assert mailbox.message_ids == ["<2@test.example>"]
    assert counts(session, clock) == (0, 0, 1, 0.0)


def test_failure_nobody_thought_of_is_tried_again(session, write, dispatch, clock):
    write(1, 2)
    assert dispatch(Raising(ZeroDivisionError("oh"))) == 0
    assert rows(session, Outbox.attempts, Outbox.error) == [(1, "oh"), (1, "oh")]
    assert counts(session, clock) == (2, 0, 0, 0.0)


def test_line_dead_before_the_answer_sends_the_same_message_again(write, dispatch, clock):
    write(1)
    with serving(mailbox := Mailbox({"p1@firm.example": ["hang up"]})) as url:
        assert dispatch(url) == 0
        clock.now += outbox.delay(1, 1)
        assert dispatch(url) == 1
    assert mailbox.message_ids == ["<1@test.example>"] * 2
    assert mailbox.taken[0].as_bytes() == mailbox.taken[1].as_bytes()


@pytest.mark.both_engines
def test_queue_drains_within_ten_minutes_of_an_hour_without_server(session, write, dispatch, clock):
    """RELIABILITY P14: one mail a round finds out whether the server is back."""
    write(*range(1, 21))
    port = free_port()
    for _ in range(120):
        assert dispatch(f"smtp://127.0.0.1:{port}") == 0
        clock.now += timedelta(seconds=30)
    back = clock()
    assert sum(attempts for (attempts,) in rows(session, Outbox.attempts)) <= 120
    with serving(mailbox := Mailbox(), port) as url:
        while clock() <= back + timedelta(minutes=10):
            dispatch(url)
            clock.now += timedelta(seconds=30)
    assert sorted(mailbox.message_ids) == sorted(f"<{n}@test.example>" for n in range(1, 21))
    assert counts(session, clock) == (0, 0, 0, 0.0)


def test_mail_is_given_up_after_its_tries_but_not_for_want_of_a_server(
    session, write, dispatch, clock
):
    write(1, attempts=outbox.TRIES - 1)
    assert dispatch(f"smtp://127.0.0.1:{free_port()}") == 0
    assert counts(session, clock) == (1, 0, 0, 0.0)
    clock.now += timedelta(days=1)
    write(2, attempts=outbox.TRIES - 1)
    assert dispatch(Raising(TransientMailError("450 Busy"))) == 0
    assert rows(session, Outbox.attempts, Outbox.failed_at) == [
        (outbox.TRIES + 1, None),
        (outbox.TRIES, clock()),
    ]


def test_delays_double_to_eight_minutes_and_are_spread_alike_each_time():
    longest = [30, 60, 120, 240, 480, 480, 480]
    for attempt, seconds in enumerate(longest, 1):
        delays = [outbox.delay(mail_id, attempt).total_seconds() for mail_id in range(1, 200)]
        assert all(seconds / 2 <= found <= seconds for found in delays)
        assert len(set(delays)) > 190
    assert outbox.delay(7, 3) == outbox.delay(7, 3)
    assert outbox.delay(1, 10**6) <= timedelta(minutes=8)


@pytest.mark.both_engines
def test_lease_keeps_others_away_until_it_ends(session, world, write, dispatch, clock):
    write(1)
    with begin_work(session, world, now=clock()) as work:
        outbox.queries.claim(work.session, clock(), clock() + outbox.LEASE, fresh=True)
    with serving(mailbox := Mailbox()) as url:
        assert dispatch(url) == 0
        clock.now += outbox.LEASE
        assert dispatch(url) == 1
    assert mailbox.message_ids == ["<1@test.example>"]


class Sleeping:
    """A transport during whose work the lease ends and another process hands the mail over."""

    def __init__(self, clock, meanwhile, error=None):
        self.clock, self.meanwhile, self.error = clock, meanwhile, error

    def send(self, mail):
        self.clock.now += outbox.LEASE
        self.meanwhile()
        if self.error:
            raise self.error


@pytest.mark.both_engines
def test_late_failure_does_not_undo_anothers_success(
    session, write, dispatch, clock, engine_url, world
):
    write(1)
    error = TransientMailError("421 Woke up too late")
    with serving(mailbox := Mailbox()) as url:
        other = lambda: elsewhere(engine_url, world, clock, SmtpTransport(url))  # noqa: E731
        assert dispatch(Sleeping(clock, other, error)) == 0
    assert mailbox.message_ids == ["<1@test.example>"]
    columns = (Outbox.sent_at, Outbox.failed_at, Outbox.attempts, Outbox.error)
    assert rows(session, *columns) == [(clock(), None, 2, "")]


@pytest.mark.both_engines
def test_late_failure_does_not_take_the_lease_of_another(
    session, write, dispatch, clock, engine_url, world
):
    write(1)
    claimed = clock() + outbox.LEASE

    def claim():
        engine = create_engine(engine_url, **engine_options(engine_url))
        prepare(engine)
        with Session(engine) as own, begin_work(own, world, now=clock()) as work:
            outbox.queries.claim(work.session, clock(), clock() + outbox.LEASE, fresh=True)
        engine.dispose()

    assert dispatch(Sleeping(clock, claim, TransientMailError("421 Woke up too late"))) == 0
    assert rows(session, Outbox.attempts, Outbox.lease_until, Outbox.error) == [
        (2, claimed + outbox.LEASE, "")
    ]


@pytest.mark.both_engines
def test_failure_does_not_undo_the_success_of_one_who_woke_up(
    session, write, dispatch, clock, make
):
    write(1)

    def wake():
        make.session.execute(update(Outbox).values(sent_at=clock(), lease_until=None))
        make.session.commit()

    assert dispatch(Sleeping(clock, wake, PermanentMailError("550 No such user"))) == 0
    assert rows(session, Outbox.sent_at, Outbox.failed_at, Outbox.error) == [(clock(), None, "")]


@pytest.mark.both_engines
def test_late_success_counts_though_another_gave_up(
    session, write, dispatch, clock, engine_url, world
):
    write(1)
    refusing = Raising(PermanentMailError("550 No such user"))
    other = lambda: elsewhere(engine_url, world, clock, refusing)  # noqa: E731
    assert dispatch(Sleeping(clock, other)) == 1
    assert rows(session, Outbox.sent_at, Outbox.failed_at, Outbox.error) == [(clock(), None, "")]


def elsewhere(engine_url, world, clock, transport):
    """A dispatcher of its own: as many rounds as there are mails; how many it handed over."""
    engine = create_engine(engine_url, **engine_options(engine_url))
    prepare(engine)
    sent = 0
    with Session(engine) as own:
        while round_sent := outbox.dispatch(own, world, transport, clock=clock):
            sent += round_sent
    engine.dispose()
    return sent


@pytest.mark.slow
@pytest.mark.both_engines
def test_four_dispatchers_lose_nothing_and_send_nothing_twice(
    session, write, clock, engine_url, world
):
    numbers = range(1, 201)
    write(*numbers)
    with serving(mailbox := Mailbox()) as url, ThreadPoolExecutor(4) as pool:
        tasks = [
            pool.submit(elsewhere, engine_url, world, clock, SmtpTransport(url)) for _ in range(4)
        ]
        shares = [task.result() for task in tasks]
    assert sum(shares) == 200
    assert sorted(mailbox.message_ids) == sorted(f"<{number}@test.example>" for number in numbers)
    assert rows(session, Outbox.attempts) == [(1,)] * 200


@pytest.mark.both_engines
def test_rolled_back_work_leaves_no_intent(session, world, clock, dispatch):
    with pytest.raises(TryLater), begin_work(session, world, now=clock()) as work:
        write_and_fail(work, intent(1, clock()))
    with serving(mailbox := Mailbox()) as url:
        assert dispatch(url) == 0
    assert (rows(session, Outbox.id), mailbox.taken) == ([], [])


def write_and_fail(work, row):
    work.session.add(row)
    work.session.flush()
    raise TryLater


def test_folder_has_each_mail_once_however_often_it_is_sent(session, write, dispatch, tmp_path):
    write(1, 2, body="Tervetuloa halliin.\nÄlä myöhästy.\n")
    folder = tmp_path / "mail"
    assert dispatch(FolderTransport(folder)) == 2
    session.execute(Outbox.__table__.update().values(sent_at=None))
    session.commit()
    assert dispatch(FolderTransport(folder)) == 2
    names = sorted(stored.name for stored in list_mail(folder))
    assert names == ["1@test.example.eml", "2@test.example.eml"]
    assert read_mail(folder, names[0]).get_content() == "Tervetuloa halliin.\r\nÄlä myöhästy.\r\n"


def test_dispatch_stops_between_mails_when_told(write, dispatch):
    write(1, 2, 3)
    turns = iter([True, True, False])
    with serving(mailbox := Mailbox()) as url:
        assert dispatch(url, keep_on=lambda: next(turns)) == 2
    assert len(mailbox.taken) == 2


def test_round_ends_so_that_other_jobs_get_their_turn(write, dispatch, tmp_path):
    write(*range(1, outbox.ROUND + 2))
    assert dispatch(FolderTransport(tmp_path)) == outbox.ROUND
    assert dispatch(FolderTransport(tmp_path)) == 1


@pytest.mark.both_engines
def test_flood_of_first_mails_is_held_until_released(session, world, write, dispatch, clock):
    write(1, attempts=1)
    write(2, 3, 4)
    with serving(mailbox := Mailbox()) as url:
        assert dispatch(url, hold_above=2) == 1
        assert dispatch(url, hold_above=2) == 0
        with begin_work(session, world, now=clock()) as work:
            holds.release(work, outbox.MAIL)
        assert dispatch(url, hold_above=2) == 3
    assert mailbox.message_ids == [f"<{number}@test.example>" for number in (1, 2, 3, 4)]
    assert rows(session, Audit.action, Audit.object_ref) == [("release", "mail")]


def test_release_lasts_an_hour(session, world, write, dispatch, clock):
    with begin_work(session, world, now=clock()) as work:
        holds.release(work, outbox.MAIL)
    clock.now += holds.RELEASE + timedelta(seconds=1)
    write(1, 2, 3)
    with serving(Mailbox()) as url:
        assert dispatch(url, hold_above=2) == 0


def test_held_mail_is_told_once_an_hour(write, dispatch, clock, caplog):
    write(1, 2, 3)
    for minutes in (0, 20, 70):
        clock.now += timedelta(minutes=minutes)
        assert dispatch(f"smtp://127.0.0.1:{free_port()}", hold_above=2) == 0
    words = "Job mail is held: more is due at once than ever should be."
    assert [record.getMessage().startswith(words) for record in caplog.records] == [True, True]


@pytest.mark.both_engines
def test_state_counts_what_waits_is_held_and_was_given_up(session, write, clock):
    write(1, 2, due_at=clock() - timedelta(minutes=5))
    write(3, due_at=clock() + timedelta(minutes=5))
    write(4, failed_at=clock())
    write(5, sent_at=clock())
    assert counts(session, clock) == (3, 0, 1, 300.0)
    write(*range(6, 6 + outbox.HOLD_ABOVE))
    assert counts(session, clock) == (503, 502, 1, 300.0)


@pytest.mark.both_engines
def test_retry_sends_a_dead_letter_again(session, world, write, dispatch, clock):
    write(1, 2, failed_at=clock(), attempts=1, error="550 No such user")
    with begin_work(session, world, now=clock()) as work:
        outbox.retry(work, 1)
    with serving(mailbox := Mailbox()) as url:
        assert dispatch(url) == 1
        with begin_work(session, world, now=clock()) as work:
            assert outbox.retry_all(work) == 1
        assert dispatch(url) == 1
    assert mailbox.message_ids == ["<1@test.example>", "<2@test.example>"]
    retried = rows(session, Audit.action, Audit.object_kind, Audit.object_ref)
    assert sorted(retried) == [("retry", "mail", "1"), ("retry", "mail", "2")]


def test_retry_leaves_alone_what_was_not_given_up(session, world, write, clock):
    write(1, sent_at=clock())
    write(2, due_at=clock() + timedelta(hours=1))
    before = rows(session, Outbox.sent_at, Outbox.due_at)
    with begin_work(session, world, now=clock()) as work:
        outbox.retry(work, 1)
        outbox.retry(work, 2)
    assert rows(session, Outbox.sent_at, Outbox.due_at) == before
    assert rows(session, Audit.id) == []


def test_retry_refuses_mails_that_are_not_there_or_have_no_text(session, world, write, clock):
    write(1, failed_at=clock(), body="")
    with pytest.raises(NotFound), begin_work(session, world, now=clock()) as work:
        outbox.retry(work, 2)
    with pytest.raises(IllegalTransition), begin_work(session, world, now=clock()) as work:
        outbox.retry(work, 1)
