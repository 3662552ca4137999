"""Old requests name nobody, and accounts nobody uses go after a warning."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import (
    ApiToken,
    AuditValue,
    Card,
    Comment,
    Gate,
    Offer,
    Outbox,
    Paper,
    Participant,
    Pilot,
    User,
)
from livinglab.services.records import audit
from tests.passing import DAY, Service, session_of


@pytest.fixture
def service(engine_url, clock, make):
    made = Service(engine_url, clock, make)
    yield made
    made.session.close()
    made.engine.dispose()


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
        offer = {"made_by_id": bob.id, "answered_by_id": ada.id, "state": "declined"}
        make.offer(pilot, **offer, note="Ada Lovelace asked", expires_at=clock())
        said = {"side": "company", "text": "I am Ada Lovelace", "created_at": clock()}
        make.add(Comment(pilot_id=pilot.id, author_id=ada.id, **said))
        cards = [Card(code="safety_cards", number="7", created_at=clock())]
        make.add(Participant(pilot_id=pilot.id, name="Eve", created_at=clock(), cards=cards))
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
    [offer] = make.all(select(Offer))
    by = (offer.made_by_id, offer.answered_by_id)
    assert (by, offer.note) == ((former.id, former.id), "Former people asked")
    assert [(one.author_id, one.text) for one in make.all(select(Comment))] == [
        (former.id, "I am Former people")
    ]
    assert (make.all(select(Participant)), make.all(select(Card))) == ([], [])
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
