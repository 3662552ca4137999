"""Calendar programs that sign in: what they find, what they are refused, what stays secret."""

import re
from dataclasses import replace
from datetime import timedelta

import icalendar
import pytest

from livinglab.domain.pilot import Action
from livinglab.services import app_passwords
from livinglab.web import caldav
from livinglab.web.headers import ALWAYS
from tests.calendar_program import NAMESPACES, NS, Program, condition, texts, xml
from tests.factories import PASSWORD
from tests.web.pages.scene import SECOND, Scene

HOSTILE = "]]>&lt;<x/> \ufffe ; , \\ 🤖 &amp; " + "å" * 90
PURPOSE = "A secret plan."
DEEP = "<a>" * 40 + "</a>" * 40
BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;">]><D:propfind xmlns:D="DAV:"><D:prop><x>&c;</x></D:prop></D:propfind>"""
OUTSIDE = """<!DOCTYPE a SYSTEM "file:///etc/passwd" [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<D:propfind xmlns:D="DAV:"><D:prop>&a;</D:prop></D:propfind>"""
ODD = {
    "bomb": BOMB,
    "outside": OUTSIDE,
    "deep": DEEP,
    "many": f"<a>{'<b/>' * 50_001}</a>",
    "cut": "<D:propfind xmlns:D='DAV:'>",
    "entity": "<D:propfind xmlns:D='DAV:'>&nbsp;</D:propfind>",
    "encoding": "<?xml version='1.0' encoding='klingon'?><a/>",
    "utf-7": b"<?xml version='1.0' encoding='utf-7'?><a/>",
    "octets": b"\xff\xfe\x00",
    "nul": b"<a>\x00</a>",
    "prefix": "<D:propfind/>",
    "other": "<a/>",
    "nothing asked": f"<D:propfind {NAMESPACES}/>",
}
WELL_FORMED = {"other", "nothing asked"}


@pytest.fixture
def scene(make, app, clock):
    """Pilots of both firms, confirmed in the hall; one of Ada's waits."""
    made = Scene(make, app, clock)
    made.act("manager", made.request(title=HOSTILE, purpose=PURPOSE), Action.APPROVE)
    made.act("manager", made.request("bo", title="Foreign", windows=(SECOND,)), Action.APPROVE)
    return made


@pytest.fixture
def program(scene, app):
    """A calendar program of a person: `program("ada")`; it has no cookies."""

    def sign_in(person="ada"):
        email = f"{person}@test.example"
        with scene.work(person) as work:
            password = app_passwords.make_app_password(work, email, name="Phone")
        return Program(app.test_client(use_cookies=False), email, password)

    return sign_in


@pytest.fixture
def ada(program):
    return program("ada")


def everything(one):
    """The address of the calendar with all somebody may see."""
    return f"{one.home()}all/"


# --- What they find -------------------------------------------------------------------------------


def test_a_program_finds_its_way_from_the_hosts_name(program, client):
    for method in ("GET", "PROPFIND", "OPTIONS"):
        answer = client.open("/.well-known/caldav", method=method)
        assert (answer.status_code, answer.location) == (308, "/dav/")
    assert client.open("/", method="PROPFIND").location == "/dav/"
    told = client.options("/dav/")
    assert (told.status_code, told.headers["DAV"]) == (200, "1, 3, calendar-access")
    assert told.headers["Allow"] == "GET, HEAD, OPTIONS, PROPFIND, REPORT"
    ada, manager, coordinator = (program(who) for who in ("ada", "manager", "coordinator"))
    home = ada.home()
    tree = ada.propfind(
        home, "C:calendar-home-set", "C:calendar-user-address-set", "D:displayname", "x"
    )
    assert [one.text for one in tree.iterfind(".//C:calendar-home-set/D:href", NS)] == [home]
    addresses = [one.text for one in tree.iterfind(".//C:calendar-user-address-set/D:href", NS)]
    assert addresses == ["mailto:ada@test.example", home]
    assert tree.findtext(".//D:displayname", namespaces=NS) == "Ada"
    assert [one.text for one in tree.iterfind(".//D:status", NS)] == [
        "HTTP/1.1 200 OK",
        "HTTP/1.1 404 Not Found",
    ]
    assert ada.calendars() == {f"{home}all/": "Living Lab – Ada Robotics"}
    hall = "Living Lab – Mobile robot and intralogistics hall (example)"
    assert list(manager.calendars().values())[1:] == [hall]
    assert [path.split("/")[3] for path in coordinator.calendars()] == [
        "all",
        "at-fac-02",
        "at-fac-03",
    ]


