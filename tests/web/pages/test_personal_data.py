"""One click gives a person everything about them; that they took it is noted."""

import csv
import io
import json
import zipfile

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit
from livinglab.services.personal_data import SECTIONS


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
