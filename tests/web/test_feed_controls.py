"""A secret in an address is against ASVS 5.0, 14.2.1: the seven controls that stand in for it."""

import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from livinglab.adapters.secrets import token_hash
from livinglab.db.tables import Feed, Membership, User
from livinglab.domain.pilot import Action
from livinglab.services import accounts, tokens
from tests.web.pages.scene import SECOND, Scene

NOT_FOUND = (404, b"Not found\n", "text/plain")


@pytest.fixture
def scene(make, app, clock):
    """A firm's pilot that is confirmed."""
    made = Scene(make, app, clock)
    made.act("manager", made.request(title="Strip"), Action.APPROVE)
    return made


@pytest.fixture
def post(csrf):
    """Send a form with its token: `post(client, path, **form)`."""
    return lambda client, path, **form: client.post(path, data={"csrf_token": csrf(client), **form})


@pytest.fixture
def feed(scene):
    """The token of a new feed of a person."""

    def new(person="ada", **wanted):
        with scene.work(person) as work:
            return accounts.make_feed(work, f"{person}@test.example", **wanted)

    return new


@pytest.fixture
def read(client):
    """Read a feed: `read(token)`; status, body, kind."""

    def get(token):
        answer = client.get(f"/feeds/{token}.ics")
        return answer.status_code, answer.data, answer.mimetype

    return get


def test_1_each_feed_has_a_secret_of_its_own_kept_as_a_hash(feed, scene):
    tokens = {feed() for _ in range(3)} | {feed("bo")}
    assert len(tokens) == 4
    assert all(len(token) >= 43 for token in tokens)  # 6 bits a sign: 256 of them
    kept = scene.make.all(select(Feed))
    assert {row.token_hash for row in kept} == {token_hash(token) for token in tokens}
    assert not any(token in str(vars(row)) for row in kept for token in tokens)


def test_1_its_stored_hash_is_no_address(feed, read, scene):
    feed()
    (row,) = scene.make.all(select(Feed))
    assert read(row.token_hash) == NOT_FOUND


def test_2_it_reads_one_feed_and_opens_nothing_else(client, feed):
    token = feed()
    head = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/pilots", headers=head).status_code == 401
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(f"/feeds/{token}.ics").status_code == 405
    client.set_cookie("session", token)
    assert client.get("/pilots").status_code == 303


def test_3_it_tells_what_its_owner_may_see_now(client, feed, scene):
    token = feed("coordinator")
    assert client.get(f"/feeds/{token}.ics").text.count("BEGIN:VEVENT") == 1
    mine = Membership.user_id == scene.who("coordinator").user_id
    elsewhere = {"role": "facility_manager", "facility_id": scene.lab.id}
    scene.make.session.execute(update(Membership).where(mine).values(elsewhere))
    scene.make.session.commit()
    assert client.get(f"/feeds/{token}.ics").text.count("BEGIN:VEVENT") == 0


@pytest.fixture
def of_both(scene, login, post):
    """A browser of Ada's, who belongs to both firms; acting for one it makes a feed: its token."""
    scene.make.add(
        Membership(
            user_id=scene.who("ada").user_id, organisation_id=scene.firms["bo"].id, role="member"
        )
    )
    scene.act("manager", scene.request("bo", title="Foreign", windows=(SECOND,)), Action.APPROVE)
    client, firms = scene.client("ada", login), {key: f.id for key, f in scene.firms.items()}
    scene.make.session.commit()  # an open read would block writers on SQLite

    def make_feed(firm):
        post(client, "/account/organisation", organisation=firms[firm])
        post(client, "/calendar-feeds", facility="", detail="title")
        page = client.get("/calendar-feeds").text
        return re.search(r"/feeds/([\w-]{40,})\.ics", page)[1], client

    return make_feed


def test_3_of_two_organisations_it_tells_of_the_one_it_was_made_for(of_both, client):
    told = {}
    for firm in ("ada", "bo"):
        token, browser = of_both(firm)
        told[firm] = re.findall(r"SUMMARY:(.*?)\r", client.get(f"/feeds/{token}.ics").text)
    assert told == {"ada": ["Strip"], "bo": ["Foreign"]}
    shown = re.findall(
        r'<span class="ll-also">(\w+ Robotics)</span>', browser.get("/calendar-feeds").text
    )
    assert shown == ["Bo Robotics", "Ada Robotics"]


@pytest.mark.both_engines
def test_5_it_dies_with_the_membership_it_was_made_for(of_both, read, post):
    ours, _ = of_both("ada")
    theirs, browser = of_both("bo")
    assert (read(ours)[0], read(theirs)[0]) == (200, 200)
    assert post(browser, "/account/leave").status_code == 303
    assert (read(ours)[0], read(theirs)) == (200, NOT_FOUND)


def test_5_without_that_membership_it_shows_nothing_of_the_other(of_both, read, scene):
    token, _ = of_both("bo")
    there = Membership.organisation_id == scene.firms["bo"].id
    mine = Membership.user_id == scene.who("ada").user_id
    scene.make.session.execute(delete(Membership).where(mine, there))
    scene.make.session.commit()
    assert read(token) == NOT_FOUND


