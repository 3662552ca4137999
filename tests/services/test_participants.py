"""Who comes: named by the firm alone, read by those who decide, never reached through another."""

import pytest
from sqlalchemy import select

from livinglab.db.tables import Participant
from livinglab.domain.errors import InvalidInput, NotAllowed, NotFound
from livinglab.domain.participants import PersonInput
from livinglab.services import participants

ADA, EVE = PersonInput("Ada", "Driver"), PersonInput("Eve")


def name(house, ref, *people, by="firm"):
    with house.work(by) as work:
        participants.add(work, ref, people, version=house.read(ref).version)


def test_the_people_of_a_pilot_are_its_firms_to_name_and_its_deciders_to_read(house):
    house.place()
    ref, foreign = house.sent(), house.sent("rival")
    other = house.sent()
    name(house, ref, ADA)
    name(house, foreign, EVE, by="rival")
    ada, eve = (one.id for one in house.make.all(select(Participant).order_by(Participant.id)))
    changes = (
        lambda work: participants.add(work, ref, [EVE], version=house.read(ref).version),
        lambda work: participants.change(work, ref, ada, EVE, version=house.read(ref).version),
        lambda work: participants.remove(work, ref, ada, version=house.read(ref).version),
        lambda work: participants.copy(work, ref, foreign, version=house.read(ref).version),
    )
    hosts = ("manager.fac-03", "coordinator", "admin")
    for who in (*hosts, "firm:read", "rival"):
        for change in changes:
            with pytest.raises(NotFound if who == "rival" else NotAllowed), house.work(who) as work:
                change(work)
    for number, pilot in ((ada, other), (eve, ref)):
        with pytest.raises(NotFound), house.work("firm") as work:
            participants.remove(work, pilot, number, version=house.read(pilot).version)
    with pytest.raises(InvalidInput), house.work("firm") as work:
        participants.copy(work, other, foreign, version=house.read(other).version)
    with pytest.raises(InvalidInput), house.work("firm") as work:
        participants.erase(work, "Eve")
    with pytest.raises(NotFound), house.work("coordinator") as work:
        participants.erase(work, "Ada")
    for who, reads in (*((who, True) for who in (*hosts, "firm")), ("staff", False)):
        with house.work(who) as work:
            if reads:
                _, people = participants.read(work.session, work.actor, ref)
                assert [one.name for one in people] == ["Ada"]
            else:
                with pytest.raises(NotFound):
                    participants.read(work.session, work.actor, ref)
    assert [one.name for one in house.make.all(select(Participant))] == ["Ada", "Eve"]
