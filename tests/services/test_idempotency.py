"""A write that comes twice has one effect, also when both come at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from livinglab.db.engine import engine_options, prepare
from livinglab.db.queries.records import next_number
from livinglab.db.tables import Counter, IdempotencyKey
from livinglab.domain.errors import KeyReused
from livinglab.services.idempotency import REPLAYED, Attempt, Reply, once
from livinglab.services.work import begin_work
from livinglab.services.world import World

ATTEMPT = Attempt("1@1", "POST /things", "key", "fingerprint")


@pytest.fixture
def engine(engine_url):
    made = create_engine(engine_url, **engine_options(engine_url))
    prepare(made)
    yield made
    made.dispose()


@pytest.fixture
def send(engine, clock):
    """One write in a transaction of its own, counted by a running number."""
    world = World("http://127.0.0.1:8000", "desk@test.example")

    def attempt(wanted=ATTEMPT, failing=None):
        with Session(engine) as session, begin_work(session, world, now=clock()) as work:

            def act():
                number = next_number(session, "things")
                if failing is not None:
                    raise failing
                return Reply(201, str(number).encode(), {"ETag": f'"{number}"'})

            return once(work, wanted, act)

    return attempt


@pytest.fixture
def effects(engine):
    """How often something was done, and how many answers are kept."""

    def count():
        with Session(engine) as session:
            done = session.scalar(select(Counter.value).where(Counter.name == "things"))
            return done or 0, session.scalar(select(func.count()).select_from(IdempotencyKey))

    return count


@pytest.mark.both_engines
def test_the_first_answer_is_given_again(send, effects):
    assert send() == Reply(201, b"1", {"ETag": '"1"'})
    assert send() == Reply(201, b"1", {"ETag": '"1"', REPLAYED: "true"})
    assert effects() == (1, 1)


@pytest.mark.both_engines
def test_something_else_under_the_same_key_is_refused(send, effects):
    send()
    with pytest.raises(KeyReused):
        send(Attempt(ATTEMPT.principal, ATTEMPT.route, ATTEMPT.key, "other"))
    assert effects() == (1, 1)


@pytest.mark.parametrize("part", ["principal", "route", "key"])
def test_person_address_and_key_are_told_apart(send, effects, part):
    facts = {name: getattr(ATTEMPT, name) for name in Attempt.__slots__} | {part: "other"}
    send()
    assert send(Attempt(**facts)).body == b"2"
    assert effects() == (2, 2)


@pytest.mark.both_engines
def test_what_fails_keeps_nothing(send, effects):
    with pytest.raises(RuntimeError):
        send(failing=RuntimeError())
    assert effects() == (0, 0)
    assert send().body == b"1"


def test_a_secret_is_not_kept(send, engine, clock):
    world = World("http://127.0.0.1:8000", "desk@test.example")
    with Session(engine) as session, begin_work(session, world, now=clock()) as work:
        told = once(work, ATTEMPT, lambda: Reply(201, b"secret", kept=b"nothing"))
    assert (told.body, send().body) == (b"secret", b"nothing")


@pytest.mark.both_engines
def test_of_those_that_arrive_together_one_acts_and_all_are_answered(send, effects):
    barrier = Barrier(8)

    def together(_):
        barrier.wait()
        return send()

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(together, range(8)))
    assert {(reply.status, reply.body) for reply in replies} == {(201, b"1")}
    assert sum(REPLAYED not in reply.headers for reply in replies) == 1
    assert effects() == (1, 1)
