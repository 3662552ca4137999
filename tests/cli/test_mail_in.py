"""``mail-in``: a reply on standard input, and what a mail server is told of it."""

import io
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from livinglab.db.engine import prepare
from livinglab.db.tables import Attendance, Booking
from tests.adapters.test_itip_replies import GMAIL
from tests.factories import Factory

WHO = "aino@firm.example"


@pytest.fixture
def invited(ready, tmp_path):
    """A database in which the person of the sample was invited; reads what is kept of them."""
    engine = create_engine(f"sqlite:///{tmp_path}/livinglab.sqlite3")
    prepare(engine)
    now = datetime.now(UTC)
    make = Factory(engine, lambda: now)
    firm = make.company()
    hall = make.facility(make.host(), "fac-03")
    user = make.user(WHO, firm)
    start = now + timedelta(days=9)
    stay = make.booking(
        make.pilot(firm, user, hall, state="confirmed"),
        make.resource("fac-03-vision-bench"),
        start,
        start + timedelta(hours=4),
    )
    stay = make.session.get_one(Booking, stay.id)
    stay.uid = "booking-7@lab.example"
    sent = {"method": "REQUEST", "sequence": 3, "sent_at": now, "content": "", "language": "en"}
    whose = {"booking_id": stay.id, "user_id": user.id, "recipient": WHO, "key_hash": "k"}
    make.add(Attendance(**whose, **sent))
    make.session.commit()
    make.session.close()

    def read():
        with Session(engine) as session:
            return session.scalars(select(Attendance.answer)).one()

    yield read
    engine.dispose()


@pytest.fixture
def mail_in(ready, monkeypatch):
    def send(text):
        class Stream:
            buffer = io.BytesIO(text.encode())

        monkeypatch.setattr("sys.stdin", Stream)
        return ready("mail-in")

    return send


def test_a_reply_is_kept_and_others_are_refused_for_good(mail_in, invited):
    today = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    mail = GMAIL.replace("DTSTAMP:20260902T090000Z", f"DTSTAMP:{today}")
    status, out, err = mail_in(mail)
    assert (status, out.partition(": ")[2], err) == (0, "comes.\n", "")
    assert invited() == "ACCEPTED"
    declined = mail.replace("ACCEPTED", "DECLINED").replace("From: Aino Virtanen <aino", "From: <b")
    assert mail_in(declined) == (
        65,
        "",
        "livinglab: The mail is not taken. It is sent by somebody else than it answers for.\n",
    )
    assert mail_in("hello")[0] == 65
    assert invited() == "ACCEPTED"


def test_a_database_that_is_away_may_be_asked_again(mail_in, monkeypatch, tmp_path):
    monkeypatch.setenv("LIVINGLAB_DATABASE_URL", f"sqlite:///{tmp_path}/none/x.sqlite3")
    status, out, err = mail_in(GMAIL)
    assert (status, out, err.startswith("livinglab: Not now: ")) == (75, "", True)
