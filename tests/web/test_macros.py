"""Macros rendered as pages do, with undefined names being errors."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import render_template_string
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    SelectChoice,
    SelectField,
    StringField,
    validators,
)

from livinglab.assets import templates_path
from livinglab.web.drawing.layout import layout
from livinglab.web.drawing.plate import Place, plate
from livinglab.web.drawing.timeline import Bar, Row, Timeline
from livinglab.web.drawing.words import labels
from tests.markup import Elements, bare_app, render

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
def form_html():
    data = {"start": "2027-02-01", "kind": "hall", "resource": "n", "mass": "42.5", "filmed": "y"}
    with bare_app().test_request_context("/", method="POST", data=data):
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


def test_a_mapping_and_keywords_do_as_well_as_a_form_field():
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
def test_every_pilot_state_has_a_glyph_and_a_word(state):
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


def chart(*bars, macro='tl.board(d, "Bookings", "Names", "table")'):
    start = date(2026, 11, 23)
    rows = (Row("a", "Cobot lab", "Cell A", "/facilities/fac-01", bars),)
    now = datetime(2026, 11, 24, 10, tzinfo=UTC)
    timeline = Timeline(start, start + timedelta(days=28), UTC, now, "month", rows)
    drawing = layout(timeline, labels("en", "month", "week"))
    return render('{% import "_macros/timeline.html" as tl %}{{ ' + macro + " }}", d=drawing)


def at(day, hour):
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_bars_with_an_address_are_links_whose_name_begins_with_what_is_seen():
    html = chart(Bar("firm", at(24, 8), at(27, 17), "Maple · Stairs", "firm", "/pilots/1"))
    assert Elements(html).all("a", href="/pilots/1") == [
        {"href": "/pilots/1", "aria-label": "Maple · Stairs, firm"}
    ]
    assert re.search(r"<text x=\"9\" y=\"18\">Maple…</text>|>Maple · Stairs</text>", html)


def test_closures_carry_their_reason_as_title():
    html = chart(Bar("closed", at(24, 0), at(25, 0), "vessel <call>"))
    assert "<title>vessel &lt;call&gt;</title>" in html
    assert 'fill="url(#p-closed)"' in html


def test_the_way_to_the_table_comes_before_the_chart():
    html = chart()
    assert 0 < html.index('href="#table"') < html.index('<svg class="ll-tl"')


def test_the_line_of_today_runs_behind_the_bars():
    html = chart(Bar("tentative", at(24, 8), at(27, 17), "Maple"))
    assert html.index('class="today"') < html.index('class="t-tent"')


def test_positions_are_percentages():
    html = chart(Bar("firm", at(23, 8), at(29, 17), "Maple"), macro="tl.mini(d)")
    assert '<svg class="t-firm" x="0.0%" y="48" width="25.0%" height="28"' in html


def test_a_plate_writes_its_figures():
    source = '{% import "_macros/plate.html" as plates %}{{ plates.plate(p) }}'
    html = render(source, p=plate(Place("hall", 4, 4.5, 3.2, 20, 640), wide=True))
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", html)
    assert texts == ["4.0 × 4.5 m", "3.2 t", "640 m² · 20 kPa"]
