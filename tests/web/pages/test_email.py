"""Another mail address: the new one confirms, the old one may take it back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import User
from tests.signing import link_in, mails

EMAIL, NEW = "ada@test.example", "ada@new.example"


@pytest.fixture
def ada(make):
    return make.user(EMAIL, make.company())


@pytest.fixture
def post(csrf):
    def send(client, path, **fields):
        return client.post(path, data={"csrf_token": csrf(client), **fields})

    return send


@pytest.fixture
def link(client, ada, login, post, make):
    """The path of the link that was sent to the new address."""
    login(client, EMAIL)
    assert post(client, "/account/email", email=NEW).status_code == 303
    (mail,) = mails(make)
    assert mail.recipient == NEW
    return link_in(mail)


def address(make):
    return make.all(select(User.email).order_by(User.id))[0]


@pytest.mark.both_engines
def test_the_link_changes_the_address_once_and_the_old_one_is_told(client, link, post, make):
    for _ in range(2):
        assert client.get(link).status_code == 200
    assert address(make) == EMAIL
    assert post(client, link).status_code == 303
    assert address(make) == NEW
    told = mails(make)[-1]
    assert told.recipient == EMAIL
    assert NEW in told.body
    assert post(client, link).status_code == 410
    assert client.get("/account/security").status_code == 200


@pytest.mark.both_engines
def test_the_old_address_takes_it_back_and_all_sessions_end(app, client, link, post, make, clock):
    post(client, link)
    back = link_in(mails(make)[-1])
    clock.now += timedelta(hours=71)
    owner = app.test_client()
    assert owner.get(back).status_code == 200
    assert address(make) == NEW
    assert post(owner, back).location == "/reset"
    assert address(make) == EMAIL
    assert client.get("/account/security").status_code == 303
    assert post(owner, back).status_code == 410


def test_links_end_a_day_and_three_days_later(client, link, post, make, clock):
    clock.now += timedelta(hours=23)
    post(client, link)
    back = link_in(mails(make)[-1])
    clock.now += timedelta(hours=72)
    assert client.get(back).status_code == 410
    assert post(client, back).status_code == 410
    assert address(make) == NEW


def test_a_link_ends_after_a_day(client, link, post, make, clock):
    clock.now += timedelta(hours=24)
    assert post(client, link).status_code == 410
    assert address(make) == EMAIL


@pytest.mark.parametrize("kind", ["confirm", "undo"])
def test_cut_and_made_up_links_answer_410(client, link, post, kind):
    for token in (link.rpartition("/")[2][:-4], "x", "x" * 5000):
        assert client.get(f"/account/email/{kind}/{token}").status_code == 410
        assert post(client, f"/account/email/{kind}/{token}").status_code == 410


def test_a_link_of_one_kind_is_none_of_the_other(client, link, post, make):
    other = link.replace("/confirm/", "/undo/")
    assert post(client, other).status_code == 410
    assert address(make) == EMAIL


def test_nobody_is_told_that_an_address_is_taken(client, ada, login, post, make):
    make.user("eve@test.example", make.company("other"))
    login(client, EMAIL)
    taken = post(client, "/account/email", email="Eve@test.example")
    assert mails(make) == []
    free = post(client, "/account/email", email=NEW)
    assert (taken.status_code, taken.location) == (free.status_code, free.location)


def test_an_address_taken_meanwhile_is_not_taken_over(client, link, post, make):
    make.user(NEW, make.company("other"))
    assert post(client, link).status_code == 410
    assert address(make) == EMAIL


def test_what_is_no_address_is_shown_and_kept(client, ada, login, post):
    login(client, EMAIL)
    answer = post(client, "/account/email", email="ada@")
    assert answer.status_code == 422
    assert 'value="ada@"' in answer.text
