"""The month to print, and one stay put into a calendar."""

import re
from datetime import UTC
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest
from sqlalchemy import select

from livinglab.db.tables import Booking
from livinglab.domain.pilot import Action
from tests.web.pages.scene import HALL, Scene

TITLE = 'Strip <b>&; "x"'


@pytest.fixture
def scene(make, app, clock):
    made = Scene(make, app, clock)
    made.act("manager", made.request(title=TITLE), Action.APPROVE)
    return made


def days(html):
    """What lies on each day of the month: (when, what) by date."""
    cells = re.findall(r'<td class="(\w+)[^"]*">(.*?)</td>', html, re.DOTALL)
    found = {}
    for place, cell in cells:
        date = re.search(r'datetime="([\d-]+)"', cell)[1]
        items = re.findall(
            r'<span class="ll-month-when">(.*?)</span> (.*?)<span class="ll-also', cell
        )
        found[date] = place, [(when, re.sub("<.*?>", "", what).strip()) for when, what in items]
    return found


def test_a_month_has_whole_weeks_and_tells_who_may_know(scene, login):
    (booking,) = scene.make.all(select(Booking))
    html = scene.client("ada", login).get(f"/board/month?from=2027-02-20&facility={HALL}").text
    assert "<h1>February 2027</h1>" in html
    shown = days(html)
    assert (min(shown), max(shown), len(shown)) == ("2027-02-01", "2027-02-28", 28)
    first = booking.starts_at.date().isoformat()
    ours = "Ada Robotics · Strip &lt;b&gt;&amp;; &#34;x&#34;"
    assert ours in [what for _, what in shown[first][1]]
    assert TITLE not in html
    bo = scene.client("bo", login)
    foreign = bo.get(f"/board/month?from=2027-02-01&facility={HALL}").text
    assert "Strip" not in foreign
    assert "Firm" in [what for _, what in days(foreign)[first][1]]
    everywhere = bo.get("/board/month?from=2027-02-01").text
    assert {what for _, on in days(everywhere).values() for what in on} == set()
    odd = scene.client("ada", login).get("/board/month?from=never&facility=no-such").text
    assert "<h1>November 2026</h1>" in odd
    assert days(odd)["2026-10-26"][0] == "out"


def test_one_stay_goes_into_a_calendar(scene, client, login):
    (booking,) = scene.make.all(select(Booking))
    ada, path = scene.client("ada", login), f"/pilots/PLL-2026-0001/stays/{booking.id}.ics"
    answer = ada.get(path)
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=PLL-2026-0001-{booking.id}.ics"
    )
    calendar = icalendar.Calendar.from_ical(answer.data)
    (event,) = calendar.walk("VEVENT")
    assert (str(calendar["METHOD"]), str(event["UID"])) == ("PUBLISH", booking.uid)
    assert (event.start, event.end) == (booking.starts_at, booking.ends_at)
    assert str(event["SUMMARY"]) == f"Ada Robotics: {TITLE}"
    bo, nobody = scene.client("bo", login), client.get(path)
    assert nobody.location == f"/login?next={path}"
    missing = "/pilots/PLL-2026-0001/stays/999.ics"
    assert [
        ada.get(missing).status_code,
        bo.get(path).status_code,
        bo.get(missing).status_code,
    ] == [
        404,
        404,
        404,
    ]
    page = ada.get("/pilots/PLL-2026-0001").text
    assert f'href="{path}"' in page
    start, end = (
        f"{t.astimezone(UTC):%Y%m%dT%H%M%SZ}" for t in (booking.starts_at, booking.ends_at)
    )
    google, outlook = (
        parse_qs(urlsplit(found.replace("&amp;", "&")).query)
        for found in re.findall(r'href="(https://(?:calendar|outlook)[^"]*)"', page)
    )
    assert (google["text"], google["dates"]) == ([TITLE], [f"{start}/{end}"])
    assert (outlook["subject"], outlook["startdt"]) == (
        [TITLE],
        [f"{booking.starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"],
    )
