"""What was agreed is moved, cancelled, closed over: feed, firm and board follow."""

from datetime import timedelta

import pytest
from icalendar import Calendar
from playwright.sync_api import expect

from tests.journeys.calendars import expected_events, read_by_all
from tests.journeys.test_main_way import subscribe
from tests.journeys.ways import HALL, PORI, confirmed_stay, days, fill, press, spaced


def event_of(page, address, uid):
    """The one event of that uid as an RFC 5545 reader sees it."""
    calendar = Calendar.from_ical(page.request.get(address).body())
    [event] = [event for event in calendar.walk("VEVENT") if event["UID"] == uid]
    return event


@pytest.mark.harness
def test_feed_follows_a_move_and_a_cancellation(service, as_person):
    title = "Moved, then cancelled"
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    ref = confirmed_stay(service, "c08", title, stay)
    [booking] = service.pilot(title).bookings
    firm, manager = as_person("c08"), as_person("manager.fac-02")
    address = subscribe(firm)
    before = event_of(firm, address, booking.uid)
    assert (before.start, before.end, before["STATUS"]) == (*stay, "CONFIRMED")

    manager.goto(f"/inbox/{ref}")
    manager.locator('[name="other-0"]').last.check()
    press(manager, "reschedule")
    expect(manager.locator(".ll-flash")).to_be_visible()
    [moved] = service.pilot(title).bookings
    after = event_of(firm, address, booking.uid)
    assert moved.starts_at != booking.starts_at
    assert (after.start, after.end, after["STATUS"]) == (
        moved.starts_at,
        moved.ends_at,
        "CONFIRMED",
    )
    assert after["SEQUENCE"] > before["SEQUENCE"]

    firm.goto(f"/pilots/{ref}")
    fill(firm, {"note": "The robot is not ready."})
    firm.get_by_role("button", name="Cancel the stay").click()
    expect(firm.locator(".ll-flash")).to_contain_text("Cancelled.")
    ended = event_of(firm, address, booking.uid)
    assert (ended.start, ended["STATUS"]) == (moved.starts_at, "CANCELLED")
    assert ended["SEQUENCE"] > after["SEQUENCE"]

    read_by_all(firm, address, expected_events(service, company="c08"))


def test_closed_time_over_a_booking_is_a_clash_for_both_sides(service, as_person):
    title = "Under the crane service"
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    ref = confirmed_stay(service, "c08", title, stay)
    firm, manager = as_person("c08"), as_person("manager.fac-02")
    start = stay[0].astimezone(PORI)
    closed = [f"{moment:%Y-%m-%dT%H:%M}" for moment in (start, start + timedelta(hours=6))]

    manager.goto("/blocks/new")
    manager.locator(f'[name=resource][value="{HALL}"]').check()
    fill(manager, {"start": closed[0], "end": closed[1], "reason": "crane service"})
    manager.get_by_role("button", name="Close this time").click()
    expect(manager.locator("main")).to_contain_text("Nothing is saved yet")
    expect(manager.locator("main")).to_contain_text(title)
    manager.get_by_role("button", name="Close it over this booking").click()
    for page in (manager, firm):
        page.goto(f"/board?facility=fac-02&from={days(stay)[0]}")
        expect(page.locator(".ll-note-bad")).to_contain_text(title)
        expect(page.locator(".ll-note-bad")).to_contain_text("crane service")
    expect(manager.locator("#table tr", has_text=ref).filter(has_text="Clash")).to_have_count(1)

    manager.locator(".ll-note-bad").get_by_role("link", name=title).click()
    press(manager, "reschedule")
    expect(manager.locator(".ll-flash")).to_be_visible()
    manager.goto(f"/board?facility=fac-02&from={days(stay)[0]}")
    expect(manager.locator(".ll-note-bad")).to_have_count(0)
