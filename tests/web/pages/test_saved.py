"""Saved views: kept from their pages by the page's own reading, and left again at once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Facility, SavedView
from livinglab.services import watches
from livinglab.services.saved import VIEWS_PER_PERSON
from livinglab.web.asked import Asked
from livinglab.web.pages.catalogue import address, read_search
from livinglab.web.saved_view import query_of
from tests.web.pages.filling import problems, text
from tests.web.pages.scene import HALL, Scene


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def ada(scene, login):
    return scene.client("ada", login)


@pytest.fixture
def post(csrf):
    """Send a form with its token: `post(client, path, **form)`."""
    return lambda client, path, **form: client.post(path, data={"csrf_token": csrf(client), **form})


@pytest.fixture
def views(scene):
    def read():
        return scene.make.all(select(SavedView).order_by(SavedView.id))

    return read


def kept(views):
    return [(view.page, view.name, view.query, view.watched) for view in views()]


@pytest.mark.both_engines
def test_a_search_is_kept_as_the_catalogue_reads_it(ada, post, views):
    asked = "q=vision&days=03.0&free_from=2027-02-01&free_to=nonsense&utm=x&page=7&view=table"
    response = post(ada, f"/saved/new/catalogue?{asked}", name="Vision")
    query = {"q": ["vision"], "days": ["3"], "free_from": ["2027-02-01"], "view": ["table"]}
    assert kept(views) == [("catalogue", "Vision", query, False)]
    assert response.status_code == 303
    assert response.location == "/facilities?q=vision&days=3&free_from=2027-02-01&view=table"
    assert "Saved as “Vision”." in ada.get(response.location).text


def test_a_calendar_is_kept_without_its_day(ada, post, views):
    asked = f"scale=week&facility={HALL}&kind=nonsense&from=2027-02-01"
    response = post(ada, f"/saved/new/board?{asked}", name="Hall", watch="y")
    assert kept(views) == [("board", "Hall", {"scale": ["week"], "facility": [HALL]}, False)]
    assert response.location == f"/board?scale=week&facility={HALL}"


def test_an_inbox_is_kept_by_hosts_only(scene, login, post, views, ada):
    manager = scene.client("manager", login)
    assert post(manager, "/saved/new/inbox?show=decided", name="Done").location == (
        "/inbox?show=decided"
    )
    assert kept(views) == [("inbox", "Done", {"show": ["decided"]}, False)]
    assert post(ada, "/saved/new/inbox", name="Done").status_code == 404
    assert ada.get("/saved/new/inbox").status_code == 404


@pytest.mark.parametrize("page", ["pilots", "catalog", "%00", "facility"])
def test_other_pages_have_no_views(ada, post, page):
    assert ada.get(f"/saved/new/{page}").status_code in {400, 404}
    assert post(ada, f"/saved/new/{page}", name="x").status_code in {400, 404}


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "q=a+b&capability=x&focus_area=sote&kind=hall&municipality=Pori&days=2.5",
        "free_from=2027-02-01&free_to=2027-02-28",
        "month=2027-03",
        "mass_kg=1800&current_a=32&phases=3&floor_kpa=10&door_width_m=2.5&door_height_m=3",
        "crane_t=3.2&air_bar=6.5&phases=3",
    ],
)
def test_a_watch_searches_what_the_catalogue_searches(app, asked):
    with app.test_request_context(f"/facilities?{asked}") as here:
        wanted = read_search(Asked(here.request.args))
        assert watches.search_of(query_of(address(wanted))) == wanted


@pytest.mark.both_engines
def test_a_watched_search_says_what_is_free_and_can_be_stopped(ada, post, views):
    post(ada, "/saved/new/catalogue?capability=amr_agv_fleets&days=3", name="Fleets", watch="y")
    (view,) = views()
    assert (view.watched, sorted(view.told)) == (True, [HALL])
    told = text(ada.get("/saved").text)
    assert re.search(r"You are told\. First free: \w{3} \d+ \w{3} 202\d, Mobile robot", told)
    post(ada, f"/saved/{view.id}/unwatch")
    assert (views()[0].watched, views()[0].told) == (False, {})
    assert "No more mails about “Fleets”." in text(ada.get("/saved").text)
    post(ada, f"/saved/{view.id}/watch")
    assert (views()[0].watched, sorted(views()[0].told)) == (True, [HALL])


@pytest.mark.both_engines
def test_a_facility_tells_when_days_get_free(ada, post, views):
    path = f"/saved/new/facility/{HALL}"
    assert post(ada, path, days="3", free_from="2027-02-01", free_to="").location == "/saved"
    query = {"facility": [HALL], "days": ["3"], "free_from": ["2027-02-01"]}
    name = "3 days, Mobile robot and intralogistics hall (example)"
    assert kept(views) == [("catalogue", name, query, True)]
    told = text(ada.get("/saved").text)
    assert re.search(r"You are told\. First free: \w{3} \d+ Feb 2027\. Stop", told)
    href = f"/facilities/{HALL}?from=2027-02-01&amp;days=3#ask"
    assert f'<a href="{href}">{name}</a>' in ada.get("/saved").text
    assert ada.get(href.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"days": ""}, {"days": "Write a number of days, in halves: 0.5, 1, 3."}),
        ({"days": "-1"}, {"days": "Write a number of days, in halves: 0.5, 1, 3."}),
        ({"days": "1e9"}, {"days": "Write a number of days, in halves: 0.5, 1, 3."}),
        (
            {"free_from": "2027-02-30"},
            {"free_from": "There is no such day. Write it as 2027-03-01."},
        ),
        (
            {"free_from": "2027-02-02", "free_to": "2027-02-01"},
            {"free_to": "The last day is before the first day."},
        ),
        (
            {"free_to": "2026-11-23"},
            {"free_to": "These days are over. Choose a later last day."},
        ),
    ],
)
def test_what_cannot_be_watched_is_said_and_what_was_typed_stays(ada, post, views, form, told):
    given = {"days": "3", **form}
    response = post(ada, f"/saved/new/facility/{HALL}", **given)
    assert (response.status_code, views()) == (422, [])
    assert problems(response.text) == told
    for value in given.values():
        assert f'value="{value}"' in response.text


def test_a_facility_out_of_the_catalogue_is_not_watched(scene, login, post, views):
    scene.make.session.get(Facility, scene.hall.id).published = False
    scene.make.session.get(Facility, scene.hall.id).version = 2
    scene.make.session.commit()
    manager = scene.client("manager", login)
    for path in (f"/saved/new/facility/{HALL}", "/saved/new/facility/fac-99"):
        assert manager.get(path).status_code == 404
        assert post(manager, path, days="3").status_code == 404
    assert "Tell me when days get free here" not in manager.get(f"/facilities/{HALL}").text
    assert views() == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "“Name” is empty. Fill it in."),
        ("x" * 101, "“Name” is longer than 100 characters. Shorten it."),
        ("a\r\nb", "“Name” has a line break or another control character. Remove it."),
    ],
)
def test_a_name_is_asked_again(ada, post, views, name, told):
    response = post(ada, "/saved/new/catalogue?q=vision", name=name, watch="y")
    assert (response.status_code, problems(response.text)) == (422, {"name": told})
    assert 'action="/saved/new/catalogue?q=vision"' in response.text
    assert re.search(r'name="watch"[^>]* checked', response.text)
    post(ada, "/saved/new/catalogue?q=vision", name="Vision")
    response = post(ada, f"/saved/{views()[0].id}/rename", name=name)
    assert response.status_code == 422
    assert told in text(response.text)
    assert [view.name for view in views()] == ["Vision"]


def test_a_view_is_renamed(ada, post, views):
    post(ada, "/saved/new/catalogue?q=vision", name="Vision")
    (view,) = views()
    response = post(ada, f"/saved/{view.id}/rename", name="<b>Näkö</b> 👀")
    assert response.location == f"/saved#view-{view.id}"
    assert "&lt;b&gt;Näkö&lt;/b&gt; 👀</a>" in ada.get("/saved").text


@pytest.mark.both_engines
def test_a_removal_can_be_taken_back_for_ten_minutes(ada, post, views, clock):
    post(ada, f"/saved/new/facility/{HALL}", days="3")
    before = kept(views)
    post(ada, f"/saved/{views()[0].id}/remove")
    assert views() == []
    told = text(ada.get("/saved").text)
    assert "Removed: 3 days, Mobile robot" in told
    assert "until Tue 24 Nov 2026, 10:10" in told
    clock.now += timedelta(minutes=9)
    post(ada, "/saved/undo")
    assert kept(views) == before
    post(ada, f"/saved/{views()[0].id}/remove")
    clock.now += timedelta(minutes=10)
    assert "Undo" not in ada.get("/saved").text
    post(ada, "/saved/undo")
    assert "That was too long ago." in text(ada.get("/saved").text)
    assert views() == []


@pytest.mark.parametrize("act", ["rename", "watch", "unwatch", "remove"])
def test_views_of_others_are_not_found(scene, login, ada, post, views, act):
    post(ada, "/saved/new/catalogue?q=vision", name="Vision")
    bo = scene.client("bo", login)
    (view,) = views()
    for number in (view.id, view.id + 1, 2**40):
        assert post(bo, f"/saved/{number}/{act}", name="Mine").status_code == 404
    assert "Vision" not in bo.get("/saved").text
    assert kept(views) == [("catalogue", "Vision", {"q": ["vision"]}, False)]


def test_a_calendar_cannot_be_watched(ada, post, views):
    post(ada, "/saved/new/board", name="All")
    response = post(ada, f"/saved/{views()[0].id}/watch")
    assert (response.status_code, views()[0].watched) == (422, False)


def test_visitors_are_led_to_sign_in_and_back(scene, client, login, post, views):
    html = client.get("/facilities?q=robot&days=3").text
    link = re.search(r'href="(/saved/new/catalogue[^"]*)"', html)[1].replace("&amp;", "&")
    login_page = client.get(link)
    assert login_page.status_code == 303
    assert login_page.location.startswith("/login?next=/saved/new/catalogue?q%3Drobot%26days%3D3")
    assert client.get(f"/facilities/{HALL}").text.count(f"/saved/new/facility/{HALL}?days=") == 1
    bo = scene.client("bo", login)
    form = bo.get(link).text
    assert 'value="“robot”, 3 days"' in form
    assert post(bo, link, name="Robots").location == "/facilities?q=robot&days=3"
    assert kept(views) == [("catalogue", "Robots", {"q": ["robot"], "days": ["3"]}, False)]


def test_each_page_offers_to_keep_what_it_shows(scene, ada, login):
    manager = scene.client("manager", login)
    for client, path, action in (
        (ada, "/facilities?q=robot", "/saved/new/catalogue?q=robot"),
        (ada, f"/board?facility={HALL}", f"/saved/new/board?facility={HALL}"),
        (manager, "/inbox?show=all", "/saved/new/inbox?show=all"),
        (manager, "/inbox?show=decided", "/saved/new/inbox?show=decided"),
    ):
        assert f'action="{action}"' in client.get(path).text


def test_too_many_are_told_at_the_form(scene, ada, post, views):
    person = scene.who("ada").user_id
    for number in range(VIEWS_PER_PERSON):
        row = SavedView(user_id=person, page="catalogue", name="x", query={"q": [f"{number}"]})
        row.told, row.created_at = {}, scene.clock()
        scene.make.session.add(row)
    scene.make.session.commit()
    told = "You have 50 saved views. Remove one before you save another."
    for path in ("/saved/new/catalogue?q=new", f"/saved/new/facility/{HALL}"):
        response = post(ada, path, name="One more", days="3")
        assert (response.status_code, list(problems(response.text).values())) == (422, [told])


def test_nothing_saved_says_where_to_begin(ada):
    assert "Nothing is saved yet" in ada.get("/saved").text


def test_statements_do_not_grow_with_the_list(ada, post, query_counter):
    def count():
        ada.get("/saved")
        with query_counter() as sent:
            ada.get("/saved")
        return sent.count

    post(ada, "/saved/new/catalogue?q=a", name="A", watch="y")
    one = count()
    for name in "bc":
        post(ada, f"/saved/new/catalogue?q={name}", name=name, watch="y")
    assert count() == one
