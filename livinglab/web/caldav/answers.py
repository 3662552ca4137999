"""How a calendar server answers: multi-status (RFC 4918, 13) and refusals with reasons (16)."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from flask import Response, request

from livinglab.adapters.davxml import document, href, tag
from livinglab.web.compress import LEAST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

R = TypeVar("R")
XML = "application/xml; charset=utf-8"
QUICK = 1
"""Level of gzip: what is saved beyond it costs more time than it is worth."""
_OK = "<D:status>HTTP/1.1 200 OK</D:status>"
_MISSING = "<D:status>HTTP/1.1 404 Not Found</D:status>"


class Refused(Exception):
    """A request is refused; ``condition`` names the precondition it breaks."""

    def __init__(self, status: int, condition: str) -> None:
        super().__init__(condition)
        self.status = status
        self.condition = condition


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which properties are asked for.

    ``names``: these; with ``standing`` what every resource of the kind tells, too; with
    ``only_names`` what there is, without values. ``minimal``: what is missing is left out.
    """

    names: tuple[str, ...] = ()
    standing: bool = False
    only_names: bool = False
    minimal: bool = False


def refused(status: int, condition: str = "") -> Response:
    """A refusal, with the element that tells why."""
    body = document("error", [tag(condition)] if condition else [])
    return Response(body, status, content_type=XML)


def multistatus(responses: Iterable[str], *, token: str = "") -> Response:
    """Answers for several resources; ``token``: where a program goes on (RFC 6578).

    Packed for those who take it: tags and addresses of objects are much alike. No secret stands
    beside what somebody asked for, so that its length tells nothing (see ``web.compress``).
    """
    end = [f"<D:sync-token>{token}</D:sync-token>"] if token else []
    response = Response(status=HTTPStatus.MULTI_STATUS, content_type=XML)
    response.vary.add("Accept-Encoding")
    body = document("multistatus", [*responses, *end])
    if len(body) >= LEAST and request.accept_encodings["gzip"] > 0:
        body = gzip.compress(body, QUICK, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.data = body
    return response


def found(
    path: str,
    resource: R,
    wanted: Wanted,
    known: Mapping[str, Callable[[R], str]],
    standing: Iterable[str],
) -> str:
    """The answer for one resource: what it has of what is wanted, and what it has not."""
    if wanted.only_names:
        return _response(path, "".join(map(tag, known)), "")
    names = dict.fromkeys((*standing, *wanted.names)) if wanted.standing else wanted.names
    there = "".join([tag(name, known[name](resource)) for name in names if name in known])
    missing = "" if wanted.minimal else "".join([tag(n) for n in names if n not in known])
    return _response(path, there, missing)


def gone(path: str) -> str:
    """The answer for a resource that is not there (any more)."""
    return f"<D:response>{href(path)}{_MISSING}</D:response>"


def _response(path: str, there: str, missing: str) -> str:
    parts = []
    if there or not missing:
        parts.append(f"<D:propstat><D:prop>{there}</D:prop>{_OK}</D:propstat>")
    if missing:
        parts.append(f"<D:propstat><D:prop>{missing}</D:prop>{_MISSING}</D:propstat>")
    return f"<D:response>{href(path)}{''.join(parts)}</D:response>"
