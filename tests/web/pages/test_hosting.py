"""A host's places: the list, one place at a glance, into the catalogue and out, undo."""

import pytest

from livinglab.domain.profile import facility_from_json
from livinglab.web.hosting.sections import SECTIONS
from tests.web.pages.hosting_forms import Host, words
from tests.web.pages.scene import HALL, Scene


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def host(scene, login):
    return Host(scene, scene.client("manager", login))


def test_listing_names_the_readers_places_only(scene, host, login):
    assert "fac-02" in host.client.get("/hosting").text
    assert "fac-03" not in host.client.get("/hosting").text
    assert "fac-03" in scene.client("admin", login).get("/hosting").text


def test_listing_tells_the_last_change_and_what_is_not_told_yet(host):
    host.send(
        "texts", more={"name.sv": "", "directions.en": "", "directions.fi": "", "directions.sv": ""}
    )
    text = words(host.client.get("/hosting").text)
    assert "In the catalogue how to get there, 1 text in Swedish Manager changed it" in text


def test_pages_of_places_that_are_not_the_readers_answer_as_if_they_were_not_there(
    scene, login, csrf
):
    for name, slug in (("other", HALL), ("manager", "fac-03"), ("admin", "no-such")):
        client = scene.client(name, login)
        token = {"csrf_token": csrf(client)}
        for path in ("", "/hours", "/versions", "/versions/1", "/stand-ins"):
            assert client.get(f"/hosting/{slug}{path}").status_code == 404
        for path in ("/hours", "/hours/preview", "/undo", "/publish", "/withdraw", "/site"):
            assert client.post(f"/hosting/{slug}{path}", data=token).status_code == 404
    assert scene.client("safety", login).get("/hosting").status_code == 403


def test_listing_leads_to_the_file_of_them_all(host):
    html = host.client.get("/hosting").text
    for kind in ("csv", "json"):
        assert f'href="/setup/export/facilities.{kind}"' in html
        assert host.client.get(f"/setup/export/facilities.{kind}").status_code == 200


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_and_sent_as_it_stands_changes_nothing(host, section):
    before = host.version
    response = host.send(section)
    assert (response.status_code, response.location) == (303, f"/hosting/{HALL}")
    assert host.version == before
    assert "Nothing was changed, so nothing was saved." in words(host.get().text)


def test_overview_tells_every_section_in_words(host):
    text = words(host.get().text)
    for told in (
        "Mon–Fri 07–21 Closed on public holidays Closed 21 Dec – 6 Jan every year: Host’s holidays",
        "From Thu 1 Jan 2026 Half a day: €370 A day: €620",
        "Contact Hall desk desk.fac-02@demo.example",
        "Mass ≤ 2,500 kg · Per vehicle.",
        "Safety owner Safety officer, if people or forklifts share the hall",
    ):
        assert told in text


def test_a_saved_change_is_told_and_can_be_undone_until_the_next(host):
    before = host.profile
    response = host.send("prices", more={"prices.0.day": "650,50"})
    assert response.location == f"/hosting/{HALL}"
    assert host.profile["prices"][0]["day"] == 650.5
    text = words(host.get().text)
    assert "Saved: Price list 1." in text
    assert "Manager changed it, Tue 24 Nov 2026, 10:00: Price list 1 Undo until the next" in text
    host.post("/undo", version=host.version)
    assert facility_from_json(host.profile) == facility_from_json(before)
    assert "Undo until" not in words(host.get().text)
    host.post("/undo", version=host.version)
    assert "There is no change to take back." in words(host.get().text)


def test_undo_of_a_page_that_is_old_takes_nothing_back(host):
    host.send("prices", more={"prices.0.day": "650"})
    old = host.version
    host.send("prices", more={"prices.0.day": "660"})
    host.post("/undo", version=old)
    assert host.profile["prices"][0]["day"] == 660
    assert "Manager changed the facility at" in words(host.get().text)


def test_off_the_catalogue_and_into_it_again(host):
    assert "Requests that were sent and stays that were agreed remain." in words(host.get().text)
    host.post("/withdraw", version=host.version)
    assert host.row()[2] is False
    text = words(host.get().text)
    assert "Off the catalogue. What was agreed stays as it is." in text
    assert "Nobody decides as “Safety officer”" not in text
    host.post("/publish", version=host.version)
    assert host.row()[2] is True
    assert "firms see it and can ask for time." in words(host.get().text)


def test_a_draft_says_what_firms_must_know_first(host):
    host.post("/withdraw", version=host.version)
    host.send("prices", more={"prices.0.valid_from": "2027-06-01"})
    page = host.get()
    assert "There is no price for today. Add one; 0 is a price." in words(page.text)
    assert f'href="/hosting/{HALL}/prices">There is no price' in page.text
    host.post("/publish", version=host.version)
    assert host.row()[2] is False


@pytest.mark.parametrize(
    "path",
    ["/hosting", *(f"/hosting/{HALL}{page}" for page in ("", "/versions", "/hours", "/place"))],
)
def test_statements_do_not_grow_with_places_and_versions(
    scene, login, make, query_counter, host, path
):
    admin = scene.client("admin", login)
    host.send("prices", more={"prices.0.day": "641"})
    admin.get(path)
    with query_counter() as few:
        admin.get(path)
    make.facility(scene.host, "fac-05")
    make.facility(scene.host, "fac-07")
    for day in ("642", "643"):
        host.send("prices", more={"prices.0.day": day})
    admin.get(path)
    with query_counter() as many:
        admin.get(path)
    assert many.count == few.count


def test_more_places_than_fit_are_found_by_name(scene, login, make):
    for number in range(4, 15):
        make.facility(scene.host, f"fac-{number:02}")
    admin = scene.client("admin", login)
    found = words(admin.get("/hosting?q=fac-07").text)
    assert [slug for slug in ("fac-06", "fac-07", "fac-08") if slug in found] == ["fac-07"]
    assert "No facility of yours is called “zzz”" in words(admin.get("/hosting?q=zzz").text)


def test_the_public_page_leads_its_host_to_the_forms(scene, host, client):
    link = f'href="/hosting/{HALL}"'
    assert link in host.client.get(f"/facilities/{HALL}").text
    assert link not in client.get(f"/facilities/{HALL}").text
    assert 'href="/hosting/fac-03"' not in host.client.get("/facilities/fac-03").text
