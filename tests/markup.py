"""Templates without the application: a bare Flask that has their filters, and a reader of tags."""

from functools import partial
from html.parser import HTMLParser

import jinja2
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect

from livinglab.adapters import written
from livinglab.assets import templates_path
from livinglab.web import look

FRAME = {
    "lang": "en",
    "theme": "",
    "has_example_data": True,
    "nav_items": [
        {"url": "/inbox", "label": "Decisions", "current": True, "count": 9, "counted": "waiting"}
    ],
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


def bare_app():
    """An application with the project's templates in which undefined names are errors."""
    app = Flask("markup", template_folder=str(templates_path()))
    app.secret_key = "only for this test"
    app.jinja_env.undefined = jinja2.StrictUndefined
    Babel(app)
    CSRFProtect(app)
    look.install(app)
    app.add_template_filter(partial(written.full_date, locale="en"), "date")
    return app


def render(source, path="/here?a=1", **values):
    """The source rendered as an answer to ``path``."""
    with bare_app().test_request_context(path):
        return render_template_string(source, **values)
