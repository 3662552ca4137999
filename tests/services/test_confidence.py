"""What is confidential is read by those who decide, and the firm's trail says by whom."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.db.tables import Audit
from livinglab.domain.article import TestArticle
from livinglab.domain.article_json import article_to_json
from livinglab.domain.errors import NotAllowed, NotFound, StaleVersion
from livinglab.services import confidence, papers

BENCH = "fac-03-vision-bench"
READERS = ("firm", "coordinator", "admin", "manager.fac-03")
OTHERS = ("staff", "manager.fac-02", "safety_owner", "ethics")


@pytest.fixture
def ref(house):
    """A pilot that was sent to fac-03 with a paper, and another place with its manager."""
    house.place()
    house.place("fac-02")
    ref = house.sent(resource=BENCH, days=1, purpose="Find faults.")
    house.attach(ref, "data_agreement")
    return ref


def plan(house, ref, name):
    with Session(house.engine) as session:
        return confidence.plan_of(house.who(name), pilot_by_ref(session, ref))


@pytest.mark.both_engines
def test_those_who_decide_read_plan_and_papers(house, ref):
    (paper,) = house.read(ref).papers
    for name in READERS:
        found = plan(house, ref, name)
        assert (found.open, found.purpose, found.papers) == (True, "Find faults.", {paper.id})
        with Session(house.engine) as session:
            assert papers.read_paper(session, house.who(name), ref, paper.id).size == paper.size


@pytest.mark.both_engines
def test_those_who_merely_oversee_do_not(house, ref):
    (paper,) = house.read(ref).papers
    for name in OTHERS:
        assert plan(house, ref, name) == confidence.Plan(
            "", article_to_json(TestArticle()), frozenset(), open=False, confided=False
        )
        with Session(house.engine) as session, pytest.raises(NotFound):
            papers.read_paper(session, house.who(name), ref, paper.id)


def test_the_firm_opens_plan_and_paper_to_all_hosts_who_see_the_pilot(house, ref):
    (paper,) = house.read(ref).papers
    with house.work("firm") as work:
        confidence.set_plan(work, ref, version=house.read(ref).version, confidential=False)
    assert (plan(house, ref, "staff").open, plan(house, ref, "staff").papers) == (True, frozenset())
    with house.work("firm") as work:
        version = house.read(ref).version
        confidence.set_paper(work, ref, paper.id, version=version, confidential=False)
    assert plan(house, ref, "staff").papers == {paper.id}
    with Session(house.engine) as session:
        assert papers.read_paper(session, house.who("staff"), ref, paper.id).id == paper.id
        with pytest.raises(NotFound):
            papers.read_paper(session, house.who("rival"), ref, paper.id)
    assert [row[1] for row in house.audits(ref)[-2:]] == ["disclose", "change"]


@pytest.mark.parametrize(
    ("name", "error"), [("rival", NotFound), ("coordinator", NotAllowed), ("staff", NotAllowed)]
)
def test_only_the_firm_says_so(house, ref, name, error):
    with pytest.raises(error), house.work(name) as work:
        confidence.set_plan(work, ref, version=1, confidential=False)


def test_a_stale_switch_changes_nothing(house, ref):
    with pytest.raises(StaleVersion), house.work("firm") as work:
        confidence.set_plan(work, ref, version=0, confidential=False)
    version = house.read(ref).version
    with pytest.raises(NotFound), house.work("firm") as work:
        confidence.set_paper(work, ref, 999, version=version, confidential=False)
    assert house.read(ref).confidential


def readings(house):
    query = select(Audit.actor_id, Audit.object_kind, Audit.object_ref)
    return [tuple(row) for row in house.make.session.execute(query.where(Audit.action == "read"))]


@pytest.mark.both_engines
def test_a_reading_is_noted_once_a_person_and_day(house, ref, clock):
    wanted = [(ref, "pilot", ref), (ref, "paper", f"{ref}/data_agreement")]
    people = [house.who(name) for name in ("coordinator", "admin")]

    def read(who):
        with house.work() as work:
            work.actor = who
            confidence.note(work, who, wanted)

    for who in (*people, *people):
        read(who)
    once = [(who.user_id, kind, name) for who in people for _, kind, name in wanted]
    assert readings(house) == once
    house.make.session.close()
    clock.now += timedelta(days=1)
    read(people[0])
    assert readings(house) == [*once, *once[:2]]


def test_firms_reading_their_own_is_no_reading(house, ref):
    with Session(house.engine) as session:
        pilot = pilot_by_ref(session, ref)
        assert confidence.plans(house.who("firm"), [pilot]) == []
        assert confidence.plans(house.who("staff"), [pilot]) == []
        assert confidence.plans(house.who("admin"), [pilot]) == [(ref, "pilot", ref)]
