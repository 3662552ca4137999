"""A living lab in small for tests of use cases: places, people, and the moves they make."""

from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session, aliased, selectinload

from livinglab.db.engine import engine_options, prepare
from livinglab.db.locking import lock_pilot
from livinglab.db.tables import (
    Audit,
    Booking,
    CalendarText,
    Outbox,
    Paper,
    Period,
    Pilot,
    Resource,
    User,
)
from livinglab.domain.errors import Refusal
from livinglab.domain.pilot import Action
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import actions, blocks, pilot
from livinglab.services.accounts import principal_for
from livinglab.services.blocks import BlockInput
from livinglab.services.moves import Command
from livinglab.services.papers import Upload, attach
from livinglab.services.placement import ChosenSlot
from livinglab.services.work import begin_work
from livinglab.services.world import World
from tests.factories import Factory

HELSINKI = ZoneInfo("Europe/Helsinki")
MONDAY = date(2027, 1, 11)
"""An ordinary week for every place: no holiday, no closure, more than a month ahead."""
WEEK = (MONDAY, MONDAY + timedelta(days=4))
ARTICLE = {"name": "Inspector 2", "kind": "vision_system", "mass_kg": 40, "conformity": "ce"}
HOURS = {"fac-01": (8, 18), "fac-03": (8, 17), "fac-06": (8, 17), "fac-09": (7, 15)}


