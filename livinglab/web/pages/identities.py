"""Signing in with the account of a host organisation, and linking such accounts to one's own.

An account nobody has linked lets nobody in: its owner signs in once in another way and links it.
Coming back from a provider never links by itself, so that nobody can be led into linking an
account which is not theirs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext
from flask_security.proxies import _security
from flask_security.utils import login_user

from livinglab.domain.errors import NotFound
from livinglab.services import identities
from livinglab.services.accounts import Proof
from livinglab.web import context, oidc
from livinglab.web.access import public, requires
from livinglab.web.fresh import fresh
from livinglab.web.safe import local_address

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import User
    from livinglab.domain.access import Principal

pages = Blueprint("identities", __name__)
PENDING = "account_to_link"
"""Under this name who somebody is at a provider waits in the session for their word."""
NEXT = "after_provider"


@pages.get("/sign-in/<key>")
@public()
def begin(key: str) -> ResponseReturnValue:
    """Send the browser to the provider."""
    provider = oidc.provider(key)
    cookie[NEXT] = request.args.get("next")
    base = context.settings().base_url.rstrip("/")
    return oidc.begin(provider, base + url_for("identities.finish", key=provider.id))


@pages.get("/sign-in/<key>/back")
@public()
def finish(key: str) -> ResponseReturnValue:
    """Come back from the provider: signed in, or asked whether to link the account."""
    provider = oidc.provider(key)
    account = oidc.finish(provider)
    found = identities.known(
        context.session(),
        account.issuer,
        account.subject,
        provider.organisation,
        on=context.today(),
    )
    if found is not None:
        return _sign_in(account, *found)
    cookie[PENDING] = {"provider": key, "subject": account.subject, "name": account.name}
    if context.principal() is None:
        return render_template("identities/unknown.html", provider=provider), 403
    return redirect(url_for("identities.listing"), 303)


@pages.get("/account/identities")
@requires("signed_in")
def listing() -> str:
    """The reader's linked accounts, those they may link, and the one that waits for their word."""
    who = cast("Principal", context.principal())
    known = context.settings().identity_providers
    return render_template(
        "identities/list.html",
        linked=identities.linked(context.session(), who.user_id),
        names={provider.issuer: provider.name for provider in known},
        providers=known,
        pending=_pending(),
    )


@pages.post("/account/identities")
@requires("signed_in")
@fresh
def link() -> ResponseReturnValue:
    """Link the account with which the reader just came back, or forget it."""
    pending = _pending()
    cookie.pop(PENDING, None)
    if pending is None:
        raise NotFound
    if "forget" not in request.form:
        provider = pending["provider"]
        with context.work() as work:
            identities.link(work, provider.issuer, pending["subject"], provider.organisation)
        flash(
            gettext("Linked. From now on you may sign in with %(name)s.", name=provider.name), "ok"
        )
    return redirect(url_for("identities.listing"), 303)


@pages.post("/account/identities/<int(max=2147483647):identity_id>/unlink")
@requires("signed_in")
def unlink(identity_id: int) -> ResponseReturnValue:
    """Take a linked account away."""
    with context.work() as work:
        identities.unlink(work, identity_id)
    flash(gettext("The account is no longer linked: nobody signs in here with it."), "ok")
    return redirect(url_for("identities.listing"), 303)


def _sign_in(account: oidc.Account, user: User, organisation_id: int) -> ResponseReturnValue:
    """Let the person in, by way of their second factor if the provider did not ask for one."""
    onward = local_address(cookie.pop(NEXT, None))
    g.proof = Proof("oidc", account.second_factor, organisation_id)
    if not account.second_factor:
        asked = _security.two_factor_plugins.tf_enter(
            user, remember_me=False, primary_authn_via="oidc", next_loc=onward
        )
        if asked:
            return cast("ResponseReturnValue", asked)
    login_user(user, authn_via=["oidc"])
    with context.work() as work:
        identities.note_use(work, account.issuer, account.subject)
    return redirect(onward, 303)


def _pending() -> dict[str, Any] | None:
    kept = cookie.get(PENDING)
    if not isinstance(kept, dict):
        return None
    for provider in context.settings().identity_providers:
        if provider.id == kept["provider"]:
            return {**kept, "provider": provider}
    return None
