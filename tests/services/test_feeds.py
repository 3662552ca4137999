"""Feeds: who reads what under a secret address, and validators that need no booking."""

from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise

import icalendar
import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from livinglab.db.tables import Audit, Feed, Membership, User
from livinglab.domain.errors import NotFound
from livinglab.services import feeds
from livinglab.services.accounts import make_feed
from tests.casework import MONDAY, at, days, stay, window

BENCH = "fac-03-vision-bench"
CELL = "fac-01-cell-a"
URL = "http://lab.example/feeds/x.ics"


def feed(house, name, facility=None, detail="full"):
    """The token of a new feed."""
    with house.work(name) as work:
        return make_feed(work, f"{name}@lab.example", facility, detail)


def opened(house, token):
    with Session(house.engine) as session:
        return feeds.open_feed(session, house.world, token, house.clock())


def read(house, token):
    """The feed's octets."""
    with Session(house.engine) as session:
        found = feeds.open_feed(session, house.world, token, house.clock())
        return feeds.calendar(session, house.world, found, URL)


def entries(house, token):
    """(summary, status) of each event, in order."""
    calendar = icalendar.Calendar.from_ical(read(house, token))
    return [(str(e["SUMMARY"]), str(e["STATUS"])) for e in calendar.walk("VEVENT")]


