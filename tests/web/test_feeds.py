"""A calendar feed over HTTP: what a reader is sent, when it is sent nothing, what stays secret."""

import gzip
import logging
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import select, update
from werkzeug.http import http_date
from werkzeug.serving import make_server

from livinglab.db.tables import Booking, Feed, FeedFetch, User
from livinglab.domain.pilot import Action
from livinglab.services import accounts
from tests.harness import check_feed
from tests.web.pages.scene import Scene


@pytest.fixture
def scene(make, app, clock):
    """A firm's pilot that is confirmed."""
    made = Scene(make, app, clock)
    made.act("manager", made.request(title="Strip, bright"), Action.APPROVE)
    return made


@pytest.fixture
def address(scene):
    """The path of a new feed of a person: `address("ada", detail="busy")`."""

    def new(person="ada", **wanted):
        with scene.work(person) as work:
            return f"/feeds/{accounts.make_feed(work, f'{person}@test.example', **wanted)}.ics"

    return new


def events(answer):
    return answer.text.count("BEGIN:VEVENT")


# --- What is sent -------------------------------------------------------------------------------


def test_a_feed_needs_no_sign_in_and_shows_what_its_owner_sees(client, address):
    mine, theirs = client.get(address("ada")), client.get(address("bo"))
    assert (mine.status_code, events(mine), events(theirs)) == (200, 1, 0)
    assert "SUMMARY:Ada Robotics: Strip\\, bright\r\n" in mine.text
    assert "STATUS:CONFIRMED\r\n" in mine.text


def test_answers_have_the_headers_readers_and_caches_need(client, address):
    answer = client.get(address())
    headers = answer.headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert headers["Content-Disposition"].startswith("inline")
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Accept-Encoding" in headers["Vary"]
    assert "Set-Cookie" not in headers


def test_a_feed_is_packed_for_those_who_ask(client, address):
    path = address()
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["ETag"] == plain.headers["ETag"]
    unwanted = client.get(path, headers={"Accept-Encoding": "gzip;q=0, br"})
    assert "Content-Encoding" not in unwanted.headers


def test_who_asks_for_jcal_gets_it_with_a_tag_of_its_own(client, address):
    path = address()
    plain, asked = client.get(path), {"Accept": "application/calendar+json"}
    answer = client.get(path, headers=asked)
    assert answer.mimetype == "application/calendar+json"
    assert "Accept" in answer.headers["Vary"].split(", ")
    kind, _, ((event, told, _),) = answer.json
    assert (kind, event) == ("vcalendar", "vevent")
    assert ["summary", {}, "text", "Ada Robotics: Strip, bright"] in told
    tag = answer.headers["ETag"]
    assert tag != plain.headers["ETag"]
    assert client.get(path, headers={**asked, "If-None-Match": tag}).status_code == 304
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200
    for other in ("*/*", "text/calendar, application/calendar+json", "text/html", ""):
        assert client.get(path, headers={"Accept": other}).data == plain.data


def test_a_head_has_the_headers_alone(client, address):
    path = address()
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]


def test_free_busy_has_times_and_no_names(client, address):
    answer = client.get(address().replace(".ics", ".ifb"))
    assert "BEGIN:VFREEBUSY" in answer.text
    assert "FREEBUSY;FBTYPE=BUSY:20270201T" in answer.text
    assert "Strip" not in answer.text


# --- What is not sent again ---------------------------------------------------------------------


def test_what_is_known_is_not_sent_again(client, address):
    path = address()
    etag = client.get(path).headers["ETag"]
    for sent in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        answer = client.get(path, headers={"If-None-Match": sent})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", etag)
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_nothing_of_bookings_is_read_to_say_so(client, address, query_counter):
    path = address()
    headers = {"If-None-Match": client.get(path).headers["ETag"]}
    with query_counter() as sent:
        assert client.get(path, headers=headers).status_code == 304
    assert [text for text in sent.texts if "booking" in text or "calendar_text" in text] == []


def test_a_change_is_sent(client, address, scene, clock):
    path = address()
    first = client.get(path)
    clock.now += timedelta(seconds=5)
    scene.act("manager", "PLL-2026-0001", Action.CANCEL, note="Water in the hall.")
    clock.now += timedelta(seconds=5)
    for name, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        answer = client.get(path, headers={name: value})
        assert answer.status_code == 200
        assert "STATUS:CANCELLED" in answer.text


