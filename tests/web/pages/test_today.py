"""The day at the sites: who is told what of whom, what is loud, closed and due, and the print."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Block, Condition, User
from livinglab.domain.pilot import Action
from livinglab.services.confidence import READ
from livinglab.web.pages import today
from tests.web.pages.scene import NORTH, SECOND, SOUTH, Scene

DAY = "/today?day=2027-02-01"


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def see(scene, login):
    """The page's words, as that person reads them."""

    def read(name, path=DAY):
        response = scene.client(name, login).get(path)
        assert response.status_code == 200, response.text
        return words(response.text)

    return read


def words(html):
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\u00a0", " ")


def stay(scene, **values):
    ref = scene.request(**values)
    scene.act("manager", ref, Action.APPROVE)
    return ref


def block(scene, slug, start, end, reason):
    scene.make.add(
        Block(
            resource_id=scene.make.resource(slug).id,
            kind="maintenance",
            reason={"en": reason},
            starts_at=start,
            ends_at=end,
        )
    )


@pytest.mark.both_engines
def test_arrivals_say_who_where_with_what_and_whom_to_call(scene, see):
    ref = stay(scene)
    told = see("manager")
    assert "Mon 1 Feb 2027. 1 stay, 1 arrives, 0 leave." in told
    assert f"Arrives 07:00 Stairs {ref} · Ada Robotics, Germany" in told
    assert "Hall south Mon 1 – Fri 5 Feb 2027, 07:00–21:00" in told
    assert "Strider, Legged robot, 60 kg" in told
    assert "Ada ada@test.example" in told


def test_a_stay_is_here_until_the_day_it_leaves(scene, see):
    stay(scene)
    assert " Here Stairs" in see("manager", "/today?day=2027-02-03")
    assert "Leaves 21:00 Stairs" in see("manager", "/today?day=2027-02-05")
    assert "Stairs" not in see("manager", "/today?day=2027-02-06")


def test_the_evening_before_says_who_arrives(scene, see):
    stay(scene)
    told = see("manager", "/today?day=2027-01-31")
    assert "Arrive the day after 07:00, Hall south: Stairs, Ada Robotics" in told
    assert "Nobody is booked." in told


def test_what_is_owed_stands_beside_the_stay(scene, see):
    ref = stay(scene)
    pilot = scene.pilot(ref)
    scene.make.add(Condition(pilot_id=pilot.id, text="Bring the fence.", first=False))
    told = see("manager")
    assert "Bring the fence." in told
    assert "Risk assessment" in told


def test_loud_articles_are_warned_of_in_front(scene, see):
    stay(scene, article={"noise_dba": 92})
    told = see("manager")
    assert "Loud: wear hearing protection Hall south, Mon 1 – Fri 5 Feb 2027" in told


def test_a_shared_loud_test_is_warned_of_whoever_holds_it(scene, see, make):
    cobots = make.facility(scene.host, "fac-01")
    make.user("cobots@test.example", scene.host, ("facility_manager", cobots), name="Cobots")
    ref = scene.request(
        period={"facility": "fac-01", "resource": "fac-01-cell-a", "days": 2},
        article={"noise_dba": 92, "kind": "collaborative_robot"},
    )
    scene.act("cobots", ref, Action.APPROVE)
    told = see("cobots")
    assert "Loud: wear hearing protection Cell A" in told
    assert "Loud test" not in told


def test_closed_time_is_listed(scene, see):
    start = datetime(2027, 2, 1, 6, tzinfo=UTC)
    block(scene, NORTH, start, start.replace(hour=10), "Yearly service")
    told = see("manager")
    assert "Closed Hall north: Maintenance: Yearly service Mon 1 Feb 2027, 08:00–12:00" in told


def test_decisions_stand_on_the_day_they_are_due_and_late_ones_on_today(scene, see, clock):
    scene.request("bo", title="Tugger", windows=(SECOND,))
    due = "Decisions due Tugger , Bo Robotics Facility manager,"
    assert f"{due} Thu 26 Nov" in see("manager", "/today?day=2026-11-26")
    assert "Decisions due" not in see("manager", "/today?day=2026-11-27")
    clock.now = datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert f"{due} 4 days late" in see("manager", "/today")


