"""Free and busy times for everybody, where the host of the facility says so."""

from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import select

from livinglab.db.tables import Booking
from livinglab.domain.pilot import Action
from livinglab.domain.profile import facility_to_json
from livinglab.services import blocks, editing
from livinglab.services.blocks import BlockInput
from tests.web.pages.scene import HALL, Scene

PATH = f"/facilities/{HALL}.ifb"


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


def _open(scene, *, told):
    """The manager says whether everybody reads the times; the version that made."""
    with scene.work("manager") as work:
        place = work.world.places(work.session).facilities[HALL]
        document = facility_to_json(place.facility) | {"free_busy_public": told}
        return editing.change(work, HALL, document, place.version).free_busy_public


@pytest.mark.both_engines
def test_taken_and_closed_times_are_told_where_the_host_says_so(scene, client):
    scene.act("manager", scene.request(title="Secret strip"), Action.APPROVE)
    nothing = client.get("/facilities/no-such-hall.ifb")
    hidden = client.get(PATH)
    assert (hidden.status_code, nothing.status_code) == (404, 404)
    assert _open(scene, told=True) is True
    answer = client.get(PATH)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    assert f'href="{PATH}"' in client.get(f"/facilities/{HALL}").text
    assert "Set-Cookie" not in answer.headers
    calendar = icalendar.Calendar.from_ical(answer.data)
    places = {str(part["COMMENT"]): part for part in calendar.walk("VFREEBUSY")}
    with scene.work("manager") as work:
        place = work.world.places(work.session)
        items = place.bookable(HALL)
        assert list(places) == [item.resource.name.en for item in items]
        (held,) = {(b.starts_at, b.ends_at) for b in work.session.scalars(select(Booking))}
    busy = [(p.start, p.end) for part in places.values() for p in _periods(part)]
    assert busy == [held]
    for word in ("Secret", "Ada", "PLL-"):
        assert word not in answer.text
    again = client.get(PATH, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    start = scene.clock.now + timedelta(days=20)
    with scene.work("manager") as work:
        given = BlockInput(
            (items[0].slug,), "maintenance", start, start + timedelta(hours=2), {"en": "Crane"}
        )
        blocks.add(work, given)
    closed = client.get(PATH, headers={"If-None-Match": answer.headers["ETag"]})
    assert "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:" in closed.text
    assert "Crane" not in closed.text
    assert _open(scene, told=False) is False
    assert client.get(PATH).status_code == 404
    with scene.work("manager") as work:
        version = work.world.places(work.session).facilities[HALL].version
        assert editing.undo(work, HALL, version).free_busy_public is True
    assert client.get(PATH).status_code == 200


def _periods(part):
    found = part.get("FREEBUSY", [])
    return found if isinstance(found, list) else [found]
