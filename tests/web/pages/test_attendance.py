"""The link of an invitation: looking does nothing, answering needs no account, and it ends."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from livinglab.adapters.secrets import token_hash
from livinglab.db.tables import Attendance, Booking

KEY = "k" * 43
LINK = f"/attendance/{KEY}"


@pytest.fixture
def row(make, pilot_in, ann):
    pilot_in("confirmed", booked="firm", title="Stairs <1>")
    [booking] = make.all(select(Booking))
    return make.add(
        Attendance(
            booking_id=booking.id,
            recipient=ann.email,
            user_id=ann.id,
            name="Ann & <b>",
            language="fi",
            key_hash=token_hash(KEY),
            method="REQUEST",
            sequence=1,
            sent_at=datetime(2026, 11, 24, 7, tzinfo=UTC),
            content="",
        )
    )


def said(make, row):
    make.reload(row)
    kept = row.answer, row.comment
    make.session.commit()  # an open read would block writers on SQLite
    return kept


def test_looking_does_nothing_and_answering_needs_no_account(client, csrf, make, row):
    page = client.get(f"{LINK}?answer=DECLINED")
    assert page.status_code == 200
    assert 'lang="fi"' in page.text  # that of the mail
    assert 'value="DECLINED" checked' in page.text
    assert "Stairs &lt;1&gt;" in page.text
    assert client.head(f"{LINK}?answer=ACCEPTED").status_code == 200
    assert said(make, row) == ("NEEDS-ACTION", "")
    form = {"csrf_token": csrf(client), "answer": "DECLINED", "comment": "<i>Ill"}
    assert client.post(LINK, data={**form, "csrf_token": ""}).status_code == 400
    assert said(make, row) == ("NEEDS-ACTION", "")
    answer = client.post(LINK, data=form)
    assert (answer.status_code, answer.location) == (303, LINK)
    assert said(make, row) == ("DECLINED", "<i>Ill")
    wrong = client.post(LINK, data=form | {"answer": "PERHAPS", "comment": "kept"})
    assert wrong.status_code == 422
    assert 'value="kept"' in wrong.text
    assert said(make, row) == ("DECLINED", "<i>Ill")


def test_a_link_that_counts_no_more_says_so_to_everybody_alike(client, csrf, make, row, clock):
    booking = make.session.get_one(Booking, row.booking_id)
    make.session.commit()
    form = {"csrf_token": csrf(client), "answer": "ACCEPTED"}
    pages = [client.get("/attendance/" + other) for other in ("x" * 43, KEY[:-1])]
    row.method = "CANCEL"
    make.session.commit()
    pages += [client.get(LINK), client.post(LINK, data=form)]
    row.method, booking.state = "REQUEST", "released"
    make.session.commit()
    pages += [client.get(LINK), client.post(LINK, data=form)]
    booking.state = "firm"
    make.session.commit()
    assert client.get(LINK).status_code == 200
    clock.now = booking.ends_at
    make.session.commit()
    pages += [client.get(LINK), client.post(LINK, data=form | {"csrf_token": csrf(client)})]
    assert {page.status_code for page in pages} == {410}
    assert said(make, row) == ("NEEDS-ACTION", "")


def test_the_firm_and_the_host_read_who_comes(client, login, make, row, ann, hall_manager):
    row.answer, row.comment = "ACCEPTED", "By train <now>"
    make.session.commit()
    ref = make.session.get_one(Booking, row.booking_id).pilot.ref
    make.session.commit()
    for reader in (ann.email, hall_manager.email):
        login(client, reader)
        page = client.get(f"/pilots/{ref}").text
        panel = page.partition('id="coming"')[2].partition("</section>")[0]
        assert "Ann &amp; &lt;b&gt;" in panel
        assert "By train &lt;now&gt;" in panel
