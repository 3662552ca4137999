"""Two admins who remove each other at the same moment: one of them stays."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.tables import Invitation, Membership
from livinglab.domain.errors import IllegalTransition, NotAllowed, NotFound, Refusal, TryLater
from livinglab.services import invitations, people
from livinglab.services.accounts import principal_for
from livinglab.services.work import begin_work

ROUNDS = 8


@pytest.fixture
def admins(house):
    """Two admins of a new company, as they are before either acts."""

    def found(number):
        firm = house.make.company(f"firm-{number}")
        for name in ("ann", "bo"):
            house.person(f"{name}-{number}", firm, "company_admin")
        return firm, [house.people[f"{name}-{number}"] for name in ("ann", "bo")]

    return found


def at_once(house, *calls):
    """Make these calls in threads that start together; what each refused, or None."""
    barrier = Barrier(len(calls))

    def call(who, act):
        barrier.wait()
        try:
            with (
                Session(house.engine) as session,
                begin_work(session, house.world, now=house.clock(), actor=who) as work,
            ):
                act(work)
        except Refusal as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result() for done in [pool.submit(call, *given) for given in calls]]


@pytest.mark.both_engines
def test_of_two_admins_who_remove_each_other_one_stays(house, admins):
    for number in range(ROUNDS):
        firm, (ann, bo) = admins(number)
        answers = at_once(
            house,
            (ann, lambda work, other=bo.user_id: people.remove(work, other)),
            (bo, lambda work, other=ann.user_id: people.remove(work, other)),
        )
        left = house.make.all(select(Membership).where(Membership.organisation_id == firm.id))
        assert len(left) == 1
        assert sorted(answers, key=str) in (
            [NotAllowed, None],
            [TryLater, None],
        )


@pytest.mark.both_engines
def test_of_two_admins_who_leave_at_once_one_stays(house, admins):
    for number in range(ROUNDS):
        firm, (ann, bo) = admins(number)
        answers = at_once(house, (ann, people.leave), (bo, people.leave))
        left = house.make.all(select(Membership).where(Membership.organisation_id == firm.id))
        assert len(left) == 1
        assert sorted(answers, key=str) in ([IllegalTransition, None], [TryLater, None])


def test_who_was_removed_meanwhile_does_nothing_more(house, admins):
    """Their page is still open; what they may is read again behind the lock."""
    firm, (ann, bo) = admins(1)
    with house.work("ann-1") as work:
        people.remove(work, bo.user_id)
    for act in (
        lambda work: people.remove(work, ann.user_id),
        lambda work: people.change_role(work, ann.user_id, "member"),
        lambda work: invitations.invite(work, "x@firm.example", "member"),
    ):
        with pytest.raises(NotAllowed), house.work("bo-1") as work:
            act(work)
    with pytest.raises(NotFound), house.work("bo-1") as work:
        people.leave(work)
    assert house.make.all(select(Invitation)) == []
    left = house.make.all(select(Membership).where(Membership.organisation_id == firm.id))
    assert [row.user_id for row in left] == [ann.user_id]


def test_who_was_demoted_meanwhile_does_nothing_more(house, admins):
    firm, (ann, bo) = admins(1)
    with house.work("ann-1") as work:
        people.change_role(work, bo.user_id, "member")
    with pytest.raises(NotAllowed), house.work("bo-1") as work:
        people.remove(work, ann.user_id)
    held = house.make.all(select(Membership).where(Membership.organisation_id == firm.id))
    assert [row.role for row in held] == ["company_admin", "member"]


def test_a_token_that_only_reads_changes_nobody(house, admins):
    _, (_, bo) = admins(1)
    with pytest.raises(NotAllowed), house.work("ann-1:read") as work:
        people.remove(work, bo.user_id)


def test_a_person_acts_for_the_first_joined_or_the_one_they_chose(house, admins):
    firm, (ann, _) = admins(1)
    other = house.make.company("other")
    house.make.add(Membership(user_id=ann.user_id, organisation_id=other.id, role="member"))
    with Session(house.engine) as session:
        found = {
            key: principal_for(session, ann.user_id, key, on=house.clock().date())
            for key in (None, firm.id, other.id, house.lab.id)
        }
    assert [who and who.organisation_id for who in found.values()] == [
        *(firm.id, firm.id, other.id, None)
    ]
    assert found[other.id].organisations == ((firm.id, "Firm 1"), (other.id, "Other"))
    assert found[other.id].companies == {firm.id, other.id}
