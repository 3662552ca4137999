"""API tokens and passwords of calendar programs: how long they count, and whose they are."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from livinglab.adapters.secrets import token_hash
from livinglab.db.queries.tokens import token_holder
from livinglab.db.tables import ApiToken, AppPassword, Audit, Membership, User
from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.services import accounts, app_passwords, tokens
from livinglab.services.work import begin_work
from livinglab.services.world import World

TODAY = date(2026, 11, 24)
ADA = "ada@test.example"


@pytest.fixture
def ada(make):
    return make.user(ADA, make.company())


@pytest.fixture
def work(make, settings, clock):
    """Opens a unit of work, of a person or of nobody: `with work(user) as unit`."""
    world = World(settings.base_url, settings.mail_from)

    def begin(user=None):
        actor = user and accounts.principal_for(make.session, user.id, on=TODAY)
        return begin_work(make.session, world, now=clock(), actor=actor)

    return begin


def test_a_token_lasts_as_long_as_was_asked_and_no_longer(make, work, ada, clock):
    for days in tokens.DAYS:
        with work() as unit:
            token = tokens.make_token(unit, ADA, days=days)
        end = clock.now + timedelta(days=days)
        row = token_holder(make.session, token_hash(token), end - timedelta(seconds=1))[1]
        assert row.expires_at == end
        assert token_holder(make.session, token_hash(token), end) is None


@pytest.mark.parametrize("days", [0, -30, 1, 91, 366, 10_000])
def test_other_lengths_are_refused(make, work, ada, days):
    with pytest.raises(InvalidInput) as refused, work() as unit:
        tokens.make_token(unit, ADA, days=days)
    assert [p.field for p in refused.value.problems] == ["days"]
    assert make.all(select(ApiToken)) == []


def test_a_token_of_old_without_an_end_counts_for_a_year(make, work, ada, clock):
    with work() as unit:
        token = tokens.make_token(unit, ADA)
    make.session.execute(update(ApiToken).values(expires_at=None))
    make.session.commit()
    year = clock.now + timedelta(days=365)
    assert token_holder(make.session, token_hash(token), year - timedelta(seconds=1)) is not None
    assert token_holder(make.session, token_hash(token), year) is None
    (row,) = tokens.tokens_of(make.session, ada.id)
    assert tokens.ended_at(row, year) == year


def test_a_token_is_dead_when_its_person_is_shut_out_or_it_is_revoked(make, work, ada, clock):
    with work() as unit:
        token = token_hash(tokens.make_token(unit, ADA))
    assert token_holder(make.session, token, clock.now) is not None
    make.session.execute(update(User).values(active=False))
    make.session.commit()
    assert token_holder(make.session, token, clock.now) is None
    make.session.execute(update(User).values(active=True))
    make.session.commit()
    with work(ada) as unit:
        tokens.revoke_token(unit, 1)
    assert token_holder(make.session, token, clock.now) is None


def test_each_token_and_its_end_are_audited(make, work, ada):
    with work(ada) as unit:
        tokens.make_token(unit, ADA, "write", name="Crane")
    with work(ada) as unit:
        tokens.revoke_token(unit, 1)
    rows = make.all(select(Audit).order_by(Audit.id))
    assert [(r.action, r.object_kind, r.object_ref) for r in rows] == [
        ("create", "token", "1"),
        ("revoke", "token", "1"),
    ]


@pytest.mark.parametrize("name", ["x" * 101, "a\nb", "a\x07b", "\ud800"])
def test_names_that_cannot_be_shown_are_refused(make, work, ada, name):
    for make_one in (tokens.make_token, app_passwords.make_app_password):
        with pytest.raises(InvalidInput) as refused, work() as unit:
            make_one(unit, ADA, name=name)
        assert [p.field for p in refused.value.problems] == ["name"]


# --- Calendar programs ----------------------------------------------------------------------------


def test_an_app_password_opens_with_the_address_of_its_person_alone(make, work, ada):
    make.user("bo@test.example", make.company("bo"))
    with work() as unit:
        password = app_passwords.make_app_password(unit, ADA, name="Phone")
    holder = app_passwords.app_password_holder(make.session, ADA, password, TODAY)
    assert (holder.who.email, holder.who.scope, holder.used_at) == (ADA, "read", None)
    for email, typed in (
        ("bo@test.example", password),
        (ADA, password[:-1]),
        (ADA, ""),
        ("", password),
    ):
        assert app_passwords.app_password_holder(make.session, email, typed, TODAY) is None
    (row,) = make.all(select(AppPassword))
    assert password not in str(vars(row))


def test_an_app_password_may_be_copied_by_hand(make, work, ada):
    with work() as unit:
        password = app_passwords.make_app_password(unit, ADA)
    typed = " " + password.replace("-", " ").upper()
    assert app_passwords.app_password_holder(make.session, "ADA@test.example", typed, TODAY)


def test_an_app_password_dies_with_membership_account_and_revocation(make, work, ada):
    with work() as unit:
        password = app_passwords.make_app_password(unit, ADA)

    def counts():
        found = app_passwords.app_password_holder(make.session, ADA, password, TODAY)
        make.session.commit()
        return found is not None

    assert counts()
    make.session.execute(update(User).values(active=False))
    assert not counts()
    make.session.execute(update(User).values(active=True))
    assert counts()
    kept = make.session.scalars(select(Membership)).one().organisation_id
    make.session.execute(delete(Membership))
    assert not counts()
    make.add(Membership(user_id=ada.id, organisation_id=kept, role="member"))
    assert counts()
    with work(ada) as unit:
        app_passwords.revoke_app_password(unit, 1)
    assert not counts()
    assert app_passwords.app_passwords_of(make.session, ada.id) == []


def test_only_the_owner_ends_an_app_password(make, work, ada):
    bo = make.user("bo@test.example", make.company("bo"))
    with work() as unit:
        app_passwords.make_app_password(unit, ADA)
    for actor in (bo, None):
        with pytest.raises(NotFound), work(actor) as unit:
            app_passwords.revoke_app_password(unit, 1)


def test_use_of_an_app_password_is_written_down_once_a_minute(make, work, ada, clock):
    with work() as unit:
        app_passwords.make_app_password(unit, ADA)
    first = clock.now
    for seconds, agent in ((0, "Phone/1"), (59, "Desk/1"), (60, "Desk/2" + "x" * 300)):
        clock.now = first + timedelta(seconds=seconds)
        with work() as unit:
            app_passwords.note_app_password_use(unit, 1, agent)
        (row,) = make.all(select(AppPassword))
        row = make.reload(row)
        seen = (row.used_at, row.used_by[:7])
        assert seen == ((clock.now, agent[:7]) if seconds != 59 else (first, "Phone/1"))
    assert len(row.used_by) == 200
