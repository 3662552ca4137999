"""Facilities from a file: sent, shown line by line, then taken by one button."""

import io
import os
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Facility
from tests.domain.sheets import FIVE, TWO_BROKEN, table
from tests.web.pages.filling import text


@pytest.fixture
def admin(client, make, login):
    make.user("root@pori.example", make.host("living-lab"), "admin")
    login(client, "root@pori.example")
    return client


@pytest.fixture
def send(admin, csrf):
    """Sends a file and opens what it would do: (address, page)."""

    def sent(octets, name="places.csv"):
        data = {"file": (io.BytesIO(octets), name), "csrf_token": csrf(admin)}
        response = admin.post("/setup/import", data=data)
        assert response.status_code == 303, response.text
        return response.location, admin.get(response.location).text

    return sent


def faults(html):
    """Line, facility, column and sentence of each fault."""
    body = html.partition('id="faults-h"')[2].partition("</table>")[0].partition("<tbody>")[2]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[text(cell).removeprefix("Line ") for cell in row] for row in cells]


def slugs(make):
    return {row.slug: row.published for row in make.all(select(Facility))}


@pytest.mark.both_engines
def test_broken_lines_are_shown_and_the_good_taken_by_one_button(admin, make, send, csrf):
    address, html = send(table(*TWO_BROKEN).getvalue())
    assert "<h1>3 facilities are good, 2 are broken</h1>" in html
    known = "lab, hall, living_lab, site, simulator, sea_area, pilot_plant, outdoor"
    assert faults(html) == [
        ["3", "hall-2", "kind", f"“kind” is not a known code. Known are: {known}."],
        ["6", "hall-5", "latitude", "“latitude” must be a number, such as 12.5 or 12,5."],
    ]
    assert slugs(make) == {}
    assert len(re.findall(r'<input type="hidden"', html)) == 2 + html.count('action="/logout"')
    response = admin.post(address, data={"good": "3", "csrf_token": csrf(admin)})
    assert (response.status_code, response.location) == (303, "/hosting")
    assert slugs(make) == dict.fromkeys(["hall-1", "hall-3", "hall-4"], False)
    assert "3 facilities are taken." in admin.get("/hosting").text
    assert admin.get(address).status_code == 404


def test_what_changed_meanwhile_is_shown_before_it_is_taken(admin, make, send, csrf):
    address, _ = send(table(*FIVE).getvalue())
    other, _ = send(table(FIVE[0]).getvalue())
    admin.post(other, data={"good": "1", "csrf_token": csrf(admin)})
    response = admin.post(address, data={"good": "5", "csrf_token": csrf(admin)})
    assert (response.status_code, response.location) == (303, address)
    html = admin.get(address).text
    assert "Something changed in the meantime." in html
    assert "Take the 4 good ones" in html
    assert sorted(slugs(make)) == ["hall-1"]
    for good in ("", "x", "-1", "99"):
        assert (
            admin.post(address, data={"good": good, "csrf_token": csrf(admin)}).status_code == 303
        )
    assert sorted(slugs(make)) == ["hall-1"]


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"", "The file is empty. Its first line has the names of the columns."),
        (b"id,nmae_en\n", "There is no column “nmae_en”. Is it “name_en”?"),
        (
            b"<svg onload=alert(1)>\n",
            "There is no column “&lt;svg onload=alert(1)&gt;”. Leave it out.",
        ),
        (
            b"id\n\x81\n",
            "The letters of this file cannot be read. Save it as “CSV UTF-8” and send it again.",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told(admin, send, csrf, octets, sentence):
    address, html = send(octets)
    assert sentence in html
    assert "Take the" not in html
    assert admin.post(address, data={"good": "0", "csrf_token": csrf(admin)}).status_code == 422


def test_the_windows_alphabet_is_read_and_said(send):
    octets = table({"name_en": "Häll"}).getvalue().decode().encode("cp1252")
    html = send(octets)[1]
    assert "Häll" in html
    assert "The letters were read as Windows-1252: look at ä, ö and å." in html


def test_nothing_sent_is_told_at_the_field(admin, csrf):
    response = admin.post("/setup/import", data={"csrf_token": csrf(admin)})
    assert response.status_code == 422
    assert "Choose a file." in response.text


def test_a_file_is_its_senders_alone_and_kept_for_a_day(
    app, admin, make, login, send, clock, settings
):
    address, _ = send(table(*FIVE).getvalue())
    make.user("second@pori.example", make.host("other"), "admin")
    other = app.test_client()
    login(other, "second@pori.example")
    assert other.get(address).status_code == 404
    (kept,) = (settings.instance / "imports").iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    old = (clock() - timedelta(days=1, seconds=1)).timestamp()
    os.utime(kept, (old, old))
    send(table(FIVE[0]).getvalue())
    assert admin.get(address).status_code == 404


@pytest.mark.parametrize("key", ["x", "..", "..%2f..%2fsecret_key", "a" * 43, "%00" + "a" * 43])
def test_other_keys_are_not_found(admin, key):
    assert admin.get(f"/setup/import/{key}").status_code in {308, 400, 404}


def test_the_sheet_to_fill_in_is_good_as_it_is(admin, send):
    octets = admin.get("/setup/import/sheet.csv").data
    html = send(octets)[1]
    assert "<h1>One facility is good</h1>" in html
    assert "my-hall" in html


def test_statements_do_not_grow_with_the_file(admin, send, query_counter):
    counts = []
    for rows in (FIVE[:1], FIVE[:3]):
        address, _ = send(table(*rows).getvalue())
        with query_counter() as sent:
            admin.get(address)
        counts.append(sent.count)
    assert counts[0] == counts[1]
