"""Rows for tests: valid, small, the same each time. Values a test cares about it names itself."""

import json
from functools import cache
from itertools import count

from sqlalchemy.orm import Session

from livinglab.assets import examples_path
from livinglab.db.tables import (
    Booking,
    Facility,
    Membership,
    Offer,
    Organisation,
    Period,
    Pilot,
    Resource,
    User,
    Window,
)
from livinglab.domain.article import TestArticle
from livinglab.domain.article_json import article_to_json
from tests.quick import cheap_hash

PASSWORD = "correct horse battery staple"


@cache
def example_profile(slug):
    """The text of an example facility's profile."""
    listed = json.loads((examples_path() / "facilities.json").read_text("utf-8"))
    return json.dumps(next(item for item in listed if item["id"] == slug))


class Factory:
    """Writes rows through a session of its own. What it returns keeps its values."""

    def __init__(self, engine, clock):
        self.session = Session(engine, expire_on_commit=False)
        self.clock = clock
        self._numbers = count(1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.session.close()

    def add(self, row):
        """Write one row of any table."""
        self.session.add(row)
        self.session.commit()
        return row

    def all(self, statement):
        """What a statement finds now. No transaction stays open: SQLite's writers would wait."""
        self.session.expire_all()
        found = self.session.scalars(statement).all()
        self.session.commit()
        return found

    def reload(self, row):
        """The row with its values of now."""
        self.session.refresh(row)
        self.session.commit()
        return row

    def host(self, slug="host", **values):
        return self._organisation(slug, "host", values)

    def company(self, slug="firm", **values):
        return self._organisation(slug, "company", values)

    def _organisation(self, slug, kind, values):
        values = {"name": slug.replace("-", " ").title(), **values}
        return self.add(Organisation(slug=slug, kind=kind, **values))

    def user(self, email, organisation=None, *roles, **values):
        """A person who can sign in with PASSWORD, with these roles in the organisation.

        A role is a name, or a pair of name and facility. A company's person is its `member`.
        """
        values = {"name": email.partition("@")[0], "password": cheap_hash(PASSWORD), **values}
        user = self.add(User(email=email, fs_uniquifier=f"person {email}", **values))
        if organisation is not None:
            for role in roles or ("member",):
                name, facility = role if isinstance(role, tuple) else (role, None)
                self.add(
                    Membership(
                        user_id=user.id,
                        organisation_id=organisation.id,
                        role=name,
                        facility_id=facility and facility.id,
                    )
                )
        return user

    def facility(self, host, slug="fac-03", **profile):
        """The example facility of that slug (default: the machine vision lab), and its resources.

        Keywords replace parts of its profile.
        """
        document = {**json.loads(example_profile(slug)), **profile}
        facility = self.add(
            Facility(
                slug=document["id"],
                host_id=host.id,
                kind=document["kind"],
                municipality=document["municipality"],
                profile=document,
            )
        )
        for position, resource in enumerate(document["resources"]):
            self.add(
                Resource(
                    slug=resource["id"],
                    facility_id=facility.id,
                    position=position,
                    bookable=resource["bookable"],
                )
            )
        return facility

    def resource(self, slug):
        """The resource row of that slug."""
        return self.session.query(Resource).filter_by(slug=slug).one()

    def pilot(self, company, user, facility=None, *, days=1, windows=(), **values):
        """A draft with one period at the facility; windows are pairs of dates."""
        number = next(self._numbers)
        values = {
            "title": f"Pilot {number}",
            "purpose": "To see that it works.",
            "focus_areas": ["automation_robotics"],
            "test_article": article_to_json(TestArticle()),
            "created_at": self.clock(),
            **values,
        }
        pilot = Pilot(
            ref=f"PLL-2026-{number:04d}",
            company_id=company.id,
            created_by_id=user.id,
            changed_at=self.clock(),
            **values,
        )
        if facility is not None:
            period = Period(
                position=0,
                halves=int(days * 2),
                facility_id=facility.id,
                acceptable=[],
                capabilities=[],
                also=[],
            )
            period.windows = [
                Window(rank=rank, first=first, last=last)
                for rank, (first, last) in enumerate(windows)
            ]
            pilot.periods = [period]
        return self.add(pilot)

    def offer(self, pilot, *bookings, expires_at, **values):
        """An open offer of these bookings."""
        offer = self.add(
            Offer(
                pilot_id=pilot.id,
                made_at=self.clock(),
                expires_at=expires_at,
                **{"state": "open", "note": "", **values},
            )
        )
        for booking in bookings:
            booking.offer_id = offer.id
            self.add(booking)
        return offer

    def booking(self, pilot, resource, start, end, state="firm", **values):
        """Holds time, without buffers unless they are given."""
        values = {"blocked_from": start, "blocked_to": end, **values}
        return self.add(
            Booking(
                uid=f"booking-{next(self._numbers)}@test",
                pilot_id=pilot.id,
                resource_id=resource.id,
                state=state,
                starts_at=start,
                ends_at=end,
                created_at=self.clock(),
                changed_at=self.clock(),
                **values,
            )
        )
