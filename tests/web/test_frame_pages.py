"""The frame of every page, and the pages that say what went wrong."""

import re

import pytest
from flask import render_template

from livinglab.assets import templates_path
from tests.markup import FRAME, Elements, bare_app, render


@pytest.fixture(scope="module")
def app():
    return bare_app()


def test_the_frame_leads_to_content_languages_and_sign_in():
    source = '{% extends "base.html" %}{% block content %}<h1>Hi</h1>{% endblock %}'
    page = Elements(render(source, **FRAME))
    assert page.all("a", class_="ll-skip") == [{"class": "ll-skip", "href": "#main"}]
    assert [a["href"] for a in page.all("a") if "hreflang" in a] == [
        f"/{code}?next=/here%3Fa%3D1" for code in ("en", "fi", "sv")
    ]
    assert page.all("a", href="/login") != []
    assert page.all("form", method="post") == []


def test_signing_out_is_a_post_with_the_token():
    account = {"name": "Example Manager", "links": []}
    page = Elements(render('{% extends "base.html" %}', **{**FRAME, "account": account}))
    assert page.all("form", method="post") == [{"method": "post", "action": "/logout"}]
    assert page.all("input", name="csrf_token") != []


@pytest.mark.parametrize("code", ["403", "404", "409", "410", "413", "429", "500", "503"])
def test_error_pages_have_one_heading_and_a_next_step(app, code):
    with app.test_request_context("/pilots/PLL-2026-0001"):
        html = render_template(f"errors/{code}.html", **FRAME, request_id="7f3a")
    page = Elements(html)
    assert len(page.all("h1")) == 1
    assert f'<p class="code">{code}' in html
    assert ("7f3a" in html) is (code >= "500")
    assert [
        a
        for a in page.all("a")
        if a.get("class", "").startswith("btn btn-") and a["href"] != "/login"
    ]


def test_the_missing_page_is_the_same_bytes_for_every_address(app):
    pages = set()
    for path in ("/pilots/PLL-2026-0001", "/pilots/PLL-2026-9999"):
        with app.test_request_context(path):
            pages.add(render_template("errors/404.html", **FRAME, request_id=path))
    assert len(pages) == 1


def test_the_page_for_a_refused_host_has_no_address(app):
    with app.app_context():
        html = render_template("errors/host.html")
    assert "href" not in html
    assert "src" not in html


def test_a_refusal_says_what_is_wrong_and_how_to_go_on(app):
    problem = {
        "code": "power",
        "field": "power",
        "detail": "The hall has no 63 A.",
        "fix": {"detail": "Two places have it.", "changes": {}},
    }
    with app.test_request_context("/pilots/PLL-2026-0001/submit", method="POST"):
        html = render_template(
            "errors/refused.html",
            **FRAME,
            sentence="Something stands in the way.",
            problems=[problem],
            error_code="422",
        )
    assert "<h1>Something stands in the way.</h1>" in html
    assert '<p>The hall has no 63 A. <span class="ll-quiet">Two places have it.</span></p>' in html


def test_an_htmx_request_gets_an_error_without_the_frame(app):
    with app.test_request_context("/x", headers={"HX-Request": "true"}):
        html = render_template("errors/409.html", **FRAME)
    assert "<html" not in html
    assert "Someone was faster" in html


def reached(name):
    """The templates that a template includes or imports, however deep."""
    found, wanted = set(), [name]
    while wanted:
        name = wanted.pop()
        if name not in found:
            found.add(name)
            text = (templates_path() / name).read_text("utf-8")
            wanted += re.findall(r'\{%-? *(?:include|import|from) "([^"]+)"', text)
            wanted += re.findall(r'\{%-? *extends "((?!base)[^"]+)"', text)
    return found


def test_htmx_comes_where_parts_are_swapped_and_nowhere_else():
    swapping, loading = set(), set()
    for path in templates_path().rglob("*.html"):
        name = path.relative_to(templates_path()).as_posix()
        if "{% extends" not in path.read_text("utf-8"):
            continue
        texts = [(templates_path() / part).read_text("utf-8") for part in reached(name)]
        if any(re.search(r"\shx-(get|post)=", text) for text in texts):
            swapping.add(name)
        if any("{% set swaps = true %}" in text for text in texts):
            loading.add(name)
    assert loading == swapping
