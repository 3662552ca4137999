"""From the catalogue to a decision in Finnish and in Swedish."""

import pytest
from playwright.sync_api import expect

from tests.journeys.ways import (
    HALL,
    ROBOT,
    days,
    fill,
    press,
    reference,
    spaced,
)

WORDS = {
    "fi": {
        "facilities": "Testitilat",
        "ask": "Pyydä näitä päiviä",
        "sent": "Lähetetty",
        "decisions": "Päätökset",
        "confirmed": "Vahvistettu",
    },
    "sv": {
        "facilities": "Testanläggningar",
        "ask": "Be om de här dagarna",
        "sent": "Skickad",
        "decisions": "Beslut",
        "confirmed": "Bekräftad",
    },
}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_way_from_catalogue_to_decision(language, service, postbox, as_person):
    words, title = WORDS[language], f"Asked in {language}"
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    firm = as_person("c11", language=language)
    manager = as_person("manager.fac-02", language=language)

    firm.goto("/account")
    fill(firm, {"language": language})
    firm.locator("form[action='/account'] button").click()
    expect(firm.locator(".ll-flash")).to_be_visible()
    service.languages["c11@demo.example"] = language
    firm.goto("/")
    firm.get_by_role("link", name=words["facilities"], exact=True).first.click()
    firm.locator("#results").locator("a[href$='/facilities/fac-02']").first.click()
    fill(firm, {"from": days(stay)[0], "days": "3", "resource": HALL})
    firm.get_by_role("button", name=words["ask"]).click()
    fill(firm, {"title": title, "purpose": "Mitä kieltä?"} | ROBOT)
    firm.locator('[name="focus_areas"][value="automation_robotics"]').check()
    press(firm, "send")
    ref = reference(firm)
    expect(firm.locator(".ll-flash")).to_contain_text(words["sent"])
    assert firm.locator("html").get_attribute("lang") == language

    manager.goto("/inbox")
    expect(manager.get_by_role("heading", level=1)).to_have_text(words["decisions"])
    manager.get_by_role("link", name=title).click()
    press(manager, "approve")
    expect(manager.locator(".ll-flash")).to_be_visible()
    firm.goto(f"/pilots/{ref}")
    expect(firm.locator("main")).to_contain_text(words["confirmed"])
    mail = postbox.wait_for("c11@demo.example", f"{words['confirmed']}: {title}")
    assert mail["Content-Language"] == language
