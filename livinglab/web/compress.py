"""Answers made smaller by gzip (RFC 1952, RFC 9110 section 8.4) where that gives nothing away.

Compressed are static files, styles, and what nobody signed in for. Pages of a session are not:
they hold its form token beside words from the address, and the length of both together would tell
of the token (BREACH, CVE-2013-3587). A proxy in front should keep to that, too.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request, session

if TYPE_CHECKING:
    from flask import Flask, Response

TYPES = frozenset(
    {
        *("text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml"),
        *("application/json", "application/problem+json"),
    }
)
LEAST = 1000
"""Octets below which the headers outweigh what is saved."""
LEVEL = 6
KEPT = 64
"""Static answers kept compressed: as many as there are files, about."""


def install(app: Flask) -> None:
    """Compress answers for those who take gzip."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    if response.mimetype not in TYPES:
        return response
    response.vary.add("Accept-Encoding")
    if not _takes_it(response):
        return response
    for_all = bool(response.cache_control.public)
    if not for_all and (session or "Authorization" in request.headers):
        return response
    response.direct_passthrough = False  # a file becomes its octets
    body = response.get_data()
    if len(body) < LEAST:
        return response
    etag, _ = response.get_etag()
    response.set_data(_kept(body) if for_all else _small(body))
    response.headers["Content-Encoding"] = "gzip"
    if etag:  # the same content in other octets
        response.set_etag(etag, weak=True)
    return response


def _takes_it(response: Response) -> bool:
    return (
        response.status_code == HTTPStatus.OK
        and request.method == "GET"
        and "Content-Encoding" not in response.headers
        and request.accept_encodings["gzip"] > 0
    )


def _small(body: bytes) -> bytes:
    return gzip.compress(body, LEVEL, mtime=0)


@lru_cache(maxsize=KEPT)
def _kept(body: bytes) -> bytes:
    return _small(body)
