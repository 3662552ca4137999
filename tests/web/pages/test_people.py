"""The people of a company: who sees and changes them, and how one who leaves is out at once."""

import pytest
from sqlalchemy import select

from livinglab.db.tables import ApiToken, AppPassword, Audit, Feed, Membership, SignIn
from tests.web.pages.inviting import (
    ADMIN,
    MEMBER,
    NEW,
    PEOPLE,
    RIVAL,
    mails,
    open_invitations,
    person,
    roles,
    two_firms,
)


@pytest.fixture
def firm(make):
    return two_firms(make)


def test_a_member_sees_the_list_and_nothing_else(browser, post, make, firm):
    client = browser(MEMBER)
    page = client.get(PEOPLE)
    assert (page.status_code, "Boss" in page.text) == (200, True)
    assert "Send the invitation" not in page.text
    boss = person(make, ADMIN).id
    for address, fields in (
        (f"{PEOPLE}/invitations", {"email": NEW, "role": "company_admin"}),
        (f"{PEOPLE}/{boss}/role", {"role": "member"}),
        (f"{PEOPLE}/{person(make, MEMBER).id}/role", {"role": "company_admin"}),
        (f"{PEOPLE}/{boss}/remove", {}),
    ):
        assert post(client, address, **fields).status_code == 403
    assert roles(make, MEMBER) == [(firm.id, "member")]
    assert mails(make) == []


def test_the_form_is_closed_to_hosts_and_visitors(client, browser, make, firm):
    make.user("m@host.example", make.host(), "admin")
    assert browser("m@host.example").get(PEOPLE).status_code == 403
    assert client.get(PEOPLE).status_code == 303


# --- Changing and removing ----------------------------------------------------------------------


def test_a_role_is_changed_and_counts_at_the_next_click(browser, post, make, firm):
    admin, client = browser(ADMIN), browser(MEMBER)
    number = person(make, MEMBER).id
    assert post(admin, f"{PEOPLE}/{number}/role", role="admin").status_code == 403
    assert post(admin, f"{PEOPLE}/{number}/role", role="company_admin").status_code == 303
    assert roles(make, MEMBER) == [(firm.id, "company_admin")]
    assert "Send the invitation" in client.get(PEOPLE).text
    [row] = make.all(select(Audit).where(Audit.action == "change role"))
    assert row.facts == {"user": number, "from": ["member"], "to": "company_admin"}


def test_the_last_admin_stays_admin_and_stays(browser, post, make, firm):
    client, number = browser(ADMIN), person(make, ADMIN).id
    for address, fields in (
        (f"{PEOPLE}/{number}/role", {"role": "member"}),
        (f"{PEOPLE}/{number}/remove", {}),
        ("/account/leave", {}),
    ):
        assert post(client, address, **fields).status_code == 303
        assert roles(make, ADMIN) == [(firm.id, "company_admin")]
    assert "This is the last admin" in client.get(PEOPLE).text


