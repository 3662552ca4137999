"""Clocks by version of the rules: a pilot keeps those it was judged by."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from livinglab.db.tables import Offer, Outbox, Pilot
from livinglab.domain.clocks_json import write_clocks
from livinglab.services import rule_drafts, rules
from tests.casework import MONDAY, at, stay
from tests.services.test_clocks import due, hear


def publish(house, **changes):
    """Put a version of the rules with other clocks into force."""
    with house.work("coordinator") as work:
        book = rules.current(work.session).book
        rule_drafts.put_clocks(work, book.lanes, write_clocks(book.clocks) | changes, 0)
        rule_drafts.publish(work, "Other clocks.", 1)


def offer_end(house, ref):
    house.act(ref, "offer", "manager.fac-03", stay("fac-03-vision-bench", MONDAY))
    with Session(house.engine) as session:
        found = select(Offer.expires_at).join(Pilot).where(Pilot.ref == ref)
        return session.scalars(found).one()


@pytest.mark.both_engines
def test_a_clock_changed_while_a_request_waits_is_for_the_next_one(house):
    """Two versions at once: each pilot is reminded, held and ended by its own."""
    house.place("fac-03")
    house.place("fac-01", hold_on_submit=True)
    old = house.sent()
    publish(house, facility_manager=1, question_reminder=1, question_expires=3, hold=3, offer=1)
    new, held = house.sent(), house.sent(facility="fac-01")
    assert (due(house, old), due(house, new)) == (date(2026, 11, 26), date(2026, 11, 25))
    assert house.read(held).hold_until == at(date(2026, 11, 28), 0)
    for ref in (old, new):
        house.act(ref, "request-info", "manager.fac-03", note="Which camera?")
    with house.work() as work:
        work.session.execute(update(Outbox).values(sent_at=house.clock()))
    awaited = "Your answer is awaited: Copper strip inspection"
    assert ("firm", f"{awaited} ({new})") in hear(house, at(date(2026, 11, 25), 12))
    hear(house, at(date(2026, 11, 27), 12))
    assert [house.read(ref).state for ref in (old, new)] == ["needs_info", "expired"]
    hear(house, at(date(2026, 11, 28), 12))
    assert house.held(held) == []
    assert ("firm", f"{awaited} ({old})") in hear(house, at(date(2026, 12, 1), 12))
    hear(house, at(date(2026, 12, 8), 12))
    assert house.read(old).state == "expired"


def test_an_offer_stands_as_long_as_the_rules_of_its_pilot_say(house):
    house.place("fac-03")
    old = house.sent()
    publish(house, offer=1)
    new = house.sent()
    assert offer_end(house, old) == at(date(2026, 12, 1), 17)
    house.act(old, "decline", "firm")
    assert offer_end(house, new) == at(date(2026, 11, 25), 17)
