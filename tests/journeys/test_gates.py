"""From wish to firm slot: papers, people and deciders of a hard place, a quick one, a stand-in."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import expect

from tests.journeys.test_changes import event_of
from tests.journeys.test_main_way import subscribe
from tests.journeys.ways import (
    HALL,
    PORI,
    colleague_at,
    days,
    fill,
    fill_window,
    press,
    reference,
    send_request,
    spaced,
)

BAY = "fac-09-casting-bay"
TITLE = "Drone round above the ladle"
QUICK = "Soft hand on castings"
AWAY = "Tugger while the manager is away"
DRONE = {"kind": "aerial_vehicle", "mass_kg": "4", "battery_kwh": "0.5", "conformity": "uas_class"}
DECIDERS = {
    "manager.fac-09": "Production manager",
    "safety": "Site safety manager",
    "coordinator": "Staff coordinator",
    "air": "Air coordinator",
}
PDF = b"%PDF-1.7 example"
MEANWHILE = "Waits for: Air coordinator"
AGAIN = "“Air coordinator” decides again: the date has changed"


def test_hard_place_is_decided_gate_by_gate_until_the_slot_is_firm(service, as_person):
    firm = as_person("c07")
    people = {name: as_person(name) for name in DECIDERS}
    manager, air = people["manager.fac-09"], people["air"]
    earliest = fit_at_the_bay(firm)
    stays = [s for s in service.free_stays(BAY, 3) if days(s)[0] >= earliest]
    asked, wanted, moved = spaced(stays, 3)
    ref = ask(firm, asked)
    offer_and_counter(firm, manager, ref, wanted)
    hand_in(firm, ref, wanted)

    feed = subscribe(manager)
    for name, title in DECIDERS.items():
        decide(people[name], ref, title)
    assert held(service, TITLE) == [(*wanted, "firm")]

    move(manager, ref, moved)
    firm.goto(f"/pilots/{ref}")
    expect(firm.locator(".ll-note", has_text=AGAIN)).to_contain_text(
        "What the others decided stands."
    )
    expect(firm.locator(".ll-gates .now")).to_contain_text("Air coordinator")
    expect(firm.locator(".ll-gates .done")).to_have_count(4)  # sent, and three who decided
    expect(firm.locator("main")).to_contain_text(MEANWHILE)
    decide(air, ref, "Air coordinator")

    firm.reload()
    expect(firm.locator("main")).not_to_contain_text(AGAIN)
    expect(firm.locator("h1 + p")).to_contain_text("Casting bay")
    assert held(service, TITLE) == [(*moved, "firm")]
    manager.goto(f"/board?facility=fac-09&from={days(moved)[0]}")
    expect(manager.locator("#table tr", has_text=TITLE)).to_contain_text("Firm")
    [uid] = [b.uid for b in service.pilot(TITLE).bookings if b.state == "firm"]
    event = event_of(manager, feed, uid)
    assert (event.start, event.end, event["STATUS"]) == (*moved, "CONFIRMED")


def test_quick_place_is_decided_in_one_sitting(service, as_person):
    firm, manager = as_person("c06"), as_person("manager.fac-01")
    [stay] = spaced(service.free_stays("fac-01-cell-a", 2), 1)
    firm.goto(f"/facilities/fac-01?from={days(stay)[0]}&days=2")
    fill(firm, {"from": days(stay)[0], "days": "2", "resource": "fac-01-cell-a"})
    firm.get_by_role("button", name="Ask for these days").click()
    gripper = {"test_article.name": "Soft hand", "test_article.kind": "gripper"}
    fill(firm, {"title": QUICK, "purpose": "Which castings slip?"} | gripper)
    firm.get_by_label("Automation and robotics").check()
    press(firm, "send")
    ref = reference(firm)
    expect(firm.locator("main")).to_contain_text("Fast lane")

    manager.goto("/inbox")
    manager.get_by_role("link", name=QUICK).click()
    press(manager, "approve")
    expect(manager.locator(".ll-flash")).to_contain_text("Confirmed")

    firm.reload()
    expect(firm.locator(".ll-title")).to_contain_text("Confirmed")
    expect(firm.locator(".ll-gates .done")).to_have_count(3)  # sent, the manager, firm
    assert held(service, QUICK) == [(*stay, "firm")]
    manager.goto(f"/board?facility=fac-01&from={days(stay)[0]}")
    expect(manager.locator("#table tr", has_text=ref)).to_contain_text("Firm")


def test_stand_in_decides_while_the_owner_is_away(service, as_person):
    colleague_at(service, "host-02", "stand-in", "Example Stand-in")
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    ref = send_request(service, "c08", AWAY, [stay])
    manager, firm = as_person("manager.fac-02"), as_person("c08")
    today = datetime.now(PORI).date()

    manager.goto("/hosting/fac-02")
    manager.get_by_role("link", name="Stand-ins").click()
    manager.get_by_label("Mail address of a colleague").fill("stand-in@demo.example")
    fill(manager, {"first": f"{today}", "last": f"{today + timedelta(days=4)}"})
    manager.get_by_role("button", name="Let them stand in").click()
    expect(manager.get_by_role("row", name="Example Stand-in")).to_contain_text("Stands in now")

    helper = as_person("stand-in")
    helper.goto("/inbox")
    helper.get_by_role("link", name=AWAY).click()
    press(helper, "approve")
    expect(helper.locator(".ll-flash")).to_contain_text("Confirmed")
    firm.goto(f"/pilots/{ref}")
    expect(firm.locator("#history li").first).to_contain_text(
        "Example Stand-in passed a gate (Facility manager), "
        "standing in for Example Facility manager 02"
    )
    assert held(service, AWAY) == [(*stay, "firm")]


def held(service, title):
    """The times that are held for the pilot of that title."""
    return [
        (booking.starts_at, booking.ends_at, booking.state)
        for booking in service.pilot(title).bookings
        if booking.state != "released"
    ]


def fit_at_the_bay(page):
    """From the facts of a drone to the bay's own answer; the earliest day of the request."""
    page.goto("/fit?facility=fac-09")
    page.get_by_text("What decides who is asked").click()
    fill(page, DRONE)
    page.locator("[name=outside_open_category]").check()
    page.get_by_role("button", name="Where does it fit?").click()
    own = page.locator("#results .ll-fit").first
    expect(own).to_contain_text("Casting bay")
    expect(own).to_contain_text("Enhanced lane")
    own.get_by_text("Why not sooner").click()
    expect(own.locator(".ll-chain strong")).to_have_count(1)
    own.get_by_role("link", name="Ask for this place").click()
    page.wait_for_url("**/pilots/new?**")
    expect(page.locator("[name='test_article.kind']")).to_have_value("aerial_vehicle")
    return page.locator("[name='periods.0.windows.0.start']").input_value()


