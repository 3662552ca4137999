"""Comments of a pilot in the API: paged, written as JSON or form, taken back, read by whom."""

import io

import pytest

PDF = b"%PDF-1.7 plan"


@pytest.fixture
def path(firm, wish):
    """Where the comments of a sent request are."""
    draft = firm.post("/pilots", wish()).json
    sent = firm.post(f"/pilots/{draft['ref']}/actions/submit", {"version": draft["version"]})
    return f"/pilots/{sent.json['ref']}/comments"


def test_both_sides_write_and_read_from_the_first_on(firm, manager, path):
    first = firm.post(path, {"text": "Which door?\nThe north one?"})
    assert first.status_code == 201
    assert first.headers["Location"].endswith(f"{path}/{first.json['id']}")
    told = {"side": "company", "internal": False, "text": "Which door?\nThe north one?"}
    assert {name: first.json[name] for name in told} == told
    second = manager.post(path, {"text": "The south one."})
    assert second.json["side"] == "host"
    one = firm.get(f"{path}?limit=1").json
    assert one == {"items": [first.json], "next": first.json["id"]}
    assert firm.get(f"{path}?cursor={one['next']}").json == {"items": [second.json], "next": None}


def test_notes_are_for_hosts(firm, manager, path):
    note = manager.post(path, {"text": "canary", "internal": True})
    assert note.json["internal"] is True
    assert manager.get(path).json["items"] == [note.json]
    assert firm.get(path).json == {"items": [], "next": None}
    assert firm.post(path, {"text": "x", "internal": True}).status_code == 403
    assert firm.delete(f"{path}/{note.json['id']}").status_code == 404


def test_files_come_as_a_form_and_are_downloads(firm, manager, path):
    form = {"text": "A plan", "files": (io.BytesIO(PDF), "plan.pdf")}
    answer = firm.post(path, data=form, content_type="multipart/form-data")
    [file] = answer.json["files"]
    assert (answer.status_code, file["file_name"], file["size"]) == (201, "plan.pdf", len(PDF))
    found = manager.get(f"{path}/files/{file['id']}")
    assert (found.data, found.headers["Content-Security-Policy"]) == (PDF, "sandbox")
    assert found.headers["Content-Disposition"].startswith("attachment")
    form["files"] = (io.BytesIO(b"<html>"), "plan.html")
    assert firm.post(path, data=form, content_type="multipart/form-data").status_code == 422


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "missing"),
        ({"text": " "}, "missing"),
        ({"text": "x" * 10_001}, "too_long"),
        ({"text": "a\x07"}, "unsafe_text"),
        ({"text": "x", "internal": "no"}, "not_a_flag"),
        ({"text": "x", "more": 1}, "unknown_field"),
    ],
)
def test_bad_messages_are_refused(firm, path, body, code):
    answer = firm.post(path, body)
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json["problems"]] == [code]


def test_a_message_is_taken_back_and_sent_once(firm, manager, path, clock):
    headers = {"Idempotency-Key": "one"}
    first = firm.post(path, {"text": "Hello"}, headers=headers)
    assert firm.post(path, {"text": "Hello"}, headers=headers).json == first.json
    address = f"{path}/{first.json['id']}"
    assert manager.delete(address).status_code == 403
    assert firm.delete(address).status_code == 204
    assert firm.delete(address).status_code == 404
    assert firm.get(path).json["items"] == []
