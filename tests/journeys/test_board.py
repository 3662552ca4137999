"""The board by mouse and by keyboard: closing days, moving a stay and putting it back."""

from datetime import date, timedelta

from playwright.sync_api import expect
from sqlalchemy import select

from livinglab.db.tables import Block, Resource
from tests.journeys.test_keyboard import tab_to
from tests.journeys.ways import HALL, PORI, confirmed_stay, fill, spaced


def monday_of(stay):
    day = stay[0].astimezone(PORI).date()
    return day - timedelta(days=day.weekday())


def empty_week(service):
    """A Monday whose week and the one after are free at the hall."""
    for start, end in service.free_stays(HALL, 10):
        if start.astimezone(PORI).weekday() == 0 and (end - start) < timedelta(days=12):
            return start.astimezone(PORI).date()
    raise AssertionError("no fortnight is free")


def blocks_at(service, reason):
    """First and last closed date of each block of that reason at the hall."""
    with service.session() as session:
        rows = session.scalars(
            select(Block)
            .join(Resource, Block.resource_id == Resource.id)
            .where(Resource.slug == HALL)
            .order_by(Block.id)
        )
        return [
            (row.starts_at.astimezone(PORI), row.ends_at.astimezone(PORI))
            for row in rows
            if row.reason["en"] == reason
        ]


def midnights(first: date, past: date):
    return [f"{day:%Y-%m-%d} 00:00" for day in (first, past)]


def written(block):
    return [f"{moment:%Y-%m-%d %H:%M}" for moment in block]


def board(page, monday):
    page.goto(f"/board?scale=month&facility=fac-02&from={monday}")
    return page.locator(".ll-board-chart")


def spot(page, slug, monday, day):
    """The middle of a day's cell on a row, in pixels."""
    row = page.locator(f'[data-row="{slug}"]')
    row.scroll_into_view_if_needed()
    box = row.bounding_box()
    days = int(page.locator(".ll-board-chart").get_attribute("data-days"))
    x = box["x"] + ((day - monday).days + 0.5) * box["width"] / days
    return x, box["y"] + box["height"] / 2


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, end[1], steps=4)
    page.mouse.move(*end, steps=4)
    page.mouse.up()


def test_a_week_is_closed_with_the_keyboard_alone(service, as_person):
    monday = empty_week(service)
    page = as_person("manager.fac-02")
    chart = board(page, monday)
    tab_to(page, chart)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".ll-board-chart + [role=status]")).to_contain_text("Hall south")
    page.keyboard.press("c")
    page.wait_for_url("**/blocks/new?*")
    expect(page.locator(f'[name=resource][value="{HALL}"]')).to_be_checked()
    expect(page.locator("[name=start]")).to_have_value(f"{monday}T00:00")
    tab_to(page, page.locator("[name=reason]"))
    page.keyboard.type("closed by keys")
    page.keyboard.press("Enter")
    expect(page.locator(".ll-flash")).to_contain_text("Closed: Hall south")
    [block] = blocks_at(service, "closed by keys")
    assert written(block) == midnights(monday, monday + timedelta(days=7))


def test_free_time_is_closed_by_dragging_over_it(service, as_person):
    monday = empty_week(service)
    page = as_person("manager.fac-02")
    board(page, monday)
    tuesday, thursday = monday + timedelta(days=1), monday + timedelta(days=3)
    drag(page, spot(page, HALL, monday, thursday), spot(page, HALL, monday, tuesday))
    page.wait_for_url("**/blocks/new?*")
    fill(page, {"reason": "closed by hand"})
    page.get_by_role("button", name="Close this time").click()
    expect(page.locator(".ll-flash")).to_contain_text("Closed: Hall south")
    [block] = blocks_at(service, "closed by hand")
    assert written(block) == midnights(tuesday, thursday + timedelta(days=1))


