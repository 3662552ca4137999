"""Fifty requests approved in one sending of a form: statements, time and processor of each.

    .venv/bin/python bench/bulk.py [--facilities 500 --bookings 100000]

In one process: a firm makes and sends requests over the API, each at a place of its own; a manager
chooses them in the queue, reads what would happen, and confirms. Each is a unit of work of its own
that judges every rule anew. The check: as many bookings became firm as were shown.
"""

from __future__ import annotations

import re
from html import unescape
from http import HTTPStatus
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from create import SPRING
from measure import FORM_TOKEN
from sqlalchemy import event, func, make_url, select
from stage import FIRM, MANAGER, PASSWORD, Stage, size_options, stage

from config import Settings
from livinglab.app import create_app
from livinglab.db.flask_db import db
from livinglab.db.tables import Booking
from livinglab.services.bulk import MOST

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

ARTICLE = {"name": "Mouse", "kind": "other", "mass_kg": 10, "conformity": "ce"}
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
MILLI = 1000


class Spent:
    """What a call sent to the database and took: statements, seconds, seconds of processor."""

    def __init__(self, app: Flask) -> None:
        self.statements = 0
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._count)
        self._begun = perf_counter(), process_time()

    def tell(self, what: str, times: int) -> None:
        """Print it by request."""
        wall, cpu = perf_counter() - self._begun[0], process_time() - self._begun[1]
        each = [figure * MILLI / times for figure in (wall, cpu)]
        told = f"{self.statements / times:5.1f} statements, {each[0]:5.1f} ms wall"
        print(f"{what:40} {told}, {each[1]:5.1f} ms cpu a request")

    def _count(self, *_: object) -> None:
        self.statements += 1


def ask(app: Flask, made: Stage) -> list[str]:
    """Requests of one day, each at a place of its own: some cannot be approved with others."""
    firm, refs = app.test_client(), []
    headers = {"Authorization": f"Bearer {made.token(FIRM)}"}
    roomy = [p for p in made.work.places if len(made.work.free_starts(p, 1, *SPRING)) > 1]
    first, last = (made.work.date(day).isoformat() for day in SPRING)
    for place in roomy[: 2 * MOST]:
        draft: dict[str, Any] = {
            "title": f"Quick look at {place.slug}",
            "purpose": "See whether it fits.",
            "focus_areas": ["automation_robotics"],
            "test_article": ARTICLE,
            "periods": [
                {"facility": place.slug, "days": 1, "windows": [{"start": first, "end": last}]}
            ],
        }
        answer = firm.post("/api/v1/pilots", json=draft, headers=headers).json
        path = f"/api/v1/pilots/{answer['ref']}/actions/submit"
        sent = firm.post(path, json={"version": answer["version"]}, headers=headers)
        assert sent.json["state"] == "submitted", sent.text
        refs.append(answer["ref"])
    return refs


def sign_in(app: Flask) -> FlaskClient:
    """The manager's browser."""
    client = app.test_client()
    token = unescape(FORM_TOKEN.search(client.get("/login").text)[1])
    form = {"email": MANAGER, "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", data=form).status_code == HTTPStatus.FOUND
    return client


def address(refs: list[str]) -> str:
    """Where it is told what would happen to these requests."""
    return "/inbox/several?do=approve&" + "&".join(f"ref={ref}" for ref in refs)


def firm_bookings(app: Flask) -> int:
    """How many bookings are firm."""
    with app.app_context():
        query = select(func.count()).select_from(Booking).where(Booking.state == "firm")
        return db.session.scalar(query) or 0


def main() -> None:
    """Measure and print."""
    chosen = size_options(__doc__.splitlines()[0]).parse_args()
    staged = stage(chosen.facilities, chosen.bookings, chosen.days, url=chosen.database)
    with staged.copied() as made, TemporaryDirectory() as folder:
        app = create_app(
            Settings(
                database_url=made.url, instance_path=folder, secret_key="b" * 32, scheduler=False
            )
        )
        refs, client = ask(app, made), sign_in(app)
        client.get(address(refs[:MOST]))  # the process learns places and taken time
        fields: dict[str, list[str]] = {}
        asked = Spent(app)
        for number in range(0, len(refs), MOST):
            form = client.get(address(refs[number : number + MOST])).text
            for name, value in HIDDEN.findall(form.partition('<form method="post" class="ll-')[2]):
                fields.setdefault(name, []).append(unescape(value))
        asked.tell("what would happen (GET)", len(refs))
        fields["row"], before = fields["row"][:MOST], firm_bookings(app)
        done = Spent(app)
        answer = client.post("/inbox/several", data=fields | {"do": "approve"})
        done.tell("approved (POST)", len(fields["row"]))
        assert answer.status_code == HTTPStatus.OK, answer.text
        assert firm_bookings(app) - before == len(fields["row"]), "one booking for each"
    kind = make_url(made.url).get_backend_name()
    size = f"{chosen.facilities} places, {chosen.bookings} bookings, {kind}"
    print(f"# {len(fields['row'])} approved; {size}")


if __name__ == "__main__":
    main()
