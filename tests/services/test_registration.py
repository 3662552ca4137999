"""Registering as a use case: what waits, what opens, what is forgotten."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.adapters.secrets import password_hash
from livinglab.db.tables import Membership, Organisation, Outbox, User
from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.services import registration, unconfirmed

PASSWORD = "a password of my own"
GIVEN = {
    "email": "ann@kumo.example",
    "name": "Ann",
    "company": "Kumo",
    "country": "JP",
    "language": "sv",
    "password": PASSWORD,
}


@pytest.fixture
def register(house):
    """Registers somebody; the link's token and the browser's proof."""

    def act(**changes):
        newcomer = registration.read(GIVEN | changes)
        with house.work(None) as work:
            proof = registration.register(work, newcomer, password_hash(PASSWORD))
        mail = house.make.all(select(Outbox).order_by(Outbox.id))[-1]
        found = re.search(registration.CONFIRM + r"(\S+)", mail.body)
        return found and found[1], proof

    return act


def person(house, email=GIVEN["email"]):
    found = house.make.all(select(User).where(User.email == email))
    return found[0] if found else None


def companies(house):
    """The companies that registered."""
    known = {"firm", "rival"}
    slugs = house.make.all(select(Organisation.slug).where(Organisation.kind == "company"))
    return set(slugs) - known


def waiting(house, token):
    with house.work(None) as work:
        return registration.waiting(work.session, token, work.now)


def test_the_hash_of_the_link_is_all_that_is_kept_of_it(house, register):
    token, _ = register()
    user = person(house)
    assert token not in {user.fs_uniquifier, user.password}
    assert len(token) == 43


def test_the_link_opens_the_account_once(house, register):
    token, _ = register()
    before = person(house).fs_uniquifier
    with house.work(None) as work:
        opened = registration.confirm(work, token)
    user = person(house)
    assert (user.id, user.active) == (opened, True)
    assert user.fs_uniquifier != before
    assert waiting(house, token) is None
    with house.work(None) as work, pytest.raises(NotFound):
        registration.confirm(work, token)


@pytest.mark.parametrize(
    ("lived", "works"), [(timedelta(days=7, seconds=-1), True), (timedelta(days=7), False)]
)
def test_a_link_lives_for_seven_days(house, register, clock, lived, works):
    token, _ = register()
    clock.now += lived
    assert (waiting(house, token) is not None) is works


def test_only_the_registering_browser_or_the_password_proves_it(house, register):
    token, proof = register()
    account = waiting(house, token)
    assert registration.is_proven(account, proof, "")
    assert registration.is_proven(account, "", PASSWORD)
    assert not registration.is_proven(account, "", "")
    assert not registration.is_proven(account, token, "another password")


def test_somebody_shut_out_gets_no_way_back_by_registering(house, register):
    token, _ = register()
    with house.work(None) as work:
        registration.confirm(work, token)
    user = person(house)
    user.active = False
    house.make.session.commit()
    assert register()[0] == token
    with house.work(None) as work:
        registration.send_again(work, GIVEN["email"])
    assert len(house.make.all(select(Outbox))) == 1
    assert not house.make.reload(user).active


def test_somebody_erased_is_nobody_who_waits(house, register, clock):
    token, _ = register()
    user = person(house)
    user.erased_at = clock()
    house.make.session.commit()
    assert waiting(house, token) is None


def test_every_fault_of_a_form_is_found():
    with pytest.raises(InvalidInput) as caught:
        registration.read({"email": "x"})
    assert [problem.field for problem in caught.value.problems] == [
        *("email", "name", "company", "country", "language", "password"),
    ]


@pytest.mark.both_engines
def test_who_never_confirmed_is_forgotten_with_their_company(house, register, clock):
    register()
    token, _ = register(email="bob@nimbus.example", company="Nimbus")
    with house.work(None) as work:
        registration.confirm(work, token)
    clock.now += registration.KEPT - timedelta(seconds=1)
    with house.work(None) as work:
        assert unconfirmed.forget(work) == 0
    clock.now += timedelta(seconds=1)
    with house.work(None) as work:
        assert unconfirmed.forget(work) == 1
    assert person(house) is None
    assert person(house, "bob@nimbus.example").active
    assert companies(house) == {"nimbus"}


def test_a_company_with_other_people_stays(house, register, clock):
    register()
    company = house.make.all(select(Organisation).where(Organisation.slug == "kumo"))[0]
    user = house.make.user("eve@kumo.example")
    house.make.add(Membership(user_id=user.id, organisation_id=company.id, role="member"))
    clock.now += registration.KEPT
    with house.work(None) as work:
        assert unconfirmed.forget(work) == 1
    assert person(house) is None
    assert companies(house) == {"kumo"}
