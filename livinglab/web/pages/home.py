"""The front page."""

from __future__ import annotations

from flask import Blueprint, render_template

from livinglab.web.access import public

pages = Blueprint("home", __name__)


@pages.get("/")
@public()
def front() -> str:
    """What the living lab is, and where to begin."""
    return render_template("home.html")
