"""Pages and API: a plan that is confidential is not told, and who read it is."""

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Paper
from tests.web.pages.filling import text

SECRET = "CANARY-PURPOSE"
ROBOT = "CANARY-ROBOT"
FILE = "CANARY-FILE.pdf"


@pytest.fixture
def pilot(pilot_in, make, hall, clock):
    """A sent pilot with a paper, and people of the hosts around it."""
    article = {"name": ROBOT, "kind": "mobile_robot", "count": 1, "mass_kg": 4321}
    made = pilot_in("submitted", purpose=SECRET, test_article=article)
    make.add(
        Paper(
            pilot_id=made.id,
            code="x",
            file_name=FILE,
            size=5,
            sha256="0" * 64,
            media_type="application/pdf",
            content=b"%PDF-",
            uploaded_at=clock(),
            uploaded_by_id=made.created_by_id,
        )
    )
    make.add(
        Audit(
            at=clock(),
            actor_id=made.created_by_id,
            organisation_id=made.company_id,
            action="attach",
            object_kind="paper",
            object_ref=f"{made.ref}/x",
            pilot_id=made.id,
            note=FILE,
            facts={},
        )
    )
    lab = make.host("living-lab")
    make.user("staff@lab.example", lab, "staff", name="Stan Staff")
    make.user("admin@lab.example", lab, "admin", name="Ada Admin")
    make.user("boss@hall.example", lab, ("facility_manager", hall), name="Max Manager")
    make.session.commit()
    paper = make.all(select(Paper.id))[0]
    make.session.close()
    return made.ref, paper


@pytest.fixture
def person(app, login):
    def enter(email):
        client = app.test_client()
        login(client, email)
        return client

    return enter


def addresses(ref, paper):
    return (f"/pilots/{ref}", f"/inbox/{ref}", f"/api/v1/pilots/{ref}", "/api/v1/pilots", "/today")


def test_staff_see_the_pilot_but_not_its_plan(person, pilot):
    client = person("staff@lab.example")
    for address in addresses(*pilot):
        answer = client.get(address)
        assert answer.status_code == 200, address
        said = [word for word in (SECRET, ROBOT, FILE, "4,321", "4321") if word in answer.text]
        assert (address, said) == (address, [])
    assert client.get(f"/pilots/{pilot[0]}/papers/{pilot[1]}").status_code == 404
    assert client.get(f"/api/v1/pilots/{pilot[0]}/papers/{pilot[1]}").status_code == 404
    assert "The plan is confidential" in client.get(f"/pilots/{pilot[0]}").text


def test_a_missing_paper_and_a_confidential_one_look_alike(person, pilot):
    client = person("staff@lab.example")
    ref, paper = pilot
    found = [client.get(f"/pilots/{ref}/papers/{number}") for number in (paper, paper + 1)]
    assert [answer.status_code for answer in found] == [404, 404]


def test_the_manager_reads_it_and_the_firms_trail_says_so_once(person, pilot, signed_in):
    client = person("boss@hall.example")
    ref, paper = pilot
    for _ in range(2):
        assert SECRET in client.get(f"/pilots/{ref}").text
        assert SECRET in client.get(f"/inbox/{ref}").text
        assert client.get(f"/pilots/{ref}/papers/{paper}").data == b"%PDF-"
        assert client.get(f"/api/v1/pilots/{ref}").json["purpose"] == SECRET
    page = text(signed_in.get("/company/trail").text)
    assert page.count(f"read the confidential plan: {ref}") == 1
    assert page.count(f"read a confidential paper: {ref}/x") == 1
    assert page.count("Max Manager") == 2
    history = signed_in.get(f"/pilots/{ref}").text
    assert "confidential plan" not in history
    assert client.get(f"/pilots/{ref}").text.count(FILE) == 2


def test_the_firm_opens_it_to_all_and_closes_it_again(person, pilot, signed_in, csrf, make):
    ref, paper = pilot
    staff = person("staff@lab.example")
    for form, seen in (({}, True), ({"confidential": "on"}, False)):
        version = signed_in.get(f"/api/v1/pilots/{ref}").json["version"]
        sent = {"csrf_token": csrf(signed_in), **form}
        for part in ("", f"/papers/{paper}"):
            answer = signed_in.post(
                f"/pilots/{ref}{part}/confidential", data={**sent, "version": version}
            )
            assert answer.status_code == 303
            version += 1
        assert (SECRET in staff.get(f"/pilots/{ref}").text) is seen
        code = staff.get(f"/pilots/{ref}/papers/{paper}").status_code
        assert code == (200 if seen else 404)
    assert make.all(select(Audit.id).where(Audit.action == "read")) == []


def test_a_stale_switch_is_answered_with_the_page(pilot, signed_in, csrf):
    form = {"csrf_token": csrf(signed_in), "version": 99}
    answer = signed_in.post(f"/pilots/{pilot[0]}/confidential", data=form)
    assert answer.status_code == 409
    assert "Someone was faster" in answer.text


def test_a_foreign_firm_switches_nothing(person, pilot, make, csrf):
    make.user("spy@rival.example", make.company("rival"))
    make.session.close()
    client = person("spy@rival.example")
    form = {"csrf_token": csrf(client), "version": 1}
    for part in ("", f"/papers/{pilot[1]}"):
        answer = client.post(f"/pilots/{pilot[0]}{part}/confidential", data=form)
        assert answer.status_code == 404


def test_reading_costs_the_same_however_many_are_listed(person, pilot, pilot_in, query_counter):
    client = person("admin@lab.example")
    costs = []
    for more in (1, 3):
        for _ in range(more):
            pilot_in("submitted", purpose=SECRET)
        client.get("/api/v1/pilots")
        with query_counter() as sent:
            assert client.get("/api/v1/pilots").status_code == 200
        costs.append(sent.count)
    assert costs[0] == costs[1]
