"""Who calls: the holder of a bearer token (RFC 6750), or who is signed in; and the form token.

Programs send a bearer token and need no form token, for no browser sends one on its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import g, request
from flask import session as cookie
from flask_login import current_user
from flask_wtf.csrf import CSRFProtect

from livinglab.adapters.secrets import token_hash
from livinglab.db.queries import tokens as queries
from livinglab.domain.errors import NotSignedIn
from livinglab.services import accounts
from livinglab.web import context, second_step
from livinglab.web.access import SAFE_METHODS, WITHOUT_SECOND_FACTOR, is_api, is_caldav
from livinglab.web.sessions import KEY, current

if TYPE_CHECKING:
    from livinglab.domain.access import Principal

csrf = CSRFProtect()


def find_principal() -> Principal | None:
    """Who acts: the holder of a bearer token (API only), else who is signed in.

    Somebody whose roles demand a second factor that the session lacks is nobody, except where they
    set one up.

    Raises:
        NotSignedIn: a bearer token was sent that does not count.
    """
    token = bearer_token()
    if token is not None:
        return _holder(token)
    if not current_user.is_authenticated:
        return None
    session = current()
    who = _acting(session.organisation_id if session else None)
    if who is not None and second_step.is_missing(who):
        g.second_factor_missing = True
        return who if request.endpoint in WITHOUT_SECOND_FACTOR else None
    return who


def bearer_token() -> str | None:
    """The bearer token of an API call; None when it sends none."""
    authorization = request.authorization
    if not is_api() or authorization is None or authorization.type != "bearer":
        return None
    return authorization.token or ""


def check_form_token() -> None:
    """Demand the form token on unsafe methods, unless the call carries no cookie of a session.

    A bearer token is not sent by browsers on their own, so no foreign page can use it. Calendar
    programs change nothing.

    Raises:
        flask_wtf.csrf.CSRFError: the token is missing or wrong.
    """
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    if is_caldav():
        return
    if is_api() and (bearer_token() is not None or KEY not in cookie):
        return
    csrf.protect()


def _acting(organisation_id: int | None) -> Principal | None:
    """Who is signed in, the first time by the rights that came with their session."""
    found = g.pop("signed_in", None)
    if found is not None and found.user.id == current_user.id:
        return accounts.principal_of(found.user, found.rights, organisation_id)
    return accounts.principal_for(
        context.session(), current_user.id, organisation_id, on=context.today()
    )


def _holder(token: str) -> Principal:
    found = queries.token_holder(context.session(), token_hash(token), context.now())
    if found is None:
        raise NotSignedIn
    user, row = found
    who = accounts.principal_for(
        context.session(),
        user.id,
        row.organisation_id,
        cast("accounts.Scope", row.scope),
        on=context.today(),
    )
    if who is None:
        raise NotSignedIn
    if accounts.worth_noting(row.used_at, context.now()):
        g.token_used = row.id
    return who
