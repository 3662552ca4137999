"""What is read out for a person: theirs, all of it, and no secret."""

from datetime import date

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

from livinglab.db.base import Base
from livinglab.db.tables import (
    ApiToken,
    Audit,
    AuditValue,
    Gate,
    Membership,
    SavedView,
    User,
)
from livinglab.services.personal_data import collect
from livinglab.services.personal_sections import SECTIONS
from tests.post import intent
from tests.ways_in import invitation, passkey

BY_ADDRESS = {"recipient", "email"}
NOT_PEOPLE = {"organisation.email"}
"""Addresses that are an organisation's."""


def columns(part):
    return {
        str(column.property.columns[0]) for section in SECTIONS for column in getattr(section, part)
    }


def naming_people(metadata):
    """Every column that names a person, by id or by address."""
    return {
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if any(key.target_fullname == "user_account.id" for key in column.foreign_keys)
        or column.name in BY_ADDRESS
    } - NOT_PEOPLE


def test_every_column_that_names_a_person_is_read_out():
    assert naming_people(Base.metadata) <= columns("of") | {"user_account.email"}


def test_a_new_table_that_names_people_would_be_noticed():
    metadata = MetaData()
    Table("user_account", metadata, Column("id", Integer, primary_key=True))
    Table("diary", metadata, Column("writer_id", ForeignKey("user_account.id")))
    assert naming_people(metadata) == {"diary.writer_id"}


def test_every_column_of_these_tables_is_given_or_kept_back_for_a_reason():
    tables = {column.partition(".")[0] for column in columns("of") | columns("given")}
    all_of_them = {str(c) for name in tables for c in Base.metadata.tables[name].columns}
    keys = {str(c) for name in tables for c in Base.metadata.tables[name].primary_key}
    assert all_of_them == columns("of") | columns("given") | columns("kept_back") | keys
    assert columns("given") & columns("kept_back") == set()


@pytest.fixture
def ada(make, clock):
    """Somebody with a row in many tables, beside a colleague with as many."""
    firm, hall = make.company("sierra"), make.facility(make.host())
    people = [make.user(f"{name}@sierra.example", firm) for name in ("ada", "bob")]
    now = clock()
    for number, user in enumerate(people):
        make.add(
            ApiToken(
                token_hash=f"hash {number}",
                user_id=user.id,
                organisation_id=firm.id,
                scope="read",
                name=f"{user.name}'s",
                created_at=now,
            )
        )
        make.add(
            SavedView(
                user_id=user.id, page="board", name=user.name, query={}, told={}, created_at=now
            )
        )
        pilot = make.pilot(firm, user, title=f"of {user.name}")
        make.add(
            Gate(
                pilot_id=pilot.id,
                facility_id=hall.id,
                position=0,
                role="safety_owner",
                title={"en": "Safety"},
                state="passed",
                opened_at=now,
                decided_at=now,
                decided_by_id=user.id,
                note=f"fine for {user.name}",
            )
        )
        mail = intent(number, now)
        mail.recipient = user.email.upper()
        make.add(mail)
        row = make.add(
            Audit(
                at=now,
                actor_id=user.id,
                action="save",
                object_kind="view",
                object_ref=str(number),
                facts={},
            )
        )
        make.add(AuditValue(audit_id=row.id, salt="salt", content={"note": user.name}))
    invited = {"token_hash": "another hash", "invited_by_id": people[0].id}
    make.add(invitation(firm, "cy@sierra.example", now, **invited))
    make.add(passkey(people[0], now, credential_id=b"credential", name="blue key"))
    make.add(
        Membership(
            user_id=people[0].id,
            organisation_id=hall.host_id,
            role="safety_owner",
            facility_id=hall.id,
            first_day=date(2027, 1, 4),
            last_day=date(2027, 1, 8),
        )
    )
    return people[0]


@pytest.mark.both_engines
def test_a_person_gets_what_is_theirs_with_names_instead_of_numbers(make, ada, query_counter):
    with query_counter() as sent:
        found = collect(make.session, make.session.get_one(User, ada.id))
    make.session.commit()
    assert sent.count <= len(SECTIONS) + 1
    assert {name: len(rows) for name, rows in found.items() if rows} == {
        "account": 1,
        "memberships": 2,
        "invitations": 1,
        "passkeys": 1,
        "api-tokens": 1,
        "saved-views": 1,
        "pilots": 1,
        "decisions": 1,
        "mails": 1,
        "what-you-did": 1,
    }
    assert found["memberships"][1] == {
        "organisation": "Host",
        "role": "safety_owner",
        "facility": "fac-03",
        "first_day": "2027-01-04",
        "last_day": "2027-01-08",
    }
    assert found["invitations"][0]["invited_by"] == "ada"
    assert found["what-you-did"][0]["content"] == {"note": "ada"}
    assert found["decisions"][0]["note"] == "fine for ada"
    assert found["account"][0]["email"] == "ada@sierra.example"
    assert found["api-tokens"][0]["created_at"] == "2026-11-24T08:00:00Z"


def test_no_secret_and_nothing_of_others_is_read_out(make, ada):
    found = str(collect(make.session, make.session.get_one(User, ada.id)))
    make.session.commit()
    kept = ("hash", "argon2", "credential", "salt", "bob", "person ada")
    assert [word for word in kept if word in found] == []
