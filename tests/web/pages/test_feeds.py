"""Feeds and tokens: made once, shown once, ended at once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.adapters.secrets import token_hash
from livinglab.db.tables import ApiToken, AppPassword, Feed, Site
from livinglab.domain.pilot import Action
from livinglab.services import app_passwords
from tests.web.pages.scene import HALL, NORTH, SECOND, Scene

SITES = ["site:site-02", "site:site-03"]


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
def rows(scene):
    def read(table):
        found = scene.make.session.scalars(select(table).order_by(table.id)).all()
        scene.make.session.commit()
        return found

    return read


def secrets(html):
    return re.findall(r'<p class="ll-copy" tabindex="0">(.*?)</p>', html)


@pytest.mark.both_engines
def test_an_address_is_shown_once_and_works(scene, ada, post, rows, client):
    ref = scene.request()
    scene.act("manager", ref, Action.APPROVE)
    scene.act("manager", scene.request("bo", title="Foreign", windows=(SECOND,)), Action.APPROVE)
    response = post(ada, "/calendar-feeds", facility="", detail="title")
    assert (response.status_code, response.location) == (303, "/calendar-feeds#new")
    web, webcal = secrets(ada.get("/calendar-feeds").text)
    assert secrets(ada.get("/calendar-feeds").text) == []
    token = re.fullmatch(r"http://127\.0\.0\.1:8000/feeds/([\w-]{40,})\.ics", web)[1]
    assert webcal == f"webcal://127.0.0.1:8000/feeds/{token}.ics"
    (feed,) = rows(Feed)
    assert (feed.token_hash, feed.detail, feed.facility_id) == (token_hash(token), "title", None)
    calendar = client.get(f"/feeds/{token}.ics")
    assert re.findall(r"SUMMARY:(.*?)\r", calendar.text) == ["Stairs"]


def test_a_feed_may_be_of_one_facility(scene, ada, post, rows):
    post(ada, "/calendar-feeds", facility=HALL, detail="busy")
    (feed,) = rows(Feed)
    assert (feed.facility_id, feed.detail) == (scene.hall.id, "busy")
    assert "Mobile robot and intralogistics hall" in ada.get("/calendar-feeds").text


def test_the_form_offers_what_is_there_and_keeps_what_was_typed(scene, ada, post, rows, login):
    scene.hall.site = Site(slug="site-02", host=scene.host, name="Technology Park")
    scene.make.session.commit()
    page = ada.get("/calendar-feeds").text
    offered = re.findall(r'<option value="(\w+:[\w-]+)"', page)
    assert offered == ["facility:fac-02", "facility:fac-03", *SITES, "company:ada"]
    manager = scene.client("manager", login)
    assert "role:facility_manager" in manager.get("/calendar-feeds").text
    wish = {"kept": "y", "detail": "busy", "name": "Own\x07", "mine": "y", "language": "fi"}
    refused = post(ada, "/calendar-feeds", scope="site:site-02", resources=NORTH, **wish)
    assert refused.status_code == 422
    assert 'id="name-error"' in refused.text
    for kept in ('value="busy" checked', f'value="{NORTH}" checked', 'value="fi" selected'):
        assert kept in refused.text
    assert 'value="site:site-02" selected' in refused.text
    post(ada, "/calendar-feeds", scope="site:site-02", resources=NORTH, **wish | {"name": "Own"})
    (feed,) = rows(Feed)
    told = (feed.scope, feed.mine, feed.cancelled, feed.language, feed.name, feed.detail)
    assert told == ("site", True, False, "fi", "Own", "busy")
    assert feed.resources == str(scene.make.resource(NORTH).id)
    page = ada.get(f"/calendar-feeds/{feed.id}").text
    for words in ("Own", "Technology Park", "Only Hall north", "Without what was called off"):
        assert words in page
    assert "No program has read it yet" in page
    assert manager.get(f"/calendar-feeds/{feed.id}").status_code == 404


def test_the_doctor_says_who_reads_and_what_is_wrong(scene, ada, post, client, clock, login):
    post(ada, "/calendar-feeds", detail="full")
    path = secrets(ada.get("/calendar-feeds").text)[0].removeprefix("http://127.0.0.1:8000")
    google = "Google-Calendar-Importer; <b>x</b>"
    for _ in range(4):
        answer = client.get(path, headers={"User-Agent": google})
        clock.now += timedelta(minutes=1)
    sent = {"User-Agent": "Mozilla/5.0 Thunderbird/128.1", "If-None-Match": answer.headers["ETag"]}
    client.get(path, headers=sent)
    page = ada.get("/calendar-feeds/1").text
    assert "Asks oftener than every 5 minutes." in page
    assert "Never says what it has already" in page
    assert re.findall(r'<td data-l="Got">(.*?)</td>', page) == [
        "304, nothing new",
        "200, everything",
    ]
    assert re.findall(r'<td data-l="Says what it has">(.*?)</td>', page) == ["yes", "no"]
    assert "<b>x</b>" not in page
    assert "1 program to look at" in ada.get("/calendar-feeds").text
    clock.now += timedelta(days=3)
    later = scene.client("ada", login).get("/calendar-feeds/1").text
    assert later.count("Has not asked for 3 days.") == 2


def test_each_program_is_told_with_its_delay(ada):
    html = ada.get("/calendar-feeds").text
    for told in ("every 8 to 24 hours", "about every 3 hours", "You choose: from every 5 minutes"):
        assert told in html


def test_ending_a_feed_is_at_once(scene, ada, post, rows, client, login):
    post(ada, "/calendar-feeds", detail="full")
    web = secrets(ada.get("/calendar-feeds").text)[0]
    path = web.removeprefix("http://127.0.0.1:8000")
    assert client.get(path).status_code == 200
    (feed,) = rows(Feed)
    bo = scene.client("bo", login)
    assert post(bo, f"/calendar-feeds/{feed.id}/revoke").status_code == 404
    assert post(ada, f"/calendar-feeds/{feed.id}/revoke").status_code == 303
    assert client.get(path).status_code in {404, 410}
    assert "No feed yet" in ada.get("/calendar-feeds").text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"detail": "everything"}, 422),
        ({"detail": "full", "facility": "nowhere"}, 404),
        ({"detail": "\u202e💥", "facility": "x" * 5000}, 422),
    ],
)
def test_odd_feeds_are_refused(ada, post, rows, form, status):
    assert post(ada, "/calendar-feeds", **form).status_code == status
    assert rows(Feed) == []


def test_a_token_is_shown_once_and_works(ada, post, rows, client):
    assert post(ada, "/tokens", scope="write").location == "/tokens#new"
    token, call = secrets(ada.get("/tokens").text)
    assert call.startswith("curl -H ")
    assert secrets(ada.get("/tokens").text) == []
    (row,) = rows(ApiToken)
    assert (row.token_hash, row.scope) == (token_hash(token), "write")
    head = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/pilots", headers=head).status_code == 200
    post(ada, f"/tokens/{row.id}/revoke")
    assert client.get("/api/v1/pilots", headers=head).status_code == 401


def test_a_token_runs_out(ada, post, rows, client, clock):
    post(ada, "/tokens", scope="read", days="30", name="Crane")
    token, _ = secrets(ada.get("/tokens").text)
    head = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/pilots", headers=head).status_code == 200
    clock.now += timedelta(days=30)
    assert client.get("/api/v1/pilots", headers=head).status_code == 401


def test_the_list_tells_name_use_and_end(ada, post, client, clock, login, scene):
    post(ada, "/tokens", scope="read", days="30", name="Crane")
    token, _ = secrets(ada.get("/tokens").text)
    client.get("/api/v1/pilots", headers={"Authorization": f"Bearer {token}"})
    first = ada.get("/tokens").text
    assert "Crane" in first
    assert "not yet" not in first
    assert "End this token" in first
    clock.now += timedelta(days=30)
    later = scene.client("ada", login).get("/tokens").text
    assert re.search(r"Thu 24 Dec 2026, [\d:]+<span class=\"ll-also\">ended</span>", later)
    assert "End this token" not in later


@pytest.mark.parametrize(
    "form",
    [{"days": "366"}, {"days": "9" * 30}, {"days": ""}, {"days": "💥"}, {"name": "a\x07b"}],
)
def test_a_token_with_another_length_or_an_odd_name_is_refused(ada, post, rows, form):
    answer = post(ada, "/tokens", scope="write", **form)
    assert (answer.status_code, rows(ApiToken)) == (422, [])
    assert f'id="{next(iter(form))}-error"' in answer.text
    assert 'value="write" checked' in answer.text


def test_a_calendar_app_gets_a_password_once(scene, ada, post, rows, login):
    answer = post(ada, "/calendar-feeds/apps", name="Phone")
    assert (answer.status_code, answer.location) == (303, "/calendar-feeds#new-app")
    address, name, password = secrets(ada.get("/calendar-feeds").text)
    assert (address, name) == ("http://127.0.0.1:8000/dav/", "ada@test.example")
    assert secrets(ada.get("/calendar-feeds").text) == []
    with scene.work("ada") as work:
        on = scene.clock.now.date()
        found = app_passwords.app_password_holder(work.session, name, password, on)
        assert found.who.email == name
    (row,) = rows(AppPassword)
    assert (
        post(scene.client("bo", login), f"/calendar-feeds/apps/{row.id}/revoke").status_code == 404
    )
    assert post(ada, f"/calendar-feeds/apps/{row.id}/revoke").status_code == 303
    assert scene.make.reload(row).revoked_at == scene.clock.now


def test_tokens_of_others_cannot_be_ended(scene, ada, post, rows, login):
    post(ada, "/tokens", scope="read")
    (row,) = rows(ApiToken)
    assert post(scene.client("admin", login), f"/tokens/{row.id}/revoke").status_code == 404
    assert row.scope == "read"
    assert rows(ApiToken)[0].revoked_at is None


@pytest.mark.parametrize("scope", ["", "admin", "💥"])
def test_a_token_may_only_read_unless_asked_otherwise(ada, post, rows, scope):
    post(ada, "/tokens", scope=scope)
    assert [row.scope for row in rows(ApiToken)] == ["read"]


@pytest.mark.parametrize("path", ["/calendar-feeds", "/tokens"])
def test_visitors_are_sent_to_sign_in(client, path):
    assert client.get(path).location == f"/login?next={path}"


@pytest.mark.parametrize(
    "path",
    [
        "/calendar-feeds/{}/revoke",
        "/calendar-feeds/{}/rotate",
        "/tokens/{}/revoke",
        "/calendar-feeds/apps/{}/revoke",
    ],
)
def test_huge_numbers_are_not_found(ada, post, path):
    assert post(ada, path.format("9" * 30)).status_code == 404


@pytest.mark.parametrize(
    ("path", "creates", "form"),
    [
        ("/calendar-feeds", "/calendar-feeds", {"detail": "full"}),
        ("/calendar-feeds", "/calendar-feeds/apps", {}),
        ("/tokens", "/tokens", {"scope": "read"}),
    ],
)
def test_statements_do_not_grow_with_the_list(ada, post, query_counter, path, creates, form):
    post(ada, creates, **form)
    ada.get(path)
    with query_counter() as one:
        ada.get(path)
    for _ in range(2):
        post(ada, creates, **form)
    ada.get(path)
    with query_counter() as three:
        ada.get(path)
    assert three.count == one.count
