"""The trail: a company sees its own and no other's; an admin finds, pages and takes it home."""

import csv
import io
import re
from datetime import timedelta

import pytest

from livinglab.db.tables import Audit
from livinglab.services import erasure
from livinglab.services.records import audit
from livinglab.services.work import begin_work
from livinglab.web import context
from livinglab.web.pages.trail import PAGE
from tests.web.pages.filling import text


@pytest.fixture
def scene(make, clock):
    """Two firms with a pilot each, a host, and a way to note what they do."""

    class Scene:
        def __init__(self):
            self.lab = make.host("living-lab", name="Lab")
            self.admin = make.user("admin@lab.example", self.lab, "admin", name="Ada Admin")
            self.firm, self.rival = (
                make.company("firm", name="Firm"),
                make.company("rival", name="Rival"),
            )
            self.boss = make.user("boss@firm.example", self.firm, "company_admin", name="Bo Boss")
            self.mate = make.user("mate@firm.example", self.firm, "member", name="Mia Mate")
            self.spy = make.user("spy@rival.example", self.rival, "member", name="Sam Spy")
            self.pilot = make.pilot(self.firm, self.mate, title="Ours")
            self.foreign = make.pilot(self.rival, self.spy, title="Theirs")
            make.session.commit()

        def note(self, who, organisation, action, kind, ref, pilot=None, **values):
            make.add(
                Audit(
                    at=clock(),
                    actor_id=who and who.id,
                    organisation_id=organisation and organisation.id,
                    action=action,
                    object_kind=kind,
                    object_ref=ref,
                    pilot_id=pilot and pilot.id,
                    facts={},
                    **values,
                )
            )
            make.session.commit()

    return Scene()


def rows(page):
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [text(row) for row in re.findall(r"<tr>.*?</tr>", body, re.DOTALL)]


def told(client, address="/company/trail"):
    answer = client.get(address)
    assert answer.status_code == 200
    return [row.partition("10:00 ")[2] for row in rows(answer.text)]


def noted(scene):
    scene.note(scene.mate, scene.firm, "create", "pilot", scene.pilot.ref, scene.pilot)
    scene.note(scene.admin, scene.lab, "read", "pilot", scene.pilot.ref, scene.pilot)
    scene.note(scene.boss, scene.firm, "invite", "organisation", "firm", note="new@firm.example")
    scene.note(scene.mate, scene.firm, "change", "password", str(scene.mate.id))
    scene.note(scene.admin, scene.lab, "change", "organisation", "firm")
    scene.note(scene.spy, scene.rival, "create", "pilot", scene.foreign.ref, scene.foreign)
    scene.note(scene.spy, scene.rival, "change", "organisation", "rival")


def test_a_company_admin_sees_pilots_people_and_accounts_of_the_company(client, scene, login):
    noted(scene)
    login(client, "boss@firm.example")
    ref = scene.pilot.ref
    assert told(client) == [
        "Ada Admin Lab changed the profile: firm",
        "Mia Mate Firm changed the password",
        "Bo Boss Firm invited somebody: firm new@firm.example",
        f"Ada Admin Lab read the confidential plan: {ref}",
        f"Mia Mate Firm began the draft: {ref}",
    ]


def test_a_member_sees_no_colleagues_accounts(client, scene, login):
    noted(scene)
    scene.note(scene.boss, scene.firm, "add", "passkey", "1")
    login(client, "mate@firm.example")
    assert [row for row in told(client) if "password" in row or "passkey" in row] == [
        "Mia Mate Firm changed the password"
    ]


def test_hosts_have_no_company_trail_and_firms_no_audit(client, scene, login):
    login(client, "mate@firm.example")
    assert [client.get(path).status_code for path in ("/audit", "/audit.csv")] == [403, 403]
    client.post("/logout")
    login(client.application.test_client(), "admin@lab.example")
    host = client.application.test_client()
    login(host, "admin@lab.example")
    assert host.get("/company/trail").status_code == 403


