"""Leaving demo mode: nothing made up stays, nothing real goes, all at once."""

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from livinglab.assets import examples_path
from livinglab.db.engine import engine_options, prepare
from livinglab.db.queries.accounts import has_example_data, user_by_email
from livinglab.db.tables import (
    ApiToken,
    Audit,
    AuditValue,
    Facility,
    Feed,
    IdempotencyKey,
    Membership,
    Organisation,
    Outbox,
    Pilot,
    SavedView,
    SignIn,
    User,
)
from livinglab.domain.chain import Count
from livinglab.domain.errors import InvalidInput, RulesBroken
from livinglab.services import accounts, demo, tokens
from livinglab.services.accounts import principal_for
from livinglab.services.audit_chain import verify
from livinglab.services.demo.leaving import NewAdmin, outlook
from livinglab.services.importing import import_facility
from livinglab.services.world import World
from tests.services.demo_mode import ADMIN, HOST, Demo
from tests.services.test_importing import document

COUNTS = {
    "facilities": 14,
    "photos": 0,
    "blocks": 35,
    "pilots": 60,
    "bookings": 48,
    "organisations": 26,
    "people": 36,
    "mails": 0,
}


TOLD = select(AuditValue.content).join(Audit).where(Audit.action == "leave-demo")


@pytest.fixture
def demo_mode(engine_url, clock):
    engine = create_engine(engine_url, **engine_options(engine_url))
    prepare(engine)
    world = World("http://lab.example", "Living Lab <desk@lab.example>")
    made = Demo(engine, world, clock())
    with made.work() as work:
        demo.seed(work, examples_path(), "a hash", anchor=clock().date())
    yield made
    engine.dispose()


@pytest.mark.both_engines
def test_nothing_made_up_stays(demo_mode):
    coordinator, c08 = (
        demo_mode.id_of("coordinator@demo.example"),
        demo_mode.id_of("c08@demo.example"),
    )
    now = demo_mode.now
    with demo_mode.work("coordinator@demo.example") as work:
        tokens.make_token(work, "coordinator@demo.example")
        accounts.make_feed(work, "c08@demo.example", "fac-02")
        accounts.sign_in(work, coordinator)
        work.session.add_all(
            [
                SavedView(
                    user_id=c08, page="catalogue", name="Mine", query={}, told={}, created_at=now
                ),
                IdempotencyKey(
                    principal=f"{c08}@3",
                    route="POST /",
                    key="k",
                    request_hash="h",
                    status=201,
                    body=b"",
                    headers={},
                    created_at=now,
                ),
                Outbox(
                    intent="i",
                    message_id="<i@x>",
                    recipient="C08@demo.example",
                    language="en",
                    subject="s",
                    body="b",
                    created_at=now,
                    due_at=now,
                ),
            ]
        )
    assert demo_mode.leave()._asdict() == COUNTS | {"mails": 1}
    left = {name: count for name, count in demo_mode.rows().items() if count}
    assert left == {
        "audit": 3,
        "audit_value": 1,
        "counter": 3,
        "membership": 1,
        "organisation": 2,
        "rule_book": 1,
        "user_account": 1,
    }
    with Session(demo_mode.engine) as session:
        assert not has_example_data(session)
        count = Count()
        assert list(verify(session, demo_mode.world, count)) == []
        assert (count.rows, count.rows + count.removed) == (3, count.position)
        person = user_by_email(session, ADMIN.email)
        who = principal_for(session, person.id, on=demo_mode.now.date())
        assert (who.name, who.organisation_name, who.roles) == (
            *("Aino Aalto", "Living Lab"),
            frozenset({("admin", None)}),
        )
    hosts = demo_mode.all(select(Organisation).order_by(Organisation.slug))
    assert [(o.slug, o.name, o.is_example) for o in hosts] == [
        ("living-lab", "Living Lab", False),
        ("porin-tekniikka-oy", HOST, False),
    ]
    told = demo_mode.all(select(Audit).where(Audit.action == "leave-demo"))[0]
    assert told.actor_id is None
    assert demo_mode.all(TOLD)[0]["by"] == "admin@demo.example"
    assert told.facts["removed"]["pilots"] == 60


@pytest.mark.both_engines
def test_new_places_are_not_taken_for_the_old_ones(demo_mode):
    """SQLite gives ids again; a process that knew the example must not show it any more."""
    with demo_mode.work() as work:
        before = demo_mode.world.seen(work.session, work.now)
        assert before.busy[before.places.resources["fac-02-hall-south"].id].starts
    demo_mode.leave()
    with demo_mode.work() as work:
        for number in range(1, 15):
            slug = f"fac-{number:02}"
            import_facility(work, document(slug, example=False, municipality="Ulvila"))
    with demo_mode.work() as work:
        after = demo_mode.world.seen(work.session, work.now)
        assert {p.facility.municipality for p in after.places.facilities.values()} == {"Ulvila"}
        assert [i for i, busy in after.busy.items() if busy.starts] == []


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "period",
    [
        {"facility": "fac-02"},
        {"resource": "fac-02-hall-south"},
        {"facilities": ["fac-02", "fac-03"]},
    ],
)
def test_real_requests_at_example_places_are_named_and_nothing_goes(demo_mode, period):
    ref = demo_mode.draft(demo_mode.firm(), **period)
    before = demo_mode.rows()
    with pytest.raises(RulesBroken) as refusal:
        demo_mode.leave()
    (problem,) = refusal.value.problems
    assert (problem.code, problem.field) == ("real_pilot", ref)
    assert problem.message.params == {
        "ref": ref,
        "company": "Sierra Robotics",
        "facility": "fac-02",
    }
    assert demo_mode.rows() == before
    demo_mode.leave(given_up=[ref])
    assert demo_mode.all(select(Pilot)) == []
    assert demo_mode.all(select(User.email).order_by(User.email)) == [
        *("aino@pori.example", "ann@sierra.example")
    ]