def test_a_calendar_says_that_it_is_read_only_and_what_it_answers(ada):
    names = ("D:current-user-privilege-set", "D:supported-report-set", "D:resourcetype")
    tree = ada.propfind(everything(ada), *names, "CS:getctag", "D:sync-token")
    kinds = [one[0].tag.rpartition("}")[2] for one in tree.iterfind(".//D:privilege", NS)]
    assert kinds == ["read", "read-current-user-privilege-set", "read-free-busy"]
    reports = [one[0].tag.rpartition("}")[2] for one in tree.iterfind(".//D:report", NS)]
    assert reports == [
        *("calendar-query", "calendar-multiget", "free-busy-query", "sync-collection"),
    ]
    ctag = tree.findtext(".//CS:getctag", namespaces=NS)
    assert ctag == tree.findtext(".//D:sync-token", namespaces=NS)
    assert tree.find(".//D:resourcetype/C:calendar", NS) is not None


def test_an_object_is_the_same_in_every_answer(ada):
    ((path, text),) = ada.query(everything(ada)).items()
    answer = ada.ask("GET", path)
    assert answer.data.decode() == text
    assert "METHOD" not in text
    (event,) = icalendar.Calendar.from_ical(text).events
    assert event["SUMMARY"] == f"Ada Robotics: {HOSTILE}".replace("\ufffe", "")
    assert "secret plan" not in text  # what is confidential is in no calendar
    tree = ada.propfind(
        everything(ada), "D:getetag", "D:getcontentlength", "D:getcontenttype", depth="1"
    )
    inside = tree.findall("D:response", NS)[1]
    told = [inside.findtext(f".//D:{n}", None, NS) for n in ("getetag", "getcontentlength")]
    assert told == [answer.headers["ETag"], str(len(answer.data))]
    head = ada.ask("HEAD", path)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", told[0])
    assert head.headers["Last-Modified"] == "Tue, 24 Nov 2026 08:00:00 GMT"
    assert ada.ask("GET", path, If_None_Match=told[0]).status_code == 304
    assert ada.ask("GET", everything(ada)).mimetype == "text/plain"
    standing = xml(ada.ask("PROPFIND", path, Depth="0")).find(".//D:prop", NS)
    assert [one.tag.rpartition("}")[2] for one in standing] == [
        *("getcontentlength", "getcontenttype", "getetag", "getlastmodified", "resourcetype")
    ]


def spans(start, end):
    return f'<C:comp-filter name="VEVENT"><C:time-range{start}{end}/></C:comp-filter>'


def holds(name, inside):
    return (
        f'<C:comp-filter name="VEVENT"><C:prop-filter name="{name}">{inside}</C:prop-filter>'
        "</C:comp-filter>"
    )


def test_queries_find_what_they_ask_for(ada):
    """The stay is 1 to 5 February 2027, in the hall from 7 to 19 o'clock."""
    path = everything(ada)
    (event,) = icalendar.Calendar.from_ical(next(iter(ada.query(path).values()))).events
    first, last = (f"{event[name].dt:%Y%m%dT%H%M%SZ}" for name in ("DTSTART", "DTEND"))
    later = f"{event['DTEND'].dt + timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
    absent, match = "<C:is-not-defined/>", "<C:text-match{}>{}</C:text-match>"
    octet = ' collation="i;octet"'
    found = {
        spans(f' start="{first}"', f' end="{last}"'): 1,
        spans(f' start="{last}"', f' end="{later}"'): 0,
        spans(' start="00010101T000000Z"', f' end="{first}"'): 0,
        spans(f' end="{later}"', ""): 1,
        spans(' start="99990101T000000Z"', ""): 0,
        '<C:comp-filter name="VTODO"/>': 0,
        f'<C:comp-filter name="VTODO">{absent}</C:comp-filter>': 1,
        f'<C:comp-filter name="VEVENT">{absent}</C:comp-filter>': 0,
        '<C:comp-filter name="VEVENT"><C:comp-filter name="VALARM"/></C:comp-filter>': 0,
        absent: 0,
        holds("SUMMARY", match.format("", "ROBOTICS: ]]&gt;&amp;lt;")): 1,
        holds("summary", match.format(octet, "ROBOTICS")): 0,
        holds("SUMMARY", match.format(' negate-condition="yes"', "robotics")): 0,
        holds("ATTENDEE", absent): 1,
        holds("SUMMARY", absent): 0,
        holds("ATTENDEE", ""): 0,
        holds("STATUS", match.format("", "CONFIRMED")): 1,
    }
    assert {asked: len(ada.query(path, asked)) for asked in found} == found


