"""What commands share."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from livinglab.app import create_app
from livinglab.db.flask_db import db
from livinglab.db.schema import current_and_head
from livinglab.services.work import begin_work
from livinglab.web import context

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from config import Settings
    from livinglab.services.work import Work


class Failure(Exception):
    """The command could not do its work; the sentence says why and what to do."""


@contextmanager
def application(settings: Settings) -> Iterator[Flask]:
    """The application with its context, on a database that is up to date.

    Raises:
        Failure: the schema is older or newer than the code.
    """
    app = create_app(settings)
    with app.app_context():
        check_schema()
        yield app
        db.engine.dispose()


@contextmanager
def command_work(settings: Settings) -> Iterator[Work]:
    """A unit of work by nobody in particular: the person at the terminal."""
    with (
        application(settings),
        begin_work(db.session(), context.world(), now=context.now()) as work,
    ):
        yield work


def check_schema() -> None:
    """See that the database fits the code.

    Raises:
        Failure: it does not.
    """
    current, head = current_and_head(db.engine)
    if current != head:
        at = "empty" if current is None else f"at revision {current}"
        raise Failure(
            f"The database is {at}, this program needs revision {head}. Run `livinglab db upgrade`."
        )


def say(words: str) -> None:
    """Tell the person something that is not the command's result."""
    print(words, file=sys.stderr, flush=True)


def give(value: str) -> None:
    """Print the command's result."""
    print(value, flush=True)
