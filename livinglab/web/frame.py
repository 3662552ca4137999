"""What the frame of every page shows: language, menu, account, the example-data banner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request, url_for
from flask_babel import gettext, lazy_gettext

from livinglab.db.queries.frame import marks
from livinglab.services import setup
from livinglab.web.access import PUBLIC, allows
from livinglab.web.context import now, principal, request_id, session, settings, world
from livinglab.web.filters import both_clocks
from livinglab.web.language import keys_on, language, theme

if TYPE_CHECKING:
    from flask import Flask
    from flask_babel import LazyString

    from livinglab.db.queries.frame import Marks
    from livinglab.domain.access import Principal
    from livinglab.services.setup import Checklist


SIGNED_IN = frozenset({"signed_in"})
ADMIN = frozenset({"admin"})
DECISIONS = "inbox.listing"
PILOTS = "pilots.listing"


@dataclass(frozen=True, slots=True)
class Link:
    """A menu entry: shown when its endpoint exists and the reader is among ``who``."""

    label: LazyString
    endpoint: str
    who: frozenset[str] = PUBLIC


FACILITIES = Link(lazy_gettext("Facilities"), "catalogue.listing")
FOR_VISITORS = (FACILITIES, Link(lazy_gettext("Map"), "region.overview"))
FOR_FIRMS = (
    *FOR_VISITORS,
    Link(lazy_gettext("My pilots"), PILOTS, SIGNED_IN),
    Link(lazy_gettext("Calendar"), "board.overview", SIGNED_IN),
)
FOR_HOSTS = (
    Link(lazy_gettext("Decisions"), DECISIONS, frozenset({"host"})),
    Link(lazy_gettext("Pipeline"), "pipeline.overview", frozenset({"coordinator", "staff"})),
    Link(lazy_gettext("Today"), "today.overview", frozenset({"host"})),
    Link(lazy_gettext("Calendar"), "board.overview", SIGNED_IN),
    Link(
        lazy_gettext("My facilities"),
        "hosting.listing",
        frozenset({"facility_manager", "coordinator", "admin"}),
    ),
    FACILITIES,
    Link(lazy_gettext("Pilots"), PILOTS, SIGNED_IN),
    Link(lazy_gettext("Season plan"), "planning.listing", frozenset({"coordinator", "admin"})),
    Link(lazy_gettext("Figures"), "figures.overview", frozenset({"coordinator", "admin"})),
    Link(lazy_gettext("Results"), "reports.overview", frozenset({"coordinator", "admin"})),
)
ACCOUNT = (
    Link(lazy_gettext("Company profile"), "company.profile", frozenset({"company"})),
    Link(lazy_gettext("Your settings"), "account.form", SIGNED_IN),
    Link(lazy_gettext("Colleagues"), "people.listing", frozenset({"company"})),
    Link(
        lazy_gettext("People of the hosts"),
        "hosting_roles.listing",
        frozenset({"coordinator", "admin"}),
    ),
    Link(lazy_gettext("Saved views"), "saved.listing", SIGNED_IN),
    Link(lazy_gettext("Calendar feeds"), "calendar_feeds.listing", SIGNED_IN),
    Link(lazy_gettext("API tokens"), "tokens.listing", SIGNED_IN),
    Link(lazy_gettext("Signing in"), "account_security.overview", SIGNED_IN),
    Link(lazy_gettext("Your data"), "personal_data.overview", SIGNED_IN),
    Link(
        lazy_gettext("Closed time"),
        "blocks.listing",
        frozenset({"facility_manager", "coordinator", "admin"}),
    ),
    Link(lazy_gettext("Rules"), "rules.listing", frozenset({"coordinator", "admin"})),
    Link(lazy_gettext("Mail"), "mail.overview", frozenset({"coordinator", "admin"})),
    Link(lazy_gettext("Trail"), "trail.of_company", frozenset({"company"})),
    Link(lazy_gettext("Trail"), "trail.overview", ADMIN),
    Link(lazy_gettext("Start for real"), "setup.overview", ADMIN),
)


def install(app: Flask) -> None:
    """Put the frame's values into every template."""
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    if g.get("without_database"):
        return {
            "lang": language(),
            "theme": theme(),
            "request_id": request_id(),
            "nav_items": [],
            "account": None,
        }
    who = principal()
    marked = marks(session(), who)
    may_set_up = who is not None and allows(ADMIN, who)
    return {
        "lang": language(),
        "theme": theme(),
        "request_id": request_id(),
        "has_example_data": marked.examples,
        "may_set_up": may_set_up,
        "setup": _setup() if may_set_up and not marked.examples else None,
        "nav_items": _menu(who, marked),
        "account": None if who is None else _account(who),
        "keys_on": keys_on(),
        "clocks": both_clocks(now(), who.timezone if who else None),
        "now": now(),
        "principal": who,
    }


def _setup() -> Checklist | None:
    """What is left to do, for admins on every page but the one that says it all."""
    if request.path == url_for("setup.overview") or setup.is_open(session()):
        return None
    mail = bool(settings().smtp_url)
    return setup.checklist(session(), world(), now(), mail=mail)


def _account(who: Principal) -> dict[str, Any]:
    """The account menu: who one is and acts for, and whom one may act for instead."""
    others = [(key, name) for key, name in who.organisations if key != who.organisation_id]
    return {
        "name": who.name,
        "acts_for": who.organisation_name,
        "others": others,
        "links": _links(ACCOUNT),
    }


def _menu(who: Principal | None, marked: Marks) -> list[dict[str, Any]]:
    """The menu of a visitor, a firm or a host.

    It says in how many pilots there are new messages, and how much waits for a host's decision.
    """
    if who is None:
        return _links(FOR_VISITORS)
    items = _links(FOR_HOSTS if who.is_host else FOR_FIRMS)
    for item in items:
        if item["endpoint"] == DECISIONS:
            item |= {"count": marked.to_decide, "counted": gettext("open")}
        elif item["endpoint"] == PILOTS:
            item |= {"count": marked.unread, "counted": gettext("with new messages")}
    return items


def _links(links: tuple[Link, ...]) -> list[dict[str, Any]]:
    who = principal()
    shown = []
    for link in links:
        if link.endpoint not in current_app.view_functions:
            continue
        if link.who & PUBLIC or (who is not None and allows(link.who, who)):
            url = url_for(link.endpoint)
            current = request.path == url or request.path.startswith(url + "/")
            shown.append(
                {
                    "url": url,
                    "label": str(link.label),
                    "current": current,
                    "endpoint": link.endpoint,
                }
            )
    return shown
