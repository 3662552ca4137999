"""Two windows, the back button, two quick clicks: nothing happens twice, nothing is lost."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from livinglab.db.tables import Audit, Pilot
from tests.journeys.ways import (
    HALL,
    ROBOT,
    days,
    fill,
    press,
    send_request,
    spaced,
)


def times_done(service, title, action):
    """How often an action was done to the pilot of that title; there is one such pilot."""
    with service.session() as session:
        [pilot_id] = session.scalars(select(Pilot.id).where(Pilot.title == title))
        return session.scalar(
            select(func.count())
            .select_from(Audit)
            .where(Audit.pilot_id == pilot_id, Audit.action == action)
        )


@pytest.fixture
def filled_form(service, as_person):
    """A request of c07's that only has to be sent."""

    def open_form(title):
        [stay] = spaced(service.free_stays(HALL, 3), 1)
        page = as_person("c07")
        page.goto(f"/pilots/new?facility=fac-02&resource={HALL}&from={days(stay)[0]}&days=3")
        fill(page, {"title": title, "purpose": "To be sent exactly once."} | ROBOT)
        page.get_by_label("Automation and robotics").check()
        return page

    return open_form


def test_two_quick_clicks_send_once(service, filled_form):
    page = filled_form("Clicked twice")
    page.get_by_role("button", name="Ask for these days").dblclick()
    page.wait_for_url("**/pilots/PLL-*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Clicked twice")
    assert times_done(service, "Clicked twice", "submit") == 1


def test_going_back_after_sending_leads_to_what_was_sent(service, filled_form):
    page = filled_form("Sent and back")
    press(page, "send")
    page.wait_for_url("**/pilots/PLL-*")
    page.go_back()  # where the browser kept no copy of the form, the service knows what it made
    page.wait_for_url("**/pilots/PLL-*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sent and back")
    assert times_done(service, "Sent and back", "submit") == 1


def test_decision_on_a_stale_page_is_refused_and_keeps_the_note(service, as_person):
    title = "Decided in two windows"
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    ref = send_request(service, "c03", title, [stay])
    one, other = as_person("manager.fac-02"), as_person("manager.fac-02")
    one.goto(f"/inbox/{ref}")
    other.goto(f"/inbox/{ref}")
    press(one, "approve")
    expect(one.locator(".ll-flash")).to_be_visible()

    fill(other, {"note": "We are full that week."})
    with other.expect_response(lambda answer: answer.request.method == "POST") as answered:
        press(other, "reject")
    assert answered.value.status == 409
    expect(other.get_by_role("alert")).to_contain_text("Someone was faster")
    expect(other.locator('[name="note"]')).to_have_value("We are full that week.")
    assert service.pilot(title).state == "confirmed"
    assert times_done(service, title, "reject") == 0
