"""The map and its list lead to each other: by pointer, by keyboard, and without scripts."""

from playwright.sync_api import expect

MARKED = "() => Array.from(document.querySelectorAll('.marked'), part => part.id)"
FILL = "pin => getComputedStyle(pin).fill"
HERE = "() => document.activeElement.id"


def both(slug):
    """The mark and the entry of a place."""
    return {f"mark-{slug}", f"place-{slug}"}


def test_pointing_at_one_marks_both(visitor):
    page = visitor()
    page.goto("/map")
    page.locator("#place-fac-09").hover()
    assert set(page.evaluate(MARKED)) == both("fac-09")
    page.locator("#mark-fac-13 .pin").hover()
    assert set(page.evaluate(MARKED)) == both("fac-13")
    page.locator("h1").hover()
    assert page.evaluate(MARKED) == []


def test_marks_come_in_the_order_of_their_numbers(visitor):
    page = visitor()
    page.goto("/map")
    listed = page.locator(".ll-mapped-list li").evaluate_all("all => all.map(one => one.id)")
    page.locator("#results > .ll-row").first.locator("a").last.focus()
    for entry in listed:
        page.keyboard.press("Tab")
        assert page.evaluate(HERE) == entry.replace("place-", "mark-")
        assert set(page.evaluate(MARKED)) == both(entry.removeprefix("place-"))
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", listed[0].replace("place-", "#mark-"))


def test_enter_leads_to_the_entry_and_back(visitor):
    page = visitor()
    page.goto("/map")
    page.locator("#mark-fac-05").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/map#place-fac-05")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("href", "#mark-fac-05")
    page.keyboard.press("Enter")
    page.wait_for_url("**/map#mark-fac-05")


def test_without_scripts_the_target_stands_out(visitor):
    page = visitor(java_script_enabled=False)
    page.goto("/facilities/fac-08")
    page.get_by_role("link", name="on our map").click()
    page.wait_for_url("**/map?municipality=Pori#place-fac-08")
    page.locator("#place-fac-08 .n").click()
    chosen, other = (
        page.locator(f"#mark-{slug} .pin").evaluate(FILL) for slug in ("fac-08", "fac-10")
    )
    assert chosen == "rgb(255, 255, 255)"
    assert other != chosen


def test_a_search_is_seen_as_cards_and_on_the_map(visitor):
    page = visitor()
    page.goto("/facilities?kind=lab")
    names = page.locator(".ll-card h2").all_inner_texts()
    page.locator(".ll-switch").get_by_role("link", name="Map").click()
    page.wait_for_url("**/map?kind=lab")
    assert page.locator(".ll-mapped-list h2").all_inner_texts() == names
    page.get_by_label("Municipality").select_option("Harjavalta")
    expect(page.locator(".ll-mapped-list h2")).to_have_count(1)
    page.locator(".ll-switch").get_by_role("link", name="Cards").click()
    page.wait_for_url("**/facilities?kind=lab&municipality=Harjavalta")
