"""``livinglab create-admin`` and the keys of people. Secrets are shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters.secrets import new_token, password_hash
from livinglab.cli.tools import command_work, give, say
from livinglab.domain import feed
from livinglab.domain.feed import FeedWish
from livinglab.domain.vocabulary import LANGUAGES, OWNER_ROLES
from livinglab.services import accounts, app_passwords, second_factor, tokens
from livinglab.services.organisations import add_host

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from config import Settings


def add(verbs: _SubParsersAction) -> None:  # type: ignore[type-arg]  # argparse's own shape
    """Add the commands."""
    verb = verbs.add_parser("create-admin", help="make an admin, or give one a new password")
    verb.add_argument("email")
    verb.add_argument("--name", default="", help="as people read it")
    verb.add_argument("--host", metavar="NAME", help="make this host of facilities too")
    verb.set_defaults(run=create_admin)
    lost = "take apps, codes and passkeys away from somebody who lost them"
    verb = verbs.add_parser("forget-second-factor", help=lost)
    verb.add_argument("email")
    verb.set_defaults(run=forget_second_factor)
    verb = verbs.add_parser("token", help="make a bearer token for the REST API")
    verb.add_argument("email")
    verb.add_argument("--scope", choices=("read", "write"), default="read")
    verb.add_argument("--name", default="", help="what the token is for")
    verb.add_argument("--days", type=int, choices=tokens.DAYS, default=tokens.USUAL_DAYS)
    verb.set_defaults(run=token)
    verb = verbs.add_parser("feed-url", help="make a calendar feed")
    verb.add_argument("email")
    verb.add_argument("--facility", metavar="ID", help="only what happens there")
    verb.add_argument("--site", metavar="ID", help="only what happens there")
    verb.add_argument("--role", choices=sorted(OWNER_ROLES), help="only what has a gate of theirs")
    verb.add_argument("--company", metavar="ID", help="only stays of that company")
    verb.add_argument("--mine", action="store_true", help="only what they asked for or decide")
    verb.add_argument("--state", choices=feed.STATES, action="append", help="may be repeated")
    verb.add_argument("--resource", metavar="ID", action="append", help="may be repeated")
    verb.add_argument("--without-cancelled", action="store_true", help="drop what is called off")
    verb.add_argument("--language", choices=LANGUAGES, default="", help="of the texts")
    verb.add_argument("--name", default="", help="as calendars show it")
    verb.add_argument("--detail", choices=feed.DETAILS, default="full")
    verb.set_defaults(run=feed_url)
    verb = verbs.add_parser("caldav-password", help="make a password for a calendar program")
    verb.add_argument("email")
    verb.add_argument("--name", default="", help="what the program is called")
    verb.set_defaults(run=caldav_password)


def create_admin(settings: Settings, options: Namespace) -> None:
    """Print the new admin's password, made here."""
    email = accounts.checked_email(options.email)
    password = new_token(15)
    with command_work(settings) as work:
        accounts.create_admin(work, email, password_hash(password), options.name)
        if options.host:
            host = add_host(work, options.host)
            say(f"The host {host.name} has the id {host.slug}.")
    say(f"{email} may now sign in at {settings.base_url}/login with this password:")
    give(password)


def forget_second_factor(settings: Settings, options: Namespace) -> None:
    """Let the person sign in by password and set up a second factor anew."""
    with command_work(settings) as work:
        second_factor.forget(work, options.email)
    say(f"{options.email} signs in with the password alone, and all their sessions have ended.")


def token(settings: Settings, options: Namespace) -> None:
    """Print a new token."""
    with command_work(settings) as work:
        value = tokens.make_token(
            work, options.email, options.scope, name=options.name, days=options.days
        )
    say(f"Token of {options.email} ({options.scope}, {options.days} days), shown this once:")
    give(value)


def feed_url(settings: Settings, options: Namespace) -> None:
    """Print the address of a new feed."""
    with command_work(settings) as work:
        value = accounts.make_feed(work, options.email, wish=_wish(options))
    say(f"Calendar feed of {options.email}, shown this once:")
    give(f"{settings.base_url.rstrip('/')}/feeds/{value}.ics")


def _wish(options: Namespace) -> FeedWish:
    """The first place, role or company named is the scope; a second one is refused by it."""
    named = {name: getattr(options, name) or "" for name in feed.SCOPES[1:]}
    return FeedWish(
        scope=next((name for name, given in named.items() if given), "all"),
        **named,
        mine=options.mine,
        states=tuple(options.state or ()),
        resources=tuple(options.resource or ()),
        cancelled=not options.without_cancelled,
        language=options.language,
        name=options.name,
        detail=options.detail,
    )


def caldav_password(settings: Settings, options: Namespace) -> None:
    """Print a new password for a calendar program."""
    with command_work(settings) as work:
        value = app_passwords.make_app_password(work, options.email, name=options.name)
    say(f"Calendar password of {options.email}, shown this once:")
    give(value)
