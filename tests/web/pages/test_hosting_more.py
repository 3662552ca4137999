"""New places, versions of old ones, two people at once, and stand-ins."""

import pytest

from livinglab.db.tables import Facility
from livinglab.domain.pilot import Action
from livinglab.domain.profile import facility_from_json
from tests.web.pages.hosting_forms import Host, form_of, words
from tests.web.pages.scene import HALL, Scene

DRAFT = {
    "source": "",
    "name.en": "Yard, north",
    "name.fi": "Pohjoispiha",
    "summary.en": "A yard.",
    "kind": "outdoor",
    "municipality": "Pori",
}
FIRST_MONDAY = "resources.0.opening.week.mon"


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def host(scene, login):
    return Host(scene, scene.client("manager", login))


@pytest.fixture
def coordinator(scene, login, host):
    return Host(scene, scene.client("coordinator", login))


@pytest.fixture
def new(host):
    """Send the form of a new place; what is not named is as in DRAFT."""

    def send(**changes):
        fields = form_of(host.client.get("/hosting/new").text) | DRAFT | changes
        return host.client.post("/hosting/new", data=fields)

    return send


@pytest.fixture
def stored(scene):
    def facility(slug):
        scene.make.session.expire_all()
        row = scene.make.session.query(Facility).filter_by(slug=slug).one_or_none()
        found = row and (facility_from_json(row.profile), row.published)
        scene.make.session.commit()
        return found

    return facility


# --- New places -----------------------------------------------------------------------------------


def test_an_empty_draft_is_its_makers_and_nobody_elses(host, new, stored, client):
    response = new()
    assert response.location == "/hosting/yard-north"
    facility, published = stored("yard-north")
    assert (facility.name.texts, facility.host_id, published) == (
        {"en": "Yard, north", "fi": "Pohjoispiha"},
        "host",
        False,
    )
    text = words(host.client.get("/hosting/yard-north").text)
    assert "Only you and your people see this draft." in text
    assert "Say where it is: give latitude and longitude." in text
    assert client.get("/facilities/yard-north").status_code == 404


def test_a_copy_takes_everything_along_under_ids_of_its_own(new, stored):
    assert new(source=HALL).status_code == 303
    facility, published = stored("yard-north")
    assert [space.slug for space in facility.resources] == [
        "yard-north-hall-north",
        "yard-north-hall-south",
    ]
    assert (facility.prices[0].day, facility.kind, published) == (620, "outdoor", False)
    assert not facility.is_example


def test_the_second_of_a_name_gets_a_number(new):
    assert new().location == "/hosting/yard-north"
    assert new().location == "/hosting/yard-north-2"
    assert new(**{"name.en": "New"}).location == "/hosting/new-2"


@pytest.mark.both_engines
def test_a_form_sent_twice_makes_one_draft_and_a_changed_one_another(host, stored):
    fields = form_of(host.client.get("/hosting/new").text) | DRAFT
    sent = [host.client.post("/hosting/new", data=fields).location for _ in range(2)]
    assert sent == ["/hosting/yard-north"] * 2
    assert stored("yard-north-2") is None
    changed = host.client.post("/hosting/new", data=fields | {"summary.en": "Another."})
    assert changed.location == "/hosting/yard-north-2"


def test_a_refused_form_keeps_its_key(host, new):
    fields = form_of(host.client.get("/hosting/new").text) | DRAFT | {"kind": "castle"}
    assert form_of(host.client.post("/hosting/new", data=fields).text)["key"] == fields["key"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name.en": " ", "name.fi": ""}, "“Name” is missing. Add it."),
        ({"name.en": ""}, "“Name, in English” is missing. Add it."),
        ({"kind": "castle"}, "“Kind” is not a known code."),
        ({"municipality": ""}, "“Municipality” is missing. Add it."),
    ],
)
def test_what_a_draft_lacks_is_told_with_everything_kept(new, change, told):
    response = new(**change)
    assert response.status_code == 422
    assert told in words(response.text)
    assert form_of(response.text)["summary.en"] == "A yard."


def test_the_form_may_begin_with_a_place_to_copy(host):
    fields = form_of(host.client.get(f"/hosting/new?source={HALL}").text)
    assert (fields["source"], fields["kind"], fields["municipality"]) == (HALL, "hall", "Pori")
    assert form_of(host.client.get("/hosting/new?source=fac-03").text)["source"] == ""


def test_a_draft_that_nobody_saw_is_deleted_for_good(host, new, stored):
    new()
    page = host.client.get("/hosting/yard-north").text
    assert "Its texts, photos and versions are gone for good" in words(page)
    fields = {"csrf_token": host.form("stays")["csrf_token"], "version": 1}
    response = host.client.post("/hosting/yard-north/delete", data=fields)
    assert response.location == "/hosting"
    assert stored("yard-north") is None
    assert "The draft is deleted." in words(host.client.get("/hosting").text)


def test_what_was_in_the_catalogue_is_not_deleted(host, stored):
    host.post("/withdraw", version=1)
    assert "Delete this draft" not in host.get().text
    host.post("/delete", version=2)
    assert "The facility has been in the catalogue. Withdraw it instead." in words(host.get().text)
    assert stored(HALL) is not None


# --- Versions -------------------------------------------------------------------------------------


