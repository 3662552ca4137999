"""Papers of a pilot: attached by its firm, read by those who see it."""

import io
from dataclasses import replace

import pytest

from livinglab.web import context

PDF = b"%PDF-1.7 example"
CONFIDENTIAL = {b"1": None, b"2": "true", b"3": "false", b"4": "perhaps"}


@pytest.fixture
def draft(firm, wish):
    return firm.post("/pilots", wish()).json


@pytest.fixture
def attach(firm, draft):
    """Sends a file: `attach(content=…, code=…, caller=…, headers=…)`."""

    def send(content=PDF, name="plan.pdf", caller=firm, headers=None, **fields):
        form = {"code": "risk_assessment", "version": str(draft["version"])} | fields
        form = {key: value for key, value in form.items() if value is not None}
        if content is not None:
            form["file"] = (io.BytesIO(content), name)
        path = f"/pilots/{draft['ref']}/papers"
        return caller.post(path, data=form, headers=headers, content_type="multipart/form-data")

    return send


def test_a_paper_is_attached_and_read_again(firm, draft, attach):
    answer = attach(expires_on="2027-12-31", name="Räätälöity suunnitelma.pdf")
    paper = answer.json
    assert answer.status_code == 201
    assert (paper["code"], paper["media_type"], paper["size"], paper["expires_on"]) == (
        "risk_assessment",
        "application/pdf",
        len(PDF),
        "2027-12-31",
    )
    assert firm.get(f"/pilots/{draft['ref']}").json["papers"] == [paper]
    read = firm.get(answer.headers["Location"].removeprefix("/api/v1"))
    assert (read.data, read.mimetype) == (PDF, "application/pdf")
    assert read.headers["Content-Disposition"].startswith("attachment;")
    assert "R%C3%A4%C3%A4t%C3%A4l%C3%B6ity" in read.headers["Content-Disposition"]
    assert read.headers["Content-Security-Policy"] == "sandbox"
    assert read.headers["X-Content-Type-Options"] == "nosniff"


def test_a_paper_is_confidential_unless_the_call_says_otherwise(attach):
    told = [attach(content=PDF + each, confidential=said) for each, said in CONFIDENTIAL.items()]
    assert [(answer.status_code, answer.json.get("confidential")) for answer in told] == [
        (201, True),
        (201, True),
        (201, False),
        (422, None),
    ]
    assert told[3].json["problems"][0]["field"] == "confidential"


def test_a_paper_is_removed_by_its_firm(firm, draft, attach):
    paper = attach().json
    path = f"/pilots/{draft['ref']}/papers/{paper['id']}"
    assert firm.delete(path).status_code == 428
    assert firm.delete(f"{path}?version=9").status_code == 412
    assert firm.delete(f"{path}?version=1").status_code == 204
    assert firm.get(path).status_code == 404
    assert firm.get(f"/pilots/{draft['ref']}").json["papers"] == []


def test_papers_of_others_are_not_there(rival, manager, draft, attach):
    paper = attach().json
    path = f"/pilots/{draft['ref']}/papers/{paper['id']}"
    assert rival.get(path).status_code == 404
    assert manager.get(path).status_code == 404  # a draft has not been sent
    assert rival.delete(f"{path}?version=1").status_code == 404
    assert attach(caller=rival).status_code == 404
    assert attach(caller=manager).status_code == 403


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"content": None}, "missing"),
        ({"content": b""}, "file_empty"),
        ({"content": b"MZ\x90 a program"}, "file_kind"),
        ({"code": ""}, "missing"),
        ({"code": "a\nb"}, "unsafe_text"),
        ({"expires_on": "31.12.2027"}, "not_a_date"),
        ({"version": "one"}, "not_a_number"),
    ],
)
def test_papers_that_cannot_be_are_refused(attach, sent, code):
    answer = attach(**sent)
    assert (answer.status_code, answer.json["problems"][0]["code"]) == (422, code)


def test_a_paper_needs_the_version_of_its_pilot(attach):
    assert attach(version=None).status_code == 428
    assert attach(version=None, headers={"If-Match": '"1"'}).status_code == 201


def test_only_forms_with_files_are_taken(firm, draft):
    path = f"/pilots/{draft['ref']}/papers"
    assert firm.post(path, {"code": "x"}).status_code == 415
    bare = {"Content-Type": "multipart/form-data"}
    assert firm.post(path, data=b"x", headers=bare).status_code == 422


def test_too_large_a_paper_is_refused(app, settings, attach):
    app.extensions[context.SETTINGS] = replace(settings, upload_limit_mb=0)
    assert attach().json["problems"][0]["code"] == "file_too_large"
    app.config["MAX_CONTENT_LENGTH"] = 1000
    assert attach(content=PDF + b"x" * 2000).status_code == 413


def test_a_repeated_upload_has_one_effect(firm, draft, attach):
    key = {"Idempotency-Key": "paper 1"}
    first, second = attach(headers=key), attach(headers=key)
    assert (second.status_code, second.data) == (201, first.data)
    assert len(firm.get(f"/pilots/{draft['ref']}").json["papers"]) == 1
    assert attach(headers=key, content=PDF + b"!").status_code == 422
