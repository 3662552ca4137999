"""The one sheet of styles: complete, kept for ever, and with addresses that are there."""

import re

import pytest

from livinglab.assets import templates_path
from livinglab.web import look
from livinglab.web.headers import FOREVER

CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")


@pytest.fixture(scope="module")
def text():
    return look.current()[0]


def test_every_sheet_is_in_it_or_named_by_a_page():
    files = {path.stem for path in (look.STATIC / "css").glob("*.css")}
    pages = (path.read_text("utf-8") for path in templates_path().rglob("*.html"))
    named = {name for page in pages for name in re.findall(r"css/([a-z-]+)\.css", page)}
    assert set(look.SHEETS) <= files
    assert files - set(look.SHEETS) == named


def test_rules_of_ours_come_after_those_of_bootstrap(text):
    assert text.index(".btn-primary{--bs-") < text.index("--paper:") < text.index(".ll-table{")


@pytest.mark.parametrize(
    "name",
    [
        "btn",
        "btn-outline-danger",
        "form-check-input",
        "visually-hidden-focusable",
        "mb-0",
        "is-invalid",
    ],
)
def test_what_pages_use_of_bootstrap_is_there(text, name):
    assert name in CLASS.findall(text)


@pytest.mark.parametrize("name", ["carousel", "offcanvas-xxl", "btn-warning", "ms-xxl-5"])
def test_what_no_page_uses_is_not(text, name):
    assert name in CLASS.findall(look.BOOTSTRAP.read_text("utf-8"))
    assert name not in CLASS.findall(text)


def test_it_is_small_and_whole(text):
    assert text.count("{") == text.count("}")
    assert "/*" not in text
    assert len(text) < 150_000


def test_pages_ask_for_it_under_the_address_of_its_content(client):
    page = client.get("/login").text
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page)
    assert address == f"/look.css?v={look.current()[1]}"
    answer = client.get(address)
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/css", FOREVER)
    assert client.get("/look.css?v=0").headers["Cache-Control"] == "public, max-age=3600"
    seen = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(address, headers=seen).status_code == 304


def test_fonts_are_where_it_says_and_the_first_is_announced(client, text):
    fonts = re.findall(r'url\("(static/[^"]+)"\)', text)
    assert len(fonts) == 2
    for font in fonts:
        with client.get(f"/{font}") as answer:
            assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOREVER)
    assert f'crossorigin href="/{fonts[0]}"' in client.get("/login").text
