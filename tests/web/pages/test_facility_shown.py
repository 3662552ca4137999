"""What a facility's page tells beside its rules: the way in, what was shown, where else to go."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from livinglab.adapters.qr import qr_svg
from livinglab.db.tables import Audit
from tests.markup import Elements

PAGE = "/facilities/fac-02"
SENT = datetime(2026, 11, 9, 9, tzinfo=UTC)
"""A Monday."""


def section(page, name):
    """The words of the section with that heading's id, in one line."""
    found = re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split()) if found else None


def linked_data(page):
    """The data for search engines, read as a browser's parser would give it."""
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


@pytest.fixture
def history(make, hall, firm, ann):
    """Makes a pilot at the hall that was answered after so many days, then finished or not."""

    def happened(days, state="in_review", **values):
        pilot = make.pilot(firm, ann, hall, state=state, submitted_at=SENT, **values)
        for action, moment in (("submit", SENT), ("approve", SENT + timedelta(days=days))):
            make.add(
                Audit(
                    at=moment,
                    action=action,
                    object_kind="pilot",
                    object_ref=pilot.ref,
                    pilot_id=pilot.id,
                    facts={},
                )
            )
        return pilot

    return happened


def test_the_way_in_and_whom_to_ask_are_told(client, hall):
    page = client.get(PAGE).text
    assert section(page, "find") == (
        "Getting there Address Kokeilutie 12, 28360 Pori Example Technology Park"
        " Position 61.4718, 21.8312 WGS 84 · on our map"
        " Way in Gate B of the park, then the blue doors. Lorries up to 16 m turn in the yard."
        " Contact Hall desk desk.fac-02@demo.example +358 2 000 0002"
    )
    found = Elements(page)
    for target in (
        "geo:61.4718,21.8312",
        "/map?municipality=Pori#place-fac-02",
        "mailto:desk.fac-02@demo.example",
        "tel:+35820000002",
    ):
        assert found.all("a", href=target), target


def test_what_a_host_has_not_told_is_left_out(client, make):
    make.facility(
        make.host(), "fac-02", contact=None, directions=None, address=None, latitude=0, longitude=0
    )
    page = client.get(PAGE).text
    assert section(page, "find") == (
        "Getting there Address Pori Example Technology Park"
        " Contact Example Technology Park Ltd The host has named no contact yet."
    )
    place = linked_data(page)["@graph"][0]
    assert {"geo", "telephone"} & set(place) == set()
    assert place["address"] == {"@type": "PostalAddress", "addressLocality": "Pori"}


def test_few_answers_are_not_even_counted(client, hall, history):
    history(1)
    assert (
        "First answer, measured not enough answers yet We tell from 5 answers in 12 months on."
    ) in section(client.get(PAGE).text, "deciders")


def test_the_middle_of_enough_answers_is_told(client, hall, history):
    for days in (0, 1, 2, 3, 3, 4):
        history(days)
    assert (
        "First answer, measured 2.5 working days median of 6 answers in the last 12 months"
    ) in section(client.get(PAGE).text, "deciders")


def test_answers_on_the_day_they_are_asked_for_say_so(client, hall, history):
    for _ in range(5):
        history(0)
    assert "First answer, measured the same working day" in section(
        client.get(PAGE).text, "deciders"
    )


def test_nothing_was_tested_yet(client, hall):
    assert section(client.get(PAGE).text, "tested") == (
        "What was tested here No pilot has been finished here yet. Yours can be the first."
    )


def finish(make, pilot, day):
    start = datetime(2026, 10, day, 5, tzinfo=UTC)
    hall_north = make.resource("fac-02-hall-north")
    make.booking(pilot, hall_north, start, start + timedelta(hours=14))


def test_finished_pilots_are_counted_and_never_named(client, make, hall, history):
    secret = {"title": "Secret title", "test_article": {"kind": "mobile_robot", "name": "Secret"}}
    finish(make, history(1, "completed", **secret), 5)
    finish(make, history(1, "closed", focus_areas=["sote", "automation_robotics"]), 6)
    page = client.get(PAGE).text
    assert section(page, "tested") == (
        "What was tested here 2 pilots finished here: 2 in 2026."
        " Robots Mobile robot 1 Other 1"
        " Focus areas Automation and robotics 2 Health and social services 1"
    )
    assert [word for word in ("Secret", "Sierra", "sierra") if word in page] == []


