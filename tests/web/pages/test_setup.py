"""Starting for real: the way out of demo mode, and the steps until the first facility is public."""

import io
import json
import re
import zipfile

import pytest
from sqlalchemy import select

from livinglab.db.tables import Facility, Membership, Organisation, User
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


@pytest.fixture
def real(client, make, login):
    """The browser of a real admin on an empty service."""
    make.user("root@pori.example", make.host("living-lab"), "admin")
    login(client, "root@pori.example")
    return client


def steps(html):
    """Each step with how it stands."""
    found = re.findall(r'<li class="(done|next|open)">.*?<h3>(.*?)</h3>', html, re.DOTALL)
    return {re.split(r"\s*<", title)[0]: state for state, title in found}


def hall(make, **values):
    """A real hall that lacks what a draft lacks."""
    host = make.host("porin-halli")
    manager = {"role": "facility_manager", "title": {"en": "Manager"}, "when": "always"}
    made = make.facility(host, "fac-03", example=False, prices=[], approvers=[manager], **values)
    made.published = False
    made.version += 1
    make.session.commit()
    return made


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


# --- The steps --------------------------------------------------------------------------------


def test_steps_follow_the_facility_that_is_nearest(real, make, csrf):
    assert steps(real.get("/setup").text)["Make the first host"] == "next"
    hall(make)
    html = real.get("/setup").text
    assert [title for title, state in steps(html).items() if state != "done"] == [
        *("Name who decides", "Set its prices", "Show a photo", "Set up mail"),
        "Put it into the catalogue",
    ]
    assert "There is no price for today. Add one; 0 is a price." in html
    bar = text(real.get("/facilities").text)
    assert "5 of 9 steps done until the first facility is public. Next: Name who decides" in bar
    assert "steps done until" not in text(html)


def test_the_bar_is_for_admins_until_the_first_facility_is_public(app, real, make, login):
    place = hall(make)
    make.user("coordinator@pori.example", make.all(select(Organisation))[0], "coordinator")
    other = app.test_client()
    login(other, "coordinator@pori.example")
    assert "ll-setup-bar" not in other.get("/facilities").text
    assert "ll-setup-bar" in real.get("/facilities").text
    place.published = True
    place.version += 1
    make.session.commit()
    assert "ll-setup-bar" not in real.get("/facilities").text


@pytest.mark.both_engines
def test_somebody_new_decides_with_a_password_shown_once(app, real, make, csrf, login):
    place = hall(make)
    form = {"facility": "fac-03", "role": "facility_manager", "email": "mia@pori.example"}
    bad = real.post("/setup/deciders", data=form | {"csrf_token": csrf(real)})
    assert (bad.status_code, problems(bad.text)) == (422, {"name": "“name” is empty. Fill it in."})
    form |= {"name": "Mia", "csrf_token": csrf(real)}
    assert real.post("/setup/deciders", data=form).status_code == 303
    html = real.get("/setup").text
    password = re.search(r'class="ll-copy"[^>]*>([^<]+)<', html)[1]
    assert password not in real.get("/setup").text
    assert steps(html)["Name who decides"] == "done"
    mia = app.test_client()
    login(mia, "mia@pori.example", password)
    assert mia.get("/hosting/fac-03/prices").status_code == 200
    held = make.all(select(Membership).where(Membership.facility_id == place.id))
    assert [(m.role, m.organisation_id) for m in held] == [("facility_manager", place.host_id)]


def test_the_admin_may_decide_for_now(real, make, csrf):
    hall(make)
    form = {"facility": "fac-03", "role": "facility_manager", "email": "root@pori.example"}
    for _ in range(2):
        response = real.post("/setup/deciders", data=form | {"name": "", "csrf_token": csrf(real)})
        assert response.status_code == 303
    assert len(make.all(select(Membership).where(Membership.role == "facility_manager"))) == 1
    assert steps(real.get("/setup").text)["Name who decides"] == "done"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": "admin"}, "role"),
        ({"email": "nobody"}, "email"),
        ({"email": "ann@firm.example"}, "email"),
    ],
)
def test_who_cannot_decide_is_told(real, make, csrf, changes, field):
    hall(make)
    make.user("ann@firm.example", make.company("firm"))
    form = {"facility": "fac-03", "role": "facility_manager", "email": "a@b.example", "name": "A"}
    response = real.post("/setup/deciders", data=form | changes | {"csrf_token": csrf(real)})
    assert (response.status_code, set(problems(response.text))) == (422, {field})


def test_an_unknown_facility_is_not_found(real, csrf):
    form = {"facility": "none", "role": "x", "email": "a@b.example", "csrf_token": csrf(real)}
    assert real.post("/setup/deciders", data=form).status_code == 404


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


def test_statements_do_not_grow_with_places(app, real, make, query_counter):
    hall(make)
    real.get("/setup")
    with query_counter() as one:
        real.get("/setup")
    host = make.host("more")
    for slug in ("fac-01", "fac-04"):
        make.facility(host, slug, example=False)
    real.get("/setup")
    with query_counter() as three:
        real.get("/setup")
    assert three.count <= one.count
