"""From demo mode to the first real facility in the catalogue, as an admin goes that way."""

import re

import pytest
from playwright.sync_api import expect

from tests.domain.sheets import COLUMNS, HALL, table
from tests.journeys.browsing import Watch
from tests.journeys.conftest import WIDE, sign_in
from tests.journeys.service import example_service
from tests.journeys.ways import fill

PASSWORD = "a password of her own"
READY = {
    "capabilities": "welding|grinding",
    "price_from": "2026-01-01",
    "price_day": "1 200,50",
    "current_a": "63",
}
ROWS = [
    {"id": "weld-1", "name_en": "Welding hall one"},
    {"id": "weld-2", "name_en": "Welding hall two", "kind": "castle"},
    {"id": "weld-3", "name_en": "Welding hall three"},
    {"id": "weld-4", "name_en": "Welding hall four", "price_day": "much"},
    {"id": "weld-5", "name_en": "Welding hall five"},
]


@pytest.fixture
def own(tmp_path):
    """A service of this journey's own: it does not stay as it is."""
    with example_service(tmp_path / "service") as running:
        yield running


@pytest.fixture
def arrive(browser, own):
    """Makes a page of somebody not signed in there."""
    watching, contexts = Watch(own.base_url), []

    def make():
        context = browser.new_context(
            base_url=own.base_url, viewport=WIDE, locale="en", reduced_motion="reduce"
        )
        watching.over(context)
        contexts.append(context)
        return context.new_page()

    yield make
    for context in contexts:
        context.close()
    assert watching.faults == []


def test_an_admin_leaves_demo_mode_imports_and_publishes(arrive, tmp_path):
    page = arrive()
    sign_in(page, "admin")
    leave_demo_mode(page)
    import_five_with_two_broken_lines(page, tmp_path)
    publish_the_first(page)

    visitor = arrive()
    visitor.goto("/facilities")
    expect(visitor.locator("#results")).to_contain_text("Welding hall one")
    expect(visitor.locator("#results")).not_to_contain_text("Welding hall three")
    expect(visitor.locator("body")).not_to_contain_text("Example data")
    visitor.goto("/facilities/weld-1")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Welding hall one")
    expect(visitor.locator("main")).to_contain_text("€1,200.50")


def leave_demo_mode(page):
    """Keep a copy, type the words, and sign in as the first real admin."""
    page.goto("/")
    page.get_by_label("Example data").get_by_role("link", name="Start for real").click()
    expect(page.locator("#leave")).to_contain_text("60 requests with their papers and history")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the example data").click()
    assert download.value.suggested_filename == "example-data.zip"
    given = {
        "name": "Aino Aalto",
        "email": "aino@pori.example",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "host": "Porin Hitsaus Oy",
        "confirm": "yes",
    }
    fill(page, given)
    page.get_by_role("button", name="Remove the example data").click()
    expect(page.locator("#problems")).to_contain_text("Type “remove the example data”")
    expect(page.locator("[name=host]")).to_have_value("Porin Hitsaus Oy")
    passwords = dict.fromkeys(("password", "password_again"), PASSWORD)
    fill(page, passwords | {"confirm": "remove the example data"})
    page.get_by_role("button", name="Remove the example data").click()
    expect(page.locator(".ll-flash")).to_contain_text("Sign in as aino@pori.example.")
    fill(page, {"email": "aino@pori.example", "password": PASSWORD})
    page.locator("main form button").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Start for real")
    expect(page.locator(".ll-setup .next h3")).to_contain_text("Describe the first facility")


def import_five_with_two_broken_lines(page, tmp_path):
    """Look at every line, then take the good ones."""
    rows = [
        {**READY, "host_id": "porin-hitsaus-oy", "host_name": "Porin Hitsaus Oy", **row}
        for row in ROWS
    ]
    file = tmp_path / "halls.csv"
    file.write_bytes(table(*rows, columns=(*COLUMNS, *READY)).getvalue())
    assert HALL["kind"] == "hall"
    page.get_by_role("link", name="Import facilities").click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 facilities are good, 2 are broken")
    faults = page.locator("section", has=page.locator("#faults-h")).locator("tbody tr")
    expect(faults).to_have_count(2)
    expect(faults.nth(0)).to_contain_text(re.compile("3.*weld-2.*kind.*is not a known code"))
    expect(faults.nth(1)).to_contain_text(re.compile("5.*weld-4.*price_day.*must be a number"))
    page.get_by_role("button", name="Take the 3 good ones").click()
    expect(page.locator(".ll-flash")).to_contain_text("3 facilities are taken.")
    for name in ("one", "three", "five"):
        expect(page.locator("main")).to_contain_text(f"Welding hall {name}")


def publish_the_first(page):
    """Follow the bar to what is missing, name who decides, and publish."""
    bar = page.locator(".ll-setup-bar")
    expect(bar).to_contain_text("Next: Name who decides")
    bar.get_by_role("link").click()
    expect(page.locator(".ll-setup .next")).to_contain_text("Nobody decides as “Facility manager”")
    page.get_by_role("button", name="Let this person decide").click()
    expect(page.locator(".ll-flash")).to_contain_text("aino@pori.example decides there now.")
    page.get_by_role("link", name="See the draft").click()
    page.get_by_role("button", name="Put it into the catalogue").click()
    expect(page.locator(".ll-flash")).to_contain_text("In the catalogue now")
    expect(bar).to_have_count(0)
