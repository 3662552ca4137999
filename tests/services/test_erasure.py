"""A person is erased: nothing tells who they were, and firms keep what is theirs."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import select

from livinglab.db.flask_db import db
from livinglab.db.tables import (
    Audit,
    AuditValue,
    CalendarText,
    Gate,
    Membership,
    Outbox,
    Paper,
    Passkey,
    Pilot,
    SignIn,
    User,
)
from livinglab.domain.chain import Count
from livinglab.services import accounts, audit_chain, outbox, tokens
from livinglab.web import context
from tests.farewell import EMAIL, NAME, Scene, everything, fill
from tests.post import intent

CANARIES = ("canary-7f3a", "Canary", "CANARY", "c4n4ry", "\\u00c4ij", "Äij")


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


def telling(make):
    """Values in which a canary sings."""
    return [line for line in everything(make) if any(word in line for word in CANARIES)]


FILLED = {
    *(
        "organisation.email",
        "user_account.email",
        "user_account.name",
        "user_account.fs_uniquifier",
    ),
    *("passkey.credential_id", "passkey.name", "identity.subject", "invitation.email"),
    *("visitor_draft.content", "sign_in.agent", "saved_view.name", "saved_view.query"),
    *("pilot.title", "pilot.purpose", "pilot.test_article", "gate.note", "condition.text"),
    *("gate.papers_seen", "paper.rejected_note", "offer.note", "comment.text"),
    *("participant.name", "participant.task", "card.number"),
    *("paper.file_name", "calendar_text.text", "audit.object_ref", "audit.facts", "audit.note"),
    *("audit_value.content", "outbox.recipient", "outbox.subject", "outbox.body"),
    *("idempotency_key.body", "undo.before", "library_paper.file_name"),
    *("library_article.name", "library_article.test_article"),
}
"""Columns in which the canary stands before."""


@pytest.mark.both_engines
def test_nothing_anywhere_tells_who_they_were(scene, make, app, engine_kind, settings):
    fill(scene)
    assert {line.partition(": ")[0] for line in telling(make)} == FILLED
    make.session.close()
    scene.erase()
    assert telling(make) == []
    files = [path for path in Path(app.instance_path).rglob("*") if path.is_file()]
    if engine_kind == "sqlite":
        files.append(Path(settings.database_url.removeprefix("sqlite:///")))
    octets = [word.encode() for word in CANARIES]
    assert [path for path in files if any(word in path.read_bytes() for word in octets)] == []


def test_the_firm_keeps_its_request_and_a_colleague_goes_on_with_it(scene, make):
    pilot, booking = fill(scene)
    scene.erase()
    former = f"Former person {scene.ada.id}"
    row = make.all(select(Pilot).where(Pilot.id == pilot.id))[0]
    assert (row.title, row.state) == (f"Robot of {former}", "confirmed")
    assert row.purpose == f"Ask former-person-{scene.ada.id}@erased.invalid or {former}."
    assert row.test_article["name"] == f"{former}'s arm"
    assert row.created_by_id == scene.bob.id
    assert [gate.note for gate in make.all(select(Gate))] == [f"as {former} said"]
    assert [paper.uploaded_by_id for paper in make.all(select(Paper))] == [scene.ada.id]
    full = select(CalendarText.text).where(CalendarText.detail == "full")
    assert [f"Robot of {former}" in unfolded(text) for text in make.all(full)] == [True] * 3
    assert make.reload(booking).state == "firm"
    handed = make.all(select(Audit).where(Audit.action == "hand over"))
    assert [(entry.object_ref, entry.facts) for entry in handed] == [
        (pilot.ref, {"to": scene.bob.id})
    ]


def unfolded(text):
    return text.replace("\r\n ", "")


def test_what_is_left_of_the_account_lets_nobody_in(scene, make, client, login):
    login(client, EMAIL)
    make.add(Passkey(**PASSKEY, user_id=scene.ada.id))
    scene.erase()
    user = make.reload(scene.ada)
    assert (user.email, user.name, user.password, user.active, user.erased_at) == (
        f"former-person-{user.id}@erased.invalid",
        f"Former person {user.id}",
        None,
        False,
        scene.clock(),
    )
    assert make.all(select(SignIn)) == make.all(select(Passkey)) == []
    assert make.all(select(Membership.user_id).distinct()) == [scene.bob.id]
    assert client.get("/pilots").location.startswith("/login")


PASSKEY = {
    "credential_id": b"id",
    "public_key": b"key",
    "backup_state": False,
    "device_type": "single_device",
    "lastuse_datetime": datetime(2026, 11, 24, tzinfo=UTC),
    "name": "key",
    "usage": "first",
}


def test_their_keys_open_nothing_and_no_search_finds_them(scene, make, app, client, login):
    with app.app_context(), scene.work(scene.ada) as work:
        token = tokens.make_token(work, EMAIL)
        feed = accounts.make_feed(work, EMAIL)
    make.pilot(scene.firm, scene.ada, title=f"Robot of {NAME}")
    bearer = {"Authorization": f"Bearer {token}"}
    opened = ("/api/v1/pilots", bearer), (f"/feeds/{feed}.ics", {})
    assert [client.get(path, headers=headers).status_code for path, headers in opened] == [200] * 2
    login(client, "bob@sierra.example")
    found = f"/search?q={quote('Äijälä')}"
    assert "Robot of Canary" in client.get(found).text
    scene.erase()
    fresh = app.test_client()
    assert [fresh.get(path, headers=headers).status_code for path, headers in opened] == [401, 404]
    pages = [client.get(path).text for path in (found, "/pilots", "/company/people")]
    assert [page for page in pages if "Canary" in page or EMAIL in page] == []


@pytest.mark.both_engines
def test_the_chain_of_the_record_stays_whole(scene, make, app):
    fill(scene)
    make.pilot(scene.firm, scene.ada)
    scene.erase()
    assert make.all(select(AuditValue)) == []
    with app.app_context():
        count = Count()
        assert list(audit_chain.verify(db.session(), context.world(), count)) == []
        assert (count.erased, count.rows > count.erased) == (2, True)


def test_mails_that_wait_are_not_sent_and_none_is_written_any_more(scene, make, app):
    now = scene.clock()
    make.add(intent(1, now, recipient=EMAIL))
    make.add(intent(2, now, recipient=EMAIL, sent_at=now))
    scene.erase()
    assert [(mail.intent, mail.subject, mail.body) for mail in make.all(select(Outbox))] == [
        ("PLL-2026-0002:1:submitted:1", "", "")
    ]
    user_id = make.reload(scene.ada).id
    with app.app_context(), scene.work() as work:
        former = work.session.get(User, user_id)
        outbox.queue(work, former, intent="later", subject="s", body="b")
    assert make.all(select(Outbox).where(Outbox.intent == "later")) == []


def test_an_everyday_name_is_not_taken_out_of_what_others_wrote(scene, make):
    make.user("pori@sierra.example", scene.firm, name="Pori")
    other = make.company("tango")
    pilot = make.pilot(other, make.user("t@tango.example", other), title="Pori first")
    scene.erase("pori@sierra.example")
    assert make.reload(pilot).title == "Pori first"
