"""A firm that has read nothing finds where its robot fits, and when, and begins to ask."""

import pytest
from playwright.sync_api import expect

from tests.factories import PASSWORD
from tests.journeys.ways import days, fill, press, reference

HALLS = ("fac-02-hall-north", "fac-02-hall-south")
PHONE = {"width": 390, "height": 844}


def test_from_the_first_page_by_needs_to_a_saved_search_and_a_draft(service, visitor):
    soonest = min(days(next(service.free_stays(hall, 3)))[0] for hall in HALLS)
    page = visitor()
    page.goto("/")
    page.get_by_role("button", name="Find a place").click()
    expect(page.locator("#count")).to_contain_text("facilities are free then, soonest first.")

    # What is typed is judged at once; the counts beside the fields follow.
    mass = page.get_by_label("Your robot’s mass")
    mass.fill("heavy")
    mass.press("Tab")
    expect(page.locator("#problems")).to_contain_text("Write a number of kg, at most 1,000,000.")
    mass.fill("1 800")
    page.get_by_label("Power outlet").fill("32")
    page.get_by_label("Power outlet").press("Tab")
    expect(page.locator("#problems")).to_have_count(0)
    expect(page.locator("#results .ll-pill").first).to_contain_text("Robot of 1,800\u00a0kg")
    hall = page.locator(".ll-card", has_text="Mobile robot and intralogistics hall")
    expect(hall).to_contain_text("Fits: 2,500\u00a0kg, 32\u00a0A")
    asked = page.locator(".ll-card", has_text="Welding and heavy fabrication bays")
    expect(asked).to_contain_text("Mass 1,800\u00a0kg: the place tells no limit. Ask.")
    missed = page.locator(".ll-missed li", has_text="Collaborative robotics lab").first
    expect(missed).to_contain_text("the limit is 500\u00a0kg.")

    # The address is the search: somebody else sees the same.
    other = visitor(language="fi", viewport=PHONE)
    other.goto(page.url)
    expect(other.locator(".ll-card").first).to_contain_text("Sopii: 2\u00a0500\u00a0kg, 32\u00a0A")
    assert other.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    # Kept, over the sign-in, with a mail when time gets free.
    page.get_by_role("link", name="Save this search").click()
    fill(page, {"email": "c08@demo.example", "password": PASSWORD})
    page.locator("main form button").click()
    page.get_by_label("Name").fill("Heavy halls")
    page.get_by_label("Tell me by mail when time gets free").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".ll-flash")).to_contain_text("You get a mail as soon as “Heavy halls”")
    assert page.url.endswith("/facilities?days=3&mass_kg=1800&current_a=32")

    hall.get_by_role("link").click()
    expect(page.locator('[name="days"]').first).to_have_value("3")
    expect(page.locator('[name="from"]')).to_have_value(soonest)
    page.get_by_role("button", name="Ask for these days").click()
    expect(page.locator('[name="periods.0.windows.0.start"]')).to_have_value(soonest)
    fill(page, {"title": "Eighteen hundred kilos"})
    press(page, "save")
    ref = reference(page)

    page.goto("/search?q=EIGHTEEN")
    expect(page.get_by_role("link", name="Eighteen hundred kilos")).to_have_attribute(
        "href", f"/pilots/{ref}"
    )
    expect(page.locator(".ll-hits mark")).to_have_text("Eighteen")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_whole_site_is_searched_from_the_head(visitor, width):
    page = visitor(viewport={"width": width, "height": 844})
    page.goto("/facilities/fac-02")
    if width < 992:
        page.get_by_role("button", name="Menu").click()
    field = page.get_by_role("search", name="Whole site").get_by_role("searchbox")
    field.fill("amr")
    field.press("Enter")
    page.wait_for_url("**/search?q=amr")
    expect(page.get_by_role("heading", name="What can be tested")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
