"""The world of the access tests, and one caller per principal, made once."""

import shutil

import pytest

from config import Settings
from livinglab.app import create_app
from livinglab.db.flask_db import db
from livinglab.web import context
from tests.access.calls import Callers
from tests.access.world import COOKIES, World
from tests.conftest import NOW, Clock
from tests.factories import PASSWORD


def app_of(world, folder):
    """The application on a world's database, by the world's clock."""
    app = create_app(
        Settings(
            database_url=str(world.engine.url),
            instance_path=str(folder / "instance"),
            secret_key="a secret for tests, longer than needed",
            sign_in_tries_per_minute=10_000,
            account_tries_per_minute=10_000,
            feed_reads_per_minute=10_000,
            api_calls_per_minute=1_000_000,
            demo_password=PASSWORD,
            scheduler=False,
        )
    )
    app.testing = True
    app.extensions[context.CLOCK] = world.clock
    return app


@pytest.fixture(scope="session")
def lab(_sqlite_template, tmp_path_factory, translations):
    """The two firms' world, the application on it, and everybody's callers."""
    folder = tmp_path_factory.mktemp("access")
    path = folder / "access.sqlite3"
    shutil.copyfile(_sqlite_template, path)
    world = World(f"sqlite:///{path}", Clock(NOW))
    world.fill()
    app = app_of(world, folder)
    callers = Callers(app, world)
    for principal in COOKIES:
        callers.sign_in(principal)
    world.settle()  # only now: who owns a passkey must show it when signing in
    callers.take_tokens()
    world.shut_out()
    yield callers
    world.watch.close()
    world.close()
    with app.app_context():
        db.engine.dispose()
