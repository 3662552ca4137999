"""A manager changes hours, sees whom that touches, saves and takes it back; also by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_keyboard import tab_to
from tests.journeys.ways import HALL, confirmed_stay, days, spaced

DAYS = ("mon", "tue", "wed", "thu", "fri")
SOUTH = "resources.1.opening.week"


def calendar_of(page, stay):
    """What the board's table says of the hall around a stay."""
    page.goto(f"/board?facility=fac-02&from={days(stay)[0]}")
    return page.locator("#table").inner_text()


def close_mornings(page):
    """Type shorter hours for the southern half alone, and wait until the weeks follow."""
    page.goto("/hosting/fac-02/hours")
    page.locator('[name="same"]').uncheck()
    for day in DAYS:
        page.locator(f'[name="{SOUTH}.{day}"]').fill("12–14")
    page.keyboard.press("Tab")
    expect(page.locator("#preview")).to_contain_text("Hall south: Mon–Fri 12–14")
    page.get_by_role("button", name="Save", exact=True).last.click()


def test_manager_changes_hours_over_two_stays_and_takes_it_back(service, as_person):
    titles = ("Under shorter hours", "Under them too")
    stays = spaced(service.free_stays(HALL, 3), 2)
    for title, stay in zip(titles, stays, strict=True):
        confirmed_stay(service, "c08", title, stay)
    manager = as_person("manager.fac-02")
    before = [calendar_of(manager, stay) for stay in stays]

    close_mornings(manager)
    expect(manager.locator("main")).to_contain_text("Nothing is saved yet")
    for title in titles:
        rows = manager.get_by_role("row", name=re.compile(title))
        expect(rows.first).to_contain_text("Hall south")
    manager.get_by_role(
        "button", name=re.compile(r"Change the hours; \d+ stays are touched")
    ).click()
    expect(manager.locator(".ll-flash")).to_contain_text("What was agreed stays as it is.")
    expect(manager.locator("main")).to_contain_text("Mon–Fri 12–14")
    assert service.pilot(titles[0]).bookings[0].state == "firm"

    manager.get_by_role("button", name="Undo").click()
    expect(manager.locator(".ll-flash")).to_contain_text("Taken back")
    expect(manager.locator("main")).not_to_contain_text("Mon–Fri 12–14")
    assert [calendar_of(manager, stay) for stay in stays] == before


@pytest.mark.parametrize("scripts", [True, False])
def test_a_week_is_closed_and_opened_with_rows_that_come_and_go(as_person, scripts):
    page = as_person("manager.fac-07", java_script_enabled=scripts)
    page.goto("/hosting/fac-07/hours")
    rows = page.locator("#closures > li")
    count = rows.count()
    page.locator('[name="resources.0.opening.week.mon"]').fill("9–15")
    page.get_by_role("button", name="Close next week").click()
    expect(rows).to_have_count(count + 1)
    expect(rows.last).to_be_focused()
    expect(page.locator(f'[name="closures.{count}.reason.en"]')).to_have_value("Own use")
    expect(page.locator('[name="resources.0.opening.week.mon"]')).to_have_value("9–15")
    page.locator(f'button[value="remove:closures.{count}"]').click()
    expect(rows).to_have_count(count)
    expect(page.locator('[name="resources.0.opening.week.mon"]')).to_have_value("9–15")


def test_hours_are_changed_by_keyboard_alone_on_a_phone(as_person):
    page = as_person("manager.fac-05", viewport={"width": 390, "height": 844}, language="fi")
    page.goto("/hosting/fac-05/hours")
    field = page.locator('[name="resources.0.opening.week.sat"]')
    tab_to(page, field)
    page.keyboard.type("10–14")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hosting/fac-05")
    expect(page.locator(".ll-flash")).to_contain_text("Tallennettu")
    expect(page.locator("main")).to_contain_text("la klo 10–14")
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide == 390
    tab_to(page, page.get_by_role("button", name="Kumoa"))
    page.keyboard.press("Enter")
    expect(page.locator(".ll-flash")).to_contain_text("Kumottu")
    expect(page.locator("main")).not_to_contain_text("la klo 10–14")
