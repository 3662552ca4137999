"""A second factor in a real browser: a passkey alone, and an app with its recovery codes."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.journeys.conftest import sign_in
from tests.journeys.keyring import add_passkey, plug_in, sign_out
from tests.signing import code_of


def test_a_passkey_is_added_signs_in_alone_and_is_taken_away(named):
    page = named()
    plug_in(page)
    sign_in(page, "c10")
    page.goto("/en")
    add_passkey(page, "Key ring")

    sign_out(page)
    page.goto("/login?next=/pilots")
    page.get_by_role("link", name="Sign in with a passkey").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="My pilots")).to_be_visible()

    page.goto("/account/passkeys")
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_role("heading", name="No passkey yet")).to_be_visible()


def test_without_an_authenticator_the_page_says_so_and_nothing_happens(named):
    page = named()
    unplug = plug_in(page, isUserVerified=False)
    page.goto("/login/passkey")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("No passkey was shown.")).to_be_visible()
    expect(page.get_by_role("heading", name="Sign in with a passkey")).to_be_visible()
    unplug()


def test_an_app_is_added_and_asked_for_and_a_recovery_code_takes_it_away(visitor):
    page = visitor()
    sign_in(page, "c11")
    page.goto("/en")
    page.goto("/account/authenticator")
    key = page.locator(".ll-copy").inner_text()
    now = datetime.now(UTC)
    page.get_by_label("Code of your app").fill(code_of(key, now))
    page.keyboard.press("Enter")
    shown = page.locator(".ll-codes code")
    expect(shown).to_have_count(10)
    codes = shown.all_inner_texts()
    assert len(set(codes)) == 10

    sign_out(page)
    sign_in(page, "c11")
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.get_by_label("Code of your app").fill(code_of(key, now + timedelta(seconds=30)))
    page.keyboard.press("Enter")
    expect(page.locator(".ll-account")).to_be_visible()
    page.goto("/account/authenticator")
    page.get_by_label("Code of your app").fill(codes[0])
    page.get_by_role("button", name="Take the app away").click()
    expect(page.get_by_role("link", name="Add an app")).to_be_visible()
