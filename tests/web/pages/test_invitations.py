"""Inviting and accepting: one answer for all, links that work once, nobody in by a trick."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Membership, User
from livinglab.services import invitations
from tests.web.pages.inviting import (
    ADMIN,
    MEMBER,
    NEW,
    NEWCOMER,
    PEOPLE,
    RIVAL,
    link,
    mails,
    open_invitations,
    person,
    roles,
    two_firms,
)


@pytest.fixture
def firm(make):
    return two_firms(make)


# --- Inviting -----------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_who_is_invited_joins_by_the_link_and_is_signed_in(invite, make, browser, post, firm):
    assert invite().status_code == 303
    [mail] = mails(make)
    assert (mail.recipient, mail.subject) == (NEW, "Invitation to Firm")
    guest = browser()
    page = guest.get(link(make))
    assert (page.status_code, "Join Firm" in page.text, "Boss" in page.text) == (200, True, True)
    assert post(guest, link(make), **NEWCOMER).status_code == 303
    assert roles(make, NEW) == [(firm.id, "member")]
    assert person(make, NEW).confirmed_at is not None
    assert "Nia New" in guest.get(PEOPLE).text
    assert guest.get(link(make)).status_code == 410


@pytest.mark.parametrize("email", [MEMBER, ADMIN, RIVAL, "left@firm.example", NEW])
def test_inviting_answers_the_same_whoever_it_is(invite, make, browser, email):
    make.user("left@firm.example", None)
    answer = invite(email)
    assert (answer.status_code, answer.location) == (303, PEOPLE)
    known = email in (MEMBER, ADMIN)
    assert [row.email for row in open_invitations(make)] == ([] if known else [email])
    assert [mail.recipient for mail in mails(make)] == ([] if known else [email])


@pytest.mark.parametrize(
    "email",
    ["", "no address", "a\r\nBcc: b@c.example", "a\x07@b.example", "x" * 300 + "@b.example"],
)
def test_what_is_no_address_is_refused_at_its_field(invite, make, email):
    answer = invite(email)
    assert (answer.status_code, 'id="email-error"' in answer.text) == (422, True)
    assert mails(make) == []


@pytest.mark.parametrize("role", ["admin", "coordinator", "facility_manager", "", "member "])
def test_nobody_is_invited_to_a_role_that_is_not_a_companys(invite, make, role):
    assert invite(role=role).status_code == 403
    assert open_invitations(make) == []


def test_fields_that_the_form_does_not_have_change_nothing(invite, make, firm):
    invite(organisation_id="2", organisation="2", facility_id="1", accepted_at="now")
    [row] = open_invitations(make)
    assert (row.organisation_id, row.role, row.facility_id) == (firm.id, "member", None)


def test_an_account_invites_so_many_a_day(invite, make, clock, monkeypatch):
    monkeypatch.setattr(invitations, "MOST_A_DAY", 2)
    assert [invite(f"p{n}@firm.example").status_code for n in range(3)] == [303, 303, 429]
    assert len(mails(make)) == 2
    clock.now += timedelta(days=1, seconds=1)
    assert invite("p3@firm.example").status_code == 303


# --- Links --------------------------------------------------------------------------------------


def test_looking_at_a_link_changes_nothing(invite, make, client):
    invite()
    for _ in range(3):
        assert client.get(link(make)).status_code == 200
        assert client.head(link(make)).status_code == 200
    assert len(open_invitations(make)) == 1
    assert make.all(select(User).where(User.email == NEW)) == []


@pytest.mark.parametrize("way", ["cut", "replaced", "revoked", "old", "foreign", "empty"])
def test_links_that_do_not_work_answer_one_page(invite, make, browser, post, clock, way):
    invite()
    old, admin = link(make), browser(ADMIN)
    [row] = open_invitations(make)
    if way == "replaced":
        post(admin, f"{PEOPLE}/invitations/{row.id}/again")
    if way == "revoked":
        post(admin, f"{PEOPLE}/invitations/{row.id}/revoke")
    if way == "old":
        clock.now += invitations.KEPT
    address = {
        "cut": old[:-1],
        "foreign": "/invitations/" + "a" * 43,
        "empty": "/invitations/",
    }.get(way, old)
    guest = browser()
    assert guest.get(address).status_code == 410
    if way != "empty":
        assert post(guest, address, **NEWCOMER).status_code == 410
    assert make.all(select(User).where(User.email == NEW)) == []


def test_sending_again_sends_a_link_that_works(invite, make, browser, post):
    invite()
    [row] = open_invitations(make)
    assert post(browser(ADMIN), f"{PEOPLE}/invitations/{row.id}/again").status_code == 303
    assert len(open_invitations(make)) == 1
    assert post(browser(), link(make), **NEWCOMER).status_code == 303
    assert len(roles(make, NEW)) == 1


@pytest.mark.parametrize("email", [NEW, "known@other.example"])
def test_only_whose_address_is_invited_accepts(invite, make, browser, post, firm, email):
    make.user("known@other.example", make.company("other"))
    invite(email)
    rival = browser(RIVAL)
    assert f"you are signed in as {RIVAL}" in rival.get(link(make)).text
    assert post(rival, link(make), **NEWCOMER).status_code == 409
    members = make.all(select(Membership).where(Membership.organisation_id == firm.id))
    assert len(members) == 2
    assert len(open_invitations(make)) == 1


def test_somebody_of_another_firm_signs_in_joins_and_acts_for_both(
    invite, make, browser, post, firm
):
    rival = RIVAL
    invite(rival)
    guest = browser()
    assert "Sign in, then accept" in guest.get(link(make)).text
    assert "/login" in post(guest, link(make), **NEWCOMER).location
    client = browser(rival)
    assert post(client, link(make)).status_code == 303
    assert len(roles(make, rival)) == 2
    assert "Member" in client.get(PEOPLE).text  # acts for the firm joined last
    assert "Act for Rival" in client.get("/").text
    other = roles(make, rival)[0][0]
    assert post(client, "/account/organisation", organisation=other).status_code == 303
    assert "Everybody who acts for Rival" in client.get(PEOPLE).text
    assert post(client, "/account/organisation", organisation=firm.id + 100).status_code == 404


def test_who_belongs_nowhere_accepts_and_signs_in_with_their_password(
    invite, make, browser, post, firm
):
    make.user("left@firm.example", None, name="Left")
    invite("left@firm.example")
    guest = browser()
    assert "/login" in post(guest, link(make), **NEWCOMER).location
    assert guest.get(PEOPLE).status_code == 303
    assert person(make, "left@firm.example").name == "Left"
    assert browser("left@firm.example").get(PEOPLE).status_code == 200


@pytest.mark.parametrize("values", [{"is_example": True}, {"active": False}])
def test_example_and_closed_accounts_do_not_join(invite, make, browser, post, values, clock):
    make.user("odd@firm.example", None, confirmed_at=clock(), **values)
    invite("odd@firm.example")
    assert post(browser(), link(make), **NEWCOMER).status_code == 410
    assert roles(make, "odd@firm.example") == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "A\u202eB"), ("name", "A\nB"), ("name", ""), ("password", "short")],
)
def test_what_a_newcomer_gives_is_judged(invite, make, browser, post, field, value):
    invite()
    answer = post(browser(), link(make), **{**NEWCOMER, field: value})
    assert answer.status_code == 422
    assert make.all(select(User).where(User.email == NEW)) == []


def test_an_invitation_does_not_raise_the_role_of_a_member(invite, make, browser, post, firm):
    invite(role="company_admin")
    address = link(make)
    make.user(NEW, firm)
    client = browser(NEW)
    assert post(client, address).status_code == 303
    assert roles(make, NEW) == [(firm.id, "member")]
