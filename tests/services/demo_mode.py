"""A database in demo mode, and what happens in it before it is left."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from livinglab.db.base import Base
from livinglab.db.queries.accounts import user_by_email
from livinglab.db.tables import Membership, Organisation, User
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import pilot
from livinglab.services.accounts import principal_for
from livinglab.services.demo.leaving import NewAdmin, leave
from livinglab.services.work import begin_work
from livinglab.services.world import World

ADMIN = NewAdmin("aino@pori.example", "Aino Aalto", "a hash")
HOST = "Porin Tekniikka Oy"


@dataclass
class Demo:
    """A database with example data."""

    engine: object
    world: World
    now: object

    def work(self, email=None):
        session = Session(self.engine)
        person = user_by_email(session, email) if email else None
        who = person and principal_for(session, person.id, on=self.now.date())
        return begin_work(session, self.world, now=self.now, actor=who)

    def leave(self, email="admin@demo.example", *, admin=ADMIN, host=HOST, given_up=()):
        with self.work(email) as work:
            return leave(work, admin, host, given_up)

    def add(self, row):
        with self.work() as work:
            work.session.add(row)

    def id_of(self, email):
        with Session(self.engine) as session:
            return user_by_email(session, email).id

    def all(self, statement):
        with Session(self.engine) as session:
            return session.scalars(statement).all()

    def rows(self):
        """How many rows each table has."""
        with Session(self.engine) as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table))
                for table in Base.metadata.sorted_tables
            }

    def firm(self):
        """A real firm; the address of its person."""
        company = Organisation(slug="sierra", kind="company", name="Sierra Robotics")
        user = User(email="ann@sierra.example", name="Ann", fs_uniquifier="ann", password="x")
        with self.work() as work:
            work.session.add_all([company, user])
            work.session.flush()
            own = Membership(user_id=user.id, organisation_id=company.id, role="member")
            work.session.add(own)
        return "ann@sierra.example"

    def draft(self, email, **period):
        with self.work(email) as work:
            asked = {"days": 1, "windows": []} | period
            return pilot.create(work, pilot_from_json({"title": "Real", "periods": [asked]})).ref
