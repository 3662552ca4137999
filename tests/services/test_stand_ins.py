"""Stand-ins: rights from the first to the last of their days, at their place, and no others."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.adapters.secrets import token_hash
from livinglab.db.queries.accounts import gate_owners, owners_of_gate, signed_in
from livinglab.db.queries.decisions import holders
from livinglab.db.tables import Audit, Membership, User
from livinglab.domain.errors import InvalidInput, NotAllowed, NotFound
from livinglab.services import accounts, feeds, stand_ins, tokens
from tests.keeping import MANAGER

FIRST, LAST = date(2026, 12, 1), date(2026, 12, 4)
EDGES = [
    (datetime(2026, 11, 30, 21, 59, tzinfo=UTC), False),  # 23.59 in Pori
    (datetime(2026, 11, 30, 22, 0, tzinfo=UTC), True),
    (datetime(2026, 12, 4, 21, 59, tzinfo=UTC), True),
    (datetime(2026, 12, 4, 22, 0, tzinfo=UTC), False),
]
AIDA = "aida@host.example"


@pytest.fixture
def staffed(placed):
    """The vision lab, its manager, and Aida of the same host, who has no role there."""
    host = placed.facilities["fac-03"].host
    placed.make.user(AIDA, host, "visitor", name="Aida")
    return placed


def stand_in(house, by=MANAGER, *, role="facility_manager", email=AIDA, days=(FIRST, LAST)):
    with house.work(by) as work:
        return stand_ins.add(work, "fac-03", role, email, *days).id


def aida(house):
    """Aida as who she is at the clock's moment."""
    with Session(house.engine) as session:
        user = session.scalar(select(User.id).where(User.email == AIDA))
        return accounts.principal_for(session, user, on=house.world.today(house.clock()))


@pytest.mark.both_engines
@pytest.mark.parametrize(("moment", "serves"), EDGES)
def test_the_role_counts_from_midnight_to_midnight_in_pori(staffed, moment, serves):
    stand_in(staffed)
    staffed.clock.now = moment
    assert aida(staffed).has("facility_manager", "fac-03") == serves
    assert aida(staffed).roles - {("facility_manager", "fac-03")} == {("visitor", None)}


@pytest.mark.parametrize(("moment", "serves"), EDGES)
def test_who_only_stands_in_is_not_signed_in_and_has_no_token_on_other_days(
    staffed, moment, serves
):
    stand_in(staffed)
    with staffed.work() as work:
        user = work.session.scalars(select(User).where(User.email == AIDA)).one()
        token = tokens.make_token(work, AIDA, "write")
        feed = accounts.make_feed(work, AIDA)
        key = accounts.sign_in(work, user.id)
        plain = select(Membership).where(
            Membership.user_id == user.id, Membership.first_day.is_(None)
        )
        work.session.delete(work.session.scalars(plain).one())
    staffed.clock.now = moment
    today = staffed.world.today(moment)
    with Session(staffed.engine) as session:
        assert (signed_in(session, token_hash(key), today) is not None) == serves
    assert (aida(staffed) is not None) == serves
    with Session(staffed.engine) as session:
        try:
            feeds.open_feed(session, staffed.world, feed, moment)
        except NotFound:
            assert not serves
        else:
            assert serves
    assert token
    if not serves:
        with pytest.raises(NotFound), staffed.work() as work:
            tokens.make_token(work, AIDA)


@pytest.mark.both_engines
@pytest.mark.parametrize(("moment", "serves"), EDGES)
def test_a_stand_in_is_named_and_told_on_those_days(staffed, moment, serves):
    stand_in(staffed)
    today = staffed.world.today(moment)
    key = staffed.facilities["fac-03"].id
    with Session(staffed.engine) as session:
        named = gate_owners(session, {key}, today)
        assert named["facility_manager", key] == ("Aida" if serves else MANAGER)
        told = [user.name for user in owners_of_gate(session, "facility_manager", key, today)]
        assert told == (["Aida", MANAGER] if serves else [MANAGER])
        found = holders(session, {"facility_manager"}, {key}, today)
        assert [(one.name, one.stands_in) for one in found] == [
            *([("Aida", True)] if serves else []),
            (MANAGER, False),
        ]