def test_the_trail_is_paged_without_a_gap(client, scene, login):
    for number in range(PAGE + 3):
        scene.note(scene.mate, scene.firm, "change", "organisation", "firm", note=f"n{number}")
    login(client, "mate@firm.example")
    first = client.get("/company/trail").text
    onward = re.search(r'rel="next" href="([^"]*)"', first)[1]
    second = client.get(onward).text
    said = re.findall(r">(n\d+)<", first + second)
    assert said == [f"n{number}" for number in reversed(range(PAGE + 3))]


def test_the_trail_costs_the_same_however_long(client, scene, login, query_counter):
    login(client, "mate@firm.example")
    costs = []
    for more in (1, 3):
        for _ in range(more):
            noted(scene)
        client.get("/company/trail")
        with query_counter() as sent:
            client.get("/company/trail")
        costs.append(sent.count)
    assert costs[0] == costs[1]


def test_an_admin_finds_by_thing_person_and_days(client, scene, login, clock):
    noted(scene)
    clock.now += timedelta(days=2)
    scene.note(scene.mate, scene.firm, "submit", "pilot", scene.pilot.ref, scene.pilot)
    login(client, "admin@lab.example")
    assert len(told(client, "/audit")) == 8
    assert told(client, f"/audit?kind=pilot&ref={scene.foreign.ref}") == [
        f"Sam Spy Rival began the draft: {scene.foreign.ref}"
    ]
    assert [row.split(" Rival")[0] for row in told(client, "/audit?person=SPY@rival")] == [
        *("Sam Spy", "Sam Spy")
    ]
    assert told(client, "/audit?from=2026-11-26&to=2026-11-26") == [
        f"Mia Mate Firm sent the request: {scene.pilot.ref}"
    ]
    assert len(told(client, "/audit?to=2026-11-25")) == 7
    assert "Nothing like that" in client.get("/audit?ref=%25").text


@pytest.mark.parametrize(
    "query", ["before=x", "before=99999999999999", "from=2026-13-01", "kind=%00", "person=%25_"]
)
def test_hostile_questions_are_answered(client, scene, login, query):
    login(client, "admin@lab.example")
    assert client.get(f"/audit?{query}").status_code in {200, 400}


def test_the_file_has_what_the_page_shows_and_no_formula(client, scene, login):
    scene.note(scene.mate, scene.firm, "save", "view", "1", note="=HYPERLINK(1)")
    scene.note(scene.mate, scene.firm, "create", "pilot", scene.pilot.ref, scene.pilot)
    login(client, "admin@lab.example")
    answer = client.get("/audit.csv?kind=view")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="audit.csv"'
    header, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert dict(zip(header, row, strict=True)) | {"Role": ""} == {
        "When": "2026-11-24 10:00",
        "Who": "Mia Mate",
        "E-mail": "mate@firm.example",
        "Organisation": "Firm",
        "Role": "",
        "What": "saved a view",
        "Kind": "view",
        "Of what": "1",
        "From state": "",
        "To state": "",
        "Words": "'=HYPERLINK(1)",
        "Position": "",
    }


def test_what_is_written_by_a_use_case_is_read_with_its_words(app, client, scene, login, make):
    world, now = app.extensions[context.WORLD], app.extensions[context.CLOCK]()
    with app.app_context(), begin_work(make.session, world, now=now) as work:
        audit(work, "appoint", "facility", "fac-01", note={"email": "x@lab.example"})
    login(client, "admin@lab.example")
    assert told(client, "/audit") == ["The clock gave somebody a role: fac-01 x@lab.example"]


@pytest.mark.parametrize(
    ("language", "shown"),
    [("en", "Former person 3"), ("fi", "Poistunut henkilö 3"), ("sv", "Tidigare person 3")],
)
def test_who_is_erased_is_told_in_the_readers_language(client, scene, login, make, language, shown):
    noted(scene)
    scene.mate.name = erasure.name(scene.mate.id)
    make.session.commit()
    login(client, "boss@firm.example")
    client.get(f"/{language}")
    assert sum(shown in row for row in rows(client.get("/company/trail").text)) == 2
    admin = client.application.test_client()
    login(admin, "admin@lab.example")
    admin.get(f"/{language}")
    assert admin.get("/audit.csv").text.count(shown) == 2
