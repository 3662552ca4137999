"""What comes in: JSON and text that no layer below could handle are refused at the door."""

from __future__ import annotations

import json
import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from livinglab.domain.messages import Localised, Quantity
from livinglab.web import context

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

MEGABYTE = 1024 * 1024
FORM_FIELDS = 2000
PHOTOS = "photos.add"
"""The endpoint that takes photos: they may be larger than anything else."""
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def to_json(value: object) -> object:
    """What JSON has no word for: RFC 3339 times instead of HTTP's, numbers, texts."""
    match value:
        case date():  # datetime too
            return value.isoformat()
        case Decimal():
            return float(value)
        case Quantity():
            return value.value
        case Localised():
            return dict(value.texts)
        case _:
            return DefaultJSONProvider.default(value)


class Json(DefaultJSONProvider):
    """RFC 8259, strictly: no NaN, no lone surrogates, no NUL, no bottomless nesting."""

    sort_keys = False
    ensure_ascii = False
    default = staticmethod(to_json)

    def dumps(self, obj: Any, **kwargs: Any) -> str:  # noqa: ANN401  # JSON is anything
        """Write JSON. Nothing we write contains itself, so that is not looked for: it costs."""
        return super().dumps(obj, check_circular=False, **kwargs)

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ANN401  # JSON is anything
        """Read JSON.

        Raises:
            werkzeug.exceptions.BadRequest: it is not JSON that can be stored and sent again.
        """
        try:
            value = super().loads(s, parse_constant=_no_constant, **kwargs)
            text = s if isinstance(s, str) else s.decode()
            if "\\u" in text:  # lone surrogates and NUL can only come as escapes
                json.dumps(value, ensure_ascii=False).encode()
                if _NUL.search(text):
                    raise BadRequest("The body contains a NUL character.")
        except RecursionError:
            raise BadRequest("The JSON is nested too deeply.") from None
        except ValueError as error:  # UnicodeError too
            raise BadRequest(f"The body is not valid JSON: {error}") from None
        return value


def install(app: Flask, upload_megabytes: int) -> None:
    """Read and write JSON strictly, and bound what one request may bring."""
    app.json = Json(app)
    app.config["MAX_CONTENT_LENGTH"] = (upload_megabytes + 1) * MEGABYTE
    app.config["MAX_FORM_MEMORY_SIZE"] = MEGABYTE
    app.config["MAX_FORM_PARTS"] = FORM_FIELDS


def allow_photos() -> None:
    """Let the form for photos bring as much as one may have, and what stands beside it."""
    if request.endpoint == PHOTOS:
        request.max_content_length = (context.settings().photo_limit_mb + 1) * MEGABYTE


def bound_form() -> None:
    """Bound forms in the address's own notation: the library bounds multipart only.

    Raises:
        werkzeug.exceptions.RequestEntityTooLarge: too many fields or octets.
    """
    if request.mimetype == "application/x-www-form-urlencoded":
        request.max_content_length = MEGABYTE
        if request.get_data().count(b"&") >= FORM_FIELDS:
            raise RequestEntityTooLarge


def refuse_nul() -> None:
    """Refuse NUL in addresses and forms: PostgreSQL cannot store it, nobody types it.

    Raises:
        werkzeug.exceptions.BadRequest: there is one.
    """
    _check([request.path])
    _check(text for pair in request.args.items(multi=True) for text in pair)
    if request.method in {"POST", "PUT", "PATCH", "DELETE"}:
        _check(text for pair in request.form.items(multi=True) for text in pair)


def _check(texts: Iterable[str]) -> None:
    if any("\0" in text for text in texts):
        raise BadRequest("The request contains a NUL character.")


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number in JSON")