def test_real_requests_at_real_places_stay(demo_mode):
    real = document(
        "fac-03", id="hall-1", example=False, host={"id": "own", "name": "Own"}, site=None
    )
    real["resources"] = [{**real["resources"][0], "id": "hall-1-bench", "requires": []}]
    with demo_mode.work("admin@demo.example") as work:
        import_facility(work, real)
    ref = demo_mode.draft(demo_mode.firm(), facility="hall-1")
    demo_mode.leave()
    assert demo_mode.all(select(Pilot.ref)) == [ref]
    assert demo_mode.all(select(Facility.slug)) == ["hall-1"]


def test_an_example_person_whom_real_records_name_stays_shut_out(demo_mode):
    real = document(
        "fac-03", id="hall-1", example=False, host={"id": "own", "name": "Own"}, site=None
    )
    real["resources"] = [{**real["resources"][0], "id": "hall-1-bench", "requires": []}]
    with demo_mode.work("admin@demo.example") as work:
        import_facility(work, real)
    with demo_mode.work("admin@demo.example") as work:
        tokens.make_token(work, "admin@demo.example")
        accounts.sign_in(work, work.actor.user_id)
    demo_mode.leave()
    kept = demo_mode.all(select(User).where(User.is_example))
    assert [(user.email, user.active, user.password) for user in kept] == [
        ("admin@demo.example", False, None)
    ]
    assert [demo_mode.all(select(table)) for table in (SignIn, ApiToken, Feed)] == [[], [], []]
    assert demo_mode.all(select(Membership.user_id)) == [demo_mode.id_of(ADMIN.email)]
    did = demo_mode.all(select(Audit).where(Audit.object_ref == "hall-1"))
    assert [(row.action, row.actor_id) for row in did] == [("import", kept[0].id)]


def test_a_real_place_of_an_example_host_stands_in_the_way(demo_mode):
    with demo_mode.work() as work:
        work.session.execute(
            update(Facility).where(Facility.slug == "fac-05").values(is_example=False)
        )
    before = demo_mode.rows()
    with pytest.raises(RulesBroken) as refusal:
        demo_mode.leave()
    assert [(p.code, p.field) for p in refusal.value.problems] == [("example_host", "fac-05")]
    assert demo_mode.rows() == before


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("admin", "host", "field"),
    [
        (NewAdmin("Admin@demo.example", "A", "h"), HOST, "email"),
        (ADMIN, " ", "host"),
        (ADMIN, "x" * 201, "host"),
        (ADMIN, "a\x00b", "host"),
    ],
)
def test_with_wrong_names_nothing_goes(demo_mode, admin, host, field):
    before = demo_mode.rows()
    with pytest.raises(InvalidInput) as refusal:
        demo_mode.leave(admin=admin, host=host)
    assert [problem.field for problem in refusal.value.problems] == [field]
    assert demo_mode.rows() == before


def test_a_real_admin_leaves_without_a_new_one(demo_mode):
    with demo_mode.work() as work:
        accounts.create_admin(work, "root@pori.example", "a hash")
    demo_mode.leave("root@pori.example", admin=None)
    people = demo_mode.all(select(User))
    assert [(user.email, user.password) for user in people] == [("root@pori.example", "a hash")]
    told = demo_mode.all(select(Audit).where(Audit.action == "leave-demo"))[0]
    assert (told.actor_id, demo_mode.all(TOLD)[0]["admin"]) == (people[0].id, "root@pori.example")


def test_real_people_with_an_example_role_are_told_and_keep_their_account(demo_mode):
    email = demo_mode.firm()
    with Session(demo_mode.engine) as session:
        hall = session.scalars(select(Facility).where(Facility.slug == "fac-02")).one()
    role = Membership(
        user_id=demo_mode.id_of(email),
        organisation_id=hall.host_id,
        role="facility_manager",
        facility_id=hall.id,
    )
    demo_mode.add(role)
    with Session(demo_mode.engine) as session:
        assert outlook(session).people == [email]
    demo_mode.leave()
    assert demo_mode.all(select(Membership.role).order_by(Membership.id)) == ["member", "admin"]


def test_what_goes_is_told_in_a_constant_number_of_statements(demo_mode):
    """However much there is: the page shows it before anything happens."""
    with Session(demo_mode.engine) as session:
        known = outlook(session)
    assert (known.counts._asdict(), known.people, known.pilots, known.problems) == (
        COUNTS,
        [],
        [],
        [],
    )
