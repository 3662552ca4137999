"""Calendar programs that sign in: what they find, and what they may ask."""

import gzip
from datetime import timedelta

import icalendar

from livinglab.domain.pilot import Action
from tests.calendar_program import NS, condition, everything, xml
from tests.web.caldav.conftest import HOSTILE


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

    packed = manager.ask("PROPFIND", path, Depth="1", Accept_Encoding="gzip")
    plain = manager.ask("PROPFIND", path, Depth="1")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert gzip.decompress(packed.data) == plain.data
    assert "Content-Encoding" not in plain.headers
    two = counted()
    scene.act("manager", scene.request(windows=(("2027-03-08", "2027-03-12"),)), Action.APPROVE)
    assert len(manager.query(path)) == 3
    assert counted() == two
