"""One audit row for each thing done: by whom, in which role, from where to where."""

import pytest
from sqlalchemy import select

from livinglab.db.locking import lock_pilot
from livinglab.db.tables import Audit
from livinglab.domain.access import GATE_ROLES
from livinglab.services.accounts import principal_for
from livinglab.services.records import audit


def rows(house):
    return house.make.all(select(Audit).order_by(Audit.id))


@pytest.mark.both_engines
def test_a_row_says_who_did_what_when_to_what(house, clock):
    house.place()
    ref = house.draft()
    with house.work("firm") as work:
        work.request_id = "req-1"
        pilot = lock_pilot(work.session, ref)
        audit(work, "x", "pilot", ref, pilot=pilot, from_state="draft", note="n", facts={"a": 1})
    row = rows(house)[-1]
    firm = house.who("firm")
    assert (row.at, row.actor_id, row.organisation_id, row.role) == (
        *(clock(), firm.user_id, firm.organisation_id, "member"),
    )
    assert (row.action, row.object_kind, row.object_ref, row.pilot_id) == (
        *("x", "pilot", ref, house.read(ref).id),
    )
    assert (row.from_state, row.to_state, row.said, row.facts, row.request_id) == (
        *("draft", "draft", "n", {"a": 1}, "req-1"),
    )


def test_the_clock_is_nobody(house):
    with house.work() as work:
        audit(work, "x", "job", "y")
    (row,) = rows(house)
    assert (row.actor_id, row.organisation_id, row.role, row.facts) == (None, None, "clock", {})


@pytest.mark.both_engines
def test_a_person_of_many_roles_fits_the_column(house):
    user = house.make.user("all@lab.example", house.lab, *sorted(GATE_ROLES))
    with house.work() as work:
        work.actor = principal_for(work.session, user.id, on=work.now.date())
        audit(work, "x", "resource", "r" * 300)
    (row,) = rows(house)
    assert row.role == ", ".join(sorted(GATE_ROLES))[:64]
    assert row.object_ref == "r" * 128
