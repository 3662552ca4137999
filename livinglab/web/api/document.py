"""The API's description: OpenAPI 3.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Response, current_app, jsonify

from livinglab.web.access import public
from livinglab.web.api import describe
from livinglab.web.api.describe import Api

if TYPE_CHECKING:
    from flask_openapi import OpenAPI

api = Api("document", "This description.")
KEPT = "livinglab.openapi"
ABOUT = """Test places in and around Pori, Finland: find one, ask for time, follow the request.

Times are RFC 3339 with an offset. Refusals are `application/problem+json` with a stable `code`, a
sentence in the reader's language (`Accept-Language`) and `problems`, which lists everything that
is wrong at once. Lists come in pages: `items`, and `next`, the `cursor` of the following page.

Writes of a pilot or a place name the `version` they were made from, or send it as `If-Match`. A
write sent again with the same `Idempotency-Key` has one effect and is answered as the first time.
"""


@api.call("GET", "/openapi.json", answers={200: describe.Document})
@public()
def show_document() -> Response:
    """What the API takes and answers, in OpenAPI 3.1."""
    return jsonify(document(cast("OpenAPI", current_app)))


def document(app: OpenAPI) -> dict[str, Any]:
    """The document of an application, made once."""
    if KEPT not in app.extensions:
        app.extensions[KEPT] = _made(app)
    return cast("dict[str, Any]", app.extensions[KEPT])


def _made(app: OpenAPI) -> dict[str, Any]:
    made = app.api_doc
    made["info"]["description"] = ABOUT
    made["info"]["license"] = {"name": "EUPL-1.2", "identifier": "EUPL-1.2"}
    made["components"]["schemas"] = describe.schemas()
    for path in made["paths"].values():
        for operation in path.values():
            if "description" in operation:
                operation["description"] = operation["description"].replace("<br/>", "\n").strip()
            refused = operation["responses"].get("422", {}).get("content", {})
            if "application/json" in refused:  # the library's guess
                del operation["responses"]["422"]
    return made
