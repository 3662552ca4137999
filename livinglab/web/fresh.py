"""What an account hangs on is changed only by somebody who showed lately who they are."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import HTTPException

from livinglab.web import sessions
from livinglab.web.access import SAFE_METHODS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.typing import ResponseReturnValue

P = ParamSpec("P")


def fresh(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Ask who signed in a quarter of an hour ago or earlier to show once more who they are.

    Stands below ``@requires``. What was sent meanwhile is not done; its page opens again.
    """

    @wraps(view)
    def checked(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if sessions.is_fresh():
            return view(*args, **kwargs)
        if request.method in SAFE_METHODS:
            back = request.full_path.rstrip("?")
        else:
            back = _page_of(request.path)
            flash(gettext("Nothing is done yet: afterwards send it once more."), "warn")
        return redirect(url_for("fresh.form", next=back), 303)

    return checked


def _page_of(path: str) -> str:
    """The page on which the form stands that is sent to ``path``: that address, or one above it.

    Pages of the same blueprint come first: another's address may have a parameter there.
    """
    found = [above for above in _above(path) if _endpoint(above)]
    ours = (above for above in found if _endpoint(above).startswith(f"{request.blueprint}."))
    return next(ours, found[0])


def _above(path: str) -> list[str]:
    """``/a/b``, ``/a``, ``/``."""
    parts = path.split("/")
    return ["/".join(parts[:end]) or "/" for end in range(len(parts), 0, -1)]


def _endpoint(path: str) -> str:
    """What answers a GET of that address here; empty when nothing does."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return ""
    try:
        return str(adapter.match(path, method="GET")[0])
    except HTTPException:
        return ""
