"""Whether the time of an answer tells which addresses have an account.

    .venv/bin/python bench/enumeration.py [--rounds 200]

Known and unknown addresses take turns at each form in one process, with argon2id as in production,
so that whatever else the machine does falls on both. Beside the times stand the statements sent to
the database and the passwords hashed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from unittest.mock import patch

from argon2 import low_level
from itsdangerous import URLSafeTimedSerializer
from measure import ROOT

sys.path.insert(0, str(ROOT))

from sqlalchemy import event

from config import Settings
from livinglab.adapters.secrets import password_hash
from livinglab.app import create_app
from livinglab.db.flask_db import db
from livinglab.db.schema import upgrade
from livinglab.db.tables import Membership, Organisation, User

if TYPE_CHECKING:
    from flask import Flask

SECRET = "turning wheels at noon"  # noqa: S105  # nobody's
NEWCOMER = {"name": "Ann Ray", "company": "Ray Oy", "country": "FI", "language": "en"}
FORMS = {
    "/login": {"password": "not the right one"},
    "/reset": {},
    "/register": NEWCOMER | {"password": SECRET},
    "/register/again": {},
}
MANY = 1_000_000
LIBRARY = low_level.lib  # type: ignore[attr-defined]  # the C library


class Counted:
    """Statements and runs of argon2 so far; stands in for the C library of ``argon2``."""

    def __init__(self) -> None:
        self.statements = self.hashes = 0

    def statement(self, *_: object) -> None:
        """One was sent."""
        self.statements += 1

    def __getattr__(self, name: str) -> object:
        self.hashes += name in {"argon2_hash", "argon2_verify", "argon2_ctx"}
        return getattr(LIBRARY, name)


def asked(app: Flask, counted: Counted, path: str, email: str) -> tuple[float, int, int]:
    """Milliseconds, statements and hashes of the form sent for an address by a new browser."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = SECRET
    token = URLSafeTimedSerializer(str(app.secret_key), salt="wtf-csrf-token").dumps(SECRET)
    form = FORMS[path] | {"email": email, "csrf_token": token}
    before = counted.statements, counted.hashes
    begun = time.perf_counter()
    answer = client.post(path, data=form)
    spent = (time.perf_counter() - begun) * 1000
    assert answer.status_code in {200, 303}, (path, answer.status_code)
    return spent, counted.statements - before[0], counted.hashes - before[1]


def known(app: Flask, rounds: int) -> list[str]:
    """Addresses with an account each: the mails that a form sends are counted by address."""
    emails = [f"known{number}@firm.example" for number in range(rounds)]
    kept, now = password_hash(SECRET), datetime.now(UTC)
    with app.app_context():
        firm = Organisation(slug="firm", kind="company", name="Firm", country="FI")
        people = [
            User(email=email, name="Known", password=kept, fs_uniquifier=email, confirmed_at=now)
            for email in emails
        ]
        db.session.add_all([firm, *people])
        db.session.flush()
        mine = {"organisation_id": firm.id, "role": "member"}
        db.session.add_all(Membership(user_id=user.id, **mine) for user in people)
        db.session.commit()
    return emails


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--rounds", type=int, default=200)
    rounds = options.parse_args().rounds
    counted = Counted()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(
            Settings(
                database_url=f"sqlite:///{Path(folder) / 'bench.sqlite3'}",
                instance_path=folder,
                secret_key="a secret of a bench, longer than needed",  # noqa: S106
                sign_in_tries_per_minute=MANY,
                account_tries_per_minute=MANY,
                scheduler=False,
            )
        )
        with app.app_context():
            upgrade(db.engine)
            event.listen(db.engine, "before_cursor_execute", counted.statement)
        emails = known(app, rounds)
        print("form              known ms  unknown ms  ratio   statements  hashes")
        with patch.object(low_level, "lib", counted):
            for path in FORMS:
                pairs = [
                    (
                        asked(app, counted, path, email),
                        asked(app, counted, path, f"{path[1:].replace('/', '-')}{email}"),
                    )
                    for email in emails
                ]
                both = [list(zip(*side, strict=True)) for side in zip(*pairs, strict=True)]
                (here, *here_counts), (there, *there_counts) = both
                one, other = median(here), median(there)
                statements, hashes = (
                    f"{median(a):g}/{median(b):g}"
                    for a, b in zip(here_counts, there_counts, strict=True)
                )
                ratio = f"{one:10.2f}{other:12.2f}{one / other:7.2f}"
                print(f"{path:16s}{ratio}{statements:>13s}{hashes:>8s}")
        with app.app_context():
            db.engine.dispose()


if __name__ == "__main__":
    main()
