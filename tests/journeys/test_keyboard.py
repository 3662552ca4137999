"""Everything can be done with the keyboard alone."""

from playwright.sync_api import expect

from tests.factories import PASSWORD
from tests.journeys.ways import HALL, days, reference, send_request, spaced

FAR = 250
"""More stops than any page has."""


def tab_to(page, locator):
    """Press Tab until that element has the focus, seeing that focus is always shown."""
    wanted = locator.first.element_handle()
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => wanted === document.activeElement", wanted):
            assert page.evaluate(
                "wanted => wanted.matches(':focus-visible') && (s => s.outlineStyle !== 'none'"
                " || s.boxShadow !== 'none')(getComputedStyle(wanted))",
                wanted,
            ), f"nobody sees that {locator} has the focus"
            return
    raise AssertionError(f"Tab never comes to {locator}")


def type_into(page, name, text):
    """Tab to the field of that name and type."""
    tab_to(page, page.locator(f'[name="{name}"]:not([type=hidden])'))
    page.keyboard.type(text)


def type_day(page, name, day):
    """Type a date in the order that the browser's own language has: month, day, year."""
    year, month, number = day.split("-")
    type_into(page, name, month + number + year)


def test_firm_asks_for_time(service, visitor):
    title = "Asked by keyboard"
    first, second = spaced(service.free_stays(HALL, 3), 2)
    page = visitor()
    page.goto("/login")
    type_into(page, "email", "c05@demo.example")
    type_into(page, "password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/login"))
    page.goto("/facilities/fac-02")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to content")
    page.keyboard.press("Enter")
    type_day(page, "from", days(first)[0])
    tab_to(page, page.get_by_role("button", name="Ask for these days"))
    page.keyboard.press("Enter")

    page.wait_for_url("**/pilots/new?*")
    type_into(page, "title", title)
    type_into(page, "purpose", "To see that no mouse is needed.")
    tab_to(page, page.get_by_label("Automation and robotics"))
    page.keyboard.press("Space")
    type_into(page, "test_article.name", "Tug 4")
    type_into(page, "test_article.kind", "Mobile robot")
    type_into(page, "test_article.conformity", "CE")
    tab_to(page, page.locator('button[value="add-window:0"]'))
    page.keyboard.press("Enter")
    expect(page.locator('[name="periods.0.windows.1.start"]')).to_be_visible()
    type_day(page, "periods.0.windows.1.start", days(second)[0])
    type_day(page, "periods.0.windows.1.end", days(second)[1])
    tab_to(page, page.get_by_role("button", name="Ask for these days"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/pilots/PLL-*")
    sent = service.pilot(title)
    assert (sent.ref, sent.state) == (reference(page), "submitted")
    [stay] = sent.periods
    assert [w.first.isoformat() for w in stay.windows] == [days(first)[0], days(second)[0]]


def test_manager_approves_the_second_wish(service, as_person):
    title = "Decided by keyboard"
    first, second = spaced(service.free_stays(HALL, 3), 2)
    send_request(service, "c03", title, [first, second])
    page = as_person("manager.fac-02")
    page.goto("/inbox")
    tab_to(page, page.get_by_role("link", name=title))
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("radio", name="Choice 1"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Choice 2")).to_be_checked()
    tab_to(page, page.locator("button[value=approve]"))
    page.keyboard.press("Enter")
    expect(page.locator(".ll-flash")).to_be_visible()
    assert [(b.starts_at, b.ends_at) for b in service.pilot(title).bookings] == [second]
