"""How a call is described: a view, its parameters, what it takes, answers and refuses.

Types of bodies and answers are ``TypedDict``s: mypy holds the views to them, pydantic writes
their JSON Schema. Whether a call needs a token follows from the view's access declaration.
"""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from flask_openapi import APIBlueprint, Tag
from flask_openapi.models import Parameter as DocumentParameter
from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from typing_extensions import TypedDict

from livinglab.web.access import ATTRIBUTE, PUBLIC, SAFE_METHODS
from livinglab.web.api.schemas.common import Refused
from livinglab.web.callers import bearer_token
from livinglab.web.context import principal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from livinglab.web.api.reading import Parameter

View = TypeVar("View", bound="Callable[..., Any]")

PREFIX = "/api/v1"
JSON = "application/json"
REFERENCE = "#/components/schemas/"
ALWAYS = frozenset({400, 401, 429, 503})
ETAG = {"description": "Its version, for If-Match.", "schema": {"type": "string"}}
MEANING = {
    400: "The address or the body cannot be understood.",
    401: "A token is needed, or the one sent does not count.",
    403: "Not for this person, or the token may only read.",
    404: "There is no such thing, or it is not yours to see.",
    409: "The time is taken, or the present state does not allow it.",
    412: "Somebody changed it after it was read.",
    413: "Too large.",
    415: "Another kind of content than is taken here.",
    422: "Well written, but something in it cannot be: `problems` lists everything.",
    428: "The version is missing.",
    429: "Too many calls in a minute.",
    503: "Busy; nothing was changed.",
}
_types: dict[str, Any] = {}


class Document(TypedDict):
    """An OpenAPI document."""

    openapi: str
    info: dict[str, Any]
    paths: dict[str, Any]
    components: dict[str, Any]


class Api(APIBlueprint):
    """A part of the API with its calls."""

    def __init__(self, name: str, about: str) -> None:
        super().__init__(
            f"api_{name}",
            __name__,
            url_prefix=PREFIX,
            abp_tags=[Tag(name=name, description=about)],
        )
        self.before_request(_know_the_caller)

    def call(
        self,
        method: str,
        rule: str,
        *,
        answers: Mapping[int, Any],
        query: Collection[Parameter[Any]] = (),
        takes: Any = None,  # noqa: ANN401  # a TypedDict class
        media: str | Mapping[str, Any] = JSON,
        refuses: Collection[int] = (),
        etag: bool = False,
    ) -> Callable[[View], View]:
        """Serve and describe a view.

        ``answers`` maps a status to the type of its JSON body, to None (no body), or to the
        media types of a file. ``takes`` is the type of the body, ``media`` its media type, or types
        of further bodies by media type. ``refuses`` names statuses besides those that follow from
        the rest.
        """

        def register(view: View) -> View:
            declared = getattr(view, ATTRIBUTE)
            public, anybody = declared == PUBLIC, declared <= {*PUBLIC, "signed_in"}
            statuses = {*ALWAYS, *refuses}
            statuses |= {404} if "<" in rule else set()
            statuses |= {422} if query or takes else set()
            statuses |= {413, 415} if takes else set()
            statuses |= set() if public or (anybody and method in SAFE_METHODS) else {403}
            responses = {
                **{status: _answer(status, body, etag) for status, body in answers.items()},
                **{status: _refusal(status) for status in sorted(statuses)},
            }
            described: dict[str, Any] = {
                "operation_id": view.__name__,
                "responses": responses,
                "security": [] if public else [{"bearer": []}],
            }
            if takes is not None:
                kinds = {media: takes} if isinstance(media, str) else {JSON: takes, **media}
                content = {one: {"schema": reference(kind)} for one, kind in kinds.items()}
                described["request_body"] = {"content": content, "required": True}
            getattr(super(Api, self), method.lower())(rule, **described)(view)
            self._add_parameters(method, view.__name__, query)
            return view

        return register

    def _add_parameters(
        self, method: str, operation_id: str, query: Collection[Parameter[Any]]
    ) -> None:
        """Put parameters that are read by ``reading`` beside the path's."""
        operations = (getattr(path, method.lower()) for path in self.paths.values())
        operation = next(o for o in operations if o and o.operationId == operation_id)
        operation.parameters = (operation.parameters or []) + [
            DocumentParameter.model_validate(
                {
                    "name": parameter.name,
                    "in": parameter.place,
                    "description": parameter.about,
                    "schema": dict(parameter.schema),
                }
            )
            for parameter in query
        ]


def reference(kind: Any) -> dict[str, str]:  # noqa: ANN401  # a TypedDict class
    """A reference to the JSON Schema of a type."""
    _types[kind.__name__] = kind
    return {"$ref": REFERENCE + kind.__name__}


@cache
def schemas() -> dict[str, Any]:
    """The JSON Schema of every type that was referred to, and of those in them.

    Made once, after the last call of the API was declared.
    """
    inputs = [(name, "validation", TypeAdapter(kind)) for name, kind in _types.items()]
    _, made = TypeAdapter.json_schemas(
        inputs,  # type: ignore[arg-type]  # "validation" is one of the two modes
        ref_template=REFERENCE + "{model}",
        schema_generator=_PlainSchema,
    )
    definitions: dict[str, Any] = made["$defs"]
    return dict(sorted(definitions.items()))


def _know_the_caller() -> None:
    """Refuse a token that does not count where none is needed, too: its holder errs."""
    if bearer_token() is not None:
        principal()


class _PlainSchema(GenerateJsonSchema):
    """JSON Schema without a title for every field: its name says the same."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ANN401, ARG002
        return False


def _answer(status: int, body: Any, etag: bool) -> dict[str, Any]:  # noqa: ANN401, FBT001
    described: dict[str, Any] = {"description": HTTPStatus(status).phrase}
    if isinstance(body, tuple):
        binary = {"schema": {"type": "string", "format": "binary"}}
        described["content"] = dict.fromkeys(body, binary)
    elif body is not None:
        described["content"] = {"application/json": {"schema": reference(body)}}
    if etag:
        described["headers"] = {"ETag": ETAG}
    return described


def _refusal(status: int) -> dict[str, Any]:
    return {
        "description": MEANING[status],
        "content": {"application/problem+json": {"schema": reference(Refused)}},
    }
