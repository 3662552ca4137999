"""One click gives a person everything about them; that they took it is noted."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Membership, SignIn
from livinglab.services.personal_sections import SECTIONS
from tests.factories import PASSWORD
from tests.markup import Elements


@pytest.fixture
def download(signed_in, csrf):
    def press():
        answer = signed_in.post("/account/data", data={"csrf_token": csrf(signed_in)})
        assert answer.status_code == 200, answer.text
        return answer

    return press


def test_the_file_holds_everything_as_json_and_each_part_as_a_table(download, make, firm, ann):
    make.pilot(firm, ann, title="=1+1")
    answer = download()
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="living-lab-2026-11-24.zip"'
    )
    pack = zipfile.ZipFile(io.BytesIO(answer.data))
    assert pack.namelist() == ["everything.json", *(f"{part.name}.csv" for part in SECTIONS)]
    everything = json.loads(pack.read("everything.json"))
    assert everything["account"][0]["email"] == ann.email
    rows = list(csv.DictReader(io.StringIO(pack.read("pilots.csv").decode("utf-8-sig"))))
    assert [(row["company"], row["title"]) for row in rows] == [("Sierra", "'=1+1")]
    assert json.loads(rows[0]["test_article"]) == everything["pilots"][0]["test_article"]


def test_who_read_it_is_noted_and_no_copy_stays_behind(download, make, ann):
    assert download().headers["Cache-Control"] == "no-store"
    noted = make.all(select(Audit).where(Audit.action == "export"))
    assert [(row.actor_id, row.object_kind, row.object_ref) for row in noted] == [
        (ann.id, "person", str(ann.id))
    ]


def test_looking_at_the_page_reads_nothing_out(signed_in, make):
    assert "Download your data" in signed_in.get("/account/data").text
    assert make.all(select(Audit).where(Audit.action == "export")) == []


def test_nobody_else_gets_there(client, csrf):
    assert client.get("/account/data").location.startswith("/login")
    assert client.post("/account/data", data={"csrf_token": csrf(client)}).status_code == 303


# --- Erasing oneself --------------------------------------------------------------------------


@pytest.fixture
def erase(signed_in, csrf):
    def press(email, password=PASSWORD):
        form = {"csrf_token": csrf(signed_in), "email": email, "password": password}
        return signed_in.post("/account/erase", data=form)

    return press


def test_who_types_address_and_password_is_erased_and_signed_out(erase, signed_in, make, ann):
    answer = erase(ann.email)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Your account is erased." in signed_in.get("/").text
    assert signed_in.get("/account/data").location.startswith("/login")
    assert make.reload(ann).name == f"Former person {ann.id}"
    assert make.all(select(SignIn)) == []


def test_what_was_typed_stays_and_the_fault_stands_at_its_field(erase, make, ann):
    answer = erase("somebody@else.example", "wrong")
    assert answer.status_code == 422
    field = Elements(answer.text).all("input", id="email")[0]
    assert (field["value"], field["aria-invalid"]) == ("somebody@else.example", "true")
    assert erase(ann.email, "wrong").status_code == 422
    assert make.reload(ann).erased_at is None


def test_what_must_come_first_is_told_instead_of_the_form(erase, signed_in, make, firm, ann):
    pilot = make.pilot(firm, ann, state="in_progress")
    page = signed_in.get("/account/erase").text
    assert f"{pilot.ref} is in progress" in page
    assert 'name="email"' not in page
    assert erase(ann.email).status_code == 422
    assert make.all(select(Membership.user_id)) == [ann.id]


def test_who_signed_in_long_ago_shows_first_who_they_are(erase, signed_in, clock, make, ann):
    clock.now += timedelta(minutes=20)
    assert signed_in.get("/account/erase").location == "/account/confirm?next=/account/erase"
    assert erase(ann.email).location.startswith("/account/confirm")
    assert make.reload(ann).erased_at is None
