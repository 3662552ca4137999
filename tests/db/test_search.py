"""Pilots and companies by words, on both engines: letters without marks, and only what one sees."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, literal, select
from sqlalchemy.orm import Session

from livinglab.db.engine import engine_options, prepare
from livinglab.db.folding import LATIN, folded, having
from livinglab.db.queries import pilots as pilot_queries
from livinglab.db.queries.search import companies, pilots
from livinglab.domain.access import Principal
from livinglab.domain.folding import fold, words_of
from tests.factories import Factory

pytestmark = pytest.mark.both_engines
SENT = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def session(engine_url):
    engine = create_engine(engine_url, **engine_options(engine_url))
    prepare(engine)
    with Session(engine) as made:
        yield made
    engine.dispose()


@pytest.fixture
def firms(session, clock):
    """Two firms; the first has a draft and a pilot sent, the second only one that was sent."""
    with Factory(session.get_bind(), clock) as make:
        place = make.facility(make.host())
        nordic = make.company("nordic", name="Pohjoisen Käsityö Oy", country="FI")
        osaka = make.company("osaka", name="Osaka Ärm 100%")
        ann, bo = make.user("ann@n.example", nordic), make.user("bo@o.example", osaka)
        make.pilot(nordic, ann, place, title="Ääninäyte hallissa", submitted_at=SENT)
        make.pilot(nordic, ann, place, title="Draft of Ääni")
        make.pilot(osaka, bo, place, title="AANI test", submitted_at=SENT)
        yield nordic, osaka


def person(firm, *roles):
    kind = "company" if firm else "host"
    return Principal(1, "a@b.example", "A", firm and firm.id, kind, "O", frozenset(roles))


COORDINATOR = person(None, ("coordinator", None))


def titles(session, who, text):
    return [hit.title for hit in pilots(session, who, words_of(text), 10)]


def names(session, who, text):
    return [(hit.name, hit.pilots) for hit in companies(session, who, words_of(text), 10)]


def test_every_letter_folds_as_it_does_in_python(session):
    text = "".join(LATIN) + "ABC xyz 123"
    assert session.scalar(select(folded(literal(text)))) == fold(text)


def test_percent_and_underscore_are_only_letters(session, firms):
    assert names(session, COORDINATOR, "100%") == [("Osaka Ärm 100%", 1)]
    assert names(session, COORDINATOR, "10_%") == []
    assert session.scalar(select(*having(literal("a_b"), ["a_"])))


@pytest.mark.parametrize("text", ["ääni", "AANI", "Äänï", "aani pll-2026"])
def test_pilots_are_found_whatever_their_marks(session, firms, text):
    assert titles(session, COORDINATOR, text) == ["AANI test", "Ääninäyte hallissa"]


def test_pilots_are_found_by_reference_and_company(session, firms):
    assert titles(session, COORDINATOR, "0003") == ["AANI test"]
    assert titles(session, COORDINATOR, "kasityo hallissa") == ["Ääninäyte hallissa"]


def test_each_sees_only_what_concerns_them(session, firms):
    nordic, osaka = firms
    assert titles(session, person(nordic), "aani") == ["Draft of Ääni", "Ääninäyte hallissa"]
    assert titles(session, person(osaka), "aani") == ["AANI test"]
    assert titles(session, person(None, ("ethics", None)), "aani") == []
    assert names(session, person(nordic), "o") == [("Pohjoisen Käsityö Oy", 2)]
    assert names(session, COORDINATOR, "o") == [("Osaka Ärm 100%", 1), ("Pohjoisen Käsityö Oy", 1)]
    assert names(session, person(None, ("ethics", None)), "o") == []


def test_a_firm_without_pilots_finds_itself(session, firms, clock):
    with Factory(session.get_bind(), clock) as make:
        new = make.company("new", name="Newcomer")
    assert names(session, person(new), "newcomer") == [("Newcomer", 0)]
    assert names(session, COORDINATOR, "newcomer") == []


def test_what_is_not_shown_is_counted(session, firms):
    (hit,) = pilots(session, COORDINATOR, ["aani"], 1)
    assert (hit.title, hit.company, hit.total) == ("AANI test", "Osaka Ärm 100%", 2)
    (firm,) = companies(session, COORDINATOR, ["o"], 1)
    assert (firm.name, firm.total) == ("Osaka Ärm 100%", 2)


def test_lists_of_pilots_take_the_same_words(session, firms):
    found = session.scalars(pilot_queries.pilots(COORDINATOR, text="KASITYÖ aani"))
    assert [pilot.title for pilot in found] == ["Ääninäyte hallissa"]
