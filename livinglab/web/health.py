"""Is it alive, is it ready, how much is waiting."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from livinglab.db.flask_db import db
from livinglab.db.guards import missing_guards
from livinglab.db.queries import health
from livinglab.db.schema import current_and_head
from livinglab.domain.errors import NotFound
from livinglab.services import jobs, outbox
from livinglab.web.access import public
from livinglab.web.context import now, principal, session

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("health", __name__)
METRICS = "text/plain; version=0.0.4; charset=utf-8"


@pages.get("/livez")
@public()
def live() -> ResponseReturnValue:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@public()
def ready() -> ResponseReturnValue:
    """The database is there, its schema is ours, and bookings are guarded; else 503.

    What the scheduler does is told, but pages answer without it.
    """
    try:
        current, head = current_and_head(db.engine)
        missing = missing_guards(session().connection()) if current == head else []
        background = _background() if current == head else {}
    except SQLAlchemyError:
        return jsonify(status="database away"), 503
    status = "ok"
    if current != head:
        status = "schema out of date"
    elif missing:
        status = "guards missing"
    facts = {
        "status": status,
        "schema": {"current": current, "head": head},
        "guards_missing": missing,
        **background,
    }
    return jsonify(facts), 200 if status == "ok" else 503


def _background() -> dict[str, Any]:
    mail = outbox.state(session(), now())
    return {
        "outbox_oldest_seconds": mail.oldest_seconds,
        "outbox_held": mail.held,
        "jobs_overdue": jobs.overdue(session(), now()),
        "last_job_at": health.last_job(session()),
    }


@pages.get("/metrics")
@public()
def metrics() -> ResponseReturnValue:
    """Gauges read from the database, in Prometheus' text format; for this machine or an admin."""
    who = principal()
    admin = who is not None and who.is_host and who.has("admin")
    if not admin and not ip_address(request.remote_addr or "0.0.0.0").is_loopback:  # noqa: S104
        raise NotFound
    lines = []
    gauges: list[health.Gauge] = [
        *health.gauges(session(), now()),
        (
            "outbox_held",
            "Mails held because too many were due at once.",
            [({}, outbox.state(session(), now()).held)],
        ),
        (
            "jobs_overdue",
            "Jobs that did not run when they should.",
            [({}, len(jobs.overdue(session(), now())))],
        ),
    ]
    for name, words, values in gauges:
        lines += [f"# HELP livinglab_{name} {words}", f"# TYPE livinglab_{name} gauge"]
        for labels, value in values:
            pairs = ",".join(f'{key}="{text}"' for key, text in labels.items())
            lines.append(
                f"livinglab_{name}{{{pairs}}} {value}" if pairs else f"livinglab_{name} {value}"
            )
    return Response("\n".join(lines) + "\n", content_type=METRICS)
