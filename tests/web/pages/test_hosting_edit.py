"""Editing a place: rows, faults at their fields, what a change touches."""

import pytest

from livinglab.domain.pilot import Action
from tests.markup import Elements
from tests.web.pages.hosting_forms import Host, form_of, words
from tests.web.pages.scene import HALL, SECOND, SOUTH, Scene

MON, TUE = (f"resources.0.opening.week.{day}" for day in ("mon", "tue"))


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def host(scene, login):
    return Host(scene, scene.client("manager", login))


def problems(html):
    """The sentences on top of the form, by the field each leads to."""
    box = html.partition('id="problems"')[2].partition('<div class="ll-')[0]
    links = [a["href"] for a in Elements(box).all("a")]
    return dict(zip(links, [words(p) for p in box.split("<a ")[1:]], strict=True))


# --- Hours ----------------------------------------------------------------------------------------


def test_hours_of_all_spaces_change_in_one_field(host):
    assert host.send("hours", more={MON: "8-16, 18–20"}).status_code == 303
    weeks = [resource["opening"]["week"] for resource in host.profile["resources"]]
    assert [week["mon"] for week in weeks] == [[["08:00", "16:00"], ["18:00", "20:00"]]] * 2
    assert [week["tue"] for week in weeks] == [[["07:00", "21:00"]]] * 2


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "16–8",
            "“Hall north, Mon” closes before it opens. Swap the times; a window over midnight",
        ),
        ("8–12, 11–16", "“Hall north, Mon” begins before the hours ahead of it end."),
        ("mornings", "“Hall north, Mon”: write hours as 8–16, or 8–12, 13–16. A night is 20–06."),
        ("8–16<b>", "“Hall north, Mon”: write hours as 8–16"),
        ("8–25", "“Hall north, Mon”: write hours as 8–16"),
    ],
)
def test_hours_that_make_no_sense_are_told_at_their_day_and_stay_typed(host, typed, told):
    response = host.send("hours", more={MON: typed, TUE: "9–15"})
    assert response.status_code == 422
    assert told in words(response.text)
    assert "One thing to put right" in words(response.text)
    again = form_of(response.text)
    assert (again[MON], again[TUE]) == (typed, "9–15")
    assert [f["aria-invalid"] for f in Elements(response.text).all("input", id=MON)] == ["true"]
    assert host.version == 1


def test_monday_is_copied_and_next_week_closed_by_buttons_that_save_nothing(host):
    response = host.send("hours", more={MON: "9–15", "do": "copy:resources.0"})
    fields = form_of(response.text)
    assert [fields[f"resources.0.opening.week.{d}"] for d in ("tue", "fri", "sat")] == [
        *("9–15", "9–15"),
        "",
    ]
    response = host.send("hours", fields | {"do": "next-week"})
    fields = form_of(response.text)
    closed = [fields[f"closures.1.{name}"] for name in ("from", "to", "reason.fi")]
    assert closed == ["2026-11-30", "2026-12-06", "Oma käyttö"]
    assert (fields[MON], host.version) == ("9–15", 1)
    host.send("hours", fields | {"do": "save"})
    assert host.profile["closures"][1]["from"] == "2026-11-30"


def test_the_preview_counts_what_is_typed_beside_what_is_stored(host):
    stored = words(host.get("/hours").text)
    assert "The next 12 weeks Mon–Fri 07–21" in stored
    assert "stored:" not in stored
    fields = host.form("hours") | {MON: "", "do": "preview"}
    shown = words(host.send("hours", fields).text)
    part = words(host.client.post(f"/hosting/{HALL}/hours/preview", data=fields).text)
    for text in (shown, part):
        assert "The next 12 weeks Tue–Fri 07–21" in text
        assert "stored: 47 days, 1,316 h" in text
    fields[MON] = "x"
    part = words(host.client.post(f"/hosting/{HALL}/hours/preview", data=fields).text)
    assert "The hours cannot be read yet: “Hall north, Mon”" in part


def test_a_preview_leaves_free_time_as_it_is(host):
    before = words(host.client.get(f"/facilities/{HALL}").text)
    host.client.post(f"/hosting/{HALL}/hours/preview", data=host.form("hours") | {MON: ""})
    assert words(host.client.get(f"/facilities/{HALL}").text) == before


