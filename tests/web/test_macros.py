"""Macros and frame rendered as pages do, with undefined names being errors."""

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser

import jinja2
import pytest
from flask import Flask, render_template, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect, FlaskForm
from wtforms import BooleanField, DateField, DecimalField, SelectField, StringField, validators
from wtforms.fields.choices import SelectChoice

from livinglab.assets import templates_path
from livinglab.web.drawing.layout import layout
from livinglab.web.drawing.plate import Place, plate
from livinglab.web.drawing.timeline import Bar, Row, Timeline
from livinglab.web.drawing.words import labels

FRAME = {
    "lang": "en",
    "theme": "",
    "has_example_data": True,
    "nav_items": [{"url": "/inbox", "label": "Decisions", "current": True, "count": 9}],
    "account": None,
    "footer_groups": [],
    "clocks": None,
}


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def all(self, tag, **attributes):
        wanted = {name.rstrip("_"): value for name, value in attributes.items()}
        return [a for t, a in self.found if t == tag and wanted.items() <= a.items()]


@pytest.fixture(scope="module")
def app():
    app = Flask("macros", template_folder=str(templates_path()))
    app.secret_key = "only for this test"
    app.jinja_env.undefined = jinja2.StrictUndefined
    Babel(app)
    CSRFProtect(app)
    return app


@pytest.fixture
def render(app):
    def html(source, path="/here?a=1", **values):
        with app.test_request_context(path):
            return render_template_string(source, **values)

    return html


KINDS = [SelectChoice("lab", "Lab"), SelectChoice("hall", "Hall")]
GROUPS = [
    SelectChoice("a", "Cell A", optgroup="Cobot lab"),
    SelectChoice("n", "Hall north", optgroup="Hall"),
]


class Request(FlaskForm):
    title = StringField("Title", [validators.InputRequired("Say what it is called.")])
    start = DateField("From")
    kind = SelectField("Kind", choices=KINDS)
    resource = SelectField("Resource", choices=GROUPS)
    mass = DecimalField("Mass", description="Heaviest part")
    filmed = BooleanField("People are filmed")


@pytest.fixture
def form_html(app):
    data = {"start": "2027-02-01", "kind": "hall", "resource": "n", "mass": "42.5", "filmed": "y"}
    with app.test_request_context("/", method="POST", data=data):
        form = Request()
        form.validate()
        return render_template_string(
            """{% import "_macros/forms.html" as forms %}
            {{ forms.csrf() }}{{ forms.version(3) }}{{ forms.summary(form) }}
            {{ forms.text(form.title) }}{{ forms.date(form.start) }}{{ forms.select(form.kind) }}
            {{ forms.select(form.resource, empty="Any") }}
            {{ forms.number(form.mass, unit="kg") }}{{ forms.checkbox(form.filmed) }}""",
            form=form,
        )


def test_fields_of_a_form_keep_their_values(form_html):
    page = Elements(form_html)
    assert page.all("input", name="start")[0]["value"] == "2027-02-01"
    assert page.all("option", value="hall") == [{"value": "hall", "selected": None}]
    assert page.all("input", name="mass")[0]["value"] == "42.5"
    assert "checked" in page.all("input", name="filmed")[0]
    assert page.all("input", name="version") == [
        {"type": "hidden", "name": "version", "value": "3"}
    ]


def test_grouped_options_keep_their_groups_and_the_chosen_one(form_html):
    page = Elements(form_html)
    assert page.all("optgroup") == [{"label": "Cobot lab"}, {"label": "Hall"}]
    assert [a["value"] for a in page.all("option") if "selected" in a] == ["hall", "n"]
    assert page.all("option", value="") == [{"value": ""}]


def test_a_date_is_written_beneath_its_field(form_html):
    assert '<div class="form-text ll-written">Mon 1 Feb 2027</div>' in form_html


def test_an_error_is_linked_from_the_summary_and_described_at_the_field(form_html):
    page = Elements(form_html)
    field = page.all("input", name="title")[0]
    assert (field["aria-invalid"], field["aria-describedby"]) == ("true", "title-error")
    assert page.all("a", href="#title") == [{"href": "#title"}]
    assert page.all("div", id="title-error") != []
    assert form_html.count("Say what it is called.") == 2


def test_every_control_has_its_label_and_its_hint(form_html):
    page = Elements(form_html)
    assert [a["for"] for a in page.all("label")] == [
        "title",
        "start",
        "kind",
        "resource",
        "mass",
        "filmed",
    ]
    assert page.all("input", name="mass")[0]["aria-describedby"] == "mass-hint"


