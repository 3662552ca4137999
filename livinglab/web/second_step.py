"""Between password and session: who still has to show a second factor waits in the cookie.

Flask-Security asks its plugins whether somebody who gave the right password has one more thing to
show; this is ours. Its own code plugin would bring pages and mails nobody here uses.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from flask import current_app, g, redirect, url_for
from flask import session as cookie
from flask_security.proxies import _security
from flask_security.tf_plugin import TfPlugin, TfPluginBase

from livinglab.adapters.secrets import derived_key
from livinglab.adapters.totp import Codes
from livinglab.db.tables import User
from livinglab.services.accounts import Proof
from livinglab.web import context, sessions
from livinglab.web.safe import local_address

if TYPE_CHECKING:
    from flask import Blueprint, Flask
    from flask.typing import ResponseReturnValue, ResponseValue
    from flask_security import Security, UserMixin

    from livinglab.domain.access import Principal

WAITING = "second_step"
"""Under this name the cookie says who gave the right password, when, and how."""
PATIENCE = timedelta(minutes=10)
CODES = "livinglab.codes"
ISSUER = "Living Lab Pori"


class SecondStep(TfPluginBase):
    """Asks for a code or a passkey whoever has set one up."""

    def create_blueprint(self, app: Flask, bp: Blueprint, state: Security) -> None:
        """Nothing: our pages stand in ``pages.second_step``."""

    def get_setup_methods(self, user: UserMixin) -> list[tuple[str, str]]:
        """One method, when the person has an app or a passkey; its label is never shown."""
        return [("second", "")] if has_second_factor(user) else []

    def tf_login(
        self, user: UserMixin, json_payload: dict[str, Any], next_loc: str | None
    ) -> ResponseValue:
        """Note who waits, and show the page that asks."""
        del json_payload  # for programs, which sign in by tokens here
        shown = g.pop("proof", Proof())
        cookie[WAITING] = {
            "user": user.fs_uniquifier,
            "since": context.now().isoformat(),
            "how": shown.how,
            "organisation": shown.organisation_id,
        }
        onward = local_address(next_loc)
        asked = None if onward == local_address(None) else onward
        return redirect(url_for("second_step.form", next=asked), 303)


def install(app: Flask) -> None:
    """Let sign-ins ask for a second factor."""
    plugins = TfPlugin()
    plugins.register_tf_impl(app, "code", SecondStep)
    app.extensions["security"].two_factor_plugins = plugins
    app.extensions["security"].support_mfa = True
    key = derived_key(str(app.secret_key), "totp")
    app.extensions[CODES] = Codes(key, ISSUER)


def codes() -> Codes:
    """What makes and checks the codes of authenticator apps here."""
    made: Codes = current_app.extensions[CODES]
    return made


def has_second_factor(user: Any) -> bool:  # noqa: ANN401  # the library's user or ours
    """Whether the person has an authenticator app or a passkey."""
    return bool(user.tf_totp_secret or user.webauthn)


def waiting() -> User | None:
    """Who gave the right password in this browser and still has to show a second factor."""
    kept = cookie.get(WAITING)
    if not isinstance(kept, dict):
        return None
    if context.now() - datetime.fromisoformat(kept["since"]) > PATIENCE:
        return None
    user = _security.datastore.find_user(fs_uniquifier=kept["user"])
    return user if isinstance(user, User) and user.active else None


def may_sign_in(user_id: int) -> bool:
    """Whether the person is not shut out, and acts for some organisation today."""
    user = _security.datastore.find_user(id=user_id)
    return isinstance(user, User) and user.active


def finish(user_id: int) -> None:
    """Begin the session of somebody who showed both."""
    kept = cookie.pop(WAITING)
    shown = Proof(kept["how"], second_factor=True, organisation_id=kept["organisation"])
    sessions.begin_again(user_id, shown)


def is_missing(who: Principal) -> bool:
    """Whether this session lacks a second factor that the person's roles demand."""
    now = sessions.current()
    return (
        context.settings().require_mfa and who.is_host and now is not None and not now.second_factor
    )


def onward(wanted: str | None) -> ResponseReturnValue:
    """Go where the person wanted to before signing in."""
    return redirect(local_address(wanted), 303)