def test_4_it_tells_no_more_than_was_asked_for(client, feed):
    told = {
        detail: client.get(f"/feeds/{feed(detail=detail)}.ics").text
        for detail in ("full", "title", "busy")
    }
    assert "Ada Robotics: Strip" in told["full"]
    assert ("Strip" in told["title"], "Ada" in told["title"].split("BEGIN:VEVENT")[1]) == (
        True,
        False,
    )
    assert "Strip" not in told["busy"]


def test_4_more_than_the_title_is_chosen_on_purpose(scene, login):
    page = scene.client("ada", login).get("/calendar-feeds").text
    assert 'value="title" checked' in page


def test_5_a_new_address_ends_the_old_one(scene, feed, read, login, csrf):
    old = feed()
    ada = scene.client("ada", login)
    answer = ada.post("/calendar-feeds/1/rotate", data={"csrf_token": csrf(ada)})
    assert answer.status_code == 303
    page = ada.get("/calendar-feeds").text
    new = page.split("/feeds/")[1].split(".ics")[0]
    assert (read(new)[0], read(old)) == (200, NOT_FOUND)
    bo = scene.client("bo", login)
    assert bo.post("/calendar-feeds/1/rotate", data={"csrf_token": csrf(bo)}).status_code == 404
    assert read(new)[0] == 200


def test_5_its_list_tells_when_and_by_what_it_was_read(client, scene, feed, login):
    client.get(f"/feeds/{feed()}.ics", headers={"User-Agent": "Reader/1"})
    ada = scene.client("ada", login)
    assert '<span class="ll-also">Reader</span>' in ada.get("/calendar-feeds").text
    assert "Reader/1" in ada.get("/calendar-feeds/1").text


def test_5_it_dies_with_the_membership(feed, read, scene):
    token = feed()
    scene.make.session.execute(
        delete(Membership).where(Membership.user_id == scene.who("ada").user_id)
    )
    scene.make.session.commit()
    assert read(token) == NOT_FOUND


def test_5_nobody_reads_it_for_180_days_and_it_is_dead(feed, read, clock, scene, login):
    read_once, never = feed(), feed()
    clock.now += timedelta(days=1)
    assert read(read_once)[0] == 200
    clock.now += timedelta(days=179)
    assert (read(never), read(read_once)[0]) == (NOT_FOUND, 200)
    clock.now += timedelta(days=180)
    assert read(read_once) == NOT_FOUND
    page = scene.client("ada", login).get("/calendar-feeds").text
    assert page.count("Not read for 180 days: the address is dead.") == 2


def test_6_its_secret_is_in_no_log(client, feed, caplog):
    caplog.set_level(logging.DEBUG)
    token = feed()
    client.get(f"/feeds/{token}.ics")
    client.get(f"/feeds/{token}.ifb")
    client.post(f"/feeds/{token}.ics")
    client.get(f"/feeds/{token}.txt")
    assert token not in caplog.text


def test_7_no_cache_keeps_it_and_no_referer_tells_it(client, feed):
    for path in (f"/feeds/{feed()}.ics", "/feeds/unknown.ics"):
        headers = client.get(path).headers
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == (
            "private, no-cache",
            "no-referrer",
        )


def test_7_what_is_not_there_looks_alike(client, feed, read, scene, clock):
    ended, orphaned, living = feed("ada"), feed("bo"), feed("ada")
    scene.make.session.execute(update(Feed).where(Feed.id == 1).values(revoked_at=clock.now))
    scene.make.session.execute(
        update(User).where(User.email == "bo@test.example").values(active=False)
    )
    scene.make.session.commit()
    with scene.work("ada") as work:
        foreign = tokens.make_token(work, "ada@test.example")
    guessed = ("unknown", ended, orphaned, foreign, living[:-1], f"{living}x", living.swapcase())
    assert read(living)[0] == 200
    assert {read(token) for token in guessed} == {NOT_FOUND}
    answers = [client.get(f"/feeds/{token}.ifb") for token in guessed]
    told = {
        tuple(
            (name, value) for name, value in answer.headers if name not in {"X-Request-ID", "Date"}
        )
        for answer in answers
    }
    assert len(told) == 1


def test_7_readers_and_guessers_are_slowed(app, client, feed, monkeypatch):
    settings = app.extensions["livinglab.settings"]
    few = replace(settings, feed_reads_per_minute=2)
    monkeypatch.setitem(app.extensions, "livinglab.settings", few)
    first, second = feed(), feed()
    assert [client.get(f"/feeds/{first}.ics").status_code for _ in range(3)] == [200, 200, 429]
    guesses = [client.get(f"/feeds/guess{number}.ics") for number in range(3)]
    assert [a.status_code for a in guesses] == [404, 404, 429]
    assert (guesses[2].headers["Retry-After"], guesses[2].mimetype) == ("60", "text/plain")
    assert guesses[2].headers["Referrer-Policy"] == "no-referrer"
    assert client.get(f"/feeds/{second}.ics").status_code == 200
