"""``livinglab db upgrade`` and ``db revision``; ``livinglab doctor``."""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import create_engine

from livinglab.adapters.texts import LANGUAGES, TRANSLATIONS
from livinglab.app import create_app
from livinglab.assets import PACKAGE, migrations_path
from livinglab.cli.tools import give, say
from livinglab.db import schema
from livinglab.db.engine import engine_options, prepare
from livinglab.db.flask_db import db
from livinglab.db.guards import missing_guards

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction
    from collections.abc import Iterator

    from config import Settings

Check = tuple[str, str]
"""What was looked at, and what is wrong with it (empty: nothing)."""


def add(verbs: _SubParsersAction) -> None:  # type: ignore[type-arg]  # argparse's own shape
    """Add the commands."""
    actions = verbs.add_parser("db", help="the database's schema").add_subparsers(
        required=True, metavar="ACTION"
    )
    action = actions.add_parser("upgrade", help="bring the database to this program's revision")
    action.set_defaults(run=upgrade)
    action = actions.add_parser("revision", help="write the migration for changed tables")
    action.add_argument("sentence", help="what the migration does, in a few words")
    action.set_defaults(run=revision)
    verb = verbs.add_parser("doctor", help="look for what is wrong with this installation")
    verb.set_defaults(run=doctor)


def upgrade(settings: Settings, _options: Namespace) -> None:
    """Bring the schema to the newest revision, from whatever it is at."""
    app = create_app(settings)
    with app.app_context():
        schema.upgrade(db.engine)
        db.engine.dispose()
    say(f"The database is at revision {schema.head()}.")


def revision(_settings: Settings, options: Namespace) -> None:
    """Write a migration: what the code's tables have beyond the last one."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/revision.sqlite3"
        engine = create_engine(url, **engine_options(url))
        prepare(engine)
        if list((migrations_path() / "versions").glob("*.py")):
            schema.upgrade(engine)
        give(schema.write_revision(engine, options.sentence))
        engine.dispose()


def doctor(settings: Settings, _options: Namespace) -> int:
    """Check the installation; 1 when something is wrong."""
    wrong = 0
    for what, fault in _checks(settings):
        give(f"{'FAIL' if fault else 'ok  '} {what}{': ' + fault if fault else ''}")
        wrong += bool(fault)
    return 1 if wrong else 0


def _checks(settings: Settings) -> Iterator[Check]:
    app = create_app(settings)
    yield "settings", ""
    probe = settings.instance / ".doctor"
    try:
        probe.write_text("", "utf-8")
        probe.unlink()
        yield f"instance folder {settings.instance}", ""
    except OSError as error:
        yield f"instance folder {settings.instance}", str(error)
    with app.app_context():
        current, head = schema.current_and_head(db.engine)
        yield (
            f"database schema ({db.engine.dialect.name})",
            "" if current == head else f"at {current}, needs {head}: run `livinglab db upgrade`",
        )
        if current == head:
            with db.engine.connect() as connection:
                yield "guards of bookings and audit", ", ".join(missing_guards(connection))
        db.engine.dispose()
    yield f"SQLite library {sqlite3.sqlite_version}", ""
    missing = [
        language
        for language in LANGUAGES[1:]
        if not (TRANSLATIONS / language / "LC_MESSAGES" / "messages.mo").is_file()
    ]
    yield "translations", f"not compiled: {', '.join(missing)}" if missing else ""
    vendor = Path(PACKAGE, "web", "static", "vendor", "htmx.min.js")
    yield "front-end files", "" if vendor.is_file() else "missing: run `./lab setup`"
