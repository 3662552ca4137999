"""The rule of who sees a pilot, as SQL and as the domain says it, in random worlds."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, delete, select
from sqlalchemy.orm import Session

from livinglab.db.engine import engine_options, prepare
from livinglab.db.queries.decisions import owned_by
from livinglab.db.queries.inbox import open_gates_of
from livinglab.db.queries.pilots import confided_to, pilot_by_ref, pilots, visible_to
from livinglab.db.tables import Facility, Gate, Organisation, Period, Pilot, User
from livinglab.domain.access import (
    GATE_ROLES,
    Principal,
    may_see_pilot,
    owns_gate,
    sees_confidential,
)
from livinglab.services.moves import facts_of

SLUGS = ("a", "b", "c")
FIRMS, HOSTS = ("firm", "rival"), ("host", "lab")
ROLES = sorted(GATE_ROLES | {"staff", "admin", "member", "unheard-of"})


@pytest.fixture
def session(engine_url, clock):
    """Two firms, two hosts, three places, and room for pilots."""
    engine = create_engine(engine_url, **engine_options(engine_url))
    prepare(engine)
    with Session(engine) as made:
        made.add_all([Organisation(slug=slug, kind="company", name=slug) for slug in FIRMS])
        made.add_all([Organisation(slug=slug, kind="host", name=slug) for slug in HOSTS])
        made.add(User(email="a@b.example", name="A", fs_uniquifier="a"))
        made.flush()
        made.add_all(
            [
                Facility(slug=slug, host_id=3, kind="lab", municipality="Pori", profile={})
                for slug in SLUGS
            ]
        )
        made.commit()
        made.info["now"] = clock()
        yield made
        made.rollback()
    engine.dispose()


PLACES = st.sampled_from([1, 2, 3])
PEOPLE = st.builds(
    lambda organisation, kind, roles, companies: Principal(
        *(1, "a@b.example", "A", organisation, kind, "O", frozenset(roles)), companies=companies
    ),
    st.sampled_from([1, 2, 3, 4]),
    st.sampled_from(["host", "company"]),
    st.lists(
        st.tuples(st.sampled_from(ROLES), st.sampled_from([None, *SLUGS])), max_size=3, unique=True
    ),
    st.frozensets(st.sampled_from([1, 2])),
)
PILOTS = st.lists(
    st.fixed_dictionaries(
        {
            "company_id": st.sampled_from([1, 2]),
            "sent": st.booleans(),
            "gates": st.lists(
                st.tuples(st.sampled_from(sorted(GATE_ROLES)), PLACES), max_size=2, unique=True
            ),
            "periods": st.lists(st.one_of(st.none(), PLACES), max_size=2),
        }
    ),
    min_size=1,
    max_size=4,
)


def fill(session, wanted):
    """The pilots of a world, in place of those before."""
    for table in (Gate, Period, Pilot):
        session.execute(delete(table))
    now = session.info["now"]
    for number, values in enumerate(wanted):
        session.add(
            Pilot(
                ref=f"PLL-2026-{number:04d}",
                company_id=values["company_id"],
                created_by_id=1,
                focus_areas=[],
                test_article={},
                state="submitted" if values["sent"] else "draft",
                created_at=now,
                changed_at=now,
                submitted_at=now if values["sent"] else None,
                gates=[
                    Gate(facility_id=place, role=role, position=0, title={}, opened_at=now)
                    for role, place in values["gates"]
                ],
                periods=[
                    Period(
                        position=0,
                        halves=2,
                        facility_id=place,
                        acceptable=[],
                        capabilities=[],
                        also=[],
                    )
                    for place in values["periods"]
                ],
            )
        )
    session.flush()


@pytest.mark.both_engines
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=PILOTS, who=PEOPLE)
def test_sql_and_domain_show_the_same_pilots(session, wanted, who):
    fill(session, wanted)
    everything = session.scalars(select(Pilot)).all()
    allowed = {pilot.ref for pilot in everything if may_see_pilot(who, facts_of(pilot))}
    assert set(session.scalars(select(Pilot.ref).where(visible_to(who)))) == allowed
    listed = session.scalars(pilots(who)).all()
    assert [pilot.ref for pilot in listed] == sorted(allowed, reverse=True)
    found = {p.ref for p in everything if pilot_by_ref(session, p.ref, who) is not None}
    assert found == allowed
    confided = {pilot.ref for pilot in everything if sees_confidential(who, facts_of(pilot))}
    assert set(session.scalars(select(Pilot.ref).where(confided_to(who)))) == confided
    session.rollback()


@pytest.mark.both_engines
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=PILOTS, who=PEOPLE.filter(lambda who: who.is_host))
def test_sql_and_domain_give_the_same_gates_to_decide(session, wanted, who):
    """Those of the person's roles, but none on a request of a company they belong to."""
    fill(session, wanted)
    mine = {
        gate
        for gate in session.scalars(select(Gate))
        if owns_gate(who, gate.role, gate.facility.slug, gate.pilot.company_id)
    }
    assert set(session.scalars(select(Gate).where(owned_by(who)))) == mine
    assert {found.gate for found in open_gates_of(session, who, everything=False)} == {
        gate for gate in mine if may_see_pilot(who, facts_of(gate.pilot))
    }
    session.rollback()
