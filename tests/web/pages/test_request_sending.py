"""Sending a request: once, however often it is pressed; papers; what others changed meanwhile."""

import re
from datetime import date
from io import BytesIO

from tests.web.pages.filling import filled, form_of, hidden, papers, problems, stored

PDF = b"%PDF-1.4 nothing in it"


# --- Sending -------------------------------------------------------------------------------------


def test_a_request_is_sent_once_however_often_the_button_is_pressed(firm_page, make, hall):
    fields = hidden(firm_page.open("/pilots/new")) | filled()
    first = firm_page.press("/pilots/new", fields, do="send")
    second = firm_page.press("/pilots/new", fields, do="send")
    (pilot,) = stored(make)
    assert pilot.state == "submitted"
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location == f"/pilots/{pilot.ref}"
    html = firm_page.client.get(first.location).text
    assert "Sent. You will hear by Thu 26 Nov 2026." in html
    assert [gate.role for gate in pilot.gates] == ["facility_manager"]


def test_a_draft_is_sent_from_its_own_form(firm_page, make, hall):
    firm_page.press("/pilots/new", hidden(firm_page.open("/pilots/new")) | filled(), do="save")
    (pilot,) = stored(make)
    path = f"/pilots/{pilot.ref}/edit"
    fields = firm_page.open(path) | {"title": "Better title"}
    assert firm_page.press(path, fields, do="send").location == f"/pilots/{pilot.ref}"
    (pilot,) = stored(make)
    assert (pilot.state, pilot.title) == ("submitted", "Better title")
    assert firm_page.client.get(path).location == f"/pilots/{pilot.ref}"


def test_going_back_after_sending_and_changing_keeps_what_was_typed(firm_page, make, hall):
    firm_page.press("/pilots/new", hidden(firm_page.open("/pilots/new")) | filled(), do="save")
    (pilot,) = stored(make)
    path = f"/pilots/{pilot.ref}/edit"
    fields = firm_page.open(path)
    firm_page.press(path, fields, do="send")
    again = firm_page.press(path, fields | {"title": "Too late"}, do="send")
    assert again.status_code == 409
    assert form_of(again.text)["title"] == "Too late"
    assert "It can no longer be changed here." in again.text
    assert [p.title for p in stored(make)] == ["Tugger with trailers"]


def test_a_stale_form_keeps_its_words_and_says_what_changed(firm_page, make, hall):
    firm_page.press("/pilots/new", hidden(firm_page.open("/pilots/new")) | filled(), do="save")
    (pilot,) = stored(make)
    path = f"/pilots/{pilot.ref}/edit"
    mine, theirs = firm_page.open(path), firm_page.open(path)
    firm_page.press(
        path, theirs | {"title": "Their title", "test_article.mass_kg": "700"}, do="save"
    )
    answer = firm_page.press(path, mine | {"purpose": "My purpose"}, do="save")
    assert answer.status_code == 409
    assert "Someone was faster" in answer.text
    words = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
    assert "Title: Their title" in words
    assert "Mass of one, kg: 700" in words
    kept = form_of(answer.text)
    assert (kept["purpose"], kept["title"]) == ("My purpose", "Tugger with trailers")
    assert firm_page.press(path, kept, do="save").status_code == 303
    (pilot,) = stored(make)
    assert (pilot.purpose, pilot.title) == ("My purpose", "Tugger with trailers")


def test_an_acceptable_place_takes_the_stay_when_the_first_is_taken(firm_page, make, hall):
    make.facility(make.host("second"), "fac-11")
    fields = hidden(firm_page.open("/pilots/new")) | filled(periods__0__facilities="fac-11")
    firm_page.press("/pilots/new", fields, do="send")
    (pilot,) = stored(make)
    assert pilot.state == "submitted"
    assert len(pilot.periods[0].acceptable) == 1


# --- Papers --------------------------------------------------------------------------------------


def test_plan_and_papers_are_confidential_unless_the_boxes_are_cleared(firm_page, make, hall):
    start = firm_page.open("/pilots/new")
    assert (start["confidential"], start["papers_confidential"]) == (["y", ""], ["y", ""])
    firm_page.press("/pilots/new", hidden(start) | filled(asks_aid="y"), do="save")
    (pilot,) = stored(make)
    assert (pilot.confidential, pilot.asks_aid) == (True, True)
    path = f"/pilots/{pilot.ref}/edit"
    cleared = {"confidential": "", "papers_confidential": ""}
    fields = firm_page.open(path)
    assert fields["asks_aid"] == "y"
    for name, boxes in (("kept.pdf", {}), ("open.pdf", cleared)):
        file = {"paper.insurance": (BytesIO(PDF + name.encode()), name)}
        firm_page.press(path, firm_page.open(path) | boxes | file, do="attach")
    (pilot,) = stored(make)
    assert (pilot.confidential, pilot.asks_aid) == (False, True)
    assert firm_page.open(path)["confidential"] == ""
    assert {paper.file_name: paper.confidential for paper in papers(make)} == {
        "kept.pdf": True,
        "open.pdf": False,
    }


def test_papers_are_attached_with_their_last_day_and_removed(firm_page, make, hall):
    fields = (
        hidden(firm_page.open("/pilots/new"))
        | filled()
        | {
            "paper.insurance": (BytesIO(PDF), "policy.pdf"),
            "expires.insurance": "2027-02-10",
        }
    )
    response = firm_page.press("/pilots/new", fields, do="attach")
    assert response.status_code == 303
    assert response.location.endswith("#papers")
    (paper,) = papers(make)
    assert (paper.code, paper.file_name, paper.expires_on) == (
        "insurance",
        "policy.pdf",
        date(2027, 2, 10),
    )
    (pilot,) = stored(make)
    path = f"/pilots/{pilot.ref}/edit"
    html = firm_page.client.get(path).text
    assert "policy.pdf" in html
    assert "valid until Wed 10 Feb 2027" in html
    assert firm_page.client.get(f"/pilots/{pilot.ref}/papers/{paper.id}").data == PDF
    firm_page.press(path, form_of(html), do=f"detach:{paper.id}")
    assert papers(make) == []


def test_a_file_of_another_kind_is_refused_at_its_field_and_the_draft_is_kept(
    firm_page, make, hall
):
    fields = (
        hidden(firm_page.open("/pilots/new"))
        | filled()
        | {
            "paper.insurance": (BytesIO(b"MZ program"), "policy.exe"),
        }
    )
    response = firm_page.press("/pilots/new", fields, do="save")
    assert response.status_code == 422
    assert problems(response.text) == {
        "paper.insurance": "Only PDF, PNG, JPEG, ZIP and office files are taken."
    }
    (pilot,) = stored(make)
    assert f'action="/pilots/{pilot.ref}/edit"' in response.text
    assert form_of(response.text)["title"] == "Tugger with trailers"
