"""The look in one file: Bootstrap as far as pages use it, then our sheets, squeezed.

It is made at the first page and again when a sheet has changed, so that developing needs no build
step; its address carries the hash of its content.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request

from livinglab.adapters.css import squeeze, trim
from livinglab.assets import PACKAGE, templates_path
from livinglab.web.access import public
from livinglab.web.headers import A_WHILE, FOREVER, StaticVersions

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask

pages = Blueprint("look", __name__)
STATIC = PACKAGE / "web" / "static"
BOOTSTRAP = STATIC / "vendor" / "bootstrap.min.css"
SHEETS = (
    *("tokens", "bootstrap", "base", "frame", "controls", "components", "places", "region"),
    *("tables", "messages", "steps", "time", "pages", "hosts", "hosting", "figures"),
    *("requests", "saved", "photos", "narrow", "print"),
)
"""Files in ``static/css``, in the order in which they count. A sheet of one page alone is named in
that page's ``head`` instead."""
ENDPOINT = "look.sheet"
SHORTEST = 4
"""Letters of a word that may begin a class: shorter ones begin half of Bootstrap."""
_WORD = re.compile(r"[A-Za-z][\w-]*")
_FONT = re.compile(r'url\("\.\./(vendor/[^"]+)"\)')


def install(app: Flask) -> None:
    """Serve the file, and put ``?v=<content hash>`` into its address."""
    app.register_blueprint(pages)

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == ENDPOINT:
            values.setdefault("v", current()[1])


@pages.get("/look.css")
@public()
def sheet() -> Response:
    """All styles."""
    text, version = current()
    answer = Response(text, HTTPStatus.OK, mimetype="text/css")
    known = request.args.get("v") == version
    answer.headers["Cache-Control"] = FOREVER if known else A_WHILE
    answer.set_etag(version)
    answer.make_conditional(request)
    return answer


def current() -> tuple[str, str]:
    """The text, and the hash of it."""
    return _made(tuple(path.stat().st_mtime_ns for path in _files()))


def _files() -> list[Path]:
    return [BOOTSTRAP, *(STATIC / "css" / f"{name}.css" for name in SHEETS)]


@lru_cache(maxsize=1)
def _made(_changed: tuple[int, ...]) -> tuple[str, str]:
    bootstrap, *ours = (path.read_text("utf-8") for path in _files())
    versions = StaticVersions(str(STATIC))
    text = squeeze(trim(bootstrap, _is_used()) + "".join(ours))
    # Fonts are asked for under the address with which base.html announces them.
    text = _FONT.sub(lambda f: f'url("static/{f[1]}?v={versions.of(f[1])}")', text)
    return text, hashlib.sha256(text.encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _is_used() -> Callable[[str], bool]:
    """Whether a class may be on a page: any word of templates, views and scripts is taken for one.

    A longer word that ends with a hyphen may begin any class.
    """
    sources = (
        *templates_path().rglob("*.html"),
        *(PACKAGE / "web").rglob("*.py"),
        *(STATIC / "js").glob("*.js"),
    )
    words = {word for path in sources for word in _WORD.findall(path.read_text("utf-8"))}
    begun = tuple(word for word in words if word.endswith("-") and len(word) >= SHORTEST)
    return lambda name: name in words or name.startswith(begun)
