"""Watched searches: one mail for time that was not free before, and none for anything else."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from livinglab.db.tables import Facility, Membership, Outbox, SavedView, User
from livinglab.services import blocks, jobs, saved, watches
from livinglab.services.availability import Finder
from livinglab.services.jobs import HOUR, JOBS, Job
from livinglab.services.work import begin_work
from tests.casework import MONDAY, WEEK, at, days, stay

BENCH, REMOTE = "fac-03-vision-bench", "fac-03-gpu-workspace-remote"
THREE_DAYS = {
    "facility": ["fac-03"],
    "days": ["3"],
    "free_from": [f"{WEEK[0]}"],
    "free_to": [f"{WEEK[1]}"],
}
JOB = next(job for job in JOBS if job.name == "tell-watchers")


@pytest.fixture
def full(house):
    """A lab in which nothing of that week is free; the reference of the stay on its bench."""
    house.place()
    house.block(REMOTE, at(MONDAY, 0), at(MONDAY + timedelta(days=7), 0))
    ref = house.sent("rival", resource=BENCH, days=5)
    house.approve(ref, "manager.fac-03", stay(BENCH, *WEEK))
    return ref


def watch(house, query=THREE_DAYS, name="Three days at the bench", who="firm"):
    with Session(house.engine) as session:
        finder = Finder.read(house.world, session, house.clock())
    with house.work(who) as work:
        return saved.save(work, "catalogue", name, query, watch_from=finder).id


def look(house, job=JOB):
    """The job as the scheduler runs it; whether it ran."""
    with Session(house.engine) as session:
        return jobs.run(session, house.world, job, house.clock())


def cancel(house, ref):
    house.act(ref, "cancel", "coordinator", note="The robot is not ready.")


def mails(house):
    with Session(house.engine) as session:
        found = select(Outbox).where(Outbox.intent.startswith("watch:")).order_by(Outbox.id)
        return session.scalars(found).all()


def set_row(house, table, condition, **values):
    with house.engine.begin() as connection:
        connection.execute(update(table).where(condition).values(**values))


@pytest.mark.both_engines
def test_a_cancelled_stay_that_frees_three_days_is_told_once(house, full, clock):
    view = watch(house)
    look(house)
    assert mails(house) == []
    cancel(house, full)
    clock.now += HOUR
    assert [look(house), look(house)] == [True, False]
    clock.now += HOUR
    assert look(house) is True
    [mail] = mails(house)
    assert mail.intent == f"watch:{view}:2026-11-24T09Z"
    assert (mail.recipient, mail.language, mail.pilot_id) == ("firm@lab.example", "en", None)
    assert mail.subject == (
        "Free for 3 days: Machine vision and edge-AI lab (example), Mon 11 – Wed 13 Jan 2027"
    )
    assert mail.body == (
        "Hello firm,\n"
        "\n"
        "Time is free that was not free before.\n"
        "You watch this search: Three days at the bench\n"
        "\n"
        "Vision bench, Machine vision and edge-AI lab (example):"
        " Mon 11 – Wed 13 Jan 2027, 08:00–17:00 (Helsinki)\n"
        "http://lab.example/facilities/fac-03?from=2027-01-11&days=3#ask\n"
        "\n"
        "Nothing is held for you until you ask for it.\n"
        "To change this search, or to stop these mails:\n"
        "http://lab.example/saved\n"
        "\n"
        "Living Lab Pori\n"
    )


@pytest.mark.both_engines
def test_a_crash_after_writing_leaves_no_mail_and_the_next_look_sends_one(house, full):
    watch(house)
    cancel(house, full)

    def crashing(*where):
        for write in watches.looks(*where):
            yield lambda work, write=write: crash(work, write)

    def crash(work, write):
        write(work)
        work.session.flush()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        look(house, Job(JOB.name, HOUR, JOB.most, JOB.rows, looks=crashing))
    assert mails(house) == []
    assert look(house) is True
    assert len(mails(house)) == 1


def test_time_that_is_free_when_the_watch_begins_is_no_news(house, clock):
    house.place()
    watch(house)
    for _ in range(2):
        clock.now += HOUR
        look(house)
    assert mails(house) == []


def test_time_that_is_taken_and_freed_again_is_news_again(house, clock):
    house.place()
    watch(house)
    block = house.block(BENCH, at(MONDAY, 0), at(MONDAY + timedelta(days=7), 0))
    house.block(REMOTE, at(MONDAY, 0), at(MONDAY + timedelta(days=7), 0))
    for expected in (0, 1):
        clock.now += HOUR
        look(house)
        assert len(mails(house)) == expected
        if not expected:
            with house.work("admin") as work:
                blocks.remove(work, block)


def test_an_earlier_time_is_news_and_a_later_one_is_not(house, clock):
    house.place()
    house.block(REMOTE, at(MONDAY, 0), at(MONDAY + timedelta(days=7), 0))
    monday, friday = (
        house.block(BENCH, at(day, 0), at(day + timedelta(days=1), 0)) for day in days(0, 4)
    )
    watch(house)
    for block, expected in ((friday, 0), (monday, 1)):
        with house.work("admin") as work:
            blocks.remove(work, block)
        clock.now += HOUR
        look(house)
        assert len(mails(house)) == expected


def test_a_place_taken_from_the_catalogue_is_never_told(house, full):
    watch(house)
    watch(house, {"days": ["3"], "free_from": [f"{WEEK[0]}"], "free_to": [f"{WEEK[1]}"]}, "All")
    set_row(house, Facility, Facility.slug == "fac-03", published=False, version=2)
    cancel(house, full)
    look(house)
    assert mails(house) == []


def test_people_who_left_are_not_written_to(house, full):
    watch(house)
    watch(house, who="rival")
    set_row(house, User, User.email == "firm@lab.example", active=False)
    with house.engine.begin() as connection:
        rival = house.who("rival").user_id
        connection.execute(delete(Membership).where(Membership.user_id == rival))
    cancel(house, full)
    look(house)
    assert mails(house) == []


def test_an_unwatched_search_is_silent(house, full):
    view = watch(house)
    with house.work("firm") as work:
        saved.unwatch(work, view)
    cancel(house, full)
    look(house)
    assert mails(house) == []


def test_a_search_over_all_places_names_each_that_got_free(house, full, clock, monkeypatch):
    house.place("fac-06")
    week = {"days": ["1"], "free_from": [f"{WEEK[0]}"], "free_to": [f"{WEEK[1]}"]}
    held = [
        house.block(resource, at(MONDAY, 0), at(MONDAY + timedelta(days=7), 0))
        for resource in ("fac-06-bridge-simulator", "fac-06-remote-operations-room")
    ]
    set_row(house, User, User.email == "firm@lab.example", timezone="Asia/Tokyo", language="sv")
    watch(house, week)
    cancel(house, full)
    with house.work("admin") as work:
        blocks.remove(work, held[0])
    monkeypatch.setattr(watches, "LISTED", 1)
    look(house)
    [mail] = mails(house)
    assert mail.language == "sv"
    assert "(Helsinki)\n    = " in mail.body
    assert "(Tokyo)\nhttp://lab.example/facilities/fac-0" in mail.body
    more = "http://lab.example/facilities?days=1&free_from=2027-01-11&free_to=2027-01-15"
    assert f":\n{more}\n" in mail.body


@pytest.mark.both_engines
def test_two_looks_at_the_same_moment_write_one_mail(house, full):
    watch(house)
    cancel(house, full)
    with Session(house.engine) as session:
        now = house.clock()
        both = [list(watches.looks(session, house.world, now)) for _ in range(2)]
        for [write] in both:
            with begin_work(session, house.world, now=now) as work:
                write(work)
    assert len(mails(house)) == 1


@pytest.mark.both_engines
def test_others_write_while_it_searches(house, full):
    watch(house)
    watch(house, {**THREE_DAYS, "days": ["2"]}, "Two days")
    cancel(house, full)
    with Session(house.engine) as session:
        looks = watches.looks(session, house.world, house.clock())
        next(looks)
        house.block(BENCH, at(MONDAY, 0), at(MONDAY + timedelta(days=7), 0))
        assert len(list(looks)) == 1


@pytest.mark.both_engines
def test_a_search_changed_while_it_was_looked_at_is_left_for_the_next_look(house, full):
    view = watch(house)
    cancel(house, full)
    with Session(house.engine) as session:
        [write] = watches.looks(session, house.world, house.clock())
        set_row(house, SavedView, SavedView.id == view, query={**THREE_DAYS, "days": ["2"]})
        with begin_work(session, house.world, now=house.clock()) as work:
            write(work)
    assert mails(house) == []


def test_what_is_told_follows_every_look(house, full):
    view = watch(house)
    told = select(SavedView.told).where(SavedView.id == view)
    with Session(house.engine) as session:
        assert session.scalar(told) == {}
    cancel(house, full)
    look(house)
    with Session(house.engine) as session:
        assert session.scalar(told) == {"fac-03": "2027-01-11T06:00:00+00:00"}
