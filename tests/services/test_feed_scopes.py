"""What a feed is narrowed to: a site, a role, a company, one's own stays, states, resources."""

import re
from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from livinglab.db.tables import Facility, Feed, Membership, Site
from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.domain.feed import FeedWish
from livinglab.services import feeds
from livinglab.services.accounts import make_feed
from tests.casework import MONDAY, days, stay

BENCH, REMOTE, CELL = "fac-03-vision-bench", "fac-03-gpu-workspace-remote", "fac-01-cell-a"
OURS, THEIRS, OPEN = "Firm: Ours", "Rival: Theirs", "[Awaiting approval] Rival: Open"


def wished(house, who, /, **wish):
    """The token of a new feed."""
    with house.work(who) as work:
        return make_feed(work, f"{who}@lab.example", wish=FeedWish(**wish))


def read(house, token):
    """The validator and the calendar."""
    with Session(house.engine) as session:
        found = feeds.open_feed(session, house.world, token, house.clock())
        text = feeds.calendar(session, house.world, found, "http://lab.example/feeds/x.ics")
        return found.etag, icalendar.Calendar.from_ical(text)


def titles(house, token):
    return [str(event["SUMMARY"]) for event in read(house, token)[1].walk("VEVENT")]


def shown(house, who, /, **wish):
    return titles(house, wished(house, who, **wish))


def stand(house, slug, name):
    """Let a facility stand on the site that its description names."""
    facility = house.facilities[f"fac-{slug[-2:]}"]
    facility.site = Site(slug=slug, host=house.host, name=name)
    house.make.session.commit()


@pytest.fixture
def booked(house):
    """The firm at the bench, its rival at the cell, and again at the bench, under review."""
    house.place("fac-03")
    house.place("fac-01")
    stand(house, "site-03", "Example University Centre")
    house.person("helper", house.firms["firm"])
    ours = house.sent("firm", resource=BENCH, days=1, title="Ours")
    theirs = house.sent("rival", resource=CELL, days=1, title="Theirs", article={"noise_dba": 92})
    open_one = house.sent(
        "rival", resource=BENCH, days=1, title="Open", article={"people_in_view": True}
    )
    house.approve(ours, "manager.fac-03", stay(BENCH, MONDAY))
    house.approve(theirs, "manager.fac-01", stay(CELL, days(1)[0]))
    house.approve(open_one, "manager.fac-03", stay(BENCH, days(2)[0]))
    return ours, theirs, open_one


@pytest.mark.both_engines
def test_each_scope_shows_its_part_of_what_the_person_sees(house, booked):
    everything = [OURS, THEIRS, OPEN]
    assert shown(house, "coordinator") == everything
    assert shown(house, "coordinator", scope="site", site="site-03") == [OURS, OPEN]
    assert shown(house, "rival", scope="site", site="site-03") == [OPEN]
    assert shown(house, "coordinator", scope="company", company="rival") == [THEIRS, OPEN]
    assert shown(house, "manager.fac-03", scope="company", company="rival") == [OPEN]
    assert shown(house, "firm", scope="company", company="firm") == [OURS]
    assert shown(house, "data_protection", scope="role", role="data_protection") == [OPEN]
    managing = {"scope": "role", "role": "facility_manager"}
    assert shown(house, "manager.fac-01", **managing) == [THEIRS]
    # Their own: what they asked for, or have a gate of.
    assert (shown(house, "firm", mine=True), shown(house, "helper", mine=True)) == ([OURS], [])
    assert (shown(house, "helper"), shown(house, "staff", mine=True)) == ([OURS], [])
    assert shown(house, "manager.fac-03", mine=True) == [OURS, OPEN]


@pytest.mark.both_engines
def test_states_spaces_and_what_was_called_off_narrow_it_further(house, booked):
    assert shown(house, "coordinator", states=("firm",)) == [OURS, THEIRS]
    assert shown(house, "coordinator", states=("tentative",)) == [OPEN]
    assert shown(house, "coordinator", states=("firm", "tentative")) == [OURS, THEIRS, OPEN]
    assert shown(house, "coordinator", resources=(CELL, REMOTE)) == [THEIRS]
    keeping, dropping = (wished(house, "rival", states=(*s, "firm")) for s in ((), ("tentative",)))
    without = wished(house, "rival", cancelled=False)
    house.act(booked[1], "cancel", "rival", note="Late.")
    off = "[Cancelled] Rival: Theirs"
    assert (titles(house, keeping), titles(house, dropping)) == ([off], [off, OPEN])
    assert titles(house, without) == [OPEN]
    house.clock.now += timedelta(days=31)
    assert titles(house, keeping) == []


