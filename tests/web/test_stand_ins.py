"""A stand-in signs in, and is let in, on their days only: by password, by cookie, by token."""

from datetime import UTC, date, datetime

import pytest

from livinglab.db.tables import Membership
from livinglab.services import tokens
from livinglab.services.work import begin_work
from livinglab.web import context
from tests.factories import PASSWORD

AIDA = "aida@host.example"
DAYS = {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 4)}
BEFORE = datetime(2026, 11, 30, 21, 59, 59, tzinfo=UTC)  # a second before midnight in Pori
BEGIN = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)
END = datetime(2026, 12, 4, 21, 59, 59, tzinfo=UTC)
AFTER = datetime(2026, 12, 4, 22, 0, tzinfo=UTC)
EDGES = [(BEFORE, False), (BEGIN, True), (END, True), (AFTER, False)]


@pytest.fixture
def place(make):
    """A place whose manager's stand-in has no other role anywhere."""
    host = make.host()
    facility = make.facility(host)
    aida = make.user(AIDA, name="Aida")
    held = {"user_id": aida.id, "organisation_id": host.id, "facility_id": facility.id}
    make.add(Membership(role="facility_manager", **held, **DAYS))
    return facility


@pytest.mark.parametrize(("moment", "serves"), EDGES)
def test_the_sign_in_form_lets_them_in_on_their_days(place, client, csrf, clock, moment, serves):
    clock.now = moment
    form = {"email": AIDA, "password": PASSWORD, "csrf_token": csrf(client)}
    assert client.post("/login", data=form).status_code == (302 if serves else 200)
    assert client.get("/inbox").status_code == (200 if serves else 303)


@pytest.mark.parametrize(("moment", "serves"), EDGES)
def test_a_session_and_a_token_count_on_their_days(
    place, app, client, login, make, clock, moment, serves
):
    clock.now = BEGIN
    login(client, AIDA)
    with begin_work(make.session, app.extensions[context.WORLD], now=BEGIN) as work:
        token = tokens.make_token(work, AIDA, "write")
    clock.now = moment
    assert client.get("/inbox").status_code == (200 if serves else 303)
    headers = {"Authorization": f"Bearer {token}"}
    told = app.test_client().get("/api/v1/blocks", headers=headers).status_code
    assert told == (200 if serves else 401)


def test_a_draft_is_there_for_them_on_their_days_only(place, client, login, make, clock):
    place.published = False
    place.version += 1
    make.add(place)
    clock.now = END
    login(client, AIDA)
    assert client.get("/facilities/fac-03").status_code == 200
    clock.now = AFTER
    assert client.get("/facilities/fac-03").status_code == 404
