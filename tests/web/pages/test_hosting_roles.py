"""Roles at the hosts: read by coordinators, given and taken by admins, everywhere or at places."""

import re

import pytest
from sqlalchemy import select

from livinglab.db.tables import Invitation, Membership, Outbox, User

ADMIN, COORDINATOR = "admin@lab.example", "coordinator@lab.example"
NEW = "nia@host.example"
PEOPLE = "/hosting/people"


@pytest.fixture
def lab(make):
    """The living lab with an admin, a coordinator, and two facilities of a host on one site."""
    lab, host = make.host("living-lab"), make.host("host")
    make.user(ADMIN, lab, "admin", name="Ada")
    make.user(COORDINATOR, lab, "coordinator", name="Cora")
    site = {"id": "port", "name": "Port"}
    lab.places = [make.facility(host, slug, site=site) for slug in ("fac-03", "fac-01")]
    make.user("manager@host.example", host, ("facility_manager", lab.places[0]), name="Max")
    return lab


@pytest.fixture
def post(app, login, csrf):
    """Sends a form as somebody: `post(ADMIN, address, field=…)`."""

    def send(by, address, /, **fields):
        client = app.test_client()
        if by:
            login(client, by)
        return client.post(address, data=fields | {"csrf_token": csrf(client)})

    return send


def invite(post, email=NEW, role="facility_manager", place="fac-03", by=ADMIN):
    return post(by, f"{PEOPLE}/invitations", email=email, role=role, place=place)


def roles(make, email):
    found = make.all(
        select(Membership).join(User).where(User.email == email).order_by(Membership.id)
    )
    return sorted((row.role, row.facility_id or 0) for row in found)


def membership(make, name):
    """The id of the one role of a person."""
    [found] = make.all(select(Membership.id).join(User).where(User.name == name))
    return found


def accept(post, make):
    [mail] = make.all(select(Outbox))
    address = re.search(r"http://[^/\s]+(/invitations/\S+)", mail.body)[1]
    return post(None, address, name="Nia", password="a password of my own")


@pytest.mark.parametrize(
    ("role", "place", "given"),
    [
        ("facility_manager", "fac-03", ["fac-03"]),
        ("safety_owner", "", [None]),
        ("hygiene", "site:port", ["fac-01", "fac-03"]),
        ("admin", "", [None]),
    ],
)
def test_a_role_is_given_everywhere_at_a_site_or_at_a_facility(post, make, lab, role, place, given):
    assert invite(post, role=role, place=place).status_code == 303
    assert accept(post, make).status_code == 303
    ids = {facility.slug: facility.id for facility in lab.places}
    assert roles(make, NEW) == sorted((role, ids.get(slug, 0)) for slug in given)


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("coordinator", "fac-03", 422),
        ("admin", "site:port", 422),
        ("member", "", 403),
        ("company_admin", "", 403),
        ("", "fac-03", 403),
        ("facility_manager", "fac-99", 404),
        ("facility_manager", "site:none", 404),
    ],
)
def test_roles_and_places_that_do_not_go_together_are_refused(post, make, lab, role, place, status):
    assert invite(post, role=role, place=place).status_code == status
    assert make.all(select(Invitation)) == []


def test_coordinators_read_and_nobody_but_admins_gives(app, login, post, make, lab):
    client = app.test_client()
    login(client, COORDINATOR)
    page = client.get(PEOPLE)
    assert (page.status_code, "Max" in page.text) == (200, True)
    assert "Send the invitation" not in page.text
    [row] = make.all(select(Membership).join(User).where(User.name == "Max"))
    for by in (COORDINATOR, "manager@host.example"):
        assert invite(post, by=by).status_code == 403
        assert post(by, f"{PEOPLE}/{row.id}/end").status_code == 403
    assert make.all(select(Invitation)) == []


def test_a_role_taken_away_is_gone_and_the_last_admins_stays(post, make, lab):
    address = f"{PEOPLE}/{membership(make, 'Max')}/end"
    assert post(ADMIN, address).status_code == 303
    assert roles(make, "manager@host.example") == []
    assert post(ADMIN, address).status_code == 404
    assert post(ADMIN, f"{PEOPLE}/{membership(make, 'Ada')}/end").status_code == 303
    assert roles(make, ADMIN) == [("admin", 0)]


def test_people_of_companies_are_not_ended_here(post, make, lab):
    make.user("member@firm.example", make.company())
    [row] = make.all(select(Membership).where(Membership.role == "member"))
    assert post(ADMIN, f"{PEOPLE}/{row.id}/end").status_code == 404
    assert roles(make, "member@firm.example") == [("member", 0)]


def test_the_page_costs_the_same_for_few_and_many(app, login, post, make, lab, query_counter):
    client = app.test_client()
    login(client, ADMIN)
    counts = []
    for start, more in ((0, 1), (1, 3)):
        for n in range(start, more):
            make.user(f"p{n}@host.example", lab, "staff", password=None)
            invite(post, f"guest{n}@host.example")
        client.get(PEOPLE)
        with query_counter() as sent:
            client.get(PEOPLE)
        counts.append(sent.count)
    assert counts[0] == counts[1]
