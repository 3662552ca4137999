"""What a call asks: query parameters, body and version, read so that all faults are told at once.

A :class:`Parameter` is read by :class:`Query` and described in the OpenAPI document from the same
value, so that the two cannot differ.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from flask import request

from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from werkzeug.datastructures import MultiDict

T = TypeVar("T")

LARGEST_ID = 2**31 - 1
"""Rows are numbered with 32 bits; larger numbers name nothing."""
PLAIN = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$"
"""JSON Schema pattern of text without line breaks or other control characters."""
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?")
_ENTITY_TAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,8})"')


@dataclass(frozen=True, slots=True)
class Parameter(Generic[T]):
    """A query parameter or header: its name, meaning and JSON Schema, and how it is read."""

    name: str
    about: str
    schema: Mapping[str, Any]
    read: Callable[[Node], T]
    place: Literal["query", "header"] = "query"
    may_be_empty: bool = False


@dataclass(slots=True)
class Query:
    """The query of the present request. An empty text is an absent one."""

    args: MultiDict[str, str] = field(default_factory=lambda: request.args)
    faults: list[Problem] = field(default_factory=list)

    def __call__(self, parameter: Parameter[T]) -> T | None:
        """The value of a parameter, or None when absent or faulty."""
        values = self.args.getlist(parameter.name)
        if not values or (values == [""] and parameter.may_be_empty):
            return None
        node = Node(_typed(values[0], parameter), parameter.name, {}, self.faults)
        if len(values) > 1:
            node.refuse("repeated", N_("“%(field)s” stands in the address twice. Leave one out."))
            return None
        before = len(self.faults)
        value = parameter.read(node)
        return value if len(self.faults) == before else None

    def finish(self) -> None:
        """End the reading.

        Raises:
            InvalidInput: there are faults; it carries them all.
        """
        if self.faults:
            raise InvalidInput.of(*self.faults)


def _typed(text: str, parameter: Parameter[T]) -> object:
    """Addresses have only text; where a number is meant and stands there, the number."""
    if parameter.schema.get("type") in {"integer", "number"} and _NUMBER.fullmatch(text):
        return json.loads(text)
    return text


def body(labels: Mapping[str, str], *, optional: bool = False) -> Node:
    """The JSON object in the body; an empty one when ``optional`` and nothing was sent.

    Raises:
        werkzeug.exceptions.HTTPException: 400 broken JSON, 415 something else than JSON.
        InvalidInput: another kind of JSON value.
    """
    if optional and not request.get_data():
        return Node({}, "", labels)
    value = request.get_json()
    if not isinstance(value, dict):
        text = Message(N_("The body must be an object, written {…}."))
        raise InvalidInput.of(Problem("not_an_object", "", text))
    return Node(value, "", labels)


def version(given: Node) -> int | None:
    """The version a write was decided on: ``version`` in the body, else ``If-Match``.

    Faults go to the body's node. None where neither is given; ``*`` names no version.
    """
    number = given.maybe(lambda node: node.whole(1, LARGEST_ID))
    tag = request.headers.get("If-Match", "*").strip()
    if tag == "*":
        return number
    found = _ENTITY_TAG.fullmatch(tag)
    if found is None:
        Node(tag, "If-Match", {}, given.faults).refuse(
            "bad_entity_tag", N_('“%(field)s” must be the ETag you were given, such as "3".')
        )
        return number
    if number is not None and number != int(found[1]):
        given.refuse("two_versions", N_("“%(field)s” and If-Match name two versions."))
    return int(found[1])


def row_number(number: int) -> int:
    """The number of a row, as it stands in an address.

    Raises:
        NotFound: no row can have it.
    """
    if number > LARGEST_ID:
        raise NotFound
    return number


# --- Parameters that several calls take ---------------------------------------------------------


def text(name: str, about: str, limit: int = 200) -> Parameter[str]:
    """Free text."""
    schema = {"type": "string", "maxLength": limit, "pattern": PLAIN}
    return Parameter(name, about, schema, lambda node: node.text(limit), may_be_empty=True)


def code(name: str, about: str, codes: Collection[str]) -> Parameter[str]:
    """One of a closed list."""
    schema = {"type": "string", "enum": list(codes)}
    return Parameter(name, about, schema, lambda node: node.choice(codes))


def number(name: str, about: str, most: int) -> Parameter[float]:
    """A number from nothing up."""
    schema = {"type": "number", "minimum": 0, "maximum": most}
    return Parameter(name, about, schema, lambda node: node.number(0, most))


def whole(name: str, about: str, low: int = 1, high: int = LARGEST_ID) -> Parameter[int]:
    """A whole number."""
    schema = {"type": "integer", "minimum": low, "maximum": high}
    return Parameter(name, about, schema, lambda node: node.whole(low, high))
