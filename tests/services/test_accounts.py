"""People and their keys."""

from datetime import date
from hashlib import sha256

import pytest
from sqlalchemy import select

from livinglab.adapters.secrets import password_hash, token_hash
from livinglab.app import create_app
from livinglab.db.tables import ApiToken, Feed, Membership, Organisation, SignIn, User
from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.services import accounts, tokens
from livinglab.services.work import begin_work
from livinglab.services.world import World

TODAY = date(2026, 11, 24)


@pytest.fixture
def work(make, settings, clock):
    """Opens a unit of work: `with work() as unit`."""
    world = World(settings.base_url, settings.mail_from)
    return lambda: begin_work(make.session, world, now=clock())


def test_a_principal_acts_for_one_organisation_with_its_roles_there(make):
    host, firm = make.host(), make.company()
    facility = make.facility(host)
    user = make.user("ada@test.example", host, "coordinator", ("facility_manager", facility))
    make.add(Membership(user_id=user.id, organisation_id=firm.id, role="member"))
    first = accounts.principal_for(make.session, user.id, on=TODAY)
    assert (first.organisation_name, first.is_host) == ("Host", True)
    assert first.roles == {("coordinator", None), ("facility_manager", "fac-03")}
    second = accounts.principal_for(make.session, user.id, firm.id, "read", on=TODAY)
    assert (second.organisation_id, second.is_host, second.scope) == (firm.id, False, "read")
    assert second.roles == {("member", None)}


def test_nobody_acts_without_membership_or_when_shut_out(make):
    host = make.host()
    assert accounts.principal_for(make.session, 404, on=TODAY) is None
    lonely = make.user("lonely@test.example")
    assert accounts.principal_for(make.session, lonely.id, on=TODAY) is None
    shut_out = make.user("off@test.example", host, active=False)
    assert accounts.principal_for(make.session, shut_out.id, on=TODAY) is None
    elsewhere = make.user("ada@test.example", host)
    assert accounts.principal_for(make.session, elsewhere.id, host.id + 1, on=TODAY) is None


def test_a_token_is_stored_as_its_hash_only(make, work, clock):
    firm = make.company()
    user = make.user("ada@test.example", firm)
    with work() as unit:
        token = tokens.make_token(unit, "ADA@test.example ", "write")
    (row,) = make.all(select(ApiToken))
    assert (row.token_hash, row.user_id, row.organisation_id, row.scope, row.created_at) == (
        sha256(token.encode()).hexdigest(),
        user.id,
        firm.id,
        "write",
        clock(),
    )


def test_a_feed_may_be_narrowed_to_one_place(make, work):
    host = make.host()
    facility = make.facility(host)
    make.user("ada@test.example", host)
    with work() as unit:
        token = accounts.make_feed(unit, "ada@test.example", "fac-03", "busy")
    (row,) = make.all(select(Feed))
    assert (row.token_hash, row.facility_id, row.detail) == (
        token_hash(token),
        facility.id,
        "busy",
    )


def test_a_feed_of_a_facility_that_is_not_published_is_for_those_who_see_it(make, work):
    host = make.host()
    facility = make.facility(host)
    make.user("keeper@test.example", host, ("facility_manager", facility))
    make.user("ada@test.example", make.company())
    facility.published = False
    make.session.commit()
    with work() as unit:
        accounts.make_feed(unit, "keeper@test.example", "fac-03")
    with pytest.raises(NotFound), work() as unit:
        accounts.make_feed(unit, "ada@test.example", "fac-03")


def test_keys_are_refused_for_unknown_people_places_and_details(make, work):
    make.user("ada@test.example", make.host())
    with pytest.raises(NotFound), work() as unit:
        tokens.make_token(unit, "bob@test.example")
    with pytest.raises(NotFound), work() as unit:
        accounts.make_feed(unit, "ada@test.example", "fac-99")
    with pytest.raises(InvalidInput) as refused, work() as unit:
        accounts.make_feed(unit, "ada@test.example", detail="all")
    assert refused.value.problems[0].field == "detail"
    assert (make.all(select(ApiToken)), make.all(select(Feed))) == ([], [])


def test_the_first_admin_comes_with_the_living_lab(make, work):
    with work() as unit:
        accounts.create_admin(unit, "root@test.example", "hash one")
    with work() as unit:
        accounts.sign_in(unit, 1)
    with work() as unit:
        accounts.create_admin(unit, "Root@test.example", "hash two")
    (user,) = make.all(select(User))
    (owner,) = make.all(select(Organisation))
    (membership,) = make.all(select(Membership))
    (session,) = make.all(select(SignIn))
    assert (user.email, user.password, owner.slug) == (
        "root@test.example",
        "hash two",
        "living-lab",
    )
    assert (membership.role, membership.organisation_id) == ("admin", owner.id)
    assert session.ended_at is not None


def test_a_hash_made_outside_the_application_needs_no_renewal(settings):
    made = password_hash("ä correct horse")
    app = create_app(settings)  # that of the other tests hashes with the least work
    with app.app_context():
        context = app.extensions["security"].pwd_context
        assert context.verify_and_update("a\u0308 correct horse", made) == (True, None)
