"""What others are told does not depend on what a firm does, but for which time is taken.

One world is looked at twice by another firm, by a stranger and by the manager of another facility:
as it is, and after firm A did something. Everything they are answered must be the same to the
octet: every page, list, search, file and feed, and its headers. A holds none of the days that are
asked about, so that the policy allows no difference at all.
"""

import re
import shutil
import sqlite3
from contextlib import closing

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from livinglab.db.flask_db import db
from livinglab.services import accounts
from livinglab.web.access import policy
from tests.access.calls import CHANGING, Callers
from tests.access.conftest import app_of
from tests.access.deeds import KINDS, Deeds
from tests.access.registry import Address, readings
from tests.access.test_canaries import ASKED
from tests.access.world import FAR, NEAR, World
from tests.calendar_program import Program
from tests.conftest import NOW, Clock

LISTS = (
    *ASKED,
    "/facilities",
    f"/facilities/{NEAR}",
    "/pilots",
    "/board",
    "/search?q=strip",
    "/inbox",
    "/today",
    f"/hosting/{FAR}/figures",
    "/api/v1/pilots",
    "/api/v1/facilities",
    "/api/v1/feeds",
)
"""Where other people's things might show."""
VIEWERS = ("anonymous", "B member", "B admin", "manager far", "B token")
SCOPES = [(place, detail) for place in (None, NEAR) for detail in ("full", "title", "busy")]
WHOSE_FEEDS = (("bob", SCOPES), ("manager.far", [(None, "full"), (FAR, "full"), (NEAR, "busy")]))
DRAWN = {"account_security.app", "static"}
"""Pages that are nothing but a secret drawn for each look, and what is nobody's."""
SECRETS = re.compile(
    r"(name=\"key\" value=\")[^\"]+|(/new\?key=)[\w-]+|"
    r"(challenge&#34;: &#34;)[\w-]+|(Expires=)[^;]+"
)
"""What is drawn for each answer, or tells by the computer's clock until when a browser keeps it."""
FIGURES = re.compile(r"(<th scope=\"row\">First answer, measured</th>)<td>.*?</td>")
"""How soon a place answers is told to all, from five answers on and not whose they were."""
MOVING = {"Date", "Expires", "X-Request-ID", "Server-Timing"}
"""Headers that say nothing of the house."""
COOKIE = re.compile(r"=[^;]+")
ABROAD = {"REMOTE_ADDR": "192.0.2.7"}
"""Everybody calls from here: this machine may read more, the gauges of its own service."""


class Watched:
    """A world that goes back to its beginning, and those who look at it."""

    def __init__(self, template, folder):
        self.folder, self.path = folder, folder / "house.sqlite3"
        shutil.copyfile(template, self.path)
        self.world = World(f"sqlite:///{self.path}", Clock(NOW))
        self.world.fill()
        app = app_of(self.world, folder)
        callers = Callers(app, self.world)
        self.cookies = {}
        for viewer in ("B member", "B admin", "manager far"):
            callers.sign_in(viewer)
            self.cookies[viewer] = callers.clients[viewer].get_cookie("session").value
        self.world.settle()
        self.bearer = self.world.token("B token")
        self.feeds = [path for name, scopes in WHOSE_FEEDS for path in self._feeds(name, scopes)]
        self.programs = {name: self.world.app_password(name) for name, _ in WHOSE_FEEDS}
        _close(app)
        self._copy(self.path, folder / "begun.sqlite3")
        self.begun = {each: self.view(everything=each) for each in (True, False)}

    def _feeds(self, name, scopes):
        with self.world.work(name) as work:
            user = work.actor.user_id
            made = [accounts.add_feed(work, user, place, detail)[1] for place, detail in scopes]
        return [f"/feeds/{token}.{kind}" for token in made for kind in ("ics", "ifb")]

    def changed(self, *, everything):
        """What anybody is told otherwise than when A does nothing more."""
        return differences(self.begun[everything], self.view(everything=everything))

    def view(self, *, everything):
        """What the viewers are answered now, by who and where; then the world begins again."""
        app, seen = app_of(self.world, self.folder), {}
        for viewer in VIEWERS:
            client, headers = app.test_client(), {}
            if viewer in self.cookies:
                client.set_cookie("session", self.cookies[viewer])
            elif viewer == "B token":
                headers["Authorization"] = f"Bearer {self.bearer}"
            paths = self._lists(viewer)
            if everything:
                paths += self._addresses(viewer, app)
            for path in dict.fromkeys(paths):
                answer = client.get(path, headers=headers, buffered=True, environ_base=ABROAD)
                seen[viewer, path] = _told(answer)
        for name, known in self.programs.items():
            program = Program(app.test_client(), *known)
            for path in program.calendars():
                seen[name, path] = _told(program.sync(path, ""))
        _close(app)
        self.go_back()
        return seen

    def _lists(self, viewer):
        api = viewer == "B token"
        paths = [path for path in LISTS if path.startswith("/api/") == api]
        return [] if viewer == "B admin" else paths + self.feeds * (viewer == "anonymous")

    def _addresses(self, viewer, app):
        """Every address that is read; a firm's admin looks at what is for admins alone."""
        paths = []
        for rule in app.url_map.iter_rules():
            others = rule.rule.startswith("/api/") != (viewer == "B token")
            declared = policy(app, rule.endpoint) or set()
            theirs = viewer != "B admin" or "company_admin" in declared - {"company"}
            if "GET" not in rule.methods or others or not theirs or rule.endpoint in DRAWN:
                continue
            for reading in readings(rule):
                address = Address(self.world, rule, reading)
                paths.append(address.fill(**dict.fromkeys(address.objects, "b")))
        return paths

    def go_back(self):
        """Undo everything since the beginning."""
        self.world.engine.dispose()
        self._copy(self.folder / "begun.sqlite3", self.path)

    def _copy(self, source, target):
        with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
            one.backup(other)