def test_a_stay_is_dragged_confirmed_and_put_back(service, as_person):
    title = "Dragged along"
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    confirmed_stay(service, "c08", title, stay)
    page = as_person("manager.fac-02")
    monday = monday_of(stay)
    first = stay[0].astimezone(PORI).date()
    free = [start for start, _ in service.free_stays(HALL, 3) if start > stay[1]]
    target = next(
        day for day in (start.astimezone(PORI).date() for start in free) if (day - monday).days < 26
    )
    board(page, monday)
    drag(page, spot(page, HALL, monday, first), spot(page, HALL, monday, target))
    page.wait_for_url("**/board/move?*")
    expect(page.get_by_role("heading", name="What it does")).to_be_visible()
    expect(page.locator("main")).to_contain_text("c08@demo.example")
    [booking] = service.pilot(title).bookings
    assert booking.starts_at == stay[0]

    page.get_by_role("button", name="Move to").click()
    expect(page.locator(".ll-flash")).to_contain_text(f"Moved: {title}")
    [booking] = service.pilot(title).bookings
    assert booking.starts_at.astimezone(PORI).date() == target
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".ll-flash")).to_contain_text(f"Moved back: {title}")
    [booking] = service.pilot(title).bookings
    assert (booking.starts_at, booking.ends_at) == stay


def test_a_stay_is_moved_with_the_keyboard_and_leaves_by_escape(service, as_person):
    title = "Moved by keys"
    [stay] = spaced(service.free_stays(HALL, 3), 1)
    confirmed_stay(service, "c08", title, stay)
    page = as_person("manager.fac-02")
    monday = monday_of(stay)
    chart = board(page, monday)
    start = spot(page, HALL, monday, stay[0].astimezone(PORI).date())
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 200, start[1], steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(chart.locator(".ghost")).to_have_count(0)
    assert "/board?" in page.url

    page.get_by_role("link", name=title).first.focus()
    page.keyboard.press("m")
    page.wait_for_url("**/board/move?*")
    expect(page.locator("h1")).to_have_text("Move the stay")
    expect(page.locator("main")).to_contain_text(title)


def close_day(page, monday, day, reason):
    past = day + timedelta(days=1)
    page.goto(f"/blocks/new?resource={HALL}&start={day}T00:00&end={past}T00:00")
    fill(page, {"reason": reason})
    page.get_by_role("button", name="Close this time").click()
    board(page, monday)
    return page.locator(f'[data-resize][data-name^="{reason}"]')


def test_an_end_of_closed_time_is_dragged_and_confirmed(service, as_person):
    monday = empty_week(service)
    page = as_person("manager.fac-02")
    tuesday, thursday = monday + timedelta(days=1), monday + timedelta(days=3)
    bar = close_day(page, monday, tuesday, "dragged longer")
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    y = box["y"] + 2
    right = spot(page, HALL, monday, thursday)[0] + box["width"] / 2
    drag(page, (box["x"] + box["width"] - 2, y), (right, y))
    page.wait_for_url("**/change?*")
    expect(page.locator("[name=end]").first).to_have_value(f"{monday + timedelta(days=4)}T00:00")
    page.get_by_role("button", name="Close it").click()
    expect(page.locator(".ll-flash")).to_contain_text("Closed now: Hall south")
    [block] = blocks_at(service, "dragged longer")
    assert written(block) == midnights(tuesday, monday + timedelta(days=4))


def test_an_end_of_closed_time_is_moved_with_the_keyboard_alone(service, as_person):
    monday = empty_week(service)
    page = as_person("manager.fac-02")
    friday = monday + timedelta(days=4)
    close_day(page, monday, friday, "keyed longer")
    page.get_by_role("link", name="keyed longer").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".ll-board-chart + [role=status]")).to_contain_text("Hall south")
    page.keyboard.press("Enter")
    page.wait_for_url("**/change?*")
    tab_to(page, page.get_by_role("button", name="Close it"))
    page.keyboard.press("Enter")
    expect(page.locator(".ll-flash")).to_contain_text("Closed now: Hall south")
    [block] = blocks_at(service, "keyed longer")
    assert written(block) == midnights(friday, monday + timedelta(days=6))


def test_a_part_of_a_day_is_closed_on_its_own_scale(service, as_person):
    monday = empty_week(service)
    page = as_person("manager.fac-02")
    page.goto(f"/board?scale=day&facility=fac-02&from={monday}")
    tab_to(page, page.locator(".ll-board-chart"))
    page.keyboard.press("ArrowRight")
    for _ in range(16):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(".ll-board-chart + [role=status]")).to_contain_text("08:00 – 09:00")
    page.keyboard.press("c")
    page.wait_for_url("**/blocks/new?*")
    expect(page.locator("[name=start]")).to_have_value(f"{monday}T08:00")
    expect(page.locator("[name=end]")).to_have_value(f"{monday}T09:00")
