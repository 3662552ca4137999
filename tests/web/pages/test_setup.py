"""Starting for real: the way out of demo mode, and the steps until the first facility is public."""

import io
import json
import re
import zipfile

import pytest
from sqlalchemy import select

from livinglab.db.tables import Facility, Organisation, User
from tests.web.pages.filling import problems, text

LEAVE = {
    "name": "Aino Aalto",
    "email": "aino@pori.example",
    "password": "a long new password",
    "password_again": "a long new password",
    "host": "Porin Halli Oy",
    "confirm": "Remove the  example data",
}


@pytest.fixture
def lab(make):
    return make.host("living-lab", name="Living Lab", is_example=True)


@pytest.fixture
def example(make, lab):
    """A little example data: a hall with a firm's pilot, and the example admin."""
    host = make.host("host-02", is_example=True)
    hall = make.facility(host, "fac-02")
    hall.is_example = True
    make.session.commit()
    firm = make.company("c01", is_example=True)
    make.user("c01@demo.example", firm, is_example=True)
    make.user("manager@demo.example", host, ("facility_manager", hall), is_example=True)
    make.user("admin@demo.example", lab, "admin", is_example=True)
    person = make.all(select(User).where(User.email == "c01@demo.example"))[0]
    make.pilot(firm, person, hall, is_example=True)
    return hall


@pytest.fixture
def admin(client, login, example):
    login(client, "admin@demo.example")
    return client


def steps(html):
    """Each step with how it stands."""
    found = re.findall(r'<li class="(done|next|open)">.*?<h3>(.*?)</h3>', html, re.DOTALL)
    return {re.split(r"\s*<", title)[0]: state for state, title in found}


# --- Leaving demo mode ------------------------------------------------------------------------


def test_what_goes_is_told_and_a_copy_offered(admin):
    html = admin.get("/setup").text
    told = text(html)
    assert "1 facility with its closed time, photos and versions" in told
    assert "1 request with its papers and history, 0 bookings" in told
    assert "3 example accounts with their sessions, tokens and calendar feeds" in told
    assert '<a href="/setup">' in html
    pack = zipfile.ZipFile(io.BytesIO(admin.get("/setup/export/example-data.zip").data))
    assert sorted(pack.namelist()) == [
        *("bookings.csv", "closed-time.csv", "facilities.json"),
        *("organisations.csv", "people.csv", "requests.csv"),
    ]
    assert [found["id"] for found in json.loads(pack.read("facilities.json"))] == ["fac-02"]
    people = pack.read("people.csv").decode("utf-8-sig").splitlines()
    assert people[0] == "email,name,role,organisation,facility"
    assert sorted(line.partition(",")[0] for line in people[1:]) == [
        *("admin@demo.example", "c01@demo.example", "manager@demo.example")
    ]


@pytest.mark.both_engines
def test_leaving_signs_out_and_the_new_admin_signs_in(app, admin, make, csrf, login):
    response = admin.post("/setup/leave-demo", data=LEAVE | {"csrf_token": csrf(admin)})
    assert (response.status_code, response.location) == (303, "/login?next=/setup")
    html = admin.get("/login?next=/setup").text
    assert "The example data is gone. Sign in as aino@pori.example." in html
    assert "Example data" not in html
    assert admin.get("/setup").status_code == 303
    assert make.all(select(Facility.slug)) == []
    assert make.all(select(User.email)) == ["aino@pori.example"]
    assert make.all(select(Organisation.name).order_by(Organisation.name)) == [
        *("Living Lab", "Porin Halli Oy")
    ]
    fresh = app.test_client()
    login(fresh, "aino@pori.example", "a long new password")
    html = fresh.get("/setup").text
    assert steps(html) == {
        "Leave demo mode": "done",
        "Make the first host": "done",
        "Describe the first facility": "next",
        "Set its opening hours": "open",
        "Name who decides": "open",
        "Say which papers firms must send": "open",
        "Set its prices": "open",
        "Say where it is and what can be tested": "open",
        "Show a photo": "open",
        "Set up mail": "open",
        "Put it into the catalogue": "open",
    }
    assert "Next: Describe the first facility" in fresh.get("/facilities").text


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"confirm": "yes"}, "confirm", "Type “remove the example data”: it cannot be undone."),
        ({"name": " "}, "name", "“name” is empty. Fill it in."),
        ({"email": "aino"}, "email", "“aino” is not an e-mail address: name@firm.example."),
        (
            {"email": "C01@demo.example"},
            "email",
            "“C01@demo.example” is an example account. Take an address of your own.",
        ),
        ({"password": "short"}, "password", "The password needs at least 12 characters."),
        (
            {"password_again": "another"},
            "password_again",
            "The two passwords differ. Type the same one twice.",
        ),
        ({"host": ""}, "host", "“host” is empty. Fill it in."),
        ({"host": "x" * 300}, "host", "“host” is longer than 200 characters. Shorten it."),
    ],
)
def test_a_wrong_form_changes_nothing_and_keeps_what_was_typed(
    admin, make, csrf, changes, field, sentence
):
    response = admin.post("/setup/leave-demo", data=LEAVE | changes | {"csrf_token": csrf(admin)})
    assert response.status_code == 422
    assert problems(response.text) == {field: sentence}
    assert "a long new password" not in response.text
    kept = {**LEAVE, **changes}
    assert f'value="{kept["host"]}"' in response.text
    assert make.all(select(Facility.slug)) == ["fac-02"]


