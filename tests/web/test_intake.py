"""What no layer below could handle is refused at the door."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import request

from livinglab.domain.messages import Localised, Quantity
from livinglab.web.access import public

DEEP = 5_000


@pytest.fixture
def echo(app, client):
    app.add_url_rule(
        "/api/echo", "echo", public()(lambda: {"got": request.get_json()}), methods=["POST"]
    )

    def send(body):
        return client.post("/api/echo", data=body, content_type="application/json")

    return send


@pytest.mark.parametrize(
    "body",
    [
        "[" * DEEP + "]" * DEEP,
        '{"a":' * DEEP + "1" + "}" * DEEP,
        '{"a": NaN}',
        '{"a": Infinity}',
        r'{"a": "\ud800"}',
        r'{"a": "\u0000"}',
        r'{"\u0000": 1}',
        b'{"a": "\xff"}',
        "{",
        "",
    ],
    ids=["list", "object", "NaN", "Infinity", "surrogate", "NUL", "key", "utf8", "cut", "empty"],
)
def test_json_that_cannot_be_stored_is_a_bad_request(echo, body):
    answer = echo(body)
    assert (answer.status_code, answer.json["code"]) == (400, "bad_request")


@pytest.mark.parametrize("text", [r"\ud83e\udd16", r"a\\u0000", "ä", r"\u00e4"])
def test_json_that_only_looks_odd_is_taken(echo, text):
    answer = echo(f'{{"a": "{text}"}}')
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/login?next=%00", "/login%00", "/login?%00=a"])
def test_nul_in_addresses_is_a_bad_request(client, path):
    assert client.get(path).status_code == 400


def test_nul_in_forms_is_a_bad_request(client):
    assert client.post("/login", data={"email": "a\0b"}).status_code == 400


def test_values_of_the_domain_have_a_json_form(app):
    values = [
        date(2027, 2, 1),
        datetime(2027, 2, 1, 8, tzinfo=UTC),
        Decimal("1.5"),
        Quantity(32, "A"),
        Localised({"en": "hall"}),
    ]
    with app.app_context():
        text = app.json.dumps(values)
    assert text == '["2027-02-01", "2027-02-01T08:00:00+00:00", 1.5, 32, {"en": "hall"}]'
