"""The audit chain in the database: sealed by every unit of work, kept by guards, verified."""

import random
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from livinglab.adapters import anchors
from livinglab.db.guards import APPEND_ONLY, missing_guards
from livinglab.db.queries.audit import HEAD
from livinglab.db.tables import Audit, AuditValue, Counter
from livinglab.domain.chain import Break, Count
from livinglab.domain.errors import NotFound
from livinglab.services import audit_chain
from livinglab.services.records import audit, remove
from livinglab.services.world import World


def refused(work):
    audit(work, "x", "thing", "gone")
    work.session.flush()
    raise NotFound


def note(house, *refs, **given):
    with house.work("coordinator") as work:
        for ref in refs:
            audit(work, "x", "thing", ref, **given)


def found(house, world=None):
    count = Count()
    with Session(house.engine) as session:
        faults = list(audit_chain.verify(session, world or house.world, count))
    return faults, count


def tamper(house, *statements):
    """Change the database as somebody would who can switch its guards off."""
    with house.engine.begin() as connection:
        if house.engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            kept = []
        else:
            query = "SELECT name, sql FROM sqlite_master WHERE name LIKE 'audit_append_only%'"
            kept = connection.execute(text(query)).all()
            for name, _ in kept:
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(statement)
        for _, sql in kept:
            connection.execute(text(sql))


def at(position):
    return Audit.position == position


@pytest.mark.both_engines
def test_rows_are_sealed_in_the_order_they_were_written(house):
    note(house, "a", "b", note="why", facts={"n": 1.5, "days": ("2027-02-01",)})
    note(house, "c")
    with Session(house.engine) as session:
        rows = session.execute(select(Audit.object_ref, Audit.position).order_by(Audit.id)).all()
        assert [tuple(row) for row in rows] == [("a", 1), ("b", 2), ("c", 3)]
        assert session.scalar(select(Counter.value).where(Counter.name == HEAD)) == 3
        assert session.scalars(select(Audit.note)).all() == ["", "", ""]
        assert [row.said for row in session.scalars(select(Audit).order_by(Audit.id))] == [
            *("why", "why", "")
        ]
    faults, count = found(house)
    assert (faults, count.rows, count.position) == ([], 3, 3)


def test_another_key_seals_another_chain(house):
    note(house, "a", "b")
    assert found(house, World("http://x", "x"))[0] == [Break("edited", n, n) for n in (1, 2)]