def test_a_feed_has_a_name_a_language_and_the_colour_of_its_place(house, booked):
    token = wished(house, "coordinator", scope="facility", facility="fac-03", language="fi")
    _, calendar = read(house, token)
    assert calendar["NAME"].startswith("Living Lab – Konenäkö")
    assert "Odottaa" in titles(house, token)[1]
    colours = {str(event["COLOR"]) for event in calendar.walk("VEVENT")}
    assert colours == {str(calendar["COLOR"])}
    assert "ATTENDEE" not in calendar.to_ical().decode()
    assert {str(e["ORGANIZER"]) for e in calendar.walk("VEVENT")} == {"mailto:desk@lab.example"}
    own = wished(house, "coordinator", name="Hall of ours", scope="site", site="site-03")
    assert str(read(house, own)[1]["NAME"]) == "Hall of ours"
    names = [
        str(read(house, wished(house, "coordinator", **wish))[1]["NAME"])
        for wish in (
            {"scope": "site", "site": "site-03"},
            {"scope": "company", "company": "rival"},
            {"scope": "role", "role": "coordinator", "language": "sv"},
        )
    ]
    assert names == [
        "Living Lab – Example University Centre",
        "Living Lab – Rival",
        "Living Lab – Samordnare",
    ]


def test_rights_count_when_it_is_read_and_move_the_validator(house, booked):
    managing = wished(house, "manager.fac-01", scope="role", role="facility_manager")
    of_site = wished(house, "coordinator", scope="site", site="site-03")
    before = read(house, managing)[0], read(house, of_site)[0]
    with house.engine.begin() as connection:
        mine = Membership.user_id == house.who("manager.fac-01").user_id
        connection.execute(update(Membership).where(mine).values(role="safety_owner"))
        connection.execute(update(Site).values(name="Another name"))
    assert titles(house, managing) == []
    after = read(house, managing)[0], read(house, of_site)[0]
    assert all(one != other for one, other in zip(before, after, strict=True))
    with house.engine.begin() as connection:
        connection.execute(update(Facility).values(site_id=None))
    assert titles(house, of_site) == []


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"scope": "town"}, "scope"),
        ({"scope": "site"}, "site"),
        ({"facility": "fac-03"}, "facility"),
        ({"scope": "role", "role": "ethics"}, "role"),
        ({"scope": "role", "role": "admin"}, "role"),
        ({"states": ("released",)}, "states"),
        ({"language": "de"}, "language"),
        ({"detail": "all"}, "detail"),
        ({"name": "a\nb"}, "name"),
        ({"resources": ("x",) * 201}, "resources"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(house, wish, field):
    house.place()
    with pytest.raises(InvalidInput) as refusal:
        wished(house, "coordinator", **wish)
    assert [problem.field for problem in refusal.value.problems] == [field]


@pytest.mark.parametrize(
    "wish",
    [
        {"scope": "facility", "facility": "fac-06"},
        {"scope": "site", "site": "site-06"},
        {"scope": "company", "company": "rival"},
        {"resources": ("fac-06-bridge-simulator",)},
    ],
)
def test_what_is_not_there_for_the_person_is_not_found(house, wish):
    """A draft of another host, and a firm of whom the person sees nothing."""
    house.place()
    hidden = house.place("fac-06")
    stand(house, "site-06", "Example Maritime Campus")
    house.make.session.execute(
        update(Facility).where(Facility.id == hidden.id).values(published=False, version=2)
    )
    house.make.session.commit()
    house.sent("rival", resource=BENCH, days=1)
    missing = {
        key: tuple(re.sub(r".*", "no-such", one, count=1) for one in value)
        if key == "resources"
        else value
        if key == "scope"
        else "no-such"
        for key, value in wish.items()
    }
    told = []
    for asked in (wish, missing):
        with pytest.raises(NotFound) as refusal:
            wished(house, "firm", **asked)
        told.append(refusal.value.message.template)
    assert told[0] == told[1]
    with house.engine.connect() as connection:
        assert connection.execute(Feed.__table__.select()).all() == []