# --- What is touched ------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_touched_stays_and_wishes_are_shown_before_anything_is_saved(host, scene):
    ref = scene.request(firm="ada", title="Stairs")
    scene.act("manager", ref, Action.APPROVE)
    wish = scene.request(firm="bo", title="Ramps", windows=(SECOND,))
    fields = host.form("hours") | {MON: "", TUE: ""}
    part = host.client.post(f"/hosting/{HALL}/hours/preview", data=fields)
    assert "1 stay is touched, 1 wish is touched" in words(part.text)
    response = host.send("hours", fields)
    text = words(response.text)
    assert (response.status_code, host.version) == (200, 1)
    assert "1 stay is touched, 1 wish is touched" in text
    assert f"Stairs {ref} · Ada Robotics Hall south" in text
    assert f"Ramps {wish} · Bo Robotics" in text
    assert "Change the hours; 1 stay is touched, 1 wish is touched" in text
    saved = host.confirm(response)
    assert (saved.status_code, host.version) == (303, 2)
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-01", "2027-02-05")]
    assert "What was agreed stays as it is." in words(host.get().text)
    host.post("/undo", version=2)
    assert host.profile["resources"][0]["opening"]["week"]["mon"] == [["07:00", "21:00"]]


def test_back_from_the_confirmation_everything_typed_is_there(host, scene):
    scene.act("manager", scene.request(), Action.APPROVE)
    response = host.send("hours", more={MON: "", TUE: "8–9"})
    hidden = {f["name"]: f["value"] for f in Elements(response.text).all("input", type="hidden")}
    again = form_of(host.client.post(f"/hosting/{HALL}/hours", data=hidden | {"do": "back"}).text)
    assert (again[MON], again[TUE], host.version) == ("", "8–9", 1)


def test_a_stay_booked_after_the_confirmation_was_shown_is_shown_too(host, scene):
    scene.act("manager", scene.request(firm="ada", title="Stairs"), Action.APPROVE)
    response = host.send("hours", more={MON: ""})
    late = scene.request(firm="bo", title="Ramps", windows=(SECOND,))
    again = host.confirm(response)
    assert (again.status_code, host.version) == (200, 1)
    assert late in words(again.text)


def test_a_space_in_use_is_not_deleted(host, scene):
    scene.act("manager", scene.request(), Action.APPROVE)
    fields = form_of(host.send("spaces", more={"do": "remove:resources.1"}).text)
    response = host.send("spaces", fields | {"do": "save"})
    assert (response.status_code, host.version) == (422, 1)
    assert words(response.text).count("“Hall south” must stay:") == 2
    assert "resources" in {attributes.get("id") for _, attributes in Elements(response.text).found}


# --- Other fields ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "change", "told"),
    [
        ("prices", {"prices.0.day": "-5"}, "“Price list 1, A day” must lie between 0 and"),
        ("prices", {"prices.0.day": "1,500"}, "“Price list 1, A day” must be a number"),
        ("prices", {"prices.0.day": "12,345"}, "“Price list 1, A day” must be a number"),
        ("prices", {"prices.0.valid_from": "soon"}, "“Price list 1, Valid from” must be a date"),
        ("texts", {"name.en": ""}, "“Name, in English” is missing. Add it."),
        ("texts", {"name.en": "x" * 1001}, "“Name, in English” is longer than 1,000 characters."),
        ("place", {"latitude": "191"}, "“Latitude” must lie between -90 and 90."),
        ("place", {"contact.email": "desk"}, "“Contact, Mail address” must be a mail address"),
        ("place", {"site.id": "+", "site.name": ""}, "“Site, Name” is missing. Add it."),
        ("stays", {"min_halves": "0,3"}, "“Shortest stay”: write a length in days, in halves"),
        ("stays", {"max_halves": "0"}, "“Longest stay”: write a length in days, in halves"),
        ("stays", {"min_halves": "3", "max_halves": "1"}, "“Longest stay” is shorter than the"),
        ("limits", {"limits.0.max": ""}, "“Limit 1, At most” is empty, and so is “At least”."),
        ("utilities", {"door_m.0": ""}, "“Door” is missing. Add it."),
        ("hours", {"closures.0.to": "2027-13-01"}, "“Closed dates 1, To” must be a date"),
        ("deciders", {"approvers.1.role": "facility_manager"}, "stands here twice. Leave one out."),
        ("spaces", {"resources.0.name.en": ""}, "“Space 1, Name, in English” is missing. Add it."),
    ],
)
def test_a_fault_is_told_at_its_field_and_nothing_is_saved(host, section, change, told):
    response = host.send(section, more=change)
    assert (response.status_code, host.version) == (422, 1)
    assert told in words(response.text)
    for name, value in change.items():
        assert form_of(response.text)[name] == value
    targets = {a["href"][1:] for a in Elements(response.text).all("a") if "#" in a.get("href", "")}
    ids = {attributes.get("id") for _, attributes in Elements(response.text).found}
    assert targets <= ids


