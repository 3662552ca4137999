"""Writes: one transaction each, safe to send again with an Idempotency-Key."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from flask import Response, jsonify, make_response, request

from livinglab.domain.errors import InvalidInput, NotSignedIn, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import Node
from livinglab.services.idempotency import Attempt, Reply, once
from livinglab.web import context
from livinglab.web.api.reading import Parameter

if TYPE_CHECKING:
    from collections.abc import Callable

    from livinglab.domain.access import Principal
    from livinglab.services.work import Work

KEY_LIMIT = 200
ROUTE_LIMIT = 200
PRINTABLE = "^[ -~]+$"
KEY: Parameter[str] = Parameter(
    "Idempotency-Key",
    "A name for this write. Sent again with the same body, it is answered as the first time.",
    {"type": "string", "minLength": 1, "maxLength": KEY_LIMIT, "pattern": PRINTABLE},
    Node.text,
    "header",
)
IF_MATCH: Parameter[str] = Parameter(
    "If-Match",
    "The ETag of what the write was decided on, in place of `version`.",
    {"type": "string", "pattern": '^(\\*|(W/)?"[1-9][0-9]{0,8}")$'},
    Node.text,
    "header",
)


def write(act: Callable[[Work], Reply], *, sent: bytes | None = None) -> Response:
    """Run a use case in one transaction and answer what it says.

    ``sent`` is what makes one write differ from another; usually the body as it came.

    Raises:
        KeyReused: the Idempotency-Key came with something else before.
    """
    key = _key()
    body = request.get_data() if sent is None else sent
    with context.work() as work:
        reply = act(work) if key is None else once(work, _attempt(key, body), lambda: act(work))
    response = make_response(reply.body, reply.status)
    if reply.body:
        response.mimetype = "application/json"
    response.headers.update(reply.headers)
    return response


def acting() -> Principal:
    """Who acts, in a call that needs somebody.

    Raises:
        NotSignedIn: nobody does.
    """
    who = context.principal()
    if who is None:
        raise NotSignedIn
    return who


def reply(
    value: object,
    status: int = 200,
    *,
    version: int | None = None,
    location: str | None = None,
    kept: object = None,
) -> Reply:
    """A JSON answer. ``kept`` is what a repeat is told where ``value`` holds a secret."""
    headers = {}
    if version is not None:
        headers["ETag"] = etag(version)
    if location is not None:
        headers["Location"] = location
    return Reply(status, _json(value), headers, None if kept is None else _json(kept))


NOTHING = Reply(204, b"")
"""Done, and there is nothing to say."""


def etag(version: int) -> str:
    """The entity tag that stands for a version."""
    return f'"{version}"'


def _json(value: object) -> bytes:
    return jsonify(value).get_data()


def _key() -> str | None:
    node = Node(request.headers.get(KEY.name), KEY.name)
    key = node.maybe(lambda given: given.text(KEY_LIMIT))
    node.finish()
    if key is not None and not (key.isascii() and key.isprintable()):
        text = Message(N_("An Idempotency-Key has letters, digits and signs of ASCII."))
        raise InvalidInput.of(Problem("bad_key", KEY.name, text))
    return key


def _attempt(key: str, body: bytes) -> Attempt:
    who = acting()
    route = f"{request.method} {request.path}"
    fingerprint = sha256(b"\0".join((route.encode(), request.query_string, body))).hexdigest()
    return Attempt(f"{who.user_id}@{who.organisation_id}", route[:ROUTE_LIMIT], key, fingerprint)
