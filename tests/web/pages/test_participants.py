"""Who comes: named, pasted, copied, put right and taken off by the firm; read by who decides."""

import re

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Participant
from livinglab.domain.pilot import Action
from tests.web.pages.scene import Scene

PERSON = {"name": "Ada", "task": "Driver", "number.safety_cards": "7"}


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def firm(scene, login):
    return scene.client("ada", login)


@pytest.fixture
def ref(scene):
    return scene.request()


def post(client, ref, part="", **form):
    page = client.get(f"/pilots/{ref}/people").text
    known = {
        name: re.search(rf'name="{name}" value="([^"]*)"', page)[1]
        for name in ("csrf_token", "version")
    }
    return client.post(f"/pilots/{ref}/people{part}", data=known | form)


def listed(make):
    """(name, task, cards) of everybody, in order."""
    found = [
        (
            one.name,
            one.task,
            [(c.code, c.number, c.expires_on and f"{c.expires_on}") for c in one.cards],
        )
        for one in make.all(select(Participant).order_by(Participant.id))
    ]
    make.session.commit()  # an open read would block writers on SQLite
    return found


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def test_a_person_is_named_changed_and_removed(firm, ref, make):
    answer = post(firm, ref, **PERSON, **{"expires.safety_cards": "2027-03-01"})
    assert (answer.status_code, answer.location) == (303, f"/pilots/{ref}/people")
    assert listed(make) == [("Ada", "Driver", [("safety_cards", "7", "2027-03-01")])]
    key = make.all(select(Participant.id))[0]
    post(firm, ref, f"/{key}", **{**PERSON, "name": "Ada L.", "expires.safety_cards": ""})
    assert listed(make) == [("Ada L.", "Driver", [("safety_cards", "7", None)])]
    assert "Ada L." in words(firm.get(f"/pilots/{ref}/people").text)
    assert post(firm, ref, f"/{key}/remove").status_code == 303
    assert listed(make) == []


def test_many_are_pasted_at_once(firm, ref, make):
    lines = "Ada; Driver; 7; 1.3.2027\n\nBo\nCy\tEngineer\t9\t2027-04-01\n"
    assert post(firm, ref, "/paste", lines=lines, code="safety_cards").status_code == 303
    assert listed(make) == [
        ("Ada", "Driver", [("safety_cards", "7", "2027-03-01")]),
        ("Bo", "", []),
        ("Cy", "Engineer", [("safety_cards", "9", "2027-04-01")]),
    ]


def test_lines_that_cannot_be_read_are_named_and_nothing_is_lost(firm, ref, make):
    lines = "Ada; Driver; 7; 31.2.2027\n; Driver\nBo\na;b;c;;e"
    answer = post(firm, ref, "/paste", lines=lines, code="safety_cards")
    told = words(answer.text)
    assert answer.status_code == 422
    for sentence in (
        "Line 1: The last part is no day. Write it as 2027-03-01.",
        "Line 2: The name is missing.",
        "Line 4: There are more than four parts: name; task; card number; expiry.",
    ):
        assert sentence in told
    assert "Ada; Driver; 7; 31.2.2027" in answer.text
    assert listed(make) == []


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"name": " "}, "Write the person’s name."),
        ({"name": "x" * 201}, "“Name” is longer than 200 characters. Shorten it."),
        ({"name": "A\x07b"}, "“Name” has a line break or another control character. Remove it."),
        ({"name": "A", "expires.safety_cards": "soon"}, "There is no such day."),
    ],
)
def test_what_cannot_be_kept_is_told_at_once(firm, ref, make, form, told):
    answer = post(firm, ref, **form)
    assert (answer.status_code, told in words(answer.text)) == (422, True)
    assert listed(make) == []


def test_people_are_copied_from_an_earlier_pilot_of_the_company(scene, firm, ref, make):
    post(firm, ref, **PERSON)
    second = scene.request(title="Again", windows=(("2027-03-08", "2027-03-12"),))
    assert post(firm, second, "/copy", source=ref).status_code == 303
    assert [name for name, *_ in listed(make)] == ["Ada", "Ada"]
    foreign = scene.request("bo", windows=(("2027-04-12", "2027-04-16"),))
    assert post(firm, second, "/copy", source=foreign).status_code == 422


def test_somebody_is_deleted_everywhere_by_name(scene, firm, ref, make, login):
    second = scene.request(title="Again", windows=(("2027-03-08", "2027-03-12"),))
    for one in (ref, second):
        post(firm, one, name="Äijä")
        post(firm, one, name="Bo")
    theirs = scene.request("bo", windows=(("2027-04-12", "2027-04-16"),))
    post(scene.client("bo", login), theirs, name="Äijä")
    assert post(firm, ref, "/erase", name="äIJÄ").status_code == 303
    assert [name for name, *_ in listed(make)] == ["Bo", "Bo", "Äijä"]
    assert post(firm, ref, "/erase", name="Nobody").status_code == 422


def test_a_stale_list_is_told_and_kept(scene, firm, ref, make):
    page = firm.get(f"/pilots/{ref}/people").text
    token = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]
    answer = firm.post(f"/pilots/{ref}/people", data={"csrf_token": token, "version": 1, **PERSON})
    assert answer.status_code == 409
    assert 'value="Driver"' in answer.text
    assert listed(make) == []


def test_a_pilot_that_is_over_takes_nobody(scene, firm, ref, make):
    page = firm.get(f"/pilots/{ref}/people").text
    token = re.search(r'name="csrf_token" value="([^"]*)"', page)[1]
    scene.act("ada", ref, Action.WITHDRAW)
    form = {"csrf_token": token, "version": scene.pilot(ref).version, **PERSON}
    assert firm.post(f"/pilots/{ref}/people", data=form).status_code == 409
    assert listed(make) == []


def test_those_who_decide_read_it_and_the_firm_hears_of_it(scene, firm, ref, make, login):
    post(firm, ref, **PERSON)
    for name, status in (("manager", 200), ("coordinator", 200), ("staff", 404), ("other", 404)):
        client = scene.client(name, login)
        assert client.get(f"/pilots/{ref}/people").status_code == status, name
        assert client.get(f"/pilots/{ref}/people.csv").status_code == status, name
    read = select(Audit).where(Audit.object_kind == "people", Audit.action == "read")
    assert len(make.all(read)) == 2
    assert "Ada" not in str([row.facts for row in make.all(select(Audit))])


def test_the_list_is_a_file(firm, ref):
    post(firm, ref, **PERSON)
    post(firm, ref, name="=Bo")
    text = firm.get(f"/pilots/{ref}/people.csv").data.decode("utf-8-sig")
    assert text.splitlines() == [
        "Name,Task,Card,Card number,Valid until",
        "Ada,Driver,safety_cards,7,",
        "'=Bo,,,,",
    ]
