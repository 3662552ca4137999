"""Signing in and out."""

from playwright.sync_api import expect

from tests.journeys.conftest import sign_in


def test_sign_out_ends_the_session_for_copies_of_the_cookie_too(visitor, base_url):
    page = visitor()
    sign_in(page, "c01")
    copied = page.context.cookies()
    account = page.locator(".ll-account")
    account.locator("summary").click()
    account.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()

    other = visitor()
    other.context.add_cookies(copied)
    other.goto("/board")
    expect(other).to_have_url(f"{base_url}/login?next=/board")
