"""A facility's page: what it carries, why it is not free, and what asking would cost."""

import re
from datetime import UTC, datetime

import pytest

from livinglab.db.tables import Block
from tests.markup import Elements


@pytest.fixture
def booked(make, hall):
    """Hall north is firm on 1 to 3 February."""
    firm = make.company("secret-firm")
    pilot = make.pilot(firm, make.user("s@firm.example", firm), hall, title="Secret title")
    return make.booking(
        pilot,
        make.resource("fac-02-hall-north"),
        datetime(2027, 2, 1, 5, tzinfo=UTC),
        datetime(2027, 2, 3, 19, tzinfo=UTC),
        blocked_to=datetime(2027, 2, 4, 12, tzinfo=UTC),
    )


def text(page):
    """The page's words in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def lines(page):
    """The rows of the table beside the strip."""
    table = re.search(r'id="why".*?</table>', page, re.DOTALL)[0]
    return [text(row) for row in re.findall(r"<tr>.*?</tr>", table, re.DOTALL)[1:]]


def test_the_page_tells_limits_utilities_prices_papers_deciders_and_hours(client, hall):
    words = text(client.get("/facilities/fac-02").text)
    for fact in (
        "Mobile robot and intralogistics hall (example)",
        "640 m²",
        "2 bookable spaces",
        "≤ 2,500 kg",
        "4.0 × 4.5 m",
        "20 kPa",
        "half a day to 20 days ask 10 working days ahead, half a day kept for take-down",
        "2 × 400 V 32 A",
        "Half a day €370",
        "A day €620 10 % less from 5 days on, 20 % less from 20 days on",
        "Facility manager first answer within 2 working days",
        "Safety officer if people or forklifts share the hall, within 5 working days",
        "Battery data sheet",
        "Mon–Fri 07–21",
        "Closed on public holidays",
        "Closed 21 Dec – 6 Jan every year: Host’s holidays",
        "Li-ion batteries are charged only in the marked bay.",
    ):
        assert fact.replace("\u00a0", " ") in words.replace("\u00a0", " "), fact


def test_every_time_that_is_not_free_has_its_reason(client, make, hall, booked):
    make.add(
        Block(
            resource_id=make.resource("fac-02-hall-south").id,
            kind="maintenance",
            reason={"en": "Floor markings"},
            starts_at=datetime(2027, 1, 20, 5, tzinfo=UTC),
            ends_at=datetime(2027, 1, 21, 19, tzinfo=UTC),
        )
    )
    assert lines(client.get("/facilities/fac-02").text) == [
        (
            "Tue 24 Nov – Mon 7 Dec 2026 Everywhere: Too soon: ask 10 working days ahead"
            " Tue 8 Dec 2026"
        ),
        "Mon 21 Dec 2026 – Wed 6 Jan 2027 Everywhere: Closed: Host’s holidays Thu 7 Jan 2027",
        (
            "Wed 20 – Thu 21 Jan 2027, 07:00–21:00 Hall south: Maintenance: Floor markings"
            " Wed 20 Jan 2027"
        ),
        (
            "Mon 1 – Wed 3 Feb 2027, 07:00–21:00 Hall north: Firm, with set-up and take-down"
            " Mon 1 – Thu 4 Feb 2027, 07:00–14:00 Mon 1 Feb 2027"
        ),
    ]


def test_nobody_learns_who_has_the_time(client, hall, booked):
    page = client.get("/facilities/fac-02").text
    assert "Secret" not in page
    assert "secret-firm" not in page


def test_the_box_answers_with_the_first_free_stay(client, hall):
    page = client.get("/facilities/fac-02").text
    assert "Free: Hall north, Tue 8 Dec 2026, 07:00–21:00" in page
    assert "Together, VAT 0 % €820" in text(page)


def test_the_box_adds_up_the_price_of_the_days_asked(client, hall):
    page = client.get("/facilities/fac-02?from=2027-02-01&days=5").text
    assert "Free: Hall north, Mon 1 – Fri 5 Feb 2027, 07:00–21:00" in page
    assert "Together, VAT 0 % €2,990" in text(page)  # 5 × 620, less a tenth, and 200 for set-up


def test_the_other_half_is_offered_while_one_is_taken(client, hall, booked):
    page = client.get("/facilities/fac-02?from=2027-02-01&days=3").text
    assert "Free: Hall south, Mon 1 – Wed 3 Feb 2027, 07:00–21:00" in page


def test_taken_days_tell_so_and_offer_the_next(client, hall, booked):
    query = "resource=fac-02-hall-north&from=2027-02-01&days=3"
    page = client.get(f"/facilities/fac-02?{query}").text
    assert "These days are already taken." in page
    assert "Next: Hall north, Fri 5 – Tue 9 Feb 2027, 07:00–21:00." in page
    assert Elements(page).all(
        "a", href="/facilities/fac-02?days=3&resource=fac-02-hall-north&from=2027-02-05#ask"
    )


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-12-24&days=1", "Closed: Host’s holidays"),
        ("from=2027-03-26&days=1", "Public holiday: Good Friday"),
        ("from=2027-01-16&days=1", "Not open on this weekday"),
        ("from=2026-11-25&days=1", "The place asks for 10 working days of notice"),
        ("from=2020-01-01&days=1", "These days are in the past."),
        ("from=2030-01-01&days=1", "cannot be asked for yet"),
        ("from=2027-02-01&days=30", "The longest stay here is 20"),
        ("from=2027-02-30&days=1", "There is no such day."),
        ("from=2027-02-01&days=0.3", "Write a number of days, in halves"),
        ("from=&days=x", "Write a number of days, in halves"),
    ],
)
def test_days_that_do_not_work_say_why(client, hall, query, sentence):
    response = client.get(f"/facilities/fac-02?{query}")
    assert response.status_code == 200
    assert sentence in text(response.text).replace("\u00a0", " ")


def test_the_button_carries_the_days_to_the_request(client, hall):
    page = Elements(client.get("/facilities/fac-02?from=2027-02-01&days=3").text)
    assert page.all("button", formaction="/pilots/new")
    assert page.all("input", type="hidden", name="facility", value="fac-02")
    (first,) = page.all("input", name="from")
    assert first["value"] == "2027-02-01"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("fi", ["Mobiilirobotti", "esimerkki", "Isännän loma-aika"]),
        ("sv", ["exempel", "Värdens ledighet"]),
    ],
)
def test_the_page_speaks_three_languages(client, hall, code, words):
    page = client.get("/facilities/fac-02", headers={"Accept-Language": code}).text
    assert f'<html lang="{code}"' in page
    for word in words:
        assert word in page


@pytest.mark.parametrize(
    "path",
    ["/facilities/nowhere", "/facilities/%F0%9F%A4%96", "/facilities/" + "a" * 4000],
)
def test_an_unknown_place_is_not_there(client, hall, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "from=9999-12-31&days=400",
        "from=0001-01-01&days=0.5",
        "from=2027-03-28&days=1",
        "from=2028-02-29&days=1",
        "days=400",
        "resource=fac-01-cell-a",
        "resource=%0d%0a&from=0",
    ],
)
def test_hostile_days_are_answered(client, hall, query):
    assert client.get(f"/facilities/fac-02?{query}").status_code == 200


def test_statements_do_not_grow_with_bookings(client, make, hall, query_counter):
    path = "/facilities/fac-02?from=2027-02-01&days=2"
    client.get(path)
    with query_counter() as none:
        client.get(path)
    firm = make.company()
    user = make.user("a@firm.example", firm)
    for week in range(3):
        make.booking(
            make.pilot(firm, user, hall),
            make.resource("fac-02-hall-north"),
            datetime(2027, 1, 11 + week, 5, tzinfo=UTC),
            datetime(2027, 1, 11 + week, 19, tzinfo=UTC),
        )
    client.get(path)
    with query_counter() as three:
        client.get(path)
    assert none.count == three.count
    assert three.count <= 10
