"""A company's way: it registers, takes a colleague in, who works, and is out once removed."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import requests
from playwright.sync_api import expect

from tests.journeys.keyring import add_passkey, plug_in, sign_out
from tests.journeys.ways import HALL, ROBOT, days, fill, press, spaced
from tests.signing import code_of

BOSS = "bea.founder@two-firm.example"
COLLEAGUE = "cem.colleague@two-firm.example"
SECRET = "a password nobody else has"
TITLE = "Asked by a colleague"


def follow(page, mail):
    """Open the link of a mail in this browser."""
    link = urlsplit(re.search(r"http://\S+", mail.get_content())[0])
    page.goto(link.path)


def found_company(page, postbox):
    """Register, and confirm by the mail's link."""
    page.goto("/register")
    fill(page, {"email": BOSS, "name": "Bea Founder", "company": "Two Firm Robotics Oy"})
    page.get_by_label("Country").select_option("JP")
    page.get_by_label("Password").fill(SECRET)
    page.get_by_role("button", name="Register", exact=True).click()
    follow(page, postbox.wait_for(BOSS, "Confirm your mail address"))
    page.get_by_role("button", name="Confirm and sign in").click()
    expect(page.locator(".ll-account")).to_be_visible()


def join(page, mail):
    """Accept an invitation as somebody new, and sign in."""
    follow(page, mail)
    fill(page, {"name": "Cem Colleague", "password": SECRET})
    page.get_by_role("button", name="Accept and join").click()
    page.wait_for_url(lambda url: "/invitations/" not in url)


def add_app(page):
    """Set up an app for codes; a code of its next step."""
    page.goto("/account/authenticator")
    key = page.locator(".ll-copy").inner_text()
    now = datetime.now(UTC)
    page.get_by_label("Code of your app").fill(code_of(key, now))
    page.keyboard.press("Enter")
    expect(page.locator(".ll-codes code")).to_have_count(10)
    return lambda: code_of(key, datetime.now(UTC) + timedelta(seconds=30))


def test_a_colleague_is_taken_in_works_and_is_out_once_removed(service, named, postbox):
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    boss, colleague = named(), named()
    plug_in(colleague)

    found_company(boss, postbox)
    boss.goto("/company/people")
    boss.get_by_label("Work e-mail").fill(COLLEAGUE)
    boss.get_by_role("button", name="Send the invitation").click()
    expect(boss.get_by_role("rowheader", name=COLLEAGUE)).to_be_visible()
    join(colleague, postbox.wait_for(COLLEAGUE, "Invitation to Two Firm Robotics Oy"))

    add_passkey(colleague, "Key ring")
    code = add_app(colleague)
    sign_out(colleague)
    colleague.goto("/login?next=/pilots")
    fill(colleague, {"email": COLLEAGUE, "password": SECRET})
    colleague.get_by_role("button", name="Sign in", exact=True).click()
    colleague.get_by_label("Code of your app").fill(code())
    colleague.keyboard.press("Enter")
    expect(colleague.get_by_role("heading", name="My pilots")).to_be_visible()
    sign_out(colleague)
    colleague.goto("/login/passkey")
    colleague.get_by_role("button", name="Use a passkey").click()
    expect(colleague.locator(".ll-account")).to_be_visible()

    colleague.goto(f"/pilots/new?facility=fac-02&resource={HALL}&from={days(stay)[0]}&days=3")
    fill(colleague, {"title": TITLE, "purpose": "To see that it can be done."} | ROBOT)
    colleague.get_by_label("Automation and robotics").check()
    press(colleague, "send")
    expect(colleague.locator(".ll-flash")).to_contain_text("Sent.")
    assert service.pilot(TITLE).state == "submitted"

    colleague.goto("/tokens")
    colleague.get_by_role("button", name="Make the token").click()
    token = colleague.locator("#new .ll-copy").first.inner_text()
    colleague.goto("/calendar-feeds")
    colleague.get_by_role("button", name="Make the address").click()
    feed = colleague.locator("#new .ll-copy").first.inner_text()
    mine = {"Authorization": f"Bearer {token}"}
    api = f"{service.base_url}/api/v1/pilots"
    assert requests.get(api, headers=mine, timeout=10).status_code == 200
    assert requests.get(feed, timeout=10).status_code == 200

    boss.goto("/company/people")
    boss.locator("summary", has_text="Change: Cem Colleague").click()
    boss.locator("details form", has_text="Removing ends").get_by_role("button").click()
    expect(boss.locator(".ll-flash")).to_contain_text("out at their next click")

    colleague.goto("/pilots")
    expect(colleague.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert requests.get(api, headers=mine, timeout=10).status_code == 401
    assert requests.get(feed, timeout=10).status_code == 404
    boss.goto("/pilots")
    expect(boss.get_by_role("link", name=TITLE)).to_be_visible()
