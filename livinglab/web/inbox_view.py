"""Which part of the queue of decisions is shown, and in which order; kept in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import request, url_for
from flask_babel import gettext

from livinglab.domain.access import GATE_ROLES
from livinglab.domain.vocabulary import OWNER_ROLES
from livinglab.services.inbox import DUE, ORDERS, Sieve
from livinglab.web import context
from livinglab.web.filters import localised

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livinglab.domain.access import Principal
    from livinglab.services.inbox import Item

SHOWN = ("mine", "all", "decided")
LONGEST = 100


@dataclass(frozen=True, slots=True)
class View:
    """The reader's own or all, and what of it."""

    show: str
    sieve: Sieve

    @property
    def kept(self) -> dict[str, str]:
        """What pages that lead on and back carry in their addresses."""
        sieve = self.sieve
        chosen = {
            "facility": sieve.facility,
            "role": sieve.role,
            "due": sieve.due,
            "q": sieve.text,
            "sort": "" if sieve.order == "due" else sieve.order,
        }
        return {"show": self.show} | {name: value for name, value in chosen.items() if value}

    def address(self, endpoint: str = "inbox.listing") -> str:
        """Where this is shown."""
        asked: dict[str, Any] = dict(self.kept)
        return url_for(endpoint, **asked)


def read(who: Principal) -> View:
    """What the address asks for; whatever it says wrong is left out."""
    asked = request.args
    facility, role, due, order = (asked.get(k, "") for k in ("facility", "role", "due", "sort"))
    places = context.world().places(context.session())
    return View(
        shown(who),
        Sieve(
            facility=facility if places.seen(facility, who) else "",
            role=role if role in GATE_ROLES else "",
            due=due if due in DUE else "",
            text=asked.get("q", "").strip()[:LONGEST],
            order=order if order in ORDERS else "due",
        ),
    )


def shown(who: Principal) -> str:
    """Which part of the inbox the address asks for; people without gates see all at first."""
    asked = request.args.get("show", "")
    if asked in SHOWN:
        return asked
    owns = who.global_gate_roles or any(facility for _, facility in who.roles)
    return "mine" if owns else "all"


def options(items: Iterable[Item]) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer, each with how many there are, by name."""
    facilities: dict[str, int] = {}
    roles: dict[str, int] = {}
    for item in items:
        for slug in item.facilities:
            facilities[slug] = facilities.get(slug, 0) + 1
        for role in item.roles:
            roles[role] = roles.get(role, 0) + 1
    places = context.world().places(context.session()).facilities
    named = {slug: localised(places[slug].facility.name) for slug in facilities if slug in places}
    titles = {role: gettext(OWNER_ROLES[role]) for role in roles if role in OWNER_ROLES}
    due = {
        "late": gettext("Late"),
        "soon": gettext("Today and tomorrow"),
        "later": gettext("Later"),
        "firm": gettext("The firm’s move"),
        "waiting": gettext("Waiting list"),
    }
    orders = {
        "due": gettext("Answer by"),
        "sent": gettext("Date sent"),
        "company": gettext("Company"),
        "place": gettext("Place"),
    }
    return {
        "facility": _counted(named, facilities),
        "role": _counted(titles, roles),
        "due": list(due.items()),
        "sort": list(orders.items()),
    }


def _counted(names: dict[str, str], counts: dict[str, int]) -> list[tuple[str, str]]:
    ordered = sorted(names.items(), key=lambda pair: pair[1])
    return [(code, f"{name} ({counts[code]})") for code, name in ordered]
