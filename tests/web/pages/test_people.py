"""The people of a company: inviting, joining, changing, removing; nobody in by a trick."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import (
    ApiToken,
    AppPassword,
    Audit,
    Feed,
    Invitation,
    Membership,
    Outbox,
    SignIn,
    User,
)
from livinglab.services import invitations

ADMIN, MEMBER, NEW = "boss@firm.example", "member@firm.example", "new@firm.example"
PEOPLE = "/company/people"


@pytest.fixture
def firm(make):
    """A company with an admin and a member, and another company."""
    firm = make.company("firm")
    make.user(ADMIN, firm, "company_admin", name="Boss")
    make.user(MEMBER, firm, name="Member")
    make.user("rival@rival.example", make.company("rival"), "company_admin", name="Rival")
    return firm


@pytest.fixture
def browser(app, login):
    """A browser, signed in as somebody or not: `browser(ADMIN)`."""

    def open_one(email=None):
        client = app.test_client()
        if email:
            login(client, email)
        return client

    return open_one


@pytest.fixture
def post(csrf):
    """Sends a form with its token: `post(client, address, field=…)`."""

    def send(client, address, **fields):
        return client.post(address, data=fields | {"csrf_token": csrf(client)})

    return send


@pytest.fixture
def invite(browser, post, firm):
    """Invites by the form, as the admin: `invite(email)`."""
    client = browser(ADMIN)

    def send(email=NEW, role="member", **fields):
        return post(client, f"{PEOPLE}/invitations", email=email, role=role, **fields)

    return send


def person(make, email):
    return make.all(select(User).where(User.email == email))[0]


def roles(make, email):
    """Organisation and role of each membership of a person."""
    found = make.all(
        select(Membership).join(User).where(User.email == email).order_by(Membership.id)
    )
    return [(row.organisation_id, row.role) for row in found]


def open_invitations(make):
    unanswered = Invitation.accepted_at.is_(None) & Invitation.revoked_at.is_(None)
    return make.all(select(Invitation).where(unanswered).order_by(Invitation.id))


def mails(make):
    return make.all(select(Outbox).order_by(Outbox.id))


def link(make):
    """The link of the last mail, without its host."""
    return re.search(r"http://[^/\s]+(/invitations/\S+)", mails(make)[-1].body)[1]


NEWCOMER = {"name": "Nia New", "password": "a password of my own"}


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


@pytest.mark.parametrize("email", [MEMBER, ADMIN, "rival@rival.example", "left@firm.example", NEW])
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
    assert (answer.status_code, "is not an e-mail address" in answer.text) == (422, True)
    assert mails(make) == []


@pytest.mark.parametrize("role", ["admin", "coordinator", "facility_manager", "", "member "])
def test_nobody_is_invited_to_a_role_that_is_not_a_companys(invite, make, role):
    assert invite(role=role).status_code == 403
    assert open_invitations(make) == []


def test_fields_that_the_form_does_not_have_change_nothing(invite, make, firm):
    invite(organisation_id="2", organisation="2", facility_id="1", accepted_at="now")
    [row] = open_invitations(make)
    assert (row.organisation_id, row.role, row.facility_id) == (firm.id, "member", None)


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


def test_only_whose_address_is_invited_accepts(invite, make, browser, post, firm):
    invite()
    rival = browser("rival@rival.example")
    assert "you are signed in as rival@rival.example" in rival.get(link(make)).text
    assert post(rival, link(make), **NEWCOMER).status_code == 409
    assert [organisation for organisation, _ in roles(make, "rival@rival.example")] != [firm.id]
    assert len(open_invitations(make)) == 1


def test_somebody_of_another_firm_signs_in_joins_and_acts_for_both(
    invite, make, browser, post, firm
):
    rival = "rival@rival.example"
    invite(rival)
    guest = browser()
    assert "Sign in, then accept" in guest.get(link(make)).text
    assert "/login" in post(guest, link(make), **NEWCOMER).location
    client = browser(rival)
    assert post(client, link(make)).status_code == 303
    assert len(roles(make, rival)) == 2
    assert "Member" in client.get(PEOPLE).text  # acts for the firm joined last
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
    number = person(make, "rival@rival.example").id
    answers = [
        post(browser(ADMIN), f"{PEOPLE}/{key}/{action}", role="member") for key in (number, 99_999)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len(roles(make, "rival@rival.example")) == 1


@pytest.mark.parametrize("action", ["again", "revoke"])
def test_invitations_of_another_company_are_not_there(invite, make, browser, post, action):
    invite()
    [row] = open_invitations(make)
    rival = browser("rival@rival.example")
    assert post(rival, f"{PEOPLE}/invitations/{row.id}/{action}").status_code == 404
    assert [kept.id for kept in open_invitations(make)] == [row.id]


def keys_of(make, user, organisation, clock):
    """A token, a calendar password and a feed of somebody."""
    values = {"user_id": user.id, "organisation_id": organisation.id, "created_at": clock()}
    return [
        make.add(ApiToken(token_hash=f"t{user.id}{organisation.id}", scope="read", **values)),
        make.add(AppPassword(password_hash=f"p{user.id}{organisation.id}", **values)),
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
    assert [make.reload(row).revoked_at for row in (*keys, feed)] == [clock()] * 3
    assert [
        row.ended_at for row in make.all(select(SignIn).where(SignIn.user_id == member.id))
    ] == [clock()]
    assert "Member" not in browser(ADMIN).get(PEOPLE).text.partition("<main")[2]


def test_who_is_removed_keeps_their_other_company(browser, post, make, firm, clock):
    member = person(make, MEMBER)
    other = make.company("other")
    make.add(Membership(user_id=member.id, organisation_id=other.id, role="member"))
    gone, kept = keys_of(make, member, firm, clock), keys_of(make, member, other, clock)
    feed = make.add(Feed(token_hash="f", user_id=member.id, created_at=clock()))  # a hash
    here, there = browser(MEMBER), browser(MEMBER)
    post(there, "/account/organisation", organisation=other.id)
    post(browser(ADMIN), f"{PEOPLE}/{member.id}/remove")
    assert "/login" in here.get(PEOPLE).location
    assert "Everybody who acts for Other" in there.get(PEOPLE).text
    assert [make.reload(row).revoked_at for row in gone] == [clock()] * 2
    assert [make.reload(row).revoked_at for row in (*kept, feed)] == [None] * 3


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
