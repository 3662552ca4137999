"""What a firm types is shown as it was typed and does nothing."""

from playwright.sync_api import expect

from tests.journeys.ways import HALL, ROBOT, days, fill, press, reference, spaced

HOSTILE = {
    "title": '"><script>alert(1)</script><img src=x onerror=alert(2)> {{7*7}} שלום \u202eabc 🤖',
    "purpose": "</textarea><svg onload=alert(3)>\r\nBEGIN:VEVENT\n<a href=javascript:alert(4)>",
    "test_article.name": "'-alert(5)-'",
}


def test_hostile_texts_are_only_texts(service, as_person):
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    firm, manager = as_person("c10"), as_person("manager.fac-02")
    firm.goto(f"/pilots/new?facility=fac-02&resource={HALL}&from={days(stay)[0]}&days=3")
    fill(firm, ROBOT | HOSTILE)
    firm.get_by_label("Automation and robotics").check()
    press(firm, "save")
    ref = reference(firm)
    expect(firm.locator('[name="title"]')).to_have_value(HOSTILE["title"])
    press(firm, "send")
    firm.wait_for_url(f"**/pilots/{ref}")
    expect(firm.get_by_role("heading", level=1)).to_have_text(HOSTILE["title"])
    firm.goto("/pilots")
    manager.goto("/inbox")
    manager.goto(f"/inbox/{ref}")
    expect(manager.get_by_role("heading", level=1)).to_have_text(HOSTILE["title"])
    press(manager, "approve")
    for page in (manager, firm):
        page.goto(f"/board?facility=fac-02&from={days(stay)[0]}")
        expect(page.locator("#table tr", has_text=ref)).to_contain_text(HOSTILE["title"])
        assert page.locator("script:not([src])").count() == 0