@pytest.mark.parametrize("action", ["role", "remove"])
def test_people_of_another_company_are_not_there(browser, post, make, firm, action):
    number = person(make, RIVAL).id
    answers = [
        post(browser(ADMIN), f"{PEOPLE}/{key}/{action}", role="member") for key in (number, 99_999)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(roles(make, RIVAL)) == 1


@pytest.mark.parametrize("action", ["again", "revoke"])
def test_invitations_of_another_company_are_not_there(invite, make, browser, post, action):
    invite()
    [row] = open_invitations(make)
    rival = browser(RIVAL)
    assert post(rival, f"{PEOPLE}/invitations/{row.id}/{action}").status_code == 404
    assert [kept.id for kept in open_invitations(make)] == [row.id]


def keys_of(make, user, organisation, clock):
    """A token, a calendar password and a feed of somebody."""
    values = {"user_id": user.id, "organisation_id": organisation.id, "created_at": clock()}
    return [
        make.add(ApiToken(token_hash=f"t{user.id}{organisation.id}", scope="read", **values)),
        make.add(AppPassword(password_hash=f"p{user.id}{organisation.id}", **values)),
        make.add(Feed(token_hash=f"f{user.id}{organisation.id}", **values)),
    ]


@pytest.mark.both_engines
def test_who_is_removed_is_out_at_the_next_click_with_everything_of_theirs(
    browser, post, make, firm, clock
):
    member = person(make, MEMBER)
    keys = keys_of(make, member, firm, clock)
    feed = make.add(Feed(token_hash="f", user_id=member.id, created_at=clock()))  # a hash
    client = browser(MEMBER)
    assert client.get(PEOPLE).status_code == 200
    assert post(browser(ADMIN), f"{PEOPLE}/{member.id}/remove").status_code == 303
    assert "/login" in client.get(PEOPLE).location
    assert [make.reload(row).revoked_at for row in (*keys, feed)] == [clock()] * 4
    assert [
        row.ended_at for row in make.all(select(SignIn).where(SignIn.user_id == member.id))
    ] == [clock()]
    assert "Member" not in browser(ADMIN).get(PEOPLE).text.partition("<main")[2]


def test_who_is_removed_keeps_their_other_company(browser, post, make, firm, clock):
    member = person(make, MEMBER)
    other = make.company("other")
    make.add(Membership(user_id=member.id, organisation_id=other.id, role="member"))
    gone, kept = keys_of(make, member, firm, clock), keys_of(make, member, other, clock)
    here, there = browser(MEMBER), browser(MEMBER)
    post(there, "/account/organisation", organisation=other.id)
    post(browser(ADMIN), f"{PEOPLE}/{member.id}/remove")
    assert "/login" in here.get(PEOPLE).location
    assert "Everybody who acts for Other" in there.get(PEOPLE).text
    assert [make.reload(row).revoked_at for row in gone] == [clock()] * 3
    assert [make.reload(row).revoked_at for row in kept] == [None] * 3


@pytest.mark.parametrize(("left", "ended"), [("firm", True), ("other", False)])
def test_a_feed_of_before_organisations_ends_with_the_first_joined(
    browser, post, make, firm, clock, left, ended
):
    member, other = person(make, MEMBER), make.company("other")
    make.add(Membership(user_id=member.id, organisation_id=other.id, role="member"))
    feed = make.add(Feed(token_hash="f", user_id=member.id, created_at=clock()))  # a hash
    client, number = browser(MEMBER), {"firm": firm, "other": other}[left].id
    make.session.commit()  # an open read would block writers on SQLite
    post(client, "/account/organisation", organisation=number)
    post(client, "/account/leave")
    assert make.reload(feed).revoked_at == (clock() if ended else None)


def test_what_a_removed_admin_sent_and_was_sent_is_taken_back(invite, browser, post, make, firm):
    make.user("second@firm.example", firm, "company_admin")
    second = person(make, "second@firm.example").id
    client = browser("second@firm.example")
    post(client, f"{PEOPLE}/invitations", email="mine@private.example", role="company_admin")
    assert [row.email for row in open_invitations(make)] == ["mine@private.example"]
    assert post(browser(ADMIN), f"{PEOPLE}/{second}/remove").status_code == 303
    assert open_invitations(make) == []


def test_somebody_leaves_by_themselves(browser, post, make, firm):
    client = browser(MEMBER)
    assert post(client, "/account/leave").status_code == 303
    assert roles(make, MEMBER) == []
    assert "/login" in client.get(PEOPLE).location


def test_the_page_costs_the_same_for_few_and_many(invite, browser, make, firm, query_counter):
    client = browser(ADMIN)
    counts = []
    for start, more in ((0, 1), (1, 3)):
        for n in range(start, more):
            make.user(f"p{n}@firm.example", firm)
            invite(f"guest{n}@firm.example")
        client.get(PEOPLE)
        with query_counter() as sent:
            client.get(PEOPLE)
        counts.append(sent.count)
    assert counts[0] == counts[1]
