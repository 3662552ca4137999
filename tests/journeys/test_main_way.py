"""The way the living lab exists for: a firm finds, asks and comes; everybody's calendar agrees."""

import pytest
from playwright.sync_api import expect

from livinglab.adapters.texts import time_range_text
from tests.journeys.calendars import expected_events, read_by_all
from tests.journeys.ways import (
    HALL,
    PORI,
    ROBOT,
    days,
    fill,
    fill_window,
    press,
    reference,
    send_request,
    spaced,
)

TITLE = "Tugger fleet in a shared aisle"


@pytest.mark.harness
def test_firm_gets_its_second_wish_and_all_calendars_agree(service, postbox, as_person):
    first, second = spaced(service.free_stays(HALL, 3), 2)
    rival = send_request(service, "c03", "Stairs and shelves", [first])
    firm, manager = as_person("c08"), as_person("manager.fac-02")

    address = subscribe(firm)
    find_by_capability_and_free_days(firm, first)
    ref = ask_with_two_windows(firm, first, second)
    receipt = postbox.wait_for("c08@demo.example", TITLE)
    assert ref in receipt["Subject"]

    decide_for_the_second(manager, ref, rival)
    booked = service.pilot(TITLE)
    assert booked.state == "confirmed"
    assert [(b.starts_at, b.ends_at, b.state) for b in booked.bookings] == [(*second, "firm")]

    here = time_range_text(*second, "en", "Europe/Helsinki")
    there = time_range_text(*second, "en", "America/Los_Angeles")
    manager.goto(f"/board?facility=fac-02&from={days(second)[0]}")
    row = manager.locator("#table tr", has_text=TITLE)
    expect(row).to_contain_text(here)
    expect(row).to_contain_text("Firm")

    firm.reload()
    stay = firm.locator("h1 + p .ll-period")
    span = "/".join(m.astimezone(PORI).isoformat(timespec="minutes") for m in second)
    expect(stay.locator("time")).to_have_attribute("datetime", span)
    expect(stay.locator("time")).to_have_text(here)
    expect(stay.locator(".ll-also")).to_contain_text(there)

    told = postbox.wait_for("c08@demo.example", f"Confirmed: {TITLE}").get_content()
    assert f"{here} (Helsinki)" in told
    assert f"{there} (Los Angeles)" in told

    read_by_all(firm, address, expected_events(service, company="c08"))


def find_by_capability_and_free_days(page, stay):
    """From the front page to the hall, by what it can do and when it is free."""
    page.goto("/")
    page.get_by_role("link", name="Facilities", exact=True).first.click()
    first, last = days(stay)
    fill(page, {"capability": "amr_agv_fleets", "days": "3", "free_from": first, "free_to": last})
    page.locator("#filters button.btn-primary").click()
    expect(page.locator("#count")).to_have_text("1 of 14 facilities are free then, soonest first.")
    page.locator("#results").get_by_role("heading").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("logistics", ignore_case=True)


def ask_with_two_windows(page, first, second):
    """Take days and part of the hall into the request, add a second window, save, send."""
    fill(page, {"from": days(first)[0], "days": "3", "resource": HALL})
    page.get_by_role("button", name="Ask for these days").click()
    fill(page, {"title": TITLE, "purpose": "Does the fleet give way to people?"} | ROBOT)
    page.get_by_label("Automation and robotics").check()
    press(page, "add-window:0")
    fill_window(page, 1, second)
    press(page, "save")
    ref = reference(page)
    expect(page.locator('[name="periods.0.windows.0.start"]')).to_have_value(days(first)[0])
    press(page, "send")
    page.wait_for_url(f"**/pilots/{ref}")
    expect(page.locator(".ll-flash")).to_contain_text("Sent.")
    return ref


def decide_for_the_second(page, ref, rival):
    """See the other firm's request for the same days, and approve the second window."""
    page.goto("/")
    page.get_by_role("link", name="Decisions").click()
    page.get_by_role("link", name=TITLE).click()
    rivals = page.locator(".ll-note", has_text="for the same days")
    expect(rivals).to_contain_text(f"{rival}: Hall south")
    page.get_by_role("radio", name="Choice 2").check()
    press(page, "approve")
    expect(page.locator(".ll-flash")).to_be_visible()
    assert reference(page) == ref


def subscribe(page):
    """Make a feed that tells all of what concerns the reader; its address."""
    page.goto("/calendar-feeds")
    page.get_by_label("Everything").check()
    page.get_by_role("button", name="Make the address").click()
    return page.locator("#new .ll-copy").first.inner_text()