@contextmanager
def statements(house):
    """What is sent to the database meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(house.engine, "before_cursor_execute", note)
    yield sent
    event.remove(house.engine, "before_cursor_execute", note)


@pytest.fixture
def booked(house):
    """The firm at the bench on Monday, its rival at the cell on Tuesday, and under review."""
    house.place("fac-03")
    house.place("fac-01")
    ours = house.sent("firm", resource=BENCH, days=1, title="Ours")
    theirs = house.sent("rival", resource=CELL, days=1, title="Theirs", article={"noise_dba": 92})
    open_one = house.sent(
        "rival", resource=BENCH, days=1, title="Open", article={"people_in_view": True}
    )
    house.approve(ours, "manager.fac-03", stay(BENCH, MONDAY))
    house.approve(theirs, "manager.fac-01", stay(CELL, days(1)[0]))
    house.approve(open_one, "manager.fac-03", stay(BENCH, days(2)[0]))
    return ours, theirs, open_one


# --- Who reads what -------------------------------------------------------------------------------


OURS = ("Firm: Ours", "CONFIRMED")
THEIRS = ("Rival: Theirs", "CONFIRMED")
OPEN = ("[Awaiting approval] Rival: Open", "TENTATIVE")


@pytest.mark.both_engines
def test_everybody_reads_what_they_may_see(house, booked):
    people = ("firm", "rival", "manager.fac-03", "manager.fac-01", "staff", "data_protection")
    assert {name: entries(house, feed(house, name)) for name in people} == {
        "firm": [OURS],
        "rival": [THEIRS, OPEN],
        "manager.fac-03": [OURS, OPEN],
        "manager.fac-01": [THEIRS],
        "staff": [OURS, THEIRS, OPEN],
        "data_protection": [OPEN],
    }


def test_a_feed_may_be_of_one_place(house, booked):
    assert entries(house, feed(house, "coordinator", "fac-03")) == [OURS, OPEN]
    assert entries(house, feed(house, "rival", "fac-01")) == [THEIRS]
    assert entries(house, feed(house, "firm", "fac-01")) == []
    assert b"X-WR-CALNAME:Living Lab \xe2\x80\x93 Machine vision" in read(
        house, feed(house, "coordinator", "fac-03")
    ).replace(b"\r\n ", b"")


def test_a_feed_tells_as_much_as_it_was_made_for(house, booked):
    assert entries(house, feed(house, "firm", detail="title")) == [("Ours", "CONFIRMED")]
    assert entries(house, feed(house, "firm", detail="busy")) == [("Reserved", "CONFIRMED")]
    assert b"Ours" not in read(house, feed(house, "firm", detail="busy"))


def test_a_feed_speaks_its_owners_language(house, booked):
    token = feed(house, "firm", detail="busy")
    with house.engine.begin() as connection:
        connection.execute(update(User).values(language="fi"))
    assert entries(house, token) == [("Varattu", "CONFIRMED")]


def test_what_was_called_off_is_told_for_a_month(house, booked, clock):
    token = feed(house, "firm")
    house.act(booked[0], "cancel", "firm", note="Late.")
    assert entries(house, token) == [("[Cancelled] Firm: Ours", "CANCELLED")]
    clock.now += timedelta(days=29)
    assert len(entries(house, token)) == 1
    clock.now += timedelta(days=2)
    assert entries(house, token) == []


def test_what_has_ended_stays_for_a_month(house, booked, clock):
    token = feed(house, "firm")
    clock.now = at(MONDAY, 12) + timedelta(days=30)
    assert entries(house, token) == [OURS]
    clock.now += timedelta(days=1)
    assert entries(house, token) == []


def test_what_is_booked_at_a_hidden_resource_still_takes_place(house, booked):
    token = feed(house, "firm")
    house.make.session.execute(
        update(feeds.queries.Resource)
        .where(feeds.queries.Resource.slug == BENCH)
        .values(bookable=False)
    )
    house.make.session.commit()
    assert entries(house, token) == [OURS]


@pytest.mark.both_engines
def test_free_busy_has_the_held_times_alone(house, booked):
    token = feed(house, "rival")
    house.act(booked[2], "reject", "data_protection", note="No.")
    with Session(house.engine) as session:
        found = feeds.open_feed(session, house.world, token, house.clock())
        text = feeds.free_busy(session, house.world, found, URL)
    (busy,) = icalendar.Calendar.from_ical(text).walk("VFREEBUSY")
    tuesday = days(1)[0]
    assert [(p.start, p.end) for p in [busy["FREEBUSY"]]] == [(at(tuesday, 8), at(tuesday, 18))]
    assert b"Theirs" not in text


# --- Doors ----------------------------------------------------------------------------------------


def test_only_a_living_feed_of_an_active_person_opens(house):
    house.place()
    good, revoked, gone, left = (feed(house, name) for name in ("firm", "firm", "rival", "staff"))
    with house.work("firm") as work:
        (first, second) = work.session.scalars(
            select(Feed).where(Feed.user_id == house.who("firm").user_id).order_by(Feed.id)
        )
        feeds.revoke(work, second.id)
        good_id = first.id
    with house.engine.begin() as connection:
        people = house.who("rival").user_id, house.who("staff").user_id
        connection.execute(update(User).where(User.id == people[0]).values(active=False))
        connection.execute(Membership.__table__.delete().where(Membership.user_id == people[1]))
    for token in (revoked, gone, left, "", "x", good + "x"):
        with pytest.raises(NotFound):
            opened(house, token)
    assert opened(house, good).feed.id == good_id


def test_a_feed_is_revoked_by_its_owner_once(house):
    feed(house, "firm")
    with house.engine.connect() as connection:
        key = connection.scalar(select(Feed.id))
    for name in ("rival", "admin", None):
        with pytest.raises(NotFound), house.work(name) as work:
            feeds.revoke(work, key)
    with house.work("firm") as work:
        feeds.revoke(work, key)
    with pytest.raises(NotFound), house.work("firm") as work:
        feeds.revoke(work, key)
    with Session(house.engine) as session:
        assert session.scalars(select(Audit.action)).all() == ["create", "revoke"]


# --- Validators -----------------------------------------------------------------------------------


@pytest.mark.both_engines
@pytest.mark.parametrize("name", ["firm", "coordinator", "data_protection"])
def test_unchanged_is_known_without_a_booking(house, booked, name):
    token = feed(house, name)
    with statements(house) as sent:
        opened(house, token)
    assert len(sent) == 4
    assert not any("booking" in statement or "pilot" in statement for statement in sent)


def test_a_feed_is_read_by_as_many_statements_however_full(house, booked):
    token = feed(house, "staff")
    read(house, token)
    with statements(house) as few:
        read(house, token)
    for number in (3, 4):
        ref = house.sent(resource=BENCH, days=1)
        house.approve(ref, "manager.fac-03", stay(BENCH, days(number)[0]))
    with statements(house) as more:
        read(house, token)
    assert len(few) == len(more)


@pytest.mark.both_engines
def test_the_validator_changes_with_the_content_and_only_then(house, booked, clock):
    token, other = feed(house, "firm"), feed(house, "rival")
    tags = [opened(house, token).etag]
    assert opened(house, token).etag == tags[0]
    others = opened(house, other).etag
    clock.now += timedelta(minutes=5)
    house.act(booked[0], "reschedule", "manager.fac-03", stay(BENCH, days(4)[0]))
    tags.append(opened(house, token).etag)
    assert opened(house, token).changed_at == clock.now
    clock.now += timedelta(days=1)
    tags.append(opened(house, token).etag)
    with house.engine.begin() as connection:
        connection.execute(update(User).values(language="sv"))
    tags.append(opened(house, token).etag)
    with house.engine.begin() as connection:
        connection.execute(update(Feed).values(detail="busy"))
    tags.append(opened(house, token).etag)
    assert len(set(tags)) == len(tags)
    assert others not in tags


@pytest.mark.both_engines
def test_a_hosts_validator_changes_with_pilots_that_concern_them_and_no_others(house):
    """Wherever such a pilot holds time, until it no longer concerns them."""
    for place in ("fac-03", "fac-01", "fac-06"):
        house.place(place)
    tokens = [feed(house, f"manager.{place}") for place in house.facilities]
    tokens.append(feed(house, "manager.fac-01", "fac-03"))
    told = []

    def tell():
        told.append([(opened(house, token).etag, read(house, token)) for token in tokens])

    wish = {"windows": [window(MONDAY)], "days": 1}
    tell()
    ref = house.sent(periods=[wish | {"resource": name} for name in (BENCH, CELL)])
    house.approve(ref, "manager.fac-03")
    tell()
    house.act(ref, "reject", "manager.fac-01", note="No room for it.")
    house.act(ref, "submit", "firm", without_declined=True)
    tell()
    shown = [[b"VEVENT" in text for _, text in now] for now in told]
    assert shown == [[False] * 4, [True, True, False, True], [True, False, False, False]]
    steps = [
        [one[0] != other[0] for one, other in zip(*pair, strict=True)] for pair in pairwise(told)
    ]
    assert steps == [[True, True, False, True]] * 2


@pytest.mark.both_engines
def test_a_gate_that_shows_a_pilot_to_somebody_changes_their_validator(house):
    """The data protection contact sees the cancelled time once the case needs them."""
    house.place("fac-03")
    token = feed(house, "data_protection")
    ref = house.sent(resource=BENCH, days=1)
    house.act(ref, "offer", "manager.fac-03", stay(BENCH, MONDAY))
    house.act(ref, "accept", "firm")
    house.act(ref, "request-info", "manager.fac-03", note="People?")
    house.change(ref, test_article={"name": "Inspector", "people_in_view": True})
    before = opened(house, token).etag, read(house, token)
    house.act(ref, "submit", "firm")
    after = opened(house, token).etag, read(house, token)
    assert before[1] != after[1]
    assert before[0] != after[0]
