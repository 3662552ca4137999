"""What a firm sees does not depend on what another firm does, but for which time is taken.

Two houses are built alike; in one of them firm A does something drawn by Hypothesis before B does.
Everything B is answered must be the same, once the times that A holds are taken out: A holds none
of the days that are asked about, so that the policy allows no difference at all.
"""

import re
import shutil
from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from config import Settings
from livinglab.app import create_app
from livinglab.db.flask_db import db
from livinglab.domain.errors import Refusal
from livinglab.services import tokens
from livinglab.web import context
from tests.casework import House, stay
from tests.conftest import NOW, Clock

LATER = date(2027, 2, 15)
"""A Monday after all days that B asks about."""
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(("draft", "sent", "asked", "held", "refused", "paper", "withdrawn")),
        st.integers(0, 9),
        st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=20),
    ),
    min_size=1,
    max_size=4,
)
"""What A does: the kind of request, its day, its title."""
LOOKS = (
    "/api/v1/pilots",
    "/api/v1/bookings?from=2027-01-01&to=2027-02-10",
    "/api/v1/feeds",
    "/api/v1/facilities",
    "/api/v1/facilities/fac-03/availability?from=2027-01-11&to=2027-01-30",
    "/api/v1/slots?facility=fac-03&days=1&from=2027-01-11&to=2027-01-30",
)
CHANGING = re.compile(r"PLL-\d{4}-\d{4}|\"(?:id|number|period)\": ?\d+|booking-\S+|[\w-]+@lab\.\S+")
"""Running numbers: they tell how many requests there are, and are counted for all firms alike."""


def do_as_a(house, kind, day, title):
    first = LATER + timedelta(days=day + 2 * (day // 5))
    wish = {"facility": "fac-03", "windows": [(first, first)], "title": title}
    if kind in {"draft", "paper"}:
        ref = house.draft("firm", **wish)
        if kind == "paper":
            house.attach(ref, "risk_assessment", content=f"%PDF-1.4 {title}".encode())
        return
    ref = house.sent("firm", **wish)
    if kind == "asked":
        house.act(ref, "request-info", "manager.fac-03", note=title)
    elif kind == "refused":
        house.act(ref, "reject", "manager.fac-03", note=title)
    elif kind == "withdrawn":
        house.act(ref, "withdraw", "firm", note=title)
    elif kind == "held":
        with suppress(Refusal):  # the same day twice
            house.approve(ref, "manager.fac-03", stay("fac-03-vision-bench", first))


def view_of_b(template, folder, deeds):
    """Everything B is answered in a house where A has done these deeds."""
    path = folder / "house.sqlite3"
    shutil.copyfile(template, path)
    clock = Clock(NOW)
    house = House(f"sqlite:///{path}", clock)
    house.place("fac-03")
    for deed in deeds:
        do_as_a(house, *deed)
    own = date(2027, 1, 11)
    house.draft("rival", facility="fac-03", windows=[(own, own)])
    house.sent("rival", facility="fac-03", windows=[(own, own)])
    with house.work() as work:
        token = tokens.make_token(work, "rival@lab.example", "read")
    app = create_app(
        Settings(database_url=f"sqlite:///{path}", instance_path=str(folder), scheduler=False)
    )
    app.extensions[context.CLOCK] = clock
    client = app.test_client()
    seen = {}
    for look in LOOKS:
        answer = client.get(look, headers={"Authorization": f"Bearer {token}"})
        seen[look] = (answer.status_code, CHANGING.sub("#", answer.text))
    house.close()
    with app.app_context():
        db.engine.dispose()
    return seen


@pytest.fixture(scope="module")
def alone(_sqlite_template, tmp_path_factory, translations):
    """B's view of a house in which A does nothing."""
    return view_of_b(_sqlite_template, tmp_path_factory.mktemp("alone"), [])


def test_b_sees_something(alone):
    assert {status for status, _ in alone.values()} == {200}
    assert alone["/api/v1/pilots"][1].count('"state"') >= 2


@settings(
    max_examples=3,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a house takes seconds: no shrinking
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=DEEDS)
def test_what_a_does_changes_nothing_that_b_is_told(
    alone,
    _sqlite_template,  # noqa: PT019  # its value is the path
    tmp_path_factory,
    deeds,
):
    assert view_of_b(_sqlite_template, tmp_path_factory.mktemp("both"), deeds) == alone