def test_the_date_is_asked_only_where_no_tag_is_sent(client, address, clock):
    path = address()
    clock.now += timedelta(minutes=5)
    modified = client.get(path).headers["Last-Modified"]
    assert client.get(path, headers={"If-Modified-Since": modified}).status_code == 304
    both = {"If-Modified-Since": modified, "If-None-Match": '"other"'}
    assert client.get(path, headers=both).status_code == 200


@pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "not a date", ""])
def test_old_and_unreadable_dates_count_for_nothing(client, address, date):
    assert client.get(address(), headers={"If-Modified-Since": date}).status_code == 200


def test_a_date_to_come_counts_for_nothing(client, address, clock):
    headers = {"If-Modified-Since": http_date(clock.now + timedelta(days=1))}
    assert client.get(address(), headers=headers).status_code == 200


def test_two_changes_in_one_second_are_both_sent(client, address, scene, clock):
    path = address()
    seen = client.get(path).headers["Last-Modified"]
    clock.now += timedelta(milliseconds=400)
    scene.act("manager", "PLL-2026-0001", Action.CANCEL, note="Water in the hall.")
    clock.now += timedelta(minutes=1)
    assert client.get(path, headers={"If-Modified-Since": seen}).status_code == 200


# --- What stays secret --------------------------------------------------------------------------


def test_unknown_ended_and_orphaned_feeds_look_alike(client, address, make, clock):
    ended, orphaned = address("ada"), address("bo")
    make.session.execute(update(Feed).where(Feed.id == 1).values(revoked_at=clock.now))
    make.session.execute(update(User).where(User.email == "bo@test.example").values(active=False))
    make.session.commit()
    answers = [client.get(path) for path in ("/feeds/unknown.ics", ended, orphaned)]
    assert {(a.status_code, a.data, a.mimetype) for a in answers} == {
        (404, b"Not found\n", "text/plain")
    }
    assert "Set-Cookie" not in answers[0].headers


@pytest.mark.parametrize("path", ["/feeds/x", "/feeds/x.txt", "/feeds/.ics", "/feeds/a/b.ics"])
def test_other_addresses_are_not_there(client, scene, path):
    assert client.get(path).status_code == 404


def test_the_address_is_in_no_log(app, client, address, caplog, clock, monkeypatch):
    caplog.set_level(logging.DEBUG)
    path = address()
    secret = path.removeprefix("/feeds/").removesuffix(".ics")
    client.get(path)
    client.post(path)
    app.testing = False
    monkeypatch.setitem(app.extensions, "livinglab.clock", lambda: 1 / 0)
    assert client.get(path).status_code == 500
    assert "Exception on /feeds/… [GET]" in caplog.text
    assert secret not in caplog.text


def test_each_programs_use_is_written_down_at_most_once_a_minute(
    client, address, make, clock, query_counter
):
    path, first = address(), clock.now

    def read(agent, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        with query_counter() as sent:
            answer = client.get(path, headers={"User-Agent": agent, **headers})
        return answer, any("feed_fetch" in text for text in sent.texts)

    answer, noted = read("Reader/1")
    assert noted
    clock.now += timedelta(seconds=59)
    assert read("Reader/1")[1] is False
    assert read("Reader/2")[1] is True
    clock.now += timedelta(seconds=1)
    assert read("Reader/1", If_None_Match=answer.headers["ETag"])[1] is True
    rows = make.all(select(FeedFetch).order_by(FeedFetch.id))
    assert [(r.agent, r.count, r.status, r.octets, r.conditional) for r in rows] == [
        ("Reader/1", 2, 304, len(answer.data), True),
        ("Reader/2", 1, 200, len(answer.data), False),
    ]
    assert (rows[0].first_at, rows[0].at) == (first, clock.now)


# --- Real readers -------------------------------------------------------------------------------


@contextmanager
def listening(app):
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.harness
@pytest.mark.slow
def test_calendar_programs_read_the_feed_over_http(app, address, make, clock):
    path = address()
    clock.now += timedelta(minutes=5)
    (booking,) = make.all(select(Booking))
    expected = {
        "uid": booking.uid,
        "start": booking.starts_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "end": booking.ends_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "summary": "Ada Robotics: Strip, bright",
        "status": "CONFIRMED",
        "sequence": booking.ical_sequence,
    }
    with listening(app) as base_url:
        check = check_feed(base_url + path, {"events": [expected]})
    assert check.failed == (), check.output
    done, of = check.consumers_ok.split("/")
    assert done == of
