"""A visitor's way: begin a request, register, follow the mail's link, and find the request kept."""

import re

from playwright.sync_api import expect

from livinglab.db.queries.accounts import user_by_email
from tests.journeys.ways import HALL, ROBOT, days, fill, press, reference, spaced

TITLE = "Begun before there was an account"
EMAIL = "ann.newcomer@new-firm.example"
SECRET = "a password nobody else has"


def register(page):
    fill(page, {"email": EMAIL, "name": "Ann Newcomer", "company": "New Firm Robotics Oy"})
    page.get_by_label("Country").select_option("FI")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Register", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")


def test_from_the_first_draft_to_a_sent_request(service, visitor, postbox):
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    page = visitor()
    page.goto(f"/pilots/new?facility=fac-02&resource={HALL}&from={days(stay)[0]}&days=3")
    fill(page, {"title": TITLE, "purpose": "To see that it is kept."} | ROBOT)
    page.get_by_label("Automation and robotics").check()
    press(page, "send")
    page.wait_for_url("**/register")
    expect(page.locator(".ll-note-ok")).to_contain_text(TITLE)
    register(page)
    mail = postbox.wait_for(EMAIL, "Confirm your mail address")
    link = re.search(r"http\S+/register/confirm/\S+", mail.get_content())[0]

    scanner = visitor()
    scanner.goto(link)
    expect(scanner.get_by_label("Password")).to_be_visible()
    with service.session() as session:
        assert not user_by_email(session, EMAIL).active

    page.goto(link)
    page.get_by_role("button", name="Confirm and sign in").click()
    page.wait_for_url("**/pilots/PLL-*/edit")
    expect(page.locator('[name="title"]')).to_have_value(TITLE)
    press(page, "send")
    page.wait_for_url(lambda url: not url.endswith("/edit"))
    expect(page.locator(".ll-flash")).to_contain_text("Sent.")
    sent = service.pilot(TITLE)
    assert (sent.ref, sent.state) == (reference(page), "submitted")

    account = page.locator(".ll-account")
    account.locator("summary").click()
    account.get_by_role("button", name="Sign out").click()
    page.goto("/login")
    fill(page, {"email": EMAIL, "password": SECRET})
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/pilots")
    expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    page.goto(link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
