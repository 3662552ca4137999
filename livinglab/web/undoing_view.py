"""Decisions that the reader may still take back, as pages show them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask_babel import gettext

from livinglab.adapters.texts import local
from livinglab.domain.pilot import Action
from livinglab.services import undoing
from livinglab.web import context
from livinglab.web.language import language

if TYPE_CHECKING:
    from datetime import datetime

    from livinglab.db.tables import Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.undoing import Undoable


def standing() -> list[dict[str, Any]]:
    """The reader's decisions of the last minute, the latest first: what, and until when."""
    who, now = _reader(), context.now()
    return [_told(found, who, now) for found in undoing.undoable(context.session(), who, now)]


def of(pilot: Pilot) -> list[dict[str, Any]]:
    """The same of one pilot that was read with its ``undo``."""
    who, now = _reader(), context.now()
    found = undoing.of(pilot, who, now)
    return [] if found is None else [_told(found, who, now)]


def _reader() -> Principal:
    return cast("Principal", context.principal())


def _told(found: Undoable, who: Principal, now: datetime) -> dict[str, Any]:
    return {
        "ref": found.ref,
        "title": found.title,
        "told": TOLD[found.action](),
        "version": found.version,
        "time": _clock(found.until, who.timezone),
        "seconds": int((found.until - now).total_seconds()),
    }


def _clock(moment: datetime, zone: str) -> str:
    """10:01:05 · 10.01.05, with the seconds that count here."""
    return f"{local(moment, zone):{'%H:%M:%S' if language() == 'en' else '%H.%M.%S'}}"


TOLD = {
    Action.APPROVE: lambda: gettext("Approved"),
    Action.REJECT: lambda: gettext("Declined"),
    Action.REQUEST_INFO: lambda: gettext("Asked for more"),
    Action.WAITLIST: lambda: gettext("Put on the waiting list"),
}