def at(day, hour, minute=0):
    """The instant of a wall-clock time in Pori."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HELSINKI)


def days(*numbers):
    """Days of the ordinary week by number: 0 is its Monday."""
    return tuple(MONDAY + timedelta(days=number) for number in numbers)


def window(first, last=None):
    """A wish as JSON."""
    return {"start": first.isoformat(), "end": (last or first).isoformat()}


def stay(resource, first, last=None, period=0):
    """The slot of whole days at a resource of the house."""
    opens, closes = HOURS[resource[: len("fac-00")]]
    return ChosenSlot(period, resource, at(first, opens), at(last or first, closes))


@dataclass(frozen=True)
class Held:
    """A booking as tests compare it: where, how firmly, from when to when."""

    resource: str
    state: str
    start: datetime
    end: datetime


class House:
    """Places and people of a small living lab, in a database of its own."""

    def __init__(self, engine_url, clock):
        self.engine = create_engine(engine_url, **engine_options(engine_url))
        prepare(self.engine)
        self.clock, self.began = clock, clock()
        self.world = World("http://lab.example", "Living Lab <desk@lab.example>")
        self.make = Factory(self.engine, clock)
        self.lab = self.make.host("living-lab")
        self.host = self.make.host("host")
        self.firms = {name: self.make.company(name) for name in ("firm", "rival")}
        self.people = {}
        for name in self.firms:
            self.person(name, self.firms[name])
        for role in ("coordinator", "admin", "staff", "safety_owner", "data_protection", "ethics"):
            self.person(role, self.lab, role)
        self.facilities = {}

    def close(self):
        self.make.session.close()
        self.engine.dispose()

    def person(self, name, organisation, *roles):
        user = self.make.user(f"{name}@lab.example", organisation, *roles)
        with Session(self.engine) as session:
            self.people[name] = principal_for(session, user.id, on=self.clock().date())

    def place(self, slug="fac-03", **profile):
        """An example place with its manager, `manager.fac-03`."""
        facility = self.make.facility(self.host, slug, **profile)
        self.facilities[slug] = facility
        self.person(f"manager.{slug}", self.host, ("facility_manager", facility))
        return facility

    def who(self, name):
        """The person of that name; `firm:read` holds a token that may only read."""
        if name is None:
            return None
        name, _, scope = name.partition(":")
        return replace(self.people[name], scope=scope or "write")

    @contextmanager
    def work(self, name=None, *, quiet=False):
        """A unit of work of that person; nobody is the clock."""
        with (
            Session(self.engine) as session,
            begin_work(
                session, self.world, now=self.clock(), actor=self.who(name), quiet=quiet
            ) as work,
        ):
            yield work

    # --- Moves ------------------------------------------------------------------------------

    def draft(self, name="firm", *, periods=None, quiet=False, **values):
        """A request on paper; its reference."""
        if periods is None:
            asked = {
                key: values.pop(key)
                for key in ("facility", "facilities", "resource", "also", "days", "hours")
                if key in values
            }
            if not {"facility", "facilities", "resource"} & set(asked):
                asked["facility"] = next(iter(self.facilities))
            wishes = values.pop("windows", [WEEK])
            periods = [asked | {"windows": [window(*wish) for wish in wishes]}]
        given = {
            "title": "Copper strip inspection",
            "purpose": "To see scratches.",
            "focus_areas": ["automation_robotics"],
            "test_article": ARTICLE | values.pop("article", {}),
            "periods": periods,
            **values,
        }
        with self.work(name, quiet=quiet) as work:
            return pilot.create(work, pilot_from_json(given)).ref

    def sent(self, name="firm", **values):
        """A request that was sent."""
        ref = self.draft(name, **values)
        self.act(ref, "submit", name)
        return ref

    def change(self, ref, name="firm", version=None, **given):
        with self.work(name) as work:
            current = version or self.read(ref).version
            pilot.change(work, ref, pilot_from_json(given), version=current)

    def act(self, ref, action, name, *slots, quiet=False, **command):
        """Make a move, on the present version unless another is given; the state after it."""
        command.setdefault("version", self.read(ref).version)
        with self.work(name, quiet=quiet) as work:
            moved = actions.perform(work, ref, Action(action), Command(slots=slots, **command))
            return moved.state

    def attempt(self, ref, action, name, *slots, **command):
        """The state a move would lead to, or the class of its refusal; nothing stays of it."""
        try:
            with self.work(name) as work:
                moved = actions.perform(work, ref, Action(action), Command(slots=slots, **command))
                state = moved.state
                work.session.rollback()
                return state
        except Refusal as refusal:
            return type(refusal).__name__

    def approve(self, ref, name, *slots, **command):
        return self.act(ref, "approve", name, *slots, **command)

    def block(self, resource, start, end, *, reason="Maintenance", name="admin"):
        """Close time at a resource; the block's id."""
        with self.work(name) as work:
            given = BlockInput((resource,), "maintenance", start, end, {"en": reason})
            return blocks.add(work, given)[0].id

    def attach(self, ref, code, expires=None, name="firm", content=b"%PDF-1.4 ", limit=1_000):
        """Give the pilot a paper; its content differs by code and date."""
        with self.work(name) as work:
            upload = Upload(code, f"{code}.pdf", content + f"{code} {expires}".encode(), expires)
            paper = attach(work, lock_pilot(work.session, ref), upload, limit)
            work.session.flush()
            return paper.id

    def bring(self, ref, *codes):
        """Papers lie with the pilot already: nobody made a move of it."""
        with Session(self.engine) as session:
            pilot = session.scalars(select(Pilot).where(Pilot.ref == ref)).one()
            session.add_all(
                Paper(
                    pilot_id=pilot.id,
                    code=code,
                    file_name=f"{code}.pdf",
                    media_type="application/pdf",
                    size=5,
                    sha256=code,
                    content=b"%PDF-",
                    uploaded_at=self.clock(),
                    uploaded_by_id=pilot.created_by_id,
                )
                for code in codes
            )
            session.commit()

    # --- What there is ----------------------------------------------------------------------

    def read(self, ref):
        """The pilot with what hangs on it."""
        with Session(self.engine, expire_on_commit=False) as session:
            return session.scalars(
                select(Pilot)
                .where(Pilot.ref == ref)
                .options(
                    selectinload(Pilot.gates),
                    selectinload(Pilot.conditions),
                    selectinload(Pilot.papers),
                    selectinload(Pilot.bookings).joinedload(Booking.resource),
                    selectinload(Pilot.periods).selectinload(Period.windows),
                    selectinload(Pilot.periods).joinedload(Period.facility),
                )
            ).one()

    def held(self, ref):
        """What the pilot holds, by start and resource."""
        found = [
            Held(b.resource.slug, b.state, b.starts_at, b.ends_at)
            for b in self.read(ref).bookings
            if b.state != "released"
        ]
        return sorted(found, key=lambda one: (one.start, one.resource))

    def gates(self, ref):
        """State by role of the pilot's gates, in their order."""
        return {gate.role: gate.state for gate in self.read(ref).gates}

    def audits(self, ref):
        """(who, action, from, to) of every move, in order."""
        with Session(self.engine) as session:
            rows = session.execute(
                select(User.name, Audit.action, Audit.from_state, Audit.to_state)
                .outerjoin(User, Audit.actor_id == User.id)
                .join(Pilot, Audit.pilot_id == Pilot.id)
                .where(Pilot.ref == ref)
                .order_by(Audit.id)
            )
            return [tuple(row) for row in rows]

    def mails(self, ref):
        """(event, recipient) of every mail, in order."""
        with Session(self.engine) as session:
            rows = session.execute(
                select(Outbox.intent, Outbox.recipient)
                .join(Pilot, Outbox.pilot_id == Pilot.id)
                .where(Pilot.ref == ref)
                .order_by(Outbox.id)
            )
            return [(intent.split(":")[2], to.partition("@")[0]) for intent, to in rows]

    def texts(self, ref):
        """(booking id, detail, language) → event text."""
        with Session(self.engine) as session:
            rows = session.scalars(
                select(CalendarText)
                .join(Booking, CalendarText.booking_id == Booking.id)
                .join(Pilot, Booking.pilot_id == Pilot.id)
                .where(Pilot.ref == ref)
            )
            return {(row.booking_id, row.detail, row.language): row.text for row in rows}

    def revisions(self):
        """Every counter that caches and feeds go by."""
        with Session(self.engine) as session:
            rows = session.execute(select(Resource.slug, Resource.calendar_rev))
            return {slug: rev for slug, rev in rows}  # noqa: C416  # rows are no plain pairs

    def overlaps(self):
        """Pairs of bookings that hold overlapping time on one resource."""
        one, other = aliased(Booking), aliased(Booking)
        holding = ("tentative", "firm")
        with Session(self.engine) as session:
            return session.scalar(
                select(func.count())
                .select_from(one)
                .join(other, (one.resource_id == other.resource_id) & (one.id < other.id))
                .where(
                    one.state.in_(holding),
                    other.state.in_(holding),
                    one.blocked_from < other.blocked_to,
                    other.blocked_from < one.blocked_to,
                )
            )

    def snapshot(self, ref):
        """Everything a refused move must leave as it was."""
        row = self.read(ref)
        return (
            *(row.state, row.version, row.changed_at, row.lane, row.ended_by),
            [(g.role, g.state, g.decided_at, g.note) for g in row.gates],
            [(c.text, c.fulfilled_at) for c in row.conditions],
            [(b.id, b.state, b.starts_at, b.ical_sequence) for b in row.bookings],
            *(self.audits(ref), self.mails(ref), self.texts(ref), self.revisions()),
        )