def ask(page, stay):
    """Complete the request that the fit began, and send it."""
    fill(page, {"title": TITLE, "purpose": "Does heat blind the camera?"})
    fill(page, {"test_article.name": "Ladle eye", "periods.0.length": "3"})
    fill_window(page, 0, stay)
    press(page, "send")
    ref = reference(page)
    expect(page.locator(".ll-gates")).to_contain_text("Air coordinator")
    return ref


def offer_and_counter(firm, manager, ref, wanted):
    """The manager offers other days; the firm proposes days of its own instead."""
    manager.goto(f"/inbox/{ref}")
    press(manager, "offer:packages")
    firm.goto(f"/pilots/{ref}/offers")
    expect(firm.get_by_role("heading", name="Offer 1")).to_be_visible()
    first, last = days(wanted)
    fill(firm, {"first-0-0": first, "last-0-0": last})
    firm.locator("#note-propose").fill("The ladle is relined until then.")
    press(firm, "propose")
    expect(firm.locator(".ll-flash")).to_contain_text("The host sees the days you propose.")


def hand_in(page, ref, stay):
    """Papers, and the cards of two people, until the firm owes nothing before it comes."""
    until = (stay[1] + timedelta(days=90)).date().isoformat()
    page.goto(f"/pilots/{ref}/people")
    for name in ("Example Anna", "Example Bo"):
        form = page.locator("form", has=page.get_by_role("heading", name="Name somebody"))
        form.get_by_label("Name", exact=True).fill(name)
        for field in form.locator("[name^='number.']").all():
            field.fill("FI-123")
        for field in form.locator("[name^='expires.']").all():
            field.fill(until)
        form.get_by_role("button", name="Add").click()
        expect(page.get_by_role("row", name=name)).to_contain_text("There")
    page.goto(f"/pilots/{ref}")
    page.get_by_text("Add papers").click()
    for file in page.locator("#papers input[type=file]:not([name='paper.other'])").all():
        code = file.get_attribute("name").removeprefix("paper.")
        file.set_input_files({"name": f"{code}.pdf", "mimeType": "application/pdf", "buffer": PDF})
        fill(page, {f"expires.{code}": until})
    page.get_by_role("button", name="Attach").click()
    expect(page.locator("#papers .ll-owed")).to_contain_text("risk_assessment.pdf")
    page.goto(f"/pilots/{ref}/owed")
    firm = page.locator("section", has=page.get_by_role("heading", name="Tulip Vision"))
    expect(firm.get_by_text("Done")).to_have_count(8)
    expect(firm.get_by_text("Open", exact=True)).to_have_count(0)


def decide(page, ref, title):
    """Approve what is this person's, as they find it."""
    page.goto(f"/inbox/{ref}")
    expect(page.locator(".ll-gates .now, .ll-gates .wait", has_text=title).first).to_be_visible()
    press(page, "approve")
    expect(page.locator(".ll-flash")).to_contain_text(re.compile("Approved|Confirmed"))


def move(page, ref, stay):
    """Move the stay, as the manager, to days the place has free."""
    page.goto(f"/inbox/{ref}")
    page.get_by_text("Look from another day on").click()
    fill(page, {"from": days(stay)[0]})
    page.get_by_role("button", name="Show free times").click()
    press(page, "reschedule")
    expect(page.locator(".ll-flash")).to_be_visible()