def test_similar_places_stand_nearest_first_and_the_next_step_up_before_them(client, make, hall):
    host = make.host("port")
    for slug in ("fac-13", "fac-08", "fac-04", "fac-01"):
        make.facility(host, slug)
    words = section(client.get(PAGE).text, "near").replace("\u00a0", " ")
    assert words == (
        "Where else The next step up from here: Port yard and conveyor test field (example) , Pori"
        " Similar places, nearest first"
        " Collaborative robotics lab (example) Lab · Pori · 3 km Shared: Automation and robotics"
        " Port yard and conveyor test field (example) Industrial site · Pori · 23 km"
        " Shared: Automation and robotics"
        " Welding and heavy fabrication bays (example) Hall · Rauma · 44 km"
        " Shared: the same kind of place, Automation and robotics"
    )


def test_an_unpublished_place_is_no_way_to_go(client, make, hall):
    there = make.facility(make.host("port"), "fac-08")
    there.published, there.version = False, there.version + 1
    make.session.commit()
    assert section(client.get(PAGE).text, "near") is None


def test_search_engines_get_the_place_and_the_way_to_it(client, hall):
    page = client.get(PAGE).text
    place, crumbs = linked_data(page)["@graph"]
    address = "http://127.0.0.1:8000/facilities/fac-02"
    assert Elements(page).all("link", rel="canonical", href=address)
    assert place["@type"] == "Place"
    assert place["name"] == "Mobile robot and intralogistics hall (example)"
    assert place["url"] == address
    assert place["geo"] == {"@type": "GeoCoordinates", "latitude": 61.4718, "longitude": 21.8312}
    assert place["address"]["streetAddress"] == "Kokeilutie 12, 28360 Pori"
    assert place["telephone"] == "+358 2 000 0002"
    assert place["keywords"] == "AMR and AGV fleets, Pallet handling, VDA 5050 interoperability"
    assert {"@type": "LocationFeatureSpecification", "name": "Floor", "value": "20\u00a0kPa"} in (
        place["amenityFeature"]
    )
    assert [(item["position"], item["item"]) for item in crumbs["itemListElement"]] == [
        (1, "http://127.0.0.1:8000/"),
        (2, "http://127.0.0.1:8000/facilities"),
        (3, address),
    ]


def test_no_text_gets_out_of_the_data_for_search_engines(client, make):
    name = "</script><script>alert(1)</script><!-- & '"
    make.facility(make.host(), "fac-02", name={"en": name})
    page = client.get(PAGE).text
    assert linked_data(page)["@graph"][0]["name"] == name
    assert "<script>alert" not in page


def test_the_address_of_the_page_is_a_code_to_photograph(client, hall):
    response = client.get(f"{PAGE}/qr.svg")
    assert response.mimetype == "image/svg+xml"
    assert response.data == qr_svg(
        "http://127.0.0.1:8000/facilities/fac-02", "Mobile robot and intralogistics hall (example)"
    )
    again = client.get(f"{PAGE}/qr.svg", headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_page_shows_the_code_and_gives_it_away(client, hall):
    page = Elements(client.get(PAGE).text)
    (image,) = page.all("img", src=f"{PAGE}/qr.svg")
    assert image["alt"] == "QR code of this page’s address"
    assert page.all("a", href=f"{PAGE}/qr.svg", download="fac-02-qr.svg")


@pytest.mark.parametrize("slug", ["nowhere", "fac-02"])
def test_there_is_no_code_of_a_place_that_is_not_there(client, make, hall, slug):
    hall.published, hall.version = False, hall.version + 1
    make.session.commit()
    assert client.get(f"/facilities/{slug}/qr.svg").status_code == 404


def test_statements_do_not_grow_with_what_was_shown(client, make, hall, history, query_counter):
    def count():
        client.get(PAGE)
        with query_counter() as sent:
            client.get(PAGE)
        return sent.count

    finish(make, history(1, "completed"), 5)
    one = count()
    for day in (6, 7):
        finish(make, history(1, "completed"), day)
        make.facility(make.host(f"host-{day}"), f"fac-{day:02}")
    assert count() == one
