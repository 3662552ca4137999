"""Everything works in a browser that runs no scripts."""

from playwright.sync_api import expect

from tests.journeys.conftest import sign_in
from tests.journeys.ways import (
    HALL,
    ROBOT,
    confirmed_stay,
    days,
    fill,
    fill_window,
    press,
    reference,
    send_request,
    spaced,
)

TITLE = "Asked without a single script"


def test_firm_asks_and_withdraws(service, visitor):
    first, second = spaced(service.free_stays(HALL, 3), 2)
    page = visitor(java_script_enabled=False)
    sign_in(page, "c05")

    page.goto("/facilities")
    first_day, last_day = days(first)
    fill(page, {"capability": "amr_agv_fleets", "free_from": first_day, "free_to": last_day})
    page.locator("#filters button.btn-primary").click()
    page.locator("#results").get_by_role("heading").get_by_role("link").click()
    asking = page.locator("form:has([name=from])")
    fill(asking, {"from": first_day, "days": "3", "resource": HALL})
    page.get_by_role("button", name="Is it free then?").click()
    expect(page.locator("#answer")).to_contain_text("Free:")
    page.get_by_role("button", name="Ask for these days").click()

    press(page, "send")  # with nothing filled in: the answer keeps all and names what is missing
    fill(page, {"title": TITLE, "purpose": "To see that nothing needs a script."} | ROBOT)
    page.get_by_label("Automation and robotics").check()
    press(page, "add-window:0")
    fill_window(page, 1, second)
    press(page, "refresh")
    expect(page.locator('[name="title"]')).to_have_value(TITLE)
    expect(page.locator(".ll-rank .ll-why-yes")).to_have_count(2)
    press(page, "up-window:0.1")
    expect(page.locator('[name="periods.0.windows.0.start"]')).to_have_value(days(second)[0])
    press(page, "send")
    page.wait_for_url("**/pilots/PLL-*")
    expect(page.locator(".ll-flash")).to_contain_text("Sent.")
    sent = service.pilot(TITLE)
    assert (sent.ref, sent.state) == (reference(page), "submitted")

    page.get_by_role("button", name="Withdraw the request").click()
    expect(page.locator(".ll-flash")).to_contain_text("Withdrawn.")
    assert service.pilot(TITLE).state == "withdrawn"


def test_a_fix_moves_the_window_to_days_that_are_free(service, visitor):
    [taken] = spaced(service.free_stays(HALL, 3), 1)
    confirmed_stay(service, "c03", "In the way of a fix", taken)
    page = visitor(java_script_enabled=False)
    sign_in(page, "c05")
    page.goto(f"/pilots/new?facility=fac-02&resource={HALL}&from={days(taken)[0]}&days=3")
    press(page, "refresh")
    page.locator("button[name=fix]").first.click()
    expect(page.locator(".ll-rank .ll-why-yes")).to_have_count(1)


def test_manager_asks_for_more_then_approves(service, visitor):
    title = "Decided without a single script"
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    ref = send_request(service, "c03", title, [stay])
    page = visitor(java_script_enabled=False)
    sign_in(page, "manager.fac-02")
    page.goto("/inbox")
    page.get_by_role("link", name=title).click()
    press(page, "request-info")
    expect(page.get_by_role("article")).to_contain_text("note")
    fill(page, {"note": "How loud is it?"})
    press(page, "approve")
    expect(page.locator(".ll-flash")).to_be_visible()
    assert reference(page) == ref
    assert service.pilot(title).state == "confirmed"
