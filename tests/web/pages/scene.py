"""A hall, its people and two firms, with requests made through the use cases."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.db.tables import Block, Outbox, Pilot
from livinglab.domain.access import Principal
from livinglab.domain.pilot import Action
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import accounts, actions
from livinglab.services import pilot as drafts
from livinglab.services.moves import Command
from livinglab.services.work import begin_work
from livinglab.web import context

FIRST = ("2027-02-01", "2027-02-05")
SECOND = ("2027-02-15", "2027-02-19")
THIRD = ("2027-03-08", "2027-03-12")
HALL, NORTH, SOUTH = "fac-02", "fac-02-hall-north", "fac-02-hall-south"


def buttons(html):
    """What can be pressed on a decision page, as the form sends it."""
    return re.findall(
        r'<button class="btn [^"]*"(?: form="decide")? name="do" value="([^"]+)"', html
    )


def form_of(html, **further):
    """The decision form as a browser would send it, radios as they stand."""
    form = {
        name: re.search(rf'name="{name}" value="([^"]*)"', html)[1]
        for name in ("csrf_token", "version", "gate", "place-0")
        if f'name="{name}" value="' in html
    }
    for name in ("slot-0", "other-0"):
        chosen = re.search(rf'name="{name}" value="([^"]*)"[^>]* checked', html)
        if chosen:
            form[name] = chosen[1]
    return form | further


def choices(html, name):
    """The times one may choose from under that name."""
    return re.findall(rf'type="radio" name="{name}" value="([^"]+)"', html)


class Scene:
    """The mobile robot hall with its manager, others of the house, and firms `ada` and `bo`."""

    def __init__(self, make, app, clock):
        self.make, self.app, self.clock = make, app, clock
        self.host = make.host()
        self.hall = make.facility(self.host, HALL)
        self.lab = make.facility(self.host, "fac-03")
        for email, *roles in (
            ("manager@test.example", ("facility_manager", self.hall)),
            ("other@test.example", ("facility_manager", self.lab)),
            ("safety@test.example", "safety_owner"),
            ("coordinator@test.example", "coordinator"),
            ("staff@test.example", "staff"),
            ("admin@test.example", "admin"),
        ):
            make.user(email, self.host, *roles, name=email.partition("@")[0].title())
        self.firms = {}
        for name in ("ada", "bo"):
            company = make.company(name, name=f"{name.title()} Robotics", country="DE")
            make.user(f"{name}@test.example", company, name=name.title())
            self.firms[name] = company

    def who(self, name) -> Principal:
        user = accounts.people.user_by_email(self.make.session, f"{name}@test.example")
        return accounts.principal_for(self.make.session, user.id, on=self.make.clock().date())

    def work(self, name):
        session = self.make.session
        session.expire_all()
        world = self.app.extensions[context.WORLD]
        return begin_work(session, world, now=self.clock(), actor=self.who(name))

    def draft(self, firm="ada", title="Stairs", windows=(FIRST,), days=5, **further):
        """A draft of the firm; further keywords replace parts of its JSON."""
        period = {
            "facility": HALL,
            "resource": SOUTH,
            "days": days,
            "windows": [{"start": start, "end": end} for start, end in windows],
        }
        period |= further.pop("period", {})
        article = {"name": "Strider", "kind": "legged_robot", "mass_kg": 60, "speed_m_s": 1.2}
        article |= further.pop("article", {})
        body = {
            "title": title,
            "purpose": "Carry boxes upstairs.",
            "focus_areas": ["automation_robotics"],
            "test_article": article,
            "periods": [period],
            **further,
        }
        with self.work(firm) as work:
            return drafts.create(work, pilot_from_json(body)).ref

    def request(self, firm="ada", title="Stairs", windows=(FIRST,), days=5, **further):
        """A request that was sent; its reference."""
        ref = self.draft(firm, title, windows, days, **further)
        self.act(firm, ref, Action.SUBMIT)
        return ref

    def act(self, who, ref, action, **command):
        """A move made outside the pages."""
        version = self.pilot(ref).version
        with self.work(who) as work:
            actions.perform(work, ref, action, Command(version, **command))

    def pilot(self, ref) -> Pilot:
        session = self.make.session
        session.expire_all()
        found = pilot_by_ref(session, ref)
        session.commit()  # an open read would block writers on SQLite
        return found

    def stays(self, ref):
        """Resource, state, first and last local date of the pilot's bookings that hold time."""
        slugs = {resource.id: resource.slug for resource in self._resources()}
        return [
            (slugs[b.resource_id], b.state, f"{b.starts_at:%Y-%m-%d}", f"{b.ends_at:%Y-%m-%d}")
            for b in self.pilot(ref).bookings
            if b.state != "released"
        ]

    def mails(self, ref):
        """The texts of the pilot's mails, in order."""
        found = select(Outbox.body).join(Pilot, Outbox.pilot_id == Pilot.id).where(Pilot.ref == ref)
        return [body.replace("\u00a0", " ") for body in self.make.all(found.order_by(Outbox.id))]

    def block(self, resource, day):
        """Close a resource for a day."""
        start = datetime.fromisoformat(day).replace(tzinfo=UTC)
        self.make.add(
            Block(
                resource_id=self.make.resource(resource).id,
                kind="maintenance",
                starts_at=start,
                ends_at=start + timedelta(days=1),
                reason={"en": "Service"},
            )
        )

    def client(self, name, login):
        """A browser in which that person is signed in."""
        client = self.app.test_client()
        login(client, f"{name}@test.example")
        return client

    def _resources(self):
        return [self.make.resource(slug) for slug in (NORTH, SOUTH)]
