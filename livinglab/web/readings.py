"""The firm's trail tells which of the hosts' people read what is confidential (a view log)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import current_app, g

from livinglab.domain.errors import TryLater
from livinglab.services import confidence
from livinglab.web import context

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from flask import Flask
    from werkzeug import Response

    from livinglab.db.tables import Paper, Pilot
    from livinglab.services.confidence import Reading

_READ: Final = "confidential_readings"
OK: Final = 200


def plans(pilots: Sequence[Pilot], noted: Collection[tuple[str, str]] = ()) -> None:
    """This answer shows these pilots' plans, as far as the caller may read them.

    ``noted``: kind and reference of what is known to be noted today.
    """
    who = context.principal()
    if who is not None:
        _noted([found for found in confidence.plans(who, pilots) if found[1:] not in noted])


def paper(ref: str, found: Paper) -> None:
    """This answer is that paper of that pilot."""
    who = context.principal()
    if who is not None and who.is_host and found.confidential:
        _noted([(ref, "paper", f"{ref}/{found.code}")])


def people(pilot: Pilot) -> None:
    """This answer names who comes for that pilot."""
    who = context.principal()
    if who is not None and who.is_host:
        _noted([(pilot.ref, "people", pilot.ref)])


def install(app: Flask) -> None:
    """Write the note once the answer is made, so that nobody waits for a page to lock a row."""
    app.after_request(_write)


def _noted(wanted: list[Reading]) -> None:
    g.setdefault(_READ, []).extend(wanted)


def _write(response: Response) -> Response:
    wanted: list[Reading] = g.pop(_READ, [])
    who = context.principal() if wanted else None
    if who is None or response.status_code != OK:
        return response
    session, world, now = context.session(), context.world(), context.now()
    missing = confidence.unnoted(session, world, who, now, wanted)
    if missing:
        try:
            with context.work() as work:
                confidence.note(work, who, missing)
        except TryLater:
            current_app.logger.warning("What was read could not be noted: %s", missing)
    return response