def test_staff_see_all_sites_and_managers_their_own(scene, see):
    ref = stay(scene)
    told = see("staff")
    assert ref in told
    assert "ada@test.example" in told
    lab = see("other", "/today?day=2027-02-01")
    assert ref not in lab
    assert "Nobody comes on Mon 1 Feb 2027" in lab


def test_the_firms_trail_tells_who_read_of_its_robot_once_a_day(scene, see, make):
    ref = stay(scene)
    for name in ("manager", "manager", "coordinator", "staff", "other"):
        assert ("Strider" in see(name)) == (name in {"manager", "coordinator"})
    read = select(User.email).join(Audit, Audit.actor_id == User.id).where(Audit.action == READ)
    found = make.all(read.where(Audit.object_ref == ref).order_by(Audit.id))
    assert found == [f"{name}@test.example" for name in ("manager", "coordinator")]


def test_a_site_has_a_page_of_its_own(scene, see, login):
    ref = stay(scene)
    client = scene.client("coordinator", login)
    told = words(client.get("/today/site-02?day=2027-02-01").text)
    assert "Example Technology Park" in told
    assert ref in told
    assert "Nobody is booked." in words(client.get("/today/site-03?day=2027-02-01").text)
    assert client.get("/today/site-99").status_code == 404
    assert scene.client("manager", login).get("/today/site-03").status_code == 404


def test_a_place_without_a_site_is_its_own(scene, see, make):
    make.facility(scene.host, "fac-05", site=None)
    assert "Nobody is booked." in see("coordinator", "/today/fac-05")


def test_many_sites_stand_on_pages_that_count_all_of_them(scene, see, make, login, monkeypatch):
    make.facility(scene.host, "fac-05", site=None)
    monkeypatch.setattr(today, "PAGE", 1)
    monkeypatch.setattr(today, "NAMED", 0)
    stay(scene)
    lab = scene.request("bo", title="C", period={"facility": "fac-03", "resource": None}, days=2)
    scene.act("other", lab, Action.APPROVE)
    first, second = see("coordinator"), see("coordinator", f"{DAY}&page=2")
    assert (first.count("2 stays, 2 arrive"), second.count("2 stays, 2 arrive")) == (1, 1)
    assert ("Strider" in first, lab in first, "Page 1 of 2" in first) == (True, False, True)
    assert ("Hall south" in second, lab in second, "Page 2 of 2" in second) == (False, True, True)
    assert "Nothing at 1 more site." in first
    html = scene.client("coordinator", login).get(DAY).text
    assert 'rel="next" href="/today?day=2027-02-01&amp;page=2"' in html
    assert see("coordinator", f"{DAY}&page=99") == second
    assert see("coordinator", f"{DAY}&page=%F0%9F%92%A5") == first


def test_who_may(scene, login, client):
    assert scene.client("ada", login).get("/today").status_code == 403
    assert client.get("/today").location == "/login?next=/today"


@pytest.mark.parametrize("day", ["x", "2027-02-29", "0001-01-01", "9999-12-31", "%F0%9F%92%A5"])
def test_odd_days_show_a_day(scene, see, day):
    see("manager", f"/today?day={day}")


def test_the_days_turn(scene, login):
    html = scene.client("manager", login).get("/today?day=2026-11-25").text
    assert re.search(r'rel="prev"[^>]*href="/today"', html)
    assert re.search(r'rel="next"[^>]*href="/today\?day=2026-11-26"', html)


def test_statements_do_not_grow_with_what_is_there(scene, login, query_counter):
    client = scene.client("coordinator", login)
    stay(scene)
    client.get(DAY)
    with query_counter() as one:
        client.get(DAY)
    stay(scene, firm="bo", title="B", period={"resource": NORTH})
    lab = scene.request("bo", title="C", period={"facility": "fac-03", "resource": None}, days=2)
    scene.act("other", lab, Action.APPROVE)
    block(scene, SOUTH, datetime(2027, 2, 1, tzinfo=UTC), datetime(2027, 2, 2, tzinfo=UTC), "Wet")
    client.get(DAY)
    with query_counter() as three:
        html = client.get(DAY).text
    assert html.count("Arrives") == 3
    assert three.count == one.count
