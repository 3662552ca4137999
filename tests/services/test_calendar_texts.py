"""Stored event texts say what the bookings are, in three details and three languages."""

from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.adapters.texts import sentence
from livinglab.db.tables import Facility, Organisation
from livinglab.domain.messages import Message
from livinglab.services import calendar_texts
from livinglab.services.confidence import set_plan
from tests.casework import MONDAY, days, stay

BENCH = "fac-03-vision-bench"
CELL = "fac-01-cell-a"
DETAILS, LANGUAGES = ("full", "title", "busy"), ("en", "fi", "sv")
STATUS = {"tentative": "TENTATIVE", "firm": "CONFIRMED", "released": "CANCELLED"}
MARKS = {
    "tentative": "[Awaiting approval] %(text)s",
    "firm": "%(text)s",
    "released": "[Cancelled] %(text)s",
}


def event(text):
    return icalendar.Event.from_ical(text)


def as_stored(house, ref):
    """What each text says, by (detail, language), of the pilot's only visible booking."""
    return {
        (detail, language): {
            "uid": str(event(text)["UID"]),
            "sequence": int(event(text)["SEQUENCE"]),
            "status": str(event(text)["STATUS"]),
            "start": event(text).decoded("DTSTART"),
            "end": event(text).decoded("DTEND"),
            "stamp": event(text).decoded("DTSTAMP"),
            "summary": str(event(text)["SUMMARY"]),
            "location": str(event(text)["LOCATION"]),
            "description": str(event(text).get("DESCRIPTION", "")),
            "url": str(event(text).get("URL", "")),
        }
        for (_, detail, language), text in house.texts(ref).items()
    }


def as_wanted(house, ref):
    """The same, worked out from the rows."""
    row = house.read(ref)
    (booking,) = [b for b in row.bookings if b.resource.bookable]
    profile = house.facilities[booking.resource.slug[:6]].profile
    name = next(r["name"] for r in profile["resources"] if r["id"] == booking.resource.slug)
    wanted = {}
    for detail in DETAILS:
        for language in LANGUAGES:
            said = {
                "full": f"Firm: {row.title}",
                "title": row.title,
                "busy": sentence(Message("Reserved"), language),
            }[detail]
            place = f"{name[language]}, {profile['name'][language]}"
            wanted[detail, language] = {
                "uid": booking.uid,
                "sequence": booking.ical_sequence,
                "status": STATUS[booking.state],
                "start": booking.starts_at,
                "end": booking.ends_at,
                "stamp": booking.changed_at,
                "summary": sentence(Message(MARKS[booking.state], {"text": said}), language),
                "location": place if detail == "busy" else f"{place}, {profile['municipality']}",
                "description": {
                    "full": ref if row.confidential else f"{ref}\n{row.purpose}",
                    "title": ref,
                    "busy": "",
                }[detail],
                "url": "" if detail == "busy" else f"http://lab.example/pilots/{ref}",
            }
    return wanted


@pytest.mark.both_engines
def test_texts_follow_every_change_of_a_booking(house, clock):
    house.place()
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    assert house.texts(ref) == {}
    for action, name, slots in [
        ("approve", "manager.fac-03", ()),
        ("approve", "data_protection", ()),
        ("reschedule", "manager.fac-03", (stay(BENCH, days(3)[0]),)),
        ("cancel", "firm", ()),
    ]:
        clock.now += timedelta(minutes=5)
        house.act(ref, action, name, *slots, note="Noted.")
        assert as_stored(house, ref) == as_wanted(house, ref)


