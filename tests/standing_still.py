"""The whole service at the moment of the tests: `serve(target="tests.standing_still:app")`."""

from config import Settings
from livinglab.app import create_app
from livinglab.web import context
from tests.conftest import NOW

app = create_app(Settings.from_env())
app.extensions[context.CLOCK] = lambda: NOW