def test_a_mapping_and_keywords_do_as_well_as_a_form_field(render):
    html = render(
        """{% import "_macros/forms.html" as forms %}
        {{ forms.date({"name": "to", "label": "To", "value": day, "errors": [problem]}) }}
        {{ forms.choices(name="areas", label="Areas", options=[(1, "A"), (2, "B")], value=[2]) }}
        {{ forms.textarea(name="note", label="Note", value="<b>", optional=true, rows=2) }}""",
        day=date(2027, 1, 3),
        problem={
            "text": "Closed until Wed 6 Jan.",
            "note": "Nearest: 7 Jan.",
            "fixes": [
                {"label": "Use 7–11 Jan", "name": "fix", "value": "w2"},
                {"label": "Other times", "href": "/slots"},
            ],
        },
    )
    page = Elements(html)
    assert page.all("button", name="fix")[0]["value"] == "w2"
    assert page.all("a", href="/slots") != []
    assert [a["value"] for a in page.all("input", name="areas") if "checked" in a] == ["2"]
    assert "Sun 3 Jan 2027" in html
    assert ">&lt;b&gt;</textarea>" in html
    assert "(optional)" in html


PILOT_STATES = (
    "draft submitted needs_info in_review offered waitlisted conditional confirmed ready "
    "in_progress suspended completed closed rejected withdrawn cancelled expired no_show"
)


@pytest.mark.parametrize("state", PILOT_STATES.split())
def test_every_pilot_state_has_a_glyph_and_a_word(render, state):
    html = render('{% import "_macros/tags.html" as tags %}{{ tags.state(state) }}', state=state)
    assert re.search(r'<use href="#i-(?!info)[a-z]+"/></svg>[A-Z][a-z -]+</span>', html)


def test_every_icon_that_templates_use_is_drawn():
    drawn = set(
        re.findall(r'id="i-([a-z]+)"', (templates_path() / "_icons.html").read_text("utf-8"))
    )
    used = set()
    for path in templates_path().rglob("*.html"):
        used.update(re.findall(r'icon\("([a-z]+)"', path.read_text("utf-8")))
    assert used - drawn == set()


def chart(render, *bars, macro='tl.board(d, "Bookings", "Names", "table")'):
    start = date(2026, 11, 23)
    rows = (Row("a", "Cobot lab", "Cell A", "/facilities/fac-01", bars),)
    now = datetime(2026, 11, 24, 10, tzinfo=UTC)
    timeline = Timeline(start, start + timedelta(days=28), UTC, now, "month", rows)
    drawing = layout(timeline, labels("en", "month", "week"))
    return render('{% import "_macros/timeline.html" as tl %}{{ ' + macro + " }}", d=drawing)


def at(day, hour):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_bars_with_an_address_are_links_whose_name_begins_with_what_is_seen(render):
    html = chart(render, Bar("firm", at(24, 8), at(27, 17), "Maple · Stairs", "firm", "/pilots/1"))
    assert Elements(html).all("a", href="/pilots/1") == [
        {"href": "/pilots/1", "aria-label": "Maple · Stairs, firm"}
    ]
    assert re.search(r"<text x=\"9\" y=\"18\">Maple…</text>|>Maple · Stairs</text>", html)


def test_closures_carry_their_reason_as_title(render):
    html = chart(render, Bar("closed", at(24, 0), at(25, 0), "vessel <call>"))
    assert "<title>vessel &lt;call&gt;</title>" in html
    assert 'fill="url(#p-closed)"' in html


def test_the_way_to_the_table_comes_before_the_chart(render):
    html = chart(render)
    assert 0 < html.index('href="#table"') < html.index('<svg class="ll-tl"')


def test_the_line_of_today_runs_behind_the_bars(render):
    html = chart(render, Bar("tentative", at(24, 8), at(27, 17), "Maple"))
    assert html.index('class="today"') < html.index('class="t-tent"')


def test_positions_are_percentages(render):
    html = chart(render, Bar("firm", at(23, 8), at(29, 17), "Maple"), macro="tl.mini(d)")
    assert '<svg class="t-firm" x="0.0%" y="48" width="25.0%" height="28"' in html


def test_a_plate_writes_its_figures(render):
    source = '{% import "_macros/plate.html" as plates %}{{ plates.plate(p) }}'
    html = render(source, p=plate(Place("hall", 4, 4.5, 3.2, 20, 640), wide=True))
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", html)
    assert texts == ["4.0 × 4.5 m", "3.2 t", "640 m² · 20 kPa"]


def test_the_frame_leads_to_content_languages_and_sign_in(render):
    source = '{% extends "base.html" %}{% block content %}<h1>Hi</h1>{% endblock %}'
    page = Elements(render(source, **FRAME))
    assert page.all("a", class_="ll-skip") == [{"class": "ll-skip", "href": "#main"}]
    assert [a["href"] for a in page.all("a") if "hreflang" in a] == [
        f"/{code}?next=/here%3Fa%3D1" for code in ("en", "fi", "sv")
    ]
    assert page.all("a", href="/login") != []
    assert page.all("form") == []


def test_signing_out_is_a_post_with_the_token(render):
    account = {"name": "Example Manager", "links": []}
    page = Elements(render('{% extends "base.html" %}', **{**FRAME, "account": account}))
    assert page.all("form") == [{"method": "post", "action": "/logout"}]
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


def test_an_htmx_request_gets_an_error_without_the_frame(app):
    with app.test_request_context("/x", headers={"HX-Request": "true"}):
        html = render_template("errors/409.html", **FRAME)
    assert "<html" not in html
    assert "Someone was faster" in html
