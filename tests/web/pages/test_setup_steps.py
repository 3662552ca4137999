"""What is left until the first facility is public, and naming who decides there."""

import re

import pytest
from sqlalchemy import select

from livinglab.db.tables import Membership, Organisation
from tests.web.pages.filling import problems, text
from tests.web.pages.test_setup import steps


@pytest.fixture
def real(client, make, login):
    """The browser of a real admin on an empty service."""
    make.user("root@pori.example", make.host("living-lab"), "admin")
    login(client, "root@pori.example")
    return client


def hall(make, **values):
    """A real hall that lacks what a draft lacks."""
    host = make.host("porin-halli")
    manager = {"role": "facility_manager", "title": {"en": "Manager"}, "when": "always"}
    made = make.facility(host, "fac-03", example=False, prices=[], approvers=[manager], **values)
    made.published = False
    made.version += 1
    make.session.commit()
    return made


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
