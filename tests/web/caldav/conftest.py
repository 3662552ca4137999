"""A house whose calendars are read, and the programs that read them."""

import pytest

from livinglab.domain.pilot import Action
from livinglab.services import app_passwords
from tests.calendar_program import Program
from tests.web.pages.scene import SECOND, Scene

HOSTILE = "]]>&lt;<x/> \ufffe ; , \\ 🤖 &amp; " + "å" * 90
PURPOSE = "A secret plan."


@pytest.fixture
def scene(make, app, clock):
    """Pilots of both firms, confirmed in the hall; one of Ada's waits."""
    made = Scene(make, app, clock)
    made.act("manager", made.request(title=HOSTILE, purpose=PURPOSE), Action.APPROVE)
    made.act("manager", made.request("bo", title="Foreign", windows=(SECOND,)), Action.APPROVE)
    return made


@pytest.fixture
def program(scene, app):
    """A calendar program of a person: `program("ada")`; it has no cookies."""

    def sign_in(person="ada"):
        email = f"{person}@test.example"
        with scene.work(person) as work:
            password = app_passwords.make_app_password(work, email, name="Phone")
        return Program(app.test_client(use_cookies=False), email, password)

    return sign_in


@pytest.fixture
def ada(program):
    return program("ada")
