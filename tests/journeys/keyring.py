"""Passkeys in a browser, by an authenticator that Chromium pretends to have."""

from playwright.sync_api import expect

USB_KEY = {
    "protocol": "ctap2",
    "transport": "usb",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def plug_in(page, **options):
    """Plug an authenticator into the browser; how to unplug it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**USB_KEY, **options}})
    return lambda: devtools.send("WebAuthn.removeVirtualAuthenticator", made)


def add_passkey(page, name):
    """Add a passkey of that name to the account of whoever is signed in."""
    page.goto("/account/security")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill(name)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("rowheader", name=name)).to_be_visible()


def sign_out(page):
    """Sign out by the menu of the account."""
    account = page.locator(".ll-account")
    account.locator("summary").click()
    account.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
