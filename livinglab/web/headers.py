"""Headers of every answer, and far-future caching of static files by their content.

Pages have no inline script or style, so the policy needs no nonce.
"""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import request

from livinglab.web import context

if TYPE_CHECKING:
    from flask import Flask, Response

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none';"
    " object-src 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
HSTS = "max-age=31536000"
FOREVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=3600"


class StaticVersions:
    """Content hashes of static files, made once per change of a file."""

    def __init__(self, folder: str | None) -> None:
        self._folder = Path(folder or "")
        self._known: dict[str, tuple[float, str]] = {}

    def of(self, filename: str) -> str | None:
        """The hash of the file, or None where there is no such file."""
        path = self._folder / filename
        try:
            changed = path.stat().st_mtime
        except (OSError, ValueError):
            return None
        known = self._known.get(filename)
        if known is None or known[0] != changed:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
            known = self._known[filename] = (changed, digest)
        return known[1]


def install(app: Flask) -> None:
    """Add the headers to each answer, and ``?v=<content hash>`` to addresses of static files."""
    https = context.settings(app).base_url.startswith("https:")
    versions = StaticVersions(app.static_folder)

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("v", versions.of(values["filename"]))

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        response.headers["X-Request-ID"] = context.request_id()
        if request.endpoint == "static" and response.status_code < HTTPStatus.BAD_REQUEST:
            current = versions.of((request.view_args or {})["filename"])
            response.headers["Cache-Control"] = (
                FOREVER if request.args.get("v") == current else A_WHILE
            )
        elif "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-cache"
        return response
