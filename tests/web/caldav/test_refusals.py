"""What calendar programs are refused, who they are, and what stays secret."""

import re
from dataclasses import replace

from sqlalchemy import delete

from livinglab.db.tables import Membership, User
from livinglab.services import erasure
from livinglab.web import caldav
from livinglab.web.headers import ALWAYS
from tests.calendar_program import NAMESPACES, Program, condition, everything, texts, xml
from tests.factories import PASSWORD

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


def test_a_password_dies_with_membership_account_and_person(program, scene):
    firm = scene.firms["ada"]
    people = {n: scene.make.user(f"{n}@test.example", firm).id for n in ("left", "shut", "erased")}
    programs = {name: program(name) for name in people}

    def answered():
        return [one.ask("GET", "/dav/").status_code for one in programs.values()]

    assert answered() == [200, 200, 200]
    with scene.work("admin") as work:
        mine = Membership.user_id == people["left"]
        work.session.execute(delete(Membership).where(mine))
        work.session.get(User, people["shut"]).active = False
        erasure.erase(work, work.session.get(User, people["erased"]))
    assert answered() == [401, 401, 401]


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
