"""Example accounts: the living lab's own people, a manager per facility, one per company."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from livinglab.adapters.secrets import new_token
from livinglab.db.tables import Facility, Membership, Organisation, User
from livinglab.services.accounts import OWNER

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from livinglab.services.work import Work

DOMAIN = "demo.example"
LAB_PEOPLE = {
    "coordinator": ("coordinator", "Example Coordinator"),
    "safety": ("safety_owner", "Example Safety Officer"),
    "ethics": ("ethics", "Example Ethics Contact"),
    "dataprotection": ("data_protection", "Example Data Protection Contact"),
    "hygiene": ("hygiene", "Example Hygiene Nurse"),
    "environment": ("environment", "Example Environment Officer"),
    "stateaid": ("state_aid", "Example State Aid Officer"),
    "air": ("air", "Example Air Coordinator"),
    "staff": ("staff", "Example Staff Member"),
    "admin": ("admin", "Example Admin"),
}
"""Sign-in name → role held for every facility, and the name people see."""


def make(
    work: Work, companies: Sequence[dict[str, Any]], facilities: Sequence[Any], password: str
) -> list[str]:
    """Make all accounts with one password hash; their addresses, in order."""
    made = [
        *_lab(password),
        *_managers(work, facilities, password),
        *_companies(companies, password),
    ]
    work.session.add_all(user for user in made)
    work.session.flush()
    return [user.email for user in made]


def _user(name: str, shown: str, password: str, zone: str, membership: Membership) -> User:
    return User(
        email=f"{name}@{DOMAIN}",
        name=shown,
        password=password,
        active=True,
        fs_uniquifier=new_token(),
        language="en",
        timezone=zone,
        is_example=True,
        memberships=[membership],
    )


def _lab(password: str) -> Iterator[User]:
    lab = Organisation(slug=OWNER, kind="host", name="Living Lab", is_example=True)
    for name, (role, shown) in LAB_PEOPLE.items():
        yield _user(
            name, shown, password, "Europe/Helsinki", Membership(organisation=lab, role=role)
        )


def _managers(work: Work, facilities: Sequence[Any], password: str) -> Iterator[User]:
    rows = {row.slug: row for row in work.session.scalars(select(Facility))}
    for document in facilities:
        row = rows[document["id"]]
        titles = {
            a["title"]["en"] for a in document["approvers"] if a["role"] == "facility_manager"
        }
        title = next(iter(titles), "Facility manager")
        yield _user(
            f"manager.{row.slug}",
            f"Example {title} {row.slug.rpartition('-')[2]}",
            password,
            "Europe/Helsinki",
            Membership(organisation_id=row.host_id, role="facility_manager", facility_id=row.id),
        )


def _companies(companies: Sequence[dict[str, Any]], password: str) -> Iterator[User]:
    for document in companies:
        company = Organisation(
            slug=document["id"],
            kind="company",
            name=document["name"],
            country=document["country"],
            timezone=document["zone"],
            size=document["size"],
            speciality=document["speciality"]["en"],
            nace_rev2=document["nace_rev2"],
            eea=document["eea"],
            website=document["website"],
            email=document["email"],
            is_example=True,
        )
        yield _user(
            document["id"],
            document["contact"],
            password,
            document["zone"],
            Membership(organisation=company, role="company_admin"),
        )
