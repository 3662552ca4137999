"""Fixtures for pages of firms: a hall, a firm, its browser, its pilots in any state."""

from datetime import UTC, date, datetime

import pytest

from livinglab.db.tables import Gate
from tests.web.pages import inviting
from tests.web.pages.filling import Browser
from tests.web.pages.registering import GIVEN


@pytest.fixture
def hall_host(make):
    return make.host()


@pytest.fixture
def hall(make, hall_host):
    """The mobile robot hall: two halves, ten working days' notice, half a day of take-down."""
    return make.facility(hall_host, "fac-02")


@pytest.fixture
def hall_manager(make, hall, hall_host):
    """Who decides on requests for the hall."""
    return make.user("hall@host.example", hall_host, ("facility_manager", hall))


@pytest.fixture
def firm(make):
    return make.company("sierra", timezone="America/Los_Angeles")


@pytest.fixture
def firm_page(client, make, firm, login):
    """The signed-in firm's browser."""
    make.user("ann@sierra.example", firm)
    login(client, "ann@sierra.example")
    return Browser(client)


@pytest.fixture
def ann(make, firm):
    return make.user("ann@sierra.example", firm, timezone="America/Los_Angeles")


@pytest.fixture
def pilot_in(make, firm, ann, hall, hall_manager):
    """Makes a pilot in a state, with one gate and, where the state holds time, a booking."""

    def new(state, *, booked=None, gate="open", **values):
        pilot = make.pilot(
            firm,
            ann,
            hall,
            days=3,
            windows=[(date(2027, 2, 1), date(2027, 2, 5)), (date(2027, 3, 1), date(2027, 3, 5))],
            state=state,
            submitted_at=None if state == "draft" else datetime(2026, 11, 20, 8, tzinfo=UTC),
            **values,
        )
        if state != "draft":
            make.add(
                Gate(
                    pilot_id=pilot.id,
                    facility_id=hall.id,
                    position=0,
                    role="facility_manager",
                    title={"en": "Facility manager"},
                    state=gate,
                    due_on=date(2026, 11, 26),
                    opened_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
                )
            )
        if booked:
            held = make.booking(
                pilot,
                make.resource("fac-02-hall-north"),
                datetime(2027, 2, 1, 5, tzinfo=UTC),
                datetime(2027, 2, 3, 19, tzinfo=UTC),
                state=booked,
                period_id=pilot.periods[0].id,
            )
            if state == "offered":
                make.offer(pilot, held, expires_at=datetime(2026, 12, 1, 15, tzinfo=UTC))
        make.session.close()
        return pilot

    return new


@pytest.fixture
def signed_in(client, ann, login):
    login(client, ann.email)
    return client


@pytest.fixture
def known(make):
    """Somebody who has an account."""
    return make.user("known@firm.example", make.company())


@pytest.fixture
def register(client, csrf):
    """Sends the form of a newcomer: `register(country="FI")`."""

    def send(browser=client, **changes):
        data = GIVEN | changes | {"csrf_token": csrf(browser)}
        return browser.post("/register", data=data)

    return send


@pytest.fixture
def press(client, csrf):
    """Presses the button of a page that has no more than that: `press(address, password=…)`."""

    def send(address, browser=client, **fields):
        return browser.post(address, data=fields | {"csrf_token": csrf(browser)})

    return send


@pytest.fixture
def browser(app, login):
    """A browser, signed in as somebody or not: `browser(ADMIN)`."""

    def open_one(email=None):
        client = app.test_client()
        if email:
            login(client, email)
        return client

    return open_one


@pytest.fixture
def post(csrf):
    """Sends a form with its token: `post(client, address, field=…)`."""

    def send(client, address, **fields):
        return client.post(address, data=fields | {"csrf_token": csrf(client)})

    return send


@pytest.fixture
def invite(browser, post, firm):
    """Invites by the form, as the admin of the firm: `invite(email)`."""
    client = browser(inviting.ADMIN)

    def send(email=inviting.NEW, role="member", **fields):
        return post(client, f"{inviting.PEOPLE}/invitations", email=email, role=role, **fields)

    return send
