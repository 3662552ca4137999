"""Hostile input to the request form breaks nothing, and its cost does not grow."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from livinglab.db.tables import Paper
from tests.web.pages.filling import filled, hidden

PDF = b"%PDF-1.4 nothing in it"


# --- Hostile -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "🤖 \u202eneercs"},
        {"purpose": "x" * 5001},
        {"title": "x" * 900_000},
        {"test_article.count": "9" * 5000},
        {"test_article.laser_class": "7"},
        {"test_article.power.phases": "2", "test_article.power.current_a": "1"},
        {"test_article.power.current_a": "-1"},
        {"test_article.dimensions_mm.0": "5"},
        {"periods.0.length": "1000000"},
        {"periods.0.unit": "centuries"},
        {"periods.0.unit": "hours", "periods.0.length": "4"},
        {"periods.0.windows.0.start": "0001-01-01", "periods.0.windows.0.end": "9999-12-31"},
        {"periods.0.windows.0.start": "2027-03-28", "periods.0.windows.0.end": "2027-03-28"},
        {"periods.0.windows.0.start": "2020-01-01", "periods.0.windows.0.end": "2020-01-02"},
        {"periods.0.windows.0.start": "2027-02-01", "periods.0.windows.0.end": "2037-02-01"},
        {"periods.99.facility": "fac-02"},
        {"periods.9.facility": "fac-02"},
        {"periods.0.windows.99.start": "2027-02-01"},
        {"periods.0.facilities": ["fac-02", "nowhere", "fac-02"]},
        {"periods.0.also": ["fac-02-hall-south", "fac-99"]},
        {"periods.0.capability": "nothing", "periods.0.facility": ""},
        {"focus_areas": ["sote", "wizardry"]},
        {"expires.insurance": "never", "paper.insurance": "a.pdf"},
        {"fix": "periods.0.windows.0.start=%00&x=y"},
        {"fix": "periods.77.windows.0.start=2027-01-01&periods.0.days=&title=&__class__=1"},
        {"fix": "test_article.people_in_view=y&" * 2000},
        {"do": "remove-window:0.99"},
        {"do": "remove-stay:-1"},
        {"do": "up-window:²"},
        {"do": "detach:99999999999999999999"},
        {"do": "detach:1"},
        {"do": "explode"},
        {"version": "x"},
        {"key": "k" * 5000},
        {"test_article": "x", "periods": "y", "periods.0": "z", "periods.0.windows": "w"},
        {"test_article.__class__": "x", "periods.0.__init__": "x"},
    ],
)
@pytest.mark.parametrize("do", ["refresh", "send"])
def test_hostile_input_never_breaks_anything(firm_page, make, hall, changes, do):
    fields = hidden(firm_page.open("/pilots/new")) | filled() | {"do": do} | changes
    if fields.get("paper.insurance"):
        fields["paper.insurance"] = (BytesIO(PDF), fields["paper.insurance"])
    response = firm_page.client.post("/pilots/new", data=fields)
    assert response.status_code in {200, 303, 400, 404, 409, 413, 422}, response.status
    if response.status_code == 303:
        assert firm_page.client.get(response.location).status_code in {200, 303}


@pytest.mark.parametrize(
    "query",
    [
        "facility=nowhere&from=x&days=y",
        "facility=fac-02&from=9999-12-31&days=400",
        "facility=fac-02&from=0001-01-01&days=3",
        "resource=fac-02&facility=fac-02-hall-north",
        "capability=%F0%9F%A4%96",
        "key=&key=&_external=1&_scheme=x&_anchor=y",
    ],
)
def test_hostile_addresses_open_the_form(firm_page, hall, query):
    answer = firm_page.client.get(f"/pilots/new?{query}", follow_redirects=True)
    assert answer.status_code == 200


def test_statements_do_not_grow_with_stays(firm_page, make, hall, query_counter):
    def cost(count):
        fields = hidden(firm_page.open("/pilots/new")) | filled()
        for stay in range(1, count):
            for name, value in filled().items():
                if name.startswith("periods.0."):
                    fields[name.replace("periods.0.", f"periods.{stay}.")] = value
        with query_counter() as sent:
            firm_page.press("/pilots/new", fields, do="refresh")
        return sent.count

    assert cost(1) == cost(3)


def test_statements_of_a_saved_request_do_not_grow(firm_page, make, hall, firm, query_counter):
    user = make.user("bob@sierra.example", firm)
    costs = []
    for count in (1, 3):
        pilot = make.pilot(firm, user, hall, windows=[(date(2027, 2, 1), date(2027, 2, 5))] * count)
        for number in range(count):
            make.add(
                Paper(
                    pilot_id=pilot.id,
                    code="insurance",
                    file_name=f"{number}.pdf",
                    media_type="application/pdf",
                    size=1,
                    sha256=str(number),
                    content=b"x",
                    uploaded_at=datetime(2026, 11, 1, tzinfo=UTC),
                    uploaded_by_id=user.id,
                )
            )
        firm_page.client.get(f"/pilots/{pilot.ref}/edit")
        with query_counter() as sent:
            assert firm_page.client.get(f"/pilots/{pilot.ref}/edit").status_code == 200
        costs.append(sent.count)
    assert costs[0] == costs[1]