def test_a_stand_in_decides_and_it_stays_known_for_whom(staffed):
    stand_in(staffed)
    ref, other, own = (staffed.sent(days=1) for _ in range(3))
    staffed.clock.now = EDGES[1][0]
    staffed.people["aida"] = aida(staffed)
    assert staffed.approve(ref, "aida") == "confirmed"
    assert staffed.act(other, "reject", "aida", note="No.") == "rejected"
    assert staffed.act(own, "reject", MANAGER, note="No.") == "rejected"
    with Session(staffed.engine) as session:
        rows = session.scalars(
            select(Audit).where(Audit.action.in_(("approve", "reject"))).order_by(Audit.id)
        ).all()
        by = stand_ins.stood_in_for(session, rows)
        assert [by.get(row.id) for row in rows] == [[MANAGER], [MANAGER], None]


def test_they_are_listed_and_ended(staffed):
    number = stand_in(staffed, role="hygiene")
    with staffed.work() as work:
        places = work.world.places(work.session)
        (row,) = stand_ins.listed(work.session, places, staffed.who(MANAGER), "fac-03")
        assert (row.id, row.role, row.name, row.email, row.first, row.last) == (
            *(number, "hygiene", "Aida", AIDA),
            *(FIRST, LAST),
        )
    with staffed.work(MANAGER) as work:
        stand_ins.end(work, "fac-03", number)
    with staffed.work() as work:
        places = work.world.places(work.session)
        assert stand_ins.listed(work.session, places, staffed.who(MANAGER), "fac-03") == []
        assert work.session.scalars(select(Audit.action).order_by(Audit.id)).all() == [
            *("import", "stand-in", "end stand-in"),
        ]


def test_only_stand_ins_are_ended(staffed):
    with Session(staffed.engine) as session:
        own = session.scalar(select(Membership.id).where(Membership.role == "facility_manager"))
    for number in (own, 999):
        with pytest.raises(NotFound), staffed.work(MANAGER) as work:
            stand_ins.end(work, "fac-03", number)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"role": "king"}, "unknown_code", "role"),
        ({"role": "admin"}, "unknown_code", "role"),
        ({"email": "firm@lab.example"}, "unknown_person", "email"),
        ({"email": "nobody@host.example"}, "unknown_person", "email"),
        ({"email": f"{MANAGER}@lab.example"}, "held_already", "email"),
        ({"days": (LAST, FIRST)}, "reversed", "last"),
        ({"days": (date(2026, 11, 1), date(2026, 11, 23))}, "past", "last"),
        ({"days": (FIRST, FIRST + timedelta(days=366))}, "too_long", "last"),
    ],
)
def test_who_or_when_cannot_be_is_named(staffed, changes, code, field):
    with pytest.raises(InvalidInput) as raised:
        stand_in(staffed, **changes)
    assert [(p.code, p.field) for p in raised.value.problems] == [(code, field)]


def test_a_second_spell_is_given_when_the_first_is_over(staffed):
    stand_in(staffed)
    with pytest.raises(InvalidInput):
        stand_in(staffed, days=(LAST, LAST))
    staffed.clock.now = EDGES[3][0]
    later = (date(2026, 12, 20), date(2026, 12, 22))
    stand_in(staffed, days=later)
    with staffed.work() as work:
        places = work.world.places(work.session)
        rows = stand_ins.listed(work.session, places, staffed.who(MANAGER), "fac-03")
    assert [(row.first, row.last) for row in rows] == [later]


@pytest.mark.parametrize("name", ["firm", "staff", f"{MANAGER}:read"])
def test_others_name_no_stand_ins(staffed, name):
    with pytest.raises(NotAllowed):
        stand_in(staffed, name)
