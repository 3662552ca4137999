"""Pages of what is said about a pilot: written, read, taken back, downloaded; notes apart."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Comment, CommentFile, CommentRead, Gate
from tests.web.pages.filling import text

PDF = b"%PDF-1.7 plan"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.fixture
def ref(pilot_in):
    return pilot_in("in_review").ref


@pytest.fixture
def manager(browser, make, hall, ref):
    boss = make.user(
        "boss@hall.example", make.host("hosts"), ("facility_manager", hall), name="Max"
    )
    make.session.close()
    return browser(boss.email)


@pytest.fixture
def ours(browser, ann, ref):
    return browser(ann.email)


@pytest.fixture
def send(csrf):
    """Sends a form of the thread: `send(ours, ref, "read", last=3)`."""

    def post(client, ref, part="", **fields):
        fields |= {"csrf_token": csrf(client)}
        address = f"/pilots/{ref}/messages" + (f"/{part}" if part else "")
        return client.post(address, data=fields, content_type="multipart/form-data")

    return post


def words(answer):
    return text(answer.text)


def said(client, ref, address="/messages"):
    html = client.get(f"/pilots/{ref}{address}").text
    return re.findall(r'<p class="ll-prose">(.*?)</p>', html, re.DOTALL)


def test_firm_and_host_write_to_each_other(ours, manager, ref, send):
    answer = send(ours, ref, text="<b>Which</b> door?\nThe north one?", do="say")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"/pilots/{ref}/messages#message-")
    assert send(manager, ref, text="The south one.").status_code == 303
    words = ["&lt;b&gt;Which&lt;/b&gt; door?\nThe north one?", "The south one."]
    assert (said(ours, ref), said(manager, ref)) == (words, words)


def test_both_clocks_are_told_to_who_is_elsewhere(ours, ref, send):
    send(ours, ref, text="Hello")
    html = words(ours.get(f"/pilots/{ref}/messages"))
    assert "Tue 24 Nov 2026, 10:00 · Tue 24 Nov 2026, 00:00 in Los Angeles" in html


def test_new_messages_show_until_they_are_marked_as_read(ours, manager, ref, send, make):
    send(ours, ref, text="One")
    send(ours, ref, text="Two")
    for address in ("/pilots", f"/pilots/{ref}", "/inbox"):
        assert "2 new messages" in words(manager.get(address)), address
    assert "1 with new messages" in words(manager.get("/inbox"))
    assert "new message" not in words(ours.get("/pilots"))
    manager.get(f"/pilots/{ref}/messages")
    assert make.all(select(CommentRead)) == []
    last = make.all(select(Comment.id).order_by(Comment.id))[-1]
    assert send(manager, ref, "read", last=last).status_code == 303
    for address in ("/pilots", f"/pilots/{ref}", f"/pilots/{ref}/messages", "/inbox"):
        assert "new message" not in words(manager.get(address)), address


def test_answering_marks_what_was_shown_as_read(ours, manager, ref, send, make):
    send(ours, ref, text="One")
    [seen] = make.all(select(Comment.id))
    send(ours, ref, text="Two")
    send(manager, ref, text="Answer", last=seen)
    assert "One new message" in words(manager.get(f"/pilots/{ref}"))


def test_notes_are_on_no_page_of_the_firm(ours, manager, ref, send, make):
    pdf = (io.BytesIO(PDF), "canary-note.pdf")
    assert send(manager, ref, "notes", text="canary-note", files=pdf).status_code == 303
    assert "canary-note" in manager.get(f"/pilots/{ref}/messages").text
    for address in (
        *("/pilots", f"/pilots/{ref}", f"/pilots/{ref}/messages", "/company/trail"),
        *("/search?q=canary", "/account/data", f"/api/v1/pilots/{ref}/comments"),
    ):
        assert "canary-note" not in ours.get(address).text, address
    [file] = make.all(select(CommentFile.id))
    missing = ours.get(f"/pilots/{ref}/messages/files/999").status_code
    assert ours.get(f"/pilots/{ref}/messages/files/{file}").status_code == missing == 404
    assert send(ours, ref, "notes", text="x").status_code == 403
    [note] = make.all(select(Comment.id))
    assert send(ours, ref, f"{note}/take-back").status_code == 404


def test_a_file_is_a_download_never_a_page(ours, manager, ref, send, make):
    files = [(io.BytesIO(PDF), "plan.pdf"), (io.BytesIO(PDF + b"2"), "plan2.pdf")]
    send(ours, ref, text="Two plans", files=files)
    first = make.all(select(CommentFile.id).order_by(CommentFile.id))[0]
    answer = manager.get(f"/pilots/{ref}/messages/files/{first}")
    assert (answer.data, answer.mimetype) == (PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == "attachment; filename=plan.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert manager.get(f"/pilots/{ref}/messages/files/{10**12}").status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": " "}, "Write the message first."),
        ({"text": "x" * 10_001}, "A message has 10,000 characters at most."),
        ({"text": "a\x07"}, "The message has a control character."),
        ({"files": [(io.BytesIO(SVG), "a.svg")]}, "Only PDF, PNG, JPEG, ZIP and office files"),
        (
            {"files": [(io.BytesIO(PDF), f"{n}.pdf") for n in range(11)]},
            "10 files go with one message.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_the_text_stays(ours, ref, send, make, fields, sentence):
    form = {"text": "My careful words", **fields}
    answer = send(ours, ref, **form)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert form["text"].strip() in answer.text
    assert make.all(select(Comment)) == []


def test_too_many_messages_are_refused_and_the_text_stays(ours, ref, send):
    answers = [send(ours, ref, text=f"Message {n}") for n in range(21)]
    assert [answer.status_code for answer in answers] == [303] * 20 + [429]
    assert "Message 20" in answers[-1].text


def test_a_host_begins_with_a_sentence_in_the_firms_language(manager, ref, send, make, ann):
    ann.language = "fi"
    make.session.merge(ann)
    make.session.commit()
    answer = send(manager, ref, do="frame", frame="risk_assessment", text="Hyvä Ann,")
    assert answer.status_code == 200
    assert "Hyvä Ann,\n\nKiitos" in answer.text
    assert make.all(select(Comment)) == []
    assert "Hyvä Ann" in send(manager, ref, do="frame", frame="none", text="Hyvä Ann").text


def test_a_message_is_taken_back(ours, manager, ref, send, make, clock):
    send(ours, ref, text="Wrong")
    [key] = make.all(select(Comment.id))
    assert "Take back" in words(ours.get(f"/pilots/{ref}/messages"))
    assert "Take back" not in words(manager.get(f"/pilots/{ref}/messages"))
    assert send(manager, ref, f"{key}/take-back").status_code == 403
    clock.now += timedelta(minutes=6)
    answer = send(ours, ref, f"{key}/take-back")
    assert (answer.status_code, "older than five minutes" in answer.text) == (409, True)
    clock.now -= timedelta(minutes=3)
    assert send(ours, ref, f"{key}/take-back").status_code == 303
    assert said(ours, ref) == []


def test_a_draft_has_no_conversation_yet(pilot_in, browser, ann, send):
    draft = pilot_in("draft").ref
    ours = browser(ann.email)
    page = ours.get(f"/pilots/{draft}/messages")
    assert "You can write once the request has been sent" in words(page)
    answer = send(ours, draft, text="Hello")
    assert (answer.status_code, "Send the request first" in answer.text) == (409, True)


def test_the_badge_counts_a_hosts_own_pilots_only(ours, ref, send, browser, make):
    make.user("boss@else.example", make.host("others"), "coordinator")
    make.session.close()
    send(ours, ref, text="One")
    other = browser("boss@else.example")
    assert "with new messages" not in words(other.get("/inbox"))
    pilot = make.all(select(Gate.pilot_id))[0]
    facility = make.all(select(Gate.facility_id))[0]
    make.add(
        Gate(
            pilot_id=pilot,
            facility_id=facility,
            position=1,
            role="coordinator",
            title={"en": "Coordinator"},
            state="open",
            due_on=date(2026, 11, 26),
            opened_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
        )
    )
    assert "1 with new messages" in words(other.get("/inbox"))