def test_what_cannot_be_judged_is_refused_with_its_reason(ada):
    path = everything(ada)

    def refused(inside, kind="C:calendar-query", wanted="<D:getetag/>"):
        answer = ada.report(path, kind, inside, wanted)
        return answer.status_code, condition(answer)

    def filtered(inside):
        return refused(
            f'<C:filter><C:comp-filter name="VCALENDAR">{inside}</C:comp-filter></C:filter>'
        )

    invalid, unsupported = (403, ["valid-filter"]), (403, ["supported-filter"])
    assert refused("") == invalid
    assert refused('<C:filter><C:comp-filter name="VEVENT"/></C:filter>') == invalid
    assert filtered(spans("", "")) == invalid
    for odd in ("2026-01-01", "20260101T000000", "20261340T000000Z", "x" * 5_000):
        assert filtered(spans(f' start="{odd}"', "")) == invalid
    assert filtered(spans(' start="20270101T000000Z"', ' end="20270101T000000Z"')) == invalid
    assert filtered(holds("", "")) == invalid
    assert filtered(holds("ORGANIZER", '<C:param-filter name="CN"/>')) == unsupported
    assert filtered('<C:prop-filter name="VERSION"/>') == unsupported
    other = holds("SUMMARY", '<C:text-match collation="i;unicode">x</C:text-match>')
    assert filtered(other) == (403, ["supported-collation"])
    jcal = '<C:calendar-data content-type="application/calendar+json"/>'
    asked = '<C:filter><C:comp-filter name="VCALENDAR"/></C:filter>'
    assert refused(asked, wanted=jcal) == (403, ["supported-calendar-data"])
    assert refused("", "D:expand-property") == (403, ["supported-report"])
    assert refused("<C:time-range start='20270101T000000Z'/>", "C:free-busy-query") == (400, [])
    for level in ("", "<D:sync-level>0</D:sync-level>"):
        assert refused(f"<D:sync-token/>{level}", "D:sync-collection") == (400, [])
    limit = (
        "<D:sync-token/><D:sync-level>1</D:sync-level>"
        "<D:limit><D:nresults>{}</D:nresults></D:limit>"
    )
    few = (507, ["number-of-matches-within-limits"])
    assert refused(limit.format(0), "D:sync-collection") == few
    assert refused(limit.format("9" * 5_000), "D:sync-collection") == (400, [])
    assert ada.report(path, "D:sync-collection", limit.format(1)).status_code == 207


def test_taken_time_is_told_without_titles(program, scene):
    scene.request(title="Waits", windows=(("2027-03-08", "2027-03-08"),), days=1)
    manager = program("manager")
    span = '<C:time-range start="20270201T000000Z" end="20270401T000000Z"/>'
    path = f"{manager.home()}at-fac-02/"
    answer = manager.report(path, "C:free-busy-query", span, wanted="")
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    (told,) = icalendar.Calendar.from_ical(answer.text).walk("VFREEBUSY")
    kinds = [one.params["FBTYPE"] for one in told["FREEBUSY"]]
    assert kinds == ["BUSY", "BUSY"]
    assert (told["DTSTART"].dt.month, told["DTEND"].dt.month) == (2, 4)
    assert "Foreign" not in answer.text


# --- What they are refused ------------------------------------------------------------------------


def test_what_is_somebody_elses_looks_like_what_is_not_there(program, scene):
    ada, bo = program("ada"), program("bo")
    (theirs,) = bo.query(everything(bo))
    (mine,) = ada.query(everything(ada))
    uid = theirs.rpartition("/")[2]
    there = ada.ask("GET", "/dav/1-2/nothing")
    foreign = (
        *(bo.home(), everything(bo), theirs, f"{everything(ada)}{uid}", f"{ada.home()}at-fac-02/"),
        *(f"{mine}/x", f"{ada.home()}all", mine.removesuffix(".ics"), "/dav/../dav/1-1/"),
        *(f"{ada.home()}/all/", f"{ada.home()}%2e%2e/", "/dav/9-9/", "/dav/-/", "/dav/å/"),
    )
    for path in foreign[:5] + foreign[7:]:
        for method in ("GET", "PROPFIND", "REPORT"):
            answer = ada.ask(method, path, Depth="0")
            if answer.status_code == 308:
                continue
            assert (answer.status_code, answer.data) == (404, there.data), (method, path)
    asked = (
        *(theirs, f"{everything(ada)}{uid}", f"http://other.example{theirs}", "http://[", "", "/"),
        *(f"{everything(ada)}../{uid}", f"{everything(ada)}no.ics", "x" * 3_000),
    )
    hrefs = "".join(f"<D:href>{path}</D:href>" for path in (*asked, mine))
    answer = ada.report(everything(ada), "C:calendar-multiget", hrefs, "<C:calendar-data/>")
    told = texts(xml(answer))
    assert {path for path, text in told.items() if text} == {mine}
    assert answer.text.count("404 Not Found") == len(asked)