def test_markup_in_translations_is_text(host):
    hostile = '<script>alert("x")</script>'
    host.send("texts", more={"name.sv": hostile, "summary.fi": "rivi\r\nja toinen"})
    assert host.profile["name"]["sv"] == hostile
    assert host.profile["summary"]["fi"] == "rivi ja toinen"
    host.client.get("/sv")
    for path in ("", "/texts", "/versions/2"):
        page = host.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_missing_languages_are_marked_and_counted(host):
    host.send("texts", more={"name.sv": "", "house_rules.0.sv": ""})
    page = host.get("/texts").text
    assert "2 texts missing in Swedish" in words(page)
    assert words(page).count("missing: SV") == 2
    assert "2 texts missing in Swedish" in words(host.get().text)


def test_rows_are_added_moved_and_removed_by_plain_submits(host):
    fields = form_of(host.send("limits", more={"do": "add:limits"}).text)
    assert fields["limits.2.kind"] == "mass_kg"
    fields |= {"limits.2.kind": "people", "limits.2.max": "6", "do": "up:limits.2"}
    fields = form_of(host.send("limits", fields).text)
    fields = form_of(host.send("limits", fields | {"do": "remove:limits.0"}).text)
    assert host.version == 1
    host.send("limits", fields | {"do": "save"})
    limits = host.profile["limits"]
    assert [(x["kind"], x["max"]) for x in limits] == [("people", 6), ("speed_m_s", 2)]


@pytest.mark.parametrize(
    "button",
    [
        *("add:nothing", "add:limits.0", "remove:limits.99", "up:limits", "down:limits.x"),
        *("copy:limits", "next-week", "known:limits", "remove:", "add:resources.0.requires"),
    ],
)
def test_buttons_that_make_no_sense_change_nothing(host, button):
    before = host.form("limits")
    response = host.send("limits", more={"do": button})
    assert response.status_code == 200
    after = form_of(response.text)
    assert after | {"csrf_token": ""} == before | {"csrf_token": ""}


def test_a_new_price_list_begins_as_the_last_one_and_history_stays(host):
    fields = form_of(host.send("prices", more={"do": "add:prices"}).text)
    assert (fields["prices.1.valid_from"], fields["prices.1.day"]) == ("", "620")
    fields |= {"prices.1.valid_from": "2027-01-01", "prices.1.day": "650", "do": "save"}
    host.send("prices", fields)
    assert [x["day"] for x in host.profile["prices"]] == [620, 650]


def test_what_other_places_have_comes_with_its_translations(host):
    chosen = {"known": "surface_inspection", "do": "known:capabilities"}
    fields = form_of(host.send("tests", more=chosen).text)
    host.send("tests", fields | {"do": "save"})
    assert host.profile["capabilities"][3] == {
        "code": "surface_inspection",
        "name": {"en": "Surface inspection", "fi": "Pintojen tarkastus", "sv": "Ytinspektion"},
    }


def test_a_new_site_is_made_and_a_known_one_renamed_for_all(host, scene):
    host.send("place", more={"site.id": "+", "site.name": "Northern ground"})
    site = {"id": "site-northern-ground", "name": "Northern ground"}
    assert host.profile["site"] == site
    host.post("/site", old_name="Northern ground", new_name="Gate B")
    assert host.profile["site"] == site | {"name": "Gate B"}
    host.post("/site", old_name="Northern ground", new_name="Gate C")
    assert "The site is called “Gate B” by now." in words(host.get("/place").text)
