"""Who may call an endpoint. What does not say so is closed, and fails a test.

A view says ``@public()`` or ``@requires("host")`` below its route. What belongs to libraries is
said in :data:`OF_LIBRARIES`. Rules about single objects live in ``domain.access``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from flask import current_app, g, redirect, request, url_for

from livinglab.domain.access import GATE_ROLES
from livinglab.domain.errors import NotAllowed, NotFound, NotSignedIn
from livinglab.domain.messages import N_, Message
from livinglab.web.context import principal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal

View = TypeVar("View", bound="Callable[..., Any]")

PUBLIC: Final = frozenset({"public"})
ATTRIBUTE: Final = "_livinglab_access"
GROUPS: Final = frozenset({"signed_in", "company", "company_admin", "host"})
ROLES: Final = GATE_ROLES | {"staff", "admin"}
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT"})
"""Those that only read (RFC 9110, 9.2.1; RFC 4918, 9.1; RFC 3253, 3.6)."""
OF_LIBRARIES: Final = {
    "static": PUBLIC,
    "security.login": PUBLIC,
    "security.logout": PUBLIC,
    "security.static": frozenset(),
}
"""Endpoints whose views are not ours to mark; the empty set closes one."""
WITHOUT_SECOND_FACTOR: Final = frozenset(
    {
        "account_security.overview",
        "account_security.app",
        "account_security.add_app",
        "account_security.renew_codes",
        "passkeys.listing",
        "passkeys.add",
        "fresh.form",
        "fresh.check",
        "language.choose",
        "security.logout",
    }
)
"""What somebody reaches whose roles demand a second factor that this session lacks."""


def public() -> Callable[[View], View]:
    """Anybody may call the view, signed in or not."""
    return _mark(PUBLIC)


def requires(*who: str) -> Callable[[View], View]:
    """Only these may call the view: ``signed_in``, ``company``, ``company_admin``, ``host``, roles.

    Roles are those of hosts; several names mean any of them. A token that may only read is refused
    on unsafe methods.

    Raises:
        ValueError: a name is none of these.
    """
    unknown = set(who) - GROUPS - ROLES
    if unknown or not who:
        raise ValueError(f"there is no such role: {sorted(unknown)}")
    return _mark(frozenset(who))


def policy(app: Flask, endpoint: str) -> frozenset[str] | None:
    """What the endpoint declares; None when it declares nothing."""
    declared: frozenset[str] | None = getattr(app.view_functions[endpoint], ATTRIBUTE, None)
    return declared if declared is not None else OF_LIBRARIES.get(endpoint)


def allows(declared: frozenset[str], who: Principal) -> bool:
    """Whether a signed-in person is among those declared."""
    return (
        bool(declared & PUBLIC)
        or "signed_in" in declared
        or ("company" in declared and not who.is_host)
        or ("company_admin" in declared and who.runs_company)
        or ("host" in declared and who.is_host)
        or (who.is_host and who.has_any(declared & ROLES))
    )


def is_api() -> bool:
    """Whether the call is answered in JSON rather than pages."""
    return request.path.startswith("/api/")


def is_caldav() -> bool:
    """Whether a calendar program asks: it sends a password of its own each time, and no cookie."""
    return request.path.startswith("/dav/")


def check_access() -> ResponseReturnValue | None:
    """Refuse the call unless its endpoint lets the caller in.

    Raises:
        NotFound: the endpoint lets nobody in, or declares nothing.
        NotSignedIn: an API call needs a person. (Pages are sent to the sign-in form.)
        NotAllowed: the person is none of those declared, or the token may only read.
    """
    if request.endpoint is None:  # answered by the error for unknown addresses
        return None
    declared = policy(current_app, request.endpoint)
    if not declared:
        raise NotFound
    if declared & PUBLIC:
        return None
    who = principal()
    if who is None:
        if is_api():
            raise NotSignedIn
        if g.get("second_factor_missing"):
            return redirect(url_for("account_security.overview"), 303)
        wanted = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
        return redirect(url_for("security.login", next=wanted), 303)
    if not allows(declared, who):
        raise NotAllowed(Message(N_("This is for other people than you.")))
    if who.scope != "write" and request.method not in SAFE_METHODS:
        raise NotAllowed(Message(N_("This token may only read.")))
    return None


def _mark(declared: frozenset[str]) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, declared)
        return view

    return mark