def test_nothing_can_be_changed(ada):
    (mine,) = ada.query(everything(ada))
    for path in (mine, everything(ada), ada.home(), "/dav/", "/dav/9-9/all/x.ics"):
        for method in caldav.WRITES:
            answer = ada.ask(method, path, "BEGIN:VCALENDAR", Content_Type="text/calendar")
            assert answer.status_code == 403, (method, path)
            assert condition(answer) == ["need-privileges"]
    assert len(ada.query(everything(ada))) == 1


def test_odd_bodies_are_refused(ada):
    path = everything(ada)
    for name, body in ODD.items():
        answers = [ada.ask(method, path, body, Depth="0") for method in ("PROPFIND", "REPORT")]
        assert answers[0].status_code == 400, name
        assert answers[1].status_code == (403 if name in WELL_FORMED else 400), name
        assert not any(b"root:" in answer.data for answer in answers)


def test_bodies_and_depths_have_a_limit(ada):
    path = everything(ada)
    assert ada.ask("REPORT", path, "<a>" + "x" * 1_050_000 + "</a>").status_code == 413
    for headers in ({}, {"Depth": "infinity"}, {"Depth": "2"}, {"Depth": "x" * 999}):
        answer = ada.ask("PROPFIND", path, **headers)
        assert (answer.status_code, condition(answer)) == (403, ["propfind-finite-depth"])


# --- Who they are ---------------------------------------------------------------------------------


def test_only_an_app_password_of_ones_own_opens_calendars(program, scene, app, login, csrf):
    ada = program("ada")
    secret = ada.headers["Authorization"]

    def tried(email, password):
        return Program(app.test_client(), email, password).ask("PROPFIND", "/dav/", Depth="0")

    for email, password in (
        ("ada@test.example", PASSWORD),
        ("ada@test.example", ""),
        ("", ""),
        ("a\0da@test.example", "x"),
        ("ada@test.example" + "x" * 9_000, "\ud7ff"),
    ):
        answer = tried(email, password)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    for header in ("Basic", "Basic !!!", "Basic //79", "Bearer x", "Digest x", "x" * 500):
        ada.headers["Authorization"] = header
        assert ada.ask("PROPFIND", "/dav/", Depth="0").status_code == 401
    browser = scene.client("ada", login)
    assert browser.get("/dav/").status_code == 401  # a session opens none
    ada.headers["Authorization"] = secret
    page = browser.get("/calendar-feeds").text
    assert ada.ask("GET", "/dav/", User_Agent="Phone/1").status_code == 200
    assert ("Phone/1" in page, "Phone/1" in browser.get("/calendar-feeds").text) == (False, True)
    found = re.search(r"/calendar-feeds/apps/(\d+)/revoke", page)[0]
    browser.post(found, data={"csrf_token": csrf(browser)})
    assert ada.ask("GET", "/dav/").status_code == 401


def test_guessing_is_slowed_and_reading_is_bounded(program, app, monkeypatch):
    settings = app.extensions["livinglab.settings"]
    ada = program("ada")
    few = replace(settings, account_tries_per_minute=2, api_calls_per_minute=3)
    monkeypatch.setitem(app.extensions, "livinglab.settings", few)
    wrong = Program(app.test_client(), "ada@test.example", "wrong")
    answers = [wrong.ask("GET", "/dav/") for _ in range(3)]
    assert [one.status_code for one in answers] == [401, 401, 429]
    assert answers[2].headers["Retry-After"] == "60"
    assert [ada.ask("GET", "/dav/").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_answers_have_the_headers_of_all_others(ada, app, caplog):
    paths = ("/dav/", everything(ada), "/dav/nothing")
    for answer in [ada.ask("PROPFIND", path, Depth="0") for path in paths]:
        assert {name: answer.headers[name] for name in ALWAYS} == ALWAYS
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Set-Cookie" not in answer.headers
    assert ada.ask("PROPFIND", "/dav/", Host="evil.example").status_code == 400
    secret = ada.headers["Authorization"].partition(" ")[2]
    assert secret not in caplog.text
    below = ada.client.open(
        "/dav/",
        method="PROPFIND",
        headers={**ada.headers, "Depth": "0"},
        base_url="http://localhost/lab",
    )
    assert b"<D:href>/lab/dav/</D:href>" in below.data


def test_reading_costs_no_more_statements_for_more_objects(program, scene, query_counter):
    manager = program("manager")
    path = everything(manager)
    ways = (
        lambda: manager.propfind(path, "D:getetag", depth="1"),
        lambda: manager.query(path),
        lambda: manager.sync(path, ""),
    )
    manager.ask("GET", "/dav/")  # that it is here is written down once a minute

    def counted():
        found = []
        for way in ways:
            with query_counter() as sent:
                way()
            found.append(sent.count)
        return found

    two = counted()
    scene.act("manager", scene.request(windows=(("2027-03-08", "2027-03-12"),)), Action.APPROVE)
    assert len(manager.query(path)) == 3
    assert counted() == two
