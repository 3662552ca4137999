"""The floor of an HTTP answer: a Flask application with a small JSON view and bytes in memory."""

from functools import cache

from flask import Flask, Response, jsonify, request

app = Flask(__name__)


@app.get("/json")
def hello() -> Response:
    """Say something small."""
    return jsonify(ok=True, facilities=[1, 2, 3])


@app.get("/bytes/<int:size>")
def stored(size: int) -> Response:
    """So many bytes from memory, or 304 to whoever has them."""
    if request.headers.get("If-None-Match"):
        return Response(status=304, headers={"ETag": '"1"'})
    return Response(_body(size), mimetype="text/calendar", headers={"ETag": '"1"'})


@cache
def _body(size: int) -> bytes:
    return b"x" * size
