"""The main way: a firm finds a place, asks, a manager approves, and every calendar agrees."""

import re
from datetime import UTC
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from sqlalchemy import select

from livinglab.db.tables import Booking, Pilot
from livinglab.domain.pilot import Action
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import actions, pilot
from livinglab.services.moves import Command
from tests.harness import check_feed

HELSINKI = ZoneInfo("Europe/Helsinki")
HALL = "fac-02-hall-south"
TITLE = "Tugger in the narrow aisle"
RIVAL = "Stairs in the same week"


def days_of(stay):
    """First and last local day of a stay, as forms write them."""
    return tuple(moment.astimezone(HELSINKI).date().isoformat() for moment in stay)


def ask_as_a_rival(service, first, last):
    """Another firm's request for the days of the first wish."""
    wish = {
        "title": RIVAL,
        "purpose": "Carry boxes up the test stairs.",
        "focus_areas": ["automation_robotics"],
        "test_article": {"name": "Maple Q3", "kind": "legged_robot", "mass_kg": 70},
        "periods": [
            {
                "facility": "fac-02",
                "resource": HALL,
                "days": 3,
                "windows": [{"start": first, "end": last}],
            }
        ],
    }
    with service.acting("c03@demo.example") as work:
        made = pilot.create(work, pilot_from_json(wish))
        actions.perform(work, made.ref, Action.SUBMIT, Command(made.version))


def fill_request(page, windows):
    """Describe the robot, its two wishes, and send."""
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Purpose").fill("Find the smallest turn with two trailers.")
    page.get_by_label("Name of the robot").fill("Sierra Tug 12")
    page.locator("[name='test_article.kind']").select_option("mobile_robot")
    page.locator("[name='test_article.mass_kg']").fill("640")
    page.locator("[name='periods.0.length']").fill("3")
    page.locator("button[value='add-window:0']").click()
    expect(page.locator("[name='periods.0.windows.1.start']")).to_be_visible()
    for rank, (first, last) in enumerate(windows):
        page.locator(f"[name='periods.0.windows.{rank}.start']").fill(first)
        page.locator(f"[name='periods.0.windows.{rank}.end']").fill(last)


def expected_events(service, email_company):
    """What the firm's feed must hold, from the database alone."""
    with service.session() as session:
        rows = session.execute(
            select(Booking, Pilot).join(Pilot, Booking.pilot_id == Pilot.id)
        ).all()
        states = {"firm": "CONFIRMED", "tentative": "TENTATIVE", "released": "CANCELLED"}
        marks = {"firm": "", "tentative": "[Awaiting approval] ", "released": "[Cancelled] "}
        return {
            booking.uid: {
                "uid": booking.uid,
                "start": booking.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "end": booking.ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "summary": f"{marks[booking.state]}{found.company.name}: {found.title}",
                "status": states[booking.state],
                "sequence": booking.ical_sequence,
            }
            for booking, found in rows
            if found.company.slug == email_company and booking.resource.bookable
        }


def uids_in(text):
    return set(re.findall(r"^UID:(.+?)\r?$", text.replace("\r\n ", ""), re.MULTILINE))


def make_feed(page):
    """Make a calendar feed on its page; the address shown this once."""
    page.goto("/calendar-feeds")
    page.get_by_role("button", name="Make the address").click()
    return page.locator(".ll-copy").first.inner_text().strip()


def read_by_all(service, address, text, booking):
    """Every calendar program finds the events of the database in the feed, this booking's too."""
    wanted = expected_events(service, "c08")
    shown = uids_in(text)
    assert booking.uid in shown
    assert shown <= set(wanted)
    check = check_feed(address, {"events": [wanted[uid] for uid in sorted(shown)]})
    ok, total = check.consumers_ok.split("/")
    assert (ok, check.failed) == (total, ()), check.output


def test_a_firm_comes_from_search_to_a_firm_time_in_every_calendar(
    service, as_person, postbox, base_url
):
    first, *_, second = list(zip(service.free_stays(HALL, 3), range(12), strict=False))
    wishes = [days_of(first[0]), days_of(second[0])]
    ask_as_a_rival(service, *wishes[0])

    # The firm finds the hall by what it can do and when it is free.
    firm = as_person("c08")
    address = make_feed(firm)
    firm.goto(f"/facilities?q=AMR&days=3&free_from={wishes[0][0]}&free_to={wishes[1][1]}")
    firm.get_by_role("link", name=re.compile("Mobile robot and intralogistics hall")).first.click()
    expect(firm.get_by_role("heading", level=1)).to_contain_text("Mobile robot")
    firm.goto(f"/pilots/new?facility=fac-02&resource={HALL}&from={wishes[0][0]}&days=3")
    fill_request(firm, wishes)
    firm.get_by_role("button", name="Save draft").last.click()
    expect(firm).to_have_url(re.compile(r"/pilots/PLL-"))
    ref = service.pilot(TITLE).ref
    firm.goto(f"/pilots/{ref}/edit")
    expect(firm.get_by_label("Title")).to_have_value(TITLE)
    firm.get_by_role("button", name="Ask for these days").click()
    expect(firm).to_have_url(f"{base_url}/pilots/{ref}")
    assert service.pilot(TITLE).state == "submitted"
    postbox.wait_for("c08@demo.example", TITLE)

    # The manager sees the competition and approves the second wish.
    manager = as_person("manager.fac-02")
    manager.goto(f"/inbox/{ref}")
    expect(manager.locator("main")).to_contain_text(RIVAL)
    manager.get_by_role("radio", name=re.compile("Choice 2")).check()
    manager.locator("button[value=approve]").click()
    manager.wait_for_load_state()
    decided = service.pilot(TITLE)
    assert decided.state == "confirmed"
    (booking,) = [b for b in decided.bookings if b.state == "firm"]
    assert (booking.starts_at, booking.ends_at) == second[0]

    # Board, the firm's page, mail and feed say the same.
    manager.goto(f"/board?facility=fac-02&from={wishes[1][0]}")
    row = manager.locator(".ll-board-table tr", has_text=TITLE)
    expect(row).to_contain_text("Firm")
    expect(row).to_contain_text("Hall south")
    told = row.inner_text()
    firm.goto(f"/pilots/{ref}")
    expect(firm.locator("main")).to_contain_text("Confirmed")
    expect(firm.locator("main")).to_contain_text("Los Angeles")
    mail = postbox.wait_for("c08@demo.example", f"Confirmed: {TITLE}")
    body = mail.get_body(("plain",)).get_content()
    day = booking.starts_at.astimezone(HELSINKI)
    assert f"{day.day} " in told
    assert "Helsinki" in body
    assert "Los Angeles" in body

    read_by_all(service, address, firm.request.get(address).text(), booking)
