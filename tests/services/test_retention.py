"""What has been kept long enough goes, by the clock; what looks like a mistake does not."""

from dataclasses import fields
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from livinglab.db.engine import engine_options, prepare
from livinglab.db.tables import (
    ApiToken,
    Audit,
    AuditValue,
    Gate,
    Invitation,
    JobRun,
    Outbox,
    Paper,
    Pilot,
    SignIn,
    User,
    VisitorDraft,
)
from livinglab.domain.chain import Count
from livinglab.domain.retention import Keep
from livinglab.services import audit_chain, freezing, holds, jobs, retention
from livinglab.services.records import audit
from livinglab.services.work import begin_work
from livinglab.services.world import World
from tests.post import intent

DAY = timedelta(days=1)


class Service:
    """A living lab whose days pass."""

    def __init__(self, engine_url, clock, make):
        self.engine = create_engine(engine_url, **engine_options(engine_url))
        prepare(self.engine)
        self.session = Session(self.engine)
        self.world = World("http://lab.example", "Living Lab <desk@lab.example>")
        self.clock, self.make = clock, make

    def work(self):
        return begin_work(self.session, self.world, now=self.clock())

    def run(self):
        """Let today's retention run; whether it did."""
        self.make.session.commit()
        ran = jobs.run(self.session, self.world, jobs.RETENTION, self.clock())
        self.session.rollback()
        return ran

    def due(self):
        found = retention.due(self.session, self.world, self.clock())
        self.session.rollback()
        return {name: count for name, count in found if count}

    def after(self, days):
        """Let days pass and retention run on the last of them, as if it had on each."""
        self.make.session.commit()
        self.clock.now += days * DAY
        with self.work() as work:
            past = JobRun(job=retention.NAME, occurrence=f"{self.clock()}", ran_at=self.clock())
            work.session.add(past)
        assert self.run() is True


@pytest.fixture
def service(engine_url, clock, make):
    made = Service(engine_url, clock, make)
    yield made
    made.session.close()
    made.engine.dispose()


def left(make, column):
    return make.all(select(column).order_by(column))


def invitation(number, firm, at):
    return Invitation(
        token_hash=f"t{number}",
        organisation_id=firm.id,
        email=f"p{number}@firm.example",
        role="member",
        created_at=at,
        expires_at=at + 14 * DAY,
    )


def session_of(user, number, seen_at, **values):
    return SignIn(
        user_id=user.id,
        key_hash=f"k{number}",
        started_at=seen_at,
        seen_at=seen_at,
        agent="Firefox",
        **values,
    )


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


# --- Requests --------------------------------------------------------------------------------


@pytest.fixture
def old_request(make, clock):
    """Makes a request that ended now, with a decision, a paper and words."""

    def new(state):
        firm, hall = make.company("sierra"), make.facility(make.host())
        ada = make.user("ada@sierra.example", firm, name="Ada Lovelace", confirmed_at=clock())
        bob = make.user("bob@hall.example", name="Bob", confirmed_at=clock())
        pilot = make.pilot(firm, ada, state=state, title="Arm", purpose="Ada Lovelace asks")
        make.add(
            Gate(
                pilot_id=pilot.id,
                facility_id=hall.id,
                position=0,
                role="safety_owner",
                title={},
                state="refused",
                opened_at=clock(),
                decided_at=clock(),
                decided_by_id=bob.id,
                note="too wide",
            )
        )
        make.add(
            Paper(
                pilot_id=pilot.id,
                code="risk",
                file_name="risk.pdf",
                media_type="application/pdf",
                size=5,
                sha256="0",
                content=b"bytes",
                uploaded_at=clock(),
                uploaded_by_id=ada.id,
            )
        )
        return pilot, ada

    return new


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("state", "days"),
    [("rejected", 365), ("expired", 365), ("withdrawn", 365), ("completed", 730), ("closed", 730)],
)
def test_an_old_request_names_nobody_and_loses_its_papers(
    service, make, clock, old_request, state, days
):
    pilot, ada = old_request(state)
    with service.work() as work:
        row = work.session.get(Pilot, pilot.id)
        audit(work, "reject", "pilot", row.ref, pilot=row, note="for Ada")
    clock.now += timedelta(seconds=1)
    service.after(days - 1)
    assert make.reload(pilot).created_by_id == ada.id
    service.after(1)
    row = make.reload(pilot)
    former = make.all(select(User).where(User.id == row.created_by_id))[0]
    assert (former.name, former.active) == ("Former people", False)
    assert (row.title, row.purpose, row.state) == ("Arm", "Former people asks", state)
    assert [(gate.decided_by_id, gate.note) for gate in make.all(select(Gate))] == [
        (former.id, "too wide")
    ]
    papers = make.all(select(Paper))
    assert [(p.uploaded_by_id, p.size, p.sha256) for p in papers] == [(former.id, 0, "0")]
    assert make.all(select(Paper.content)) == [b""]
    assert make.all(select(AuditValue)) == []
    assert service.due() == {}


@pytest.mark.parametrize("state", ["draft", "submitted", "confirmed", "in_progress"])
def test_a_request_that_is_not_over_is_left_alone(service, make, old_request, state):
    pilot, ada = old_request(state)
    with service.work() as work:
        for user in work.session.scalars(select(User)):
            user.is_example = True
    service.after(2000)
    assert make.reload(pilot).created_by_id == ada.id


# --- Accounts ---------------------------------------------------------------------------------


@pytest.fixture
def ada(make, clock):
    firm = make.company("sierra")
    make.user("bob@sierra.example", firm, "company_admin", is_example=True)
    return make.user("ada@sierra.example", firm, confirmed_at=clock())


def warnings(make):
    return make.all(select(Outbox.subject).where(Outbox.intent.startswith("inactive:")))


@pytest.mark.both_engines
def test_an_account_nobody_uses_is_erased_a_month_after_the_warning(service, make, ada):
    service.after(700)
    assert warnings(make) == []
    service.after(1)
    service.after(1)
    assert warnings(make) == ["Your account at Living Lab Pori will be erased"]
    service.after(28)
    assert make.reload(ada).erased_at is None
    service.after(1)
    assert make.reload(ada).name == f"Former person {ada.id}"


def test_nobody_is_erased_unwarned_however_late_retention_runs(service, make, ada):
    service.after(900)
    assert len(warnings(make)) == 1
    assert make.reload(ada).erased_at is None
    service.after(29)
    assert make.reload(ada).erased_at is None
    service.after(2)
    assert make.reload(ada).erased_at is not None


@pytest.mark.parametrize("use", ["session", "token"])
def test_who_comes_back_after_the_warning_keeps_the_account(service, make, clock, ada, use):
    service.after(701)
    assert len(warnings(make)) == 1
    clock.now += DAY
    if use == "session":
        make.add(session_of(ada, 1, clock()))
    else:
        make.add(
            ApiToken(
                token_hash="t",
                user_id=ada.id,
                organisation_id=1,
                scope="read",
                created_at=clock(),
                used_at=clock(),
            )
        )
    service.after(600)
    assert make.reload(ada).erased_at is None
    assert len(warnings(make)) == 1


def test_who_cannot_be_erased_yet_stays_and_holds_up_nobody(service, make, ada, caplog):
    firm = make.company("tango")
    cy = make.user("cy@tango.example", firm, confirmed_at=service.clock())
    make.pilot(firm, cy, state="in_progress")
    service.after(701)
    service.after(30)
    assert make.reload(cy).erased_at is None
    assert make.reload(ada).erased_at is not None
    assert f"Account {cy.id} is not used and cannot be erased yet: in_progress" in caplog.text


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