@pytest.mark.both_engines
def test_what_is_rolled_back_leaves_no_hole(house):
    note(house, "a")
    with pytest.raises(NotFound), house.work() as work:
        refused(work)
    note(house, "b")
    faults, count = found(house)
    assert (faults, count.position) == ([], 2)


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "statement",
    [
        update(Audit).values(action="y"),
        update(Audit).values(mac=None),
        delete(Audit),
        update(AuditValue).values(content={}),
    ],
)
def test_a_sealed_row_is_neither_changed_nor_deleted(house, statement):
    note(house, "a", note="n")
    with (
        pytest.raises(DBAPIError, match=APPEND_ONLY),
        Session(house.engine) as session,
        session.begin(),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    assert found(house)[0] == []


@pytest.mark.both_engines
def test_erased_words_leave_the_chain_whole(house):
    note(house, "a", note="a name")
    with Session(house.engine) as session, session.begin():
        session.execute(delete(AuditValue))
    faults, count = found(house)
    assert (faults, count.erased) == ([], 1)
    with Session(house.engine) as session:
        assert session.scalars(select(Audit)).one().said == ""


@pytest.mark.both_engines
def test_each_kind_of_tampering_is_told_with_its_position(house):
    note(house, *"abcdefgh", note="n")
    tamper(
        house,
        update(Audit).where(at(2)).values(object_ref="z"),
        delete(Audit).where(at(4)),
        update(AuditValue)
        .where(AuditValue.audit_id == select(Audit.id).where(at(6)).scalar_subquery())
        .values(content={"note": "m"}),
        delete(Audit).where(at(8)),
        update(Audit).where(at(7)).values(position=None, mac=None),
    )
    with Session(house.engine) as session:
        beside = session.scalars(select(Audit.id).where(Audit.position.is_(None))).one()
    assert found(house)[0] == [
        Break("unsealed", beside, beside),
        Break("edited", 2, 2),
        Break("missing", 4, 4),
        Break("edited", 5, 5),
        Break("words", 6, 6),
        Break("cut", 7, 8),
    ]


def test_an_end_cut_off_with_its_head_is_seen_by_the_file_of_heads(house, tmp_path):
    object.__setattr__(house.world, "audit_heads", tmp_path / "heads.log")
    with house.work() as work:
        audit_chain.note_head(work)
    assert not (tmp_path / "heads.log").exists()
    note(house, *"abcd")
    with house.work() as work:
        audit_chain.note_head(work)
    assert found(house)[0] == []
    tamper(
        house,
        delete(Audit).where(Audit.position > 2),
        update(Counter).where(Counter.name == HEAD).values(value=2),
    )
    assert found(house)[0] == [Break("cut", 3, 4)]
    (day,) = (tmp_path / "heads.log").read_text().splitlines()
    assert day.startswith("2026-11-24 4 ")


def test_half_a_line_in_the_file_of_heads_counts_as_none(tmp_path):
    path = tmp_path / "heads.log"
    path.write_text("2026-11-24 4 abc\n2026-11-25 x")
    assert [anchor.position for anchor in anchors.read(path)] == [4]


@pytest.mark.both_engines
def test_what_is_removed_for_a_reason_is_named_in_the_chain(house):
    note(house, *"abcdef")
    with house.work() as work:
        assert remove(work, Audit.object_ref == "b", Audit.object_ref == "c") == 2
        assert remove(work, Audit.object_ref == "nobody") == 0
    with house.work() as work:
        assert remove(work, Audit.object_ref == "d", Audit.object_kind == "audit") == 2
    note(house, "g")
    faults, count = found(house)
    assert (faults, count.rows, count.removed, count.position) == ([], 5, 4, 9)
    with Session(house.engine) as session:
        facts = session.scalars(select(Audit.facts).where(Audit.object_kind == "audit")).one()
        assert (facts["rows"], [gap[:2] for gap in facts["gaps"]]) == (2, [[2, 4], [7, 7]])
        assert session.scalars(select(Counter.name)).all() == [HEAD]
    tamper(house, delete(Audit).where(Audit.object_kind == "audit"))
    assert found(house)[0][0] == Break("missing", 2, 4)


def test_rows_of_the_same_work_are_not_removed_before_they_are_sealed(house):
    note(house, "a", "b")
    with house.work() as work:
        audit(work, "x", "thing", "c")
        kept = [remove(work, Audit.object_kind == "thing") for _ in range(2)]
    assert kept == [2, 0]
    faults, count = found(house)
    assert (faults, count.rows, count.removed, count.position) == ([], 2, 2, 4)


def test_guards_that_are_away_are_reported(house):
    with house.engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {APPEND_ONLY}_delete"))
        assert missing_guards(connection) == [f"{APPEND_ONLY}_delete"]


@pytest.mark.slow
def test_random_tampering_of_the_database_is_found(house):
    dice = random.Random(4)  # a test's dice, thrown the same each time
    for ref in range(30):
        note(house, str(ref), note="n", facts={"n": ref})
    columns = {
        "action": "y",
        "object_kind": "k",
        "object_ref": "r",
        "role": "admin",
        "facts": {"n": -1},
        "actor_id": None,
        "organisation_id": None,
        "from_state": "draft",
        "to_state": "closed",
        "request_id": "r",
        "at": house.clock() + timedelta(seconds=1),
        "digest": "0" * 64,
        "mac": "0" * 64,
    }
    missed = []
    for _ in range(60):
        name = dice.choice(sorted(columns))
        position = dice.randint(1, 30)
        with Session(house.engine) as session:
            before = session.scalar(select(getattr(Audit, name)).where(at(position)))
        tamper(house, update(Audit).where(at(position)).values({name: columns[name]}))
        if not found(house)[0]:
            missed.append(name)
        tamper(house, update(Audit).where(at(position)).values({name: before}))
    assert missed == []
    assert found(house)[0] == []


@pytest.mark.both_engines
def test_a_part_that_is_rolled_back_leaves_no_row_and_no_gap(house):
    with house.work("coordinator") as work:
        audit(work, "x", "thing", "before")
        tried = work.session.begin_nested()
        audit(work, "x", "thing", "tried")
        work.session.flush()
        tried.rollback()
        audit(work, "x", "thing", "after")
    with house.work("coordinator") as work:
        tried = work.session.begin_nested()
        audit(work, "x", "thing", "only tried")
        tried.rollback()
    note(house, "next")
    with Session(house.engine) as session:
        rows = session.execute(select(Audit.object_ref, Audit.position).order_by(Audit.id)).all()
    assert [tuple(row) for row in rows] == [("before", 1), ("after", 2), ("next", 3)]
    assert found(house)[0] == []