def test_marks_are_said_in_each_language(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    house.approve(ref, "manager.fac-03")
    said = {key: facts["summary"] for key, facts in as_stored(house, ref).items()}
    assert said["full", "en"] == "[Awaiting approval] Firm: Copper strip inspection"
    assert said["busy", "en"] == "[Awaiting approval] Reserved"
    assert len({said["busy", language] for language in LANGUAGES}) == 3


def test_what_nobody_sees_has_no_text(house):
    house.place("fac-01")
    ref = house.sent(resource=CELL, days=1, article={"noise_dba": 92})
    house.approve(ref, "manager.fac-01")
    visible = [b.id for b in house.read(ref).bookings if b.resource.slug == CELL]
    assert {key for key, _, _ in house.texts(ref)} == set(visible)
    assert len(house.texts(ref)) == 9


def test_hostile_titles_stay_in_their_line(house):
    house.place()
    title = "A;B,C\\N: BEGIN:VEVENT"
    purpose = "One.\nEND:VEVENT\nTwo."
    ref = house.sent(resource=BENCH, days=1, title=title, purpose=purpose, confidential=False)
    house.approve(ref, "manager.fac-03")
    assert as_stored(house, ref) == as_wanted(house, ref)


def test_calendars_tell_a_purpose_only_while_it_is_not_confidential(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, purpose="Find faults.")
    house.approve(ref, "manager.fac-03")

    def told():
        return [key for key, _, _ in house.texts(ref) if "Find faults" in str(house.texts(ref))]

    assert told() == []
    for confidential, texts in ((False, 9), (True, 0)):
        with house.work("firm") as work:
            version = house.read(ref).version
            set_plan(work, ref, version=version, confidential=confidential)
        assert len(told()) == texts


def counters(house):
    with Session(house.engine) as session:
        facilities = session.scalars(select(Facility).order_by(Facility.slug)).all()
        firms = session.scalars(select(Organisation).where(Organisation.kind == "company"))
        return (
            house.revisions(),
            {f.slug: (f.calendar_rev, f.calendar_changed_at) for f in facilities},
            {f.slug: (f.calendar_rev, f.calendar_changed_at) for f in firms},
        )


@pytest.mark.both_engines
def test_counters_rise_where_time_changed_and_nowhere_else(house, clock):
    house.place("fac-03")
    house.place("fac-01")
    ref = house.sent(resource=CELL, days=1, article={"noise_dba": 92})
    resources, places, firms = counters(house)
    assert set(resources.values()) == {0}
    clock.now += timedelta(minutes=5)
    house.approve(ref, "manager.fac-01")
    after_resources, after_places, after_firms = counters(house)
    changed = {slug for slug, rev in after_resources.items() if rev > resources[slug]}
    assert changed == {CELL, "fac-01-loud-test"}
    assert after_places["fac-03"] == places["fac-03"]
    assert after_places["fac-01"][1] == after_firms["firm"][1] == clock.now
    assert after_firms["rival"] == firms["rival"]


@pytest.mark.both_engines
def test_leaving_a_resource_raises_its_counter_too(house):
    house.place("fac-01")
    ref = house.sent(resource=CELL, days=1)
    house.approve(ref, "manager.fac-01")
    before = house.revisions()
    house.act(ref, "reschedule", "manager.fac-01", stay("fac-01-cell-b", days(2)[0]))
    changed = {slug for slug, rev in house.revisions().items() if rev > before[slug]}
    assert changed == {CELL, "fac-01-cell-b"}


def test_moves_that_change_no_time_change_no_counter(house):
    house.place("fac-03", papers=[])
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    before = counters(house), house.texts(ref)
    for action in ("mark-ready", "check-in", "complete", "close"):
        house.act(ref, action, "manager.fac-03")
    assert (counters(house), house.texts(ref)) == before


@pytest.mark.both_engines
def test_renamed_places_are_told(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    facility = house.facilities["fac-03"]
    new = {language: f"New lab {language}" for language in LANGUAGES}
    facility.profile = {**facility.profile, "name": new}
    facility.version += 1
    house.make.session.commit()
    with house.work() as work:
        calendar_texts.refresh(work, facility.id)
    assert as_stored(house, ref) == as_wanted(house, ref)


def test_only_what_feeds_may_still_show_is_told_again(house, clock):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    before = counters(house)
    clock.now += timedelta(days=(MONDAY - clock.now.date()).days + 32)
    with house.work() as work:
        calendar_texts.refresh(work, house.facilities["fac-03"].id)
    assert counters(house) == before
