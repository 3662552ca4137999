"""Keys for daily work: what each does, that none decides, and that they can be switched off."""

import re

from playwright.sync_api import expect

from tests.journeys.ways import HALL, send_request, spaced


def test_keys_lead_about_and_the_list_tells_of_them(as_person):
    page = as_person("manager.fac-02")
    page.goto("/facilities")
    page.keyboard.press("g")
    page.keyboard.press("i")
    page.wait_for_url("**/inbox")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/board")
    page.keyboard.press("?")
    sheet = page.locator("#keys")
    expect(sheet).to_be_visible()
    expect(sheet).to_contain_text("go to the calendar")
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_keys_turn_and_zoom_the_board(as_person):
    page = as_person("manager.fac-02")
    page.goto("/board?scale=month&from=2027-02-01")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**from=2027-03-01")
    page.keyboard.press("+")
    page.wait_for_url("**scale=week&from=2027-03-01")
    page.keyboard.press("-")
    page.wait_for_url("**scale=month&from=2027-03-01")
    page.keyboard.press("t")
    page.wait_for_url("**/board?scale=month")


def test_keys_walk_the_queue(as_person):
    page = as_person("manager.fac-02")
    page.goto("/inbox")
    links = page.locator(".ll-queue a")
    page.keyboard.press("j")
    expect(links.first).to_be_focused()
    page.keyboard.press("j")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/inbox/PLL-"))
    first = page.url
    page.keyboard.press("j")
    page.wait_for_url(lambda url: url != first)
    page.keyboard.press("k")
    page.wait_for_url(first)


def test_keys_lead_to_the_buttons_and_decide_nothing(service, as_person):
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    ref = send_request(service, "c05", "Decided by no key", [stay])
    page = as_person("manager.fac-02")
    page.goto(f"/inbox/{ref}")
    for key, action in (("r", "reject"), ("i", "request-info"), ("a", "approve")):
        button = page.locator(f'button[name=do][value="{action}"]')
        page.keyboard.press(key)
        expect(button).to_be_focused()
    assert page.url.endswith(f"/inbox/{ref}")
    expect(page.locator(".ll-flash")).to_have_count(0)


def test_nothing_happens_while_somebody_types(as_person):
    page = as_person("manager.fac-02")
    page.goto("/inbox")
    page.keyboard.press("/")
    field = page.locator("main [name=q]")
    expect(field).to_be_focused()
    page.keyboard.type("gb?jt")
    expect(field).to_have_value("gb?jt")
    expect(page.locator("#keys")).to_be_hidden()
    assert page.url.endswith("/inbox")


def test_keys_can_be_switched_off_and_on(as_person):
    page = as_person("manager.fac-02")
    page.goto("/today")
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("link", name="Switch the keys off").click()
    page.wait_for_url("**/today")
    page.keyboard.press("?")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#keys")).to_be_hidden()
    assert page.url.endswith("/today")
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("link", name="Switch the keys on").click()
    page.wait_for_url("**/today")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/today?day=*")
