"""What gives others rights, or a key away, asks again who is there after a quarter of an hour."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import AppPassword, Feed, Invitation, Membership
from tests.factories import PASSWORD

OPERATOR, BOSS, MEMBER = "op@lab.example", "boss@firm.example", "member@firm.example"
INVITED = {"email": "new@firm.example", "role": "member"}
DAYS = {"first": "2026-12-01", "last": "2026-12-02"}
GIVING = [
    (BOSS, "/company/people/invitations", INVITED, "/company/people"),
    (BOSS, "/company/people/{member}/role", {"role": "company_admin"}, "/company/people"),
    (
        OPERATOR,
        "/hosting/people/invitations",
        {"email": "new@lab.example", "role": "facility_manager", "place": "fac-03"},
        "/hosting/people",
    ),
    (
        OPERATOR,
        "/hosting/fac-03/stand-ins",
        {"email": "colleague@lab.example", "role": "facility_manager", **DAYS},
        "/hosting/fac-03/stand-ins",
    ),
    (
        OPERATOR,
        "/setup/deciders",
        {
            "facility": "fac-03",
            "email": "colleague@lab.example",
            "role": "facility_manager",
            "name": "Cy",
        },
        "/setup",
    ),
    (MEMBER, "/calendar-feeds", {"facility": "", "detail": "title"}, "/calendar-feeds"),
    (MEMBER, "/calendar-feeds/{feed}/rotate", {}, "/calendar-feeds/1"),
    (MEMBER, "/calendar-feeds/apps", {"name": "Phone"}, "/calendar-feeds"),
]
"""Who sends it, where to, with what, and the page on which the form stands."""


@pytest.fixture
def house(make, clock):
    """A company of two and a host of two; numbers that addresses need."""
    firm, lab = make.company("firm"), make.host("living-lab")
    make.user(BOSS, firm, "company_admin")
    member = make.user(MEMBER, firm)
    make.user(OPERATOR, lab, "admin")
    make.user("colleague@lab.example", lab, "staff")
    make.facility(lab, "fac-03")
    feed = make.add(Feed(token_hash="f", user_id=member.id, created_at=clock()))
    return {"member": member.id, "feed": feed.id}


def given(make):
    """Every invitation, role and key there is."""
    return [
        make.all(select(Invitation.email)),
        make.all(select(Membership.role).order_by(Membership.id)),
        make.all(select(Feed.token_hash).order_by(Feed.id)),
        make.all(select(AppPassword.name)),
    ]


@pytest.mark.parametrize("giving", GIVING, ids=lambda row: row[1].strip("/"))
def test_it_is_done_only_by_somebody_who_showed_lately_who_they_are(
    browser, post, house, make, clock, giving
):
    who, address, fields, page = giving
    client, path, before = browser(who), address.format(**house), given(make)
    clock.now += timedelta(minutes=15, seconds=1)
    asked = post(client, path, **fields)
    assert (asked.status_code, asked.location) == (303, f"/account/confirm?next={page}")
    assert given(make) == before
    assert "Nothing is done yet" in client.get(asked.location).text
    shown = post(client, "/account/confirm", password=PASSWORD, next=page)
    assert (shown.location, client.get(page).status_code) == (page, 200)
    assert post(client, path, **fields).status_code == 303
    assert given(make) != before


def test_where_no_page_of_its_own_stands_above_it_leads_to_the_account(browser, post, house, clock):
    client = browser(BOSS)
    clock.now += timedelta(minutes=16)
    asked = post(client, "/account/recovery-codes")
    assert asked.location == "/account/confirm?next=/account"