def _close(app):
    with app.app_context():
        db.engine.dispose()


def _told(answer):
    """Status, headers and lines of an answer, without what is drawn for each."""
    number = answer.headers.get("X-Request-ID", "no number")
    headers = [f"{name}: {_still(name, said)}" for name, said in answer.headers]
    text = answer.data.decode("utf-8", "replace").replace(number, "<request>")
    return [str(answer.status_code), *sorted(headers), *_masked(text).splitlines()]


def _still(name, said):
    """A header's value without what differs from answer to answer."""
    if name == "Set-Cookie":
        said = COOKIE.sub("=", said, count=1)
    return "" if name in MOVING else _masked(said)


def _masked(text):
    text = SECRETS.sub(r"\1\2\3\4", CHANGING.sub(r"\1\2\3", text))
    return FIGURES.sub(r"\1", text)


def differences(before, after):
    """By viewer and address, the lines that only one of the two has."""
    return {
        key: (sorted(set(before[key]) - set(told))[:3], sorted(set(told) - set(before[key]))[:3])
        for key, told in after.items()
        if told != before[key]
    }


@pytest.fixture(scope="module")
def watched(_sqlite_template, tmp_path_factory, translations):
    made = Watched(_sqlite_template, tmp_path_factory.mktemp("watched"))
    yield made
    made.world.watch.close()
    made.world.close()


def test_whatever_a_does_changes_nothing_at_any_address(watched):
    """Every kind of deed once; none is refused, or this would say nothing of it."""
    for number, kind in enumerate(KINDS):
        Deeds(watched.world).kinds[kind](number % 10, "Strip")
    assert watched.changed(everything=True) == {}
    ref = watched.world.things["ref_b"]
    seen = {
        "anonymous": ["/", f"/facilities/{NEAR}", *watched.feeds],
        "B member": ["/pilots", f"/pilots/{ref}", "/search?q=strip", "/board"],
        "manager far": ["/inbox", "/today", f"/inbox/{ref}", f"/hosting/{FAR}/figures"],
        "B token": ["/api/v1/pilots", f"/api/v1/pilots/{ref}"],
    }
    unseen = [
        (viewer, path)
        for viewer, paths in seen.items()
        for path in paths
        if watched.begun[True][viewer, path][0] != "200"
    ]
    assert unseen == []


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(0, 9),
        st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=20),
    ),
    min_size=3,
    max_size=10,
)
"""What A does: the kind of deed, its day, its text."""


@settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a view takes seconds: no shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=DEEDS)
def test_whatever_a_does_one_after_another_changes_no_list_and_no_feed(watched, drawn):
    deeds = Deeds(watched.world)
    for deed in drawn:
        deeds.do(*deed)
    assert watched.changed(everything=False) == {}
