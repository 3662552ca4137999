"""What changed in a calendar is told once, to those it concerns, and to nobody else."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from livinglab.db.queries import feeds
from livinglab.db.tables import CalendarChange, Membership, User
from livinglab.domain.calendar_query import CalendarQuery
from livinglab.domain.errors import NotFound
from livinglab.domain.pilot import Action
from livinglab.services import accounts, actions, caldav, calendar_changes, undoing
from livinglab.services.moves import Command
from livinglab.services.retention_steps import STEPS
from tests.casework import MONDAY, days, stay
from tests.keeping import change

BENCH = "fac-03-vision-bench"
CELL = "fac-01-cell-a"


class Devices:
    """Programs that each keep what they have read of one calendar."""

    def __init__(self, house):
        self.house, self.kept, self.tokens = house, {}, {}

    def read(self, key):
        """What the calendar of `person` or `person@facility` tells now: there, gone, or stale."""
        name, _, slug = key.partition("@")
        house = self.house
        with Session(house.engine) as session:
            now = house.clock()
            who = accounts.principal_for(session, house.people[name].user_id, on=now.date())
            calendar = caldav.calendar_named(
                session, house.world, who, caldav.AT + slug if slug else caldav.ALL
            )
            reader = caldav.Reader(session, who, calendar, house.world.today(now))
            try:
                changes = reader.changes(self.tokens.get(key, ""))
            except caldav.StaleToken:
                return "stale"
            whole = {one.uid: one.event for one in reader.objects(CalendarQuery())}
            fed, busy = self._told_elsewhere(session, reader)
        self.tokens[key] = changes.token
        kept = self.kept.setdefault(key, {})
        kept |= {one.uid: one.event for one in changes.there}
        for uid in changes.gone:
            kept.pop(uid, None)
        assert kept == whole, key  # whoever only follows the changes has what is there
        assert sorted(whole.values()) == sorted(fed)
        assert busy == any("STATUS:CANCELLED" not in event for event in fed)
        return len(changes.there), len(changes.gone)

    def _told_elsewhere(self, session, reader):
        """The events of the feed with the same scope, and whether any time is taken."""
        since, until = caldav.window(reader.today)
        place, who = reader.calendar.place, reader.who
        fed = feeds.event_texts(
            session,
            who,
            facility_id=None if place is None else place.id,
            detail="full",
            language=who.language,
            since=since,
            until=until,
        )
        return fed, "\nFREEBUSY" in reader.free_busy(since, until, self.house.clock())

    def forget(self, key):
        """Begin again, as a program does whose token is stale."""
        self.tokens.pop(key, None)
        self.kept.pop(key, None)


def decide(house, ref, *action, **command):
    """A decision of the manager that can be taken back; without an action it is."""
    version = house.read(ref).version
    with house.work("manager.fac-03") as work:
        if action:
            undoing.decide(work, ref, Action(*action), Command(version, **command))
        else:
            undoing.take_back(work, ref, version)


@pytest.fixture
def devices(house):
    house.place("fac-03", hold_on_submit=True)
    house.place("fac-01")
    house.place("fac-06")
    return Devices(house)


KEYS = (
    *("firm", "rival", "coordinator", "staff"),
    *("manager.fac-03", "manager.fac-01", "manager.fac-06"),
    *("manager.fac-03@fac-03", "manager.fac-01@fac-01", "coordinator@fac-03", "coordinator@fac-01"),
)
NOTHING, ONE = (0, 0), (1, 0)


def told(devices, keys=KEYS):
    """What each calendar tells that has anything to tell."""
    found = {key: devices.read(key) for key in keys}
    return {key: counts for key, counts in found.items() if counts != NOTHING}


@pytest.fixture
def after(house, devices, clock):
    """What every calendar tells after something was done, and that it tells it once."""

    def done(do, *given, **further):
        clock.now += timedelta(seconds=1)
        do(*given, **further)
        first = told(devices)
        assert told(devices) == {}
        return first

    return done


@pytest.mark.both_engines
def test_each_change_is_told_once_to_those_it_concerns(house, devices, after):
    lab = dict.fromkeys(("firm", "coordinator", "staff", "manager.fac-03"), ONE)
    lab |= dict.fromkeys(("manager.fac-03@fac-03", "coordinator@fac-03"), ONE)
    told(devices)
    ref = house.draft(resource=BENCH, windows=[days(0, 4)], days=1)
    act = partial(after, house.act, ref, note="Noted.")
    assert after(house.act, ref, "submit", "firm") == lab
    assert after(decide, house, ref, "reject", note="Too heavy.") == lab
    assert after(decide, house, ref) == lab
    assert act("approve", "manager.fac-03", stay(BENCH, MONDAY)) == lab
    assert act("reschedule", "manager.fac-03", stay(BENCH, days(2)[0])) == lab
    assert after(change, house, name={"en": "Hall of sight", "fi": "Sali", "sv": "Sal"}) == lab
    assert after(change, house, version=2, note="More light.") == {}
    other = house.sent("rival", facility="fac-06", windows=[days(0, 4)], days=1)
    house.approve(other, "manager.fac-06")
    both = dict.fromkeys(("coordinator", "staff"), (2, 0))
    theirs = dict.fromkeys(("rival", "manager.fac-06"), ONE)
    assert act("cancel", "firm") == lab | both | theirs


@pytest.mark.both_engines
def test_a_stay_that_moves_to_another_facility_leaves_the_calendar_of_the_first(
    house, devices, after
):
    told(devices)
    ref = house.sent(facilities=["fac-03", "fac-01"], windows=[days(0, 4)], days=1)
    all_along = dict.fromkeys(("firm", "coordinator", "staff"), ONE)
    lab = ("manager.fac-03", "manager.fac-03@fac-03", "coordinator@fac-03")
    hall = ("manager.fac-01", "manager.fac-01@fac-01", "coordinator@fac-01")
    approved = after(house.approve, ref, "manager.fac-03", stay(BENCH, MONDAY))
    assert approved == all_along | dict.fromkeys(lab, ONE)
    moved = after(house.act, ref, "reschedule", "coordinator", stay(CELL, days(2)[0]))
    assert moved == all_along | dict.fromkeys(lab, (0, 1)) | dict.fromkeys(hall, ONE)


@pytest.mark.both_engines
def test_other_rights_begin_anew_and_tell_nothing_of_before(house, devices):
    """Rights that were lost, a language, another gate of a role: the token no longer counts."""
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    house.approve(ref, "manager.fac-03")
    keys = ("manager.fac-03", "data_protection", "coordinator")
    assert told(devices, keys) == dict.fromkeys(keys, ONE)
    with house.work() as work:
        mine = Membership.user_id == house.people["manager.fac-03"].user_id
        there = {"facility_id": house.facilities["fac-06"].id}
        work.session.execute(update(Membership).where(mine).values(there))
        swede = User.id == house.people["coordinator"].user_id
        work.session.execute(update(User).where(swede).values(language="sv"))
    house.act(ref, "withdraw", "firm")
    other = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    house.approve(other, "manager.fac-03")
    assert told(devices, keys) == dict.fromkeys(keys, "stale")
    for key in keys:
        devices.forget(key)
    assert told(devices, keys) == {"data_protection": (2, 0), "coordinator": (2, 0)}
    with pytest.raises(NotFound):
        devices.read("manager.fac-03@fac-03")


@pytest.mark.both_engines
def test_at_midnight_what_is_over_goes_and_what_comes_into_sight_is_told(house, devices, clock):
    ref = house.sent(resource=BENCH, windows=[(MONDAY,)], days=1)
    house.approve(ref, "manager.fac-03")
    (held,) = house.held(ref)
    gone = held.end + caldav.SHOWN_FOR
    for moment, counts in (
        (gone - timedelta(days=29), ONE),
        (gone - timedelta(days=2), NOTHING),
        (gone + timedelta(days=1), (0, 1)),
        (gone + timedelta(days=2), NOTHING),
    ):
        clock.now = moment
        assert devices.read("firm") == counts
    clock.now = held.start - caldav.AHEAD
    devices.forget("firm")
    assert devices.read("firm") == NOTHING
    clock.now += timedelta(days=1)
    assert devices.read("firm") == ONE


@pytest.mark.both_engines
def test_tokens_are_kept_for_a_month_and_no_others_count(house, devices, clock):
    house.approve(house.sent(resource=BENCH, days=1), "manager.fac-03")
    ref = house.sent(resource=BENCH, windows=[days(3, 4)], days=1)
    told(devices, ("firm", "rival"))
    token = devices.tokens["firm"]
    number, day, rights = token.removeprefix(caldav.TOKEN).split("-")
    forged = (
        *(f"{caldav.TOKEN}{int(number) + 1}-{day}-{rights}", devices.tokens["rival"]),
        *(f"{caldav.TOKEN}{number}-{int(day) + 1}-{rights}", f"{token}0", token.upper()),
        *(f"{caldav.TOKEN}{number}-0-{rights}", f"{caldav.TOKEN}{'9' * 30}-{day}-{rights}"),
        *(f"{caldav.TOKEN}-{number}-{day}-{rights}", "data:,1", "\u0661" * 9, "x" * 10_000),
    )
    for other in forged:
        devices.tokens["firm"] = other
        assert devices.read("firm") == "stale", other
    devices.tokens["firm"] = token
    clock.now += caldav.TOKENS_LAST
    house.approve(ref, "manager.fac-03")
    _throw_away(house)
    assert devices.read("firm") == ONE
    devices.tokens["firm"] = token
    clock.now += timedelta(days=1)
    assert devices.read("firm") == "stale"


def _throw_away(house):
    """What retention does with changes that nobody asks for any more."""
    with house.work() as work:
        gone = work.session.scalars(
            calendar_changes.old(work.session, work.world.keep, work.now)
        ).all()
        work.session.execute(delete(CalendarChange).where(CalendarChange.id.in_(gone)))
        return len(gone)


def test_changes_do_not_pile_up_and_quiet_calendars_keep_their_token(house, devices, clock):
    ref = house.sent(resource=BENCH, windows=[days(0, 4)], days=1)
    house.approve(ref, "manager.fac-03")
    for day in days(1, 2, 3):
        house.act(ref, "reschedule", "manager.fac-03", stay(BENCH, day))
    devices.read("firm")
    clock.now += calendar_changes.KEPT
    assert _throw_away(house) == 0
    clock.now += timedelta(seconds=1)
    assert _throw_away(house) == 4
    assert any(step.name == "changes of calendars" for step in STEPS)
    with house.work() as work:
        assert work.session.scalar(select(func.count()).select_from(CalendarChange)) == 1
    devices.forget("firm")
    devices.read("firm")
    number = devices.tokens["firm"].removeprefix(caldav.TOKEN).partition("-")[0]
    assert int(number) == 5


@pytest.mark.postgres
@pytest.mark.parametrize("engine_kind", ["postgres"], indirect=True)
def test_of_two_writers_the_first_to_commit_has_the_lower_number(house, devices):
    """Somebody who reads between the two commits is told of the second afterwards."""
    late = house.sent(resource=BENCH, days=1)
    early = house.sent("rival", resource=CELL, days=1)
    told(devices, ("coordinator",))
    with house.work("manager.fac-03") as work:
        version = house.read(late).version
        actions.perform(work, late, Action.APPROVE, Command(version, slots=(stay(BENCH, MONDAY),)))
        house.approve(early, "manager.fac-01", stay(CELL, MONDAY))
        assert devices.read("coordinator") == ONE
    assert devices.read("coordinator") == ONE
