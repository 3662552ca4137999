"""What an account hangs on is changed only by somebody who showed lately who they are."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from flask import redirect, request, url_for

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
        back = request.full_path.rstrip("?") if request.method in SAFE_METHODS else request.path
        return redirect(url_for("fresh.form", next=back), 303)

    return checked
