"""What has been kept long enough goes, by the clock; what looks like a mistake does not."""

from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Invitation, Outbox, SignIn, Undo, User, VisitorDraft
from livinglab.domain.chain import Count
from livinglab.domain.retention import Keep
from livinglab.services import audit_chain, freezing, holds, retention
from livinglab.services.records import audit
from tests.passing import DAY, Service, invitation, left, session_of
from tests.post import intent


@pytest.fixture
def service(engine_url, clock, make):
    made = Service(engine_url, clock, make)
    yield made
    made.session.close()
    made.engine.dispose()


@pytest.mark.both_engines
def test_what_is_older_than_its_days_goes_and_what_is_as_old_stays(service, make, clock):
    firm, now = make.company("sierra"), clock()
    user = make.user("ada@sierra.example", firm)
    for number, seconds in ((1, 1), (2, 0)):
        over = timedelta(seconds=seconds)
        make.add(invitation(number, firm, now - 30 * DAY - over))
        moment = now - 30 * DAY - over
        make.add(
            VisitorDraft(key_hash=f"d{number}", content={}, created_at=moment, changed_at=moment)
        )
        make.add(session_of(user, number, now - 90 * DAY - over))
        make.add(intent(number, now, sent_at=now - 30 * DAY - over))
        make.add(intent(number + 2, now, failed_at=now - 365 * DAY - over))
    make.add(session_of(user, 3, now))
    assert service.due() == {
        "invitations": 1,
        "visitors' drafts": 1,
        "sessions": 1,
        "texts of mails": 3,
        "mails": 1,
    }
    assert service.run() is True
    assert left(make, Invitation.token_hash) == ["t2"]
    assert left(make, VisitorDraft.key_hash) == ["d2"]
    assert left(make, SignIn.key_hash) == ["k2", "k3"]
    rows = select(Outbox).order_by(Outbox.id)
    assert [(row.message_id, row.body) for row in make.all(rows)] == [
        ("<1@test.example>", ""),
        ("<2@test.example>", "Text 2\n"),
        ("<4@test.example>", ""),
    ]


def test_of_a_persons_last_session_stays_only_when_it_was(service, make, clock):
    user = make.user("ada@sierra.example", make.company("sierra"), confirmed_at=clock())
    make.add(session_of(user, 1, clock()))
    service.after(91)
    assert [(row.key_hash, row.agent) for row in make.all(select(SignIn))] == [("k1", "")]
    assert service.due() == {}


def test_a_registration_nobody_confirmed_goes_after_a_week(service, make, clock):
    make.user("new@sierra.example", make.company("sierra"), active=False, created_at=clock())
    service.after(7)
    assert left(make, User.email) == []


# --- The record -------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_the_record_loses_its_oldest_rows_and_stays_a_chain(service, make):
    for number in range(3):
        with service.work() as work:
            audit(work, "save", "view", str(number), note="words")
        service.clock.now += DAY
    service.after(2190 - 2)
    saved = select(Audit.object_ref).where(Audit.action == "save").order_by(Audit.id)
    assert make.all(saved) == ["1", "2"]
    count = Count()
    assert list(audit_chain.verify(service.session, service.world, count)) == []
    service.session.rollback()


# --- What looks like a mistake ----------------------------------------------------------------


def test_a_clock_set_a_year_ahead_erases_nothing_until_a_person_says_so(service, make, clock):
    make.user("root@lab.example", make.host("lab"), "admin", is_example=True)
    firm = make.company("sierra")
    make.add(invitation(1, firm, clock()))
    assert service.run() is True
    clock.now += 400 * DAY
    assert service.run() is False
    assert service.run() is False
    assert left(make, Invitation.token_hash) == ["t1"]
    mails = make.all(select(Outbox).where(Outbox.intent.startswith("held:")))
    assert [mail.recipient for mail in mails] == ["root@lab.example"]
    assert "livinglab jobs --release retention" in mails[0].body
    with service.work() as work:
        holds.release(work, retention.NAME)
    assert service.run() is True
    assert left(make, Invitation.token_hash) == []


def test_more_of_a_kind_than_a_day_brings_is_held(service, make, clock, caplog):
    firm = make.company("sierra")
    make.session.add_all(invitation(n, firm, clock() - 31 * DAY) for n in range(501))
    make.session.commit()
    assert service.run() is False
    assert len(left(make, Invitation.id)) == 501
    assert "Job retention is held" in caplog.text


def test_much_is_done_in_many_small_transactions(service, make, clock, query_counter):
    firm = make.company("sierra")
    make.session.add_all(invitation(n, firm, clock() - 31 * DAY) for n in range(450))
    make.session.commit()
    found = list(retention.looks(service.session, service.world, clock()))[:3]
    assert [len(write.args[1]) for write in found] == [200, 200, 50]
    service.session.rollback()
    assert service.run() is True
    assert left(make, Invitation.id) == []


def test_frozen_records_stay_whatever_their_age(service, make, clock):
    make.add(invitation(1, make.company("sierra"), clock() - 31 * DAY))
    with service.work() as work:
        freezing.freeze(work, on=True)
    assert service.run() is True
    assert left(make, Invitation.token_hash) == ["t1"]
    with service.work() as work:
        freezing.freeze(work, on=False)
    service.after(3)
    assert left(make, Invitation.token_hash) == []


# --- Settings ---------------------------------------------------------------------------------


def test_every_number_of_days_is_a_setting_with_the_same_default(settings):
    assert {f"keep_{kind.name}_days": kind.default for kind in fields(Keep)} == {
        name: getattr(settings, name) for name in vars(settings) if name.startswith("keep_")
    }


@pytest.mark.parametrize(("kind", "days"), [("drafts", 0), ("accounts", 30), ("records", -1)])
def test_nothing_goes_on_the_day_it_comes(kind, days):
    with pytest.raises(ValueError, match=f"LIVINGLAB_KEEP_{kind.upper()}_DAYS must be"):
        Keep(**{kind: days})


def test_what_a_pilot_was_before_a_decision_goes_with_its_minute(service, make, clock):
    firm, now = make.company("sierra"), clock()
    user = make.user("ada@sierra.example", firm)
    for seconds in (0, 1):
        pilot = make.pilot(firm, user)
        row = {"version": 1, "action": "reject", "made_by_id": user.id, "before": {}}
        make.add(Undo(pilot_id=pilot.id, until=now + timedelta(seconds=seconds), **row))
    assert service.due() == {"decisions to take back": 1}
    service.run()
    assert left(make, Undo.until) == [now + timedelta(seconds=1)]
