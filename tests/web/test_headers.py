"""Headers of every answer; static files cached by their content."""

import re
from dataclasses import replace

import pytest

from livinglab.app import create_app
from livinglab.web.headers import ALWAYS, FOREVER


@pytest.mark.parametrize("path", ["/", "/login", "/nothing", "/api/nothing", "/livez", "/static/x"])
def test_every_answer_has_the_headers(client, path):
    answer = client.get(path)
    assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_hosts_that_are_not_ours_get_a_page_without_addresses(client):
    answer = client.get("/", base_url="http://evil.example")
    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "evil.example" not in answer.text
    assert "href=" not in answer.text
    assert answer.headers["Content-Security-Policy"] == ALWAYS["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "lab.example", "b.example"])
def test_hosts_of_the_settings_are_ours(settings, host):
    app = create_app(
        replace(settings, base_url="https://lab.example", trusted_hosts="b.example, c.example")
    )
    assert app.test_client().get("/livez", base_url=f"http://{host}").status_code == 200


def test_encrypted_services_say_so_for_a_year(settings, client):
    app = create_app(replace(settings, base_url="https://lab.example"))
    answer = app.test_client().get("/livez", base_url="https://lab.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in client.get("/livez").headers


def test_static_files_are_kept_forever_under_the_address_of_their_content(client):
    page = client.get("/login").text
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert addresses
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address), address
    sheet = next(address for address in addresses if "mark.svg" in address)
    with client.get(sheet) as answer:
        assert answer.headers["Cache-Control"] == FOREVER
        etag = answer.headers["ETag"]
    with client.get(sheet, headers={"If-None-Match": etag}) as answer:
        assert answer.status_code == 304
    with client.get(sheet.partition("?")[0] + "?v=0") as answer:
        assert answer.headers["Cache-Control"] == "public, max-age=3600"


def test_static_files_ask_nothing_of_the_database(make, client, login, query_counter):
    make.user("ada@test.example", make.company())
    login(client, "ada@test.example")
    with query_counter() as sent:
        client.get("/static/mark.svg").close()
    assert sent.texts == []
