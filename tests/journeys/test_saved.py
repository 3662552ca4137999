"""A search that is kept: found again in the list, and left; the way to it is in `test_find`."""

from playwright.sync_api import expect

from tests.journeys.ways import fill

PHONE = {"width": 390, "height": 844}


def test_a_firm_comes_back_to_its_search_on_a_phone(as_person):
    phone = as_person("c05", viewport=PHONE)
    phone.goto("/facilities?capability=amr_agv_fleets&days=3")
    searched = phone.url
    phone.locator("summary", has_text="Save this search").click()
    name = phone.get_by_label("Name")
    expect(name).to_have_value("AMR and AGV fleets, 3 days")
    name.fill("Fleets")
    phone.get_by_label("Tell me by mail when time gets free").check()
    phone.get_by_role("button", name="Save", exact=True).click()

    phone.goto("/")
    phone.get_by_role("button", name="Menu").click()
    phone.locator(".ll-account summary").click()
    phone.get_by_role("link", name="Saved views").click()
    row = phone.locator("tr", has_text="Fleets")
    expect(row).to_contain_text("You are told. First free: ")
    row.get_by_role("button", name="Stop the mails").click()
    expect(phone.locator(".ll-flash")).to_contain_text("No more mails about “Fleets”.")
    row.get_by_role("link", name="Fleets", exact=True).click()
    assert phone.url == searched
    phone.locator("summary", has_text="Save this search").click()
    expect(phone.get_by_label("Name")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_days_at_one_place_are_told(as_person):
    page = as_person("c06")
    page.goto("/facilities/fac-02")
    page.locator("#tell summary").click()
    fill(page, {"free_from": "2099-01-31", "free_to": "2099-01-01"})
    page.locator("#tell").get_by_role("button", name="Tell me by mail").click()
    expect(page.locator("#problems")).to_contain_text("The last day is before the first day.")
    page.get_by_label("To (optional)").fill("")
    page.get_by_role("button", name="Tell me by mail").click()
    row = page.locator("tr", has_text="1 day, Mobile robot and intralogistics hall")
    expect(row).to_contain_text("You are told. Nothing is free yet.")
    row.get_by_role("button", name="Remove").click()
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("You are told.")