def test_all_that_is_wrong_is_told_at_once(admin, csrf):
    response = admin.post("/setup/leave-demo", data={"csrf_token": csrf(admin)})
    assert set(problems(response.text)) == {"host", "name", "email", "password", "confirm"}


def test_real_requests_are_named_and_can_be_given_up(admin, make, example, csrf):
    sierra = make.company("sierra", name="Sierra Robotics")
    ann = make.user("ann@sierra.example", sierra)
    ref = make.pilot(sierra, ann, example).ref
    response = admin.post("/setup/leave-demo", data=LEAVE | {"csrf_token": csrf(admin)})
    assert response.status_code == 422
    (told,) = problems(response.text).values()
    assert told.startswith(
        f"{ref} of Sierra Robotics is a real request at the example facility fac-02."
    )
    assert f"Give up {ref} of Sierra Robotics at fac-02" in response.text
    data = LEAVE | {"csrf_token": csrf(admin), "give_up": [ref]}
    assert admin.post("/setup/leave-demo", data=data).status_code == 303
    assert make.all(select(User.email).order_by(User.email)) == [
        *("aino@pori.example", "ann@sierra.example")
    ]


def test_a_real_admin_leaves_and_stays_signed_in(app, make, lab, example, login, csrf):
    make.user("root@pori.example", lab, "admin")
    client = app.test_client()
    login(client, "root@pori.example")
    assert 'name="password"' not in client.get("/setup").text
    data = {name: LEAVE[name] for name in ("host", "confirm")} | {"csrf_token": csrf(client)}
    response = client.post("/setup/leave-demo", data=data)
    assert (response.status_code, response.location) == (303, "/setup")
    assert steps(client.get("/setup").text)["Leave demo mode"] == "done"
    again = client.post("/setup/leave-demo", data=data)
    assert again.status_code == 404


# --- Files ------------------------------------------------------------------------------------


def test_hosts_take_their_own_facilities_along(app, make, login):
    one, two = make.host("one"), make.host("two")
    mine = make.facility(one, "fac-02")
    make.facility(two, "fac-03")
    make.user("mia@one.example", one, ("facility_manager", mine))
    make.user("root@pori.example", one, "admin")
    make.user("ann@firm.example", make.company("firm"))
    found = {}
    for email in ("mia@one.example", "root@pori.example"):
        client = app.test_client()
        login(client, email)
        response = client.get("/setup/export/facilities.json")
        assert response.headers["Content-Disposition"] == 'attachment; filename="facilities.json"'
        found[email] = [document["id"] for document in response.json]
        rows = client.get("/setup/export/facilities.csv").data.decode("utf-8-sig").splitlines()
        assert rows[0].startswith("id,example,name_en,name_fi")
    assert found == {"mia@one.example": ["fac-02"], "root@pori.example": ["fac-02", "fac-03"]}
    firm = app.test_client()
    login(firm, "ann@firm.example")
    assert firm.get("/setup/export/facilities.csv").status_code == 403


@pytest.mark.parametrize("path", ["/setup", "/setup/import", "/setup/export/example-data.zip"])
def test_only_admins_start_for_real(app, make, login, path):
    host = make.host()
    make.user("c@host.example", host, "coordinator")
    client = app.test_client()
    assert client.get(path).status_code == 303
    login(client, "c@host.example")
    assert client.get(path).status_code == 403
