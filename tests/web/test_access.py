"""Every endpoint says who may; what does not is closed."""

import pytest

from livinglab.web.access import OF_LIBRARIES, policy, public, requires

PEOPLE = ("firm", "boss", "manager", "coordinator", "admin")


@pytest.fixture
def people(make):
    host = make.host()
    company = make.company()
    make.user("firm@test.example", company)
    make.user("boss@test.example", company, "company_admin")
    make.user("manager@test.example", host, ("facility_manager", make.facility(host)))
    make.user("coordinator@test.example", host, "coordinator")
    make.user("admin@test.example", host, "admin")


@pytest.fixture
def doors(app):
    """One page and one API call per declaration."""
    declarations = {
        "public": public(),
        "signed_in": requires("signed_in"),
        "company": requires("company"),
        "company_admin": requires("company_admin"),
        "host": requires("host"),
        "coordinator": requires("coordinator"),
        "facility_manager": requires("facility_manager"),
        "several": requires("company", "admin"),
    }
    for name, declare in declarations.items():
        for prefix in ("", "/api"):
            app.add_url_rule(
                f"{prefix}/door/{name}",
                f"door{prefix}{name}",
                declare(lambda: "open"),
                methods=["GET", "POST"],
            )
    app.add_url_rule("/door/undeclared", "undeclared", lambda: "open")


def test_every_endpoint_declares_who_may(app):
    undeclared = {
        rule.endpoint for rule in app.url_map.iter_rules() if policy(app, rule.endpoint) is None
    }
    assert undeclared == set()


def test_no_library_endpoint_is_declared_in_vain(app):
    assert set(OF_LIBRARIES) <= set(app.view_functions)


def test_unknown_names_are_refused_where_they_are_written():
    with pytest.raises(ValueError, match="publisher"):
        requires("publisher")
    with pytest.raises(ValueError, match="no such role"):
        requires()


def test_an_undeclared_endpoint_is_closed_even_to_an_admin(app, client, people, doors, login):
    login(client, "admin@test.example")
    assert client.get("/door/undeclared").status_code == 404


@pytest.mark.parametrize(
    ("door", "open_to"),
    [
        ("public", {"firm", "boss", "manager", "coordinator", "admin"}),
        ("signed_in", {"firm", "boss", "manager", "coordinator", "admin"}),
        ("company", {"firm", "boss"}),
        ("company_admin", {"boss"}),
        ("host", {"manager", "coordinator", "admin"}),
        ("coordinator", {"coordinator"}),
        ("facility_manager", {"manager"}),
        ("several", {"firm", "boss", "admin"}),
    ],
)
def test_doors_open_to_those_they_name(app, people, doors, login, door, open_to):
    statuses = {}
    for person in PEOPLE:
        client = app.test_client()
        login(client, f"{person}@test.example")
        page = client.get(f"/door/{door}").status_code
        assert client.get(f"/api/door/{door}").status_code == page
        statuses[person] = page
    assert statuses == {person: 200 if person in open_to else 403 for person in PEOPLE}


def test_strangers_are_sent_to_sign_in_and_back(client, doors):
    response = client.get("/door/host?a=1&b=%2F")
    assert (response.status_code, response.location) == (
        303,
        "/login?next=/door/host?a%3D1%26b%3D%252F",
    )


def test_strangers_calling_the_api_are_told_to_bring_a_token(client, doors):
    response = client.get("/api/door/host")
    assert (response.status_code, response.mimetype, response.json["code"]) == (
        401,
        "application/problem+json",
        "not_signed_in",
    )
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Living Lab"'


def test_a_host_role_counts_only_in_a_host_organisation(app, make, doors, login):
    make.user("posing@test.example", make.company(), "coordinator")
    client = app.test_client()
    login(client, "posing@test.example")
    assert client.get("/door/coordinator").status_code == 403


def test_a_company_role_counts_only_in_a_company(app, make, doors, login):
    make.user("posing@test.example", make.host(), "company_admin")
    client = app.test_client()
    login(client, "posing@test.example")
    assert client.get("/door/company_admin").status_code == 403