def test_versions_tell_who_changed_what_and_differ_in_words(host):
    host.send("prices", more={"prices.0.day": "650"})
    host.send("hours", more={"resources.0.opening.week.fri": "7–15"})
    text = words(host.get("/versions").text)
    assert "Version 3 Tue 24 Nov 2026, 10:00 Manager changed it" in text
    assert "Version 1 Tue 24 Nov 2026, 10:00 The service imported it" in text
    shown = words(host.get("/versions/3").text)
    assert "Hall north Opening hours Mon–Fri 07–21 Mon–Thu 07–21 Fri 07–15" in shown
    assert "A day: €" not in shown
    both = words(host.get("/versions/3?against=1").text)
    assert "From Thu 1 Jan 2026 Prices A day: €620 A day: €650" in both
    assert "This is the first version that was kept." in words(host.get("/versions/1").text)
    assert host.get("/versions/9").status_code == 404


def test_going_back_is_a_new_version_with_a_note(host):
    host.send("prices", more={"prices.0.day": "650"})
    host.send("prices", more={"prices.0.day": "660"})
    host.post("/versions/1", version=3)
    assert (host.profile["prices"][0]["day"], host.version) == (620, 4)
    assert "Manager changed it Price list 1 Go back to version 1" in words(
        host.get("/versions").text
    )


def test_going_back_shows_what_it_touches_first(host, scene):
    host.send("hours", more={"resources.0.opening.week.sat": "7–21"})
    ref = scene.request(windows=(("2027-02-02", "2027-02-06"),))
    scene.act("manager", ref, Action.APPROVE)
    response = host.post("/versions/1", version=2)
    assert "Go back to version 1; 1 stay is touched" in words(response.text)
    assert host.version == 2
    assert host.confirm(response).status_code == 303
    assert host.version == 3


def test_going_back_from_an_old_page_changes_nothing(host):
    host.send("prices", more={"prices.0.day": "650"})
    host.send("prices", more={"prices.0.day": "660"})
    host.post("/versions/1", version=2)
    assert host.profile["prices"][0]["day"] == 660


# --- Two people at once ---------------------------------------------------------------------------


def test_changes_in_other_parts_do_not_stop_a_form_that_was_open(host, coordinator):
    fields = host.form("prices") | {"prices.0.day": "700"}
    coordinator.send("texts", more={"name.en": "Hall of robots"})
    response = host.send("prices", fields)
    text = words(response.text)
    assert (response.status_code, host.version) == (409, 2)
    assert "Coordinator, Tue 24 Nov 2026, 10:00: Name" in text
    assert "That is in other parts." in text
    again = form_of(response.text)
    assert again["prices.0.day"] == "700"
    assert host.send("prices", again).status_code == 303
    assert (host.profile["prices"][0]["day"], host.profile["name"]["en"]) == (700, "Hall of robots")


def test_changes_in_the_same_part_are_shown_beside_what_was_typed(host, coordinator):
    fields = host.form("prices") | {"prices.0.day": "700"}
    coordinator.send("prices", more={"prices.0.day": "690"})
    response = host.send("prices", fields)
    text = words(response.text)
    assert response.status_code == 409
    assert "Saving now replaces what is stored:" in text
    assert "From Thu 1 Jan 2026: A day: €690 → A day: €700" in text
    assert "Save over it" in text
    host.send("prices", form_of(response.text))
    assert host.profile["prices"][0]["day"] == 700


def test_hours_and_names_of_the_same_space_do_not_collide(host, coordinator):
    fields = host.form("hours") | {FIRST_MONDAY: "9–15"}
    coordinator.send("spaces", more={"resources.0.name.en": "Great hall"})
    response = host.send("hours", fields)
    assert "That is in other parts." in words(response.text)
    host.send("hours", form_of(response.text))
    space = host.profile["resources"][0]
    assert (space["name"]["en"], space["opening"]["week"]["mon"]) == (
        "Great hall",
        [["09:00", "15:00"]],
    )


def test_a_form_without_a_version_is_not_saved(host):
    fields = host.form("prices") | {"prices.0.day": "700"}
    del fields["version"]
    assert host.send("prices", fields).status_code == 409
    assert host.version == 1


# --- Stand-ins ------------------------------------------------------------------------------------

DAYS = {"first": "2026-12-01", "last": "2026-12-05"}


def test_a_stand_in_is_added_shown_and_ended(host, make, scene):
    make.user("deputy@test.example", scene.host, "staff", name="Deputy")
    response = host.post("/stand-ins", role="facility_manager", email="deputy@test.example", **DAYS)
    assert response.location == f"/hosting/{HALL}/stand-ins"
    page = host.get("/stand-ins").text
    assert "Deputy deputy@test.example Facility manager Tue 1 – Sat 5 Dec 2026 To come" in words(
        page
    )
    path = page.partition('action="/hosting/fac-02')[2].partition('"')[0]
    host.post(path)
    assert "Nobody stands in here." in words(host.get("/stand-ins").text)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"first": ""}, "Give a day."),
        ({"last": "2026-02-30"}, "There is no such day."),
        ({"last": "2026-11-30"}, "The last day is before the first day."),
        ({"email": "stranger@test.example"}, "Nobody of"),
        ({"role": "king"}, "There is no such role."),
    ],
)
def test_a_stand_in_that_cannot_be_is_told_with_everything_kept(host, change, told):
    fields = {"role": "facility_manager", "email": "safety@test.example", **DAYS} | change
    response = host.post("/stand-ins", **fields)
    assert response.status_code == 422
    assert told in words(response.text)
    assert f'value="{fields["email"]}"' in response.text
