"""The reader's language: chosen in this browser, else that of the account or of the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, request
from flask import session as kept
from flask_babel import Babel

from livinglab.adapters.texts import LANGUAGES, TRANSLATIONS, choose_language
from livinglab.domain.errors import NotSignedIn
from livinglab.web.access import public
from livinglab.web.context import principal, settings
from livinglab.web.safe import local_address

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug import Response

    from livinglab.domain.access import Principal

pages = Blueprint("language", __name__)
LANGUAGE_COOKIE = "language"
CHOSEN = "language"
"""In the session: the language that somebody signed in chose in this browser, and their number."""
THEME_COOKIE = "theme"
THEMES = ("auto", "light", "dark")
KEYS_COOKIE = "keys"
A_YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Tell Flask-Babel where sentences are and who reads them."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(TRANSLATIONS)
    Babel(
        app,
        default_locale=LANGUAGES[0],
        default_timezone="Europe/Helsinki",
        locale_selector=language,
    )
    app.register_blueprint(pages)


def language() -> str:
    """``en``, ``fi`` or ``sv``, found once per request."""
    if "language" not in g:
        g.language = _find_language()
    return str(g.language)


def theme() -> str:
    """``light``, ``dark``, or empty for what the device prefers."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES[1:] else ""


def keys_on() -> bool:
    """Whether single keys do something; they can be switched off (WCAG 2.2, 2.1.4)."""
    return request.cookies.get(KEYS_COOKIE) != "off"


@pages.get("/<any(en, fi, sv):code>")
@public()
def choose(code: str) -> Response:
    """Remember the language in this browser, and go back.

    The account stays as it is: a page of somebody else's could link here.
    """
    if (who := principal()) is not None:
        kept[CHOSEN] = [code, who.user_id]
    return _remember(LANGUAGE_COOKIE, code)


@pages.get("/theme/<any(auto, light, dark):name>")
@public()
def choose_theme(name: str) -> Response:
    """Remember light or dark, and go back."""
    return _remember(THEME_COOKIE, name)


@pages.get("/keys/<any(on, off):name>")
@public()
def choose_keys(name: str) -> Response:
    """Remember whether keys do something, and go back."""
    return _remember(KEYS_COOKIE, name)


def _find_language() -> str:
    asked = _asked_for()
    if request.authorization is not None and asked:  # an API client that asks means it
        return asked
    try:
        who = principal()
    except NotSignedIn:  # the refusal of a false token needs a language, too
        who = None
    if who is not None:
        return _chosen(who) or choose_language(who.language)
    cookie = request.cookies.get(LANGUAGE_COOKIE)
    return cookie if cookie in LANGUAGES else asked or LANGUAGES[0]


def forget_choice() -> None:
    """From now on the language of the account counts in this browser."""
    kept.pop(CHOSEN, None)


def _chosen(who: Principal) -> str | None:
    """What the person, and nobody before them, chose in this browser."""
    code, user_id = kept.get(CHOSEN, (None, None))
    return code if user_id == who.user_id and code in LANGUAGES else None


def _asked_for() -> str | None:
    """The first of ours in the order the browser prefers; ``sv-FI`` counts as ``sv``."""
    for tag, quality in request.accept_languages:
        primary = tag.partition("-")[0].lower()
        if quality > 0 and primary in LANGUAGES:
            return primary
    return None


def _remember(name: str, value: str) -> Response:
    response = redirect(local_address(request.args.get("next")), 303)
    response.set_cookie(
        name,
        value,
        max_age=A_YEAR,
        secure=settings().base_url.startswith("https:"),
        httponly=True,
        samesite="Lax",
    )
    return response
