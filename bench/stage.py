"""A database full of the workload, made once and kept beside other temporary files.

    .venv/bin/python bench/stage.py --facilities 500 --bookings 100000 [--database URL]

Places come in through ``services.importing`` as typed profiles, bookings in bulk with the guards
on: that they all go in says that nothing overlaps.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, Table, create_engine, func, insert, make_url, select, text
from sqlalchemy.orm import Session
from workload import PAD, Place, Workload, default_base, generate

from livinglab.adapters import ics
from livinglab.adapters.secrets import password_hash
from livinglab.db.base import Base
from livinglab.db.engine import engine_options, prepare
from livinglab.db.schema import head, upgrade
from livinglab.db.tables import Booking, CalendarText, Membership, Organisation, Pilot, User
from livinglab.domain.article import TestArticle
from livinglab.domain.article_json import article_to_json
from livinglab.services.accounts import make_feed
from livinglab.services.app_passwords import make_app_password
from livinglab.services.calendar_texts import event_of
from livinglab.services.importing import import_facility
from livinglab.services.tokens import make_token
from livinglab.services.work import begin_work
from livinglab.services.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


COMPANIES = 200
FIRM, COORDINATOR, MANAGER = (f"{who}@bench.example" for who in ("firm", "coordinator", "manager"))
PASSWORD = "a password for benchmarks"  # noqa: S105  # of accounts nobody else can reach
BATCH = 20_000
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FOLDER = Path(tempfile.gettempdir()) / f"livinglab-bench-{os.getuid()}"


@dataclass(frozen=True)
class Stage:
    """A workload in a database."""

    work: Workload
    url: str

    def engine(self) -> Engine:
        """An engine as the application has it."""
        made = create_engine(self.url, **engine_options(self.url))
        prepare(made)
        return made

    @contextmanager
    def copied(self) -> Iterator[Stage]:
        """The same in a file of its own, for a benchmark that writes."""
        if not self.url.startswith("sqlite"):
            yield self  # what is named on the command line may be written to
            return
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            path = Path(folder) / "copy.sqlite3"
            shutil.copyfile(self.url.removeprefix("sqlite:///"), path)
            yield Stage(self.work, f"sqlite:///{path}")

    def token(self, email: str, scope: str = "write") -> str:
        """A new bearer token of one of these people."""
        with Session(self.engine()) as session, _unit(session) as work:
            return make_token(work, email, "write" if scope == "write" else "read")

    def app_password(self, email: str) -> str:
        """A new password of a calendar program of one of these people."""
        with Session(self.engine()) as session, _unit(session) as work:
            return make_app_password(work, email)

    def feed(self, email: str) -> str:
        """A new calendar feed of one of these people."""
        with Session(self.engine()) as session, _unit(session) as work:
            return make_feed(work, email)


def stage(
    facilities: int,
    bookings: int,
    days: int = 365,
    *,
    texts: bool = False,
    past: int = 0,
    url: str = "",
) -> Stage:
    """The workload in a database; a SQLite file is made once and found again.

    ``texts``: with the text of each calendar event. ``past``: begins so many weeks earlier.
    """
    base = default_base() - timedelta(weeks=past)
    work = generate(facilities, bookings, days, base=base)
    if not url:
        FOLDER.mkdir(exist_ok=True)
        name = f"{facilities}-{bookings}-{days}-{work.base}-{head()}-{'texts' if texts else 'bare'}"
        url = f"sqlite:///{FOLDER / name}.sqlite3"
    made = Stage(work, url)
    if not _is_full(made):
        begun = perf_counter()
        fill(made, texts=texts)
        print(f"# filled {make_url(url).database} in {perf_counter() - begun:.0f} s")
    return made


def _is_full(made: Stage) -> bool:
    """Whether the database has what the workload has."""
    engine = made.engine()
    upgrade(engine)
    with engine.connect() as connection:
        there = connection.scalar(select(func.count()).select_from(Booking)) or 0
    if 0 < there < len(made.work.holds):
        raise SystemExit(f"{made.url} has {there} bookings of something else; name an empty one.")
    return there > 0


def fill(made: Stage, *, texts: bool) -> None:
    """Write places, people and bookings."""
    engine = made.engine()
    with Session(engine) as session, _unit(session) as work:
        for place in made.work.places:
            import_facility(work, profile(place))
        company = people(session)
    with engine.begin() as connection:
        for table, rows in ((Pilot, _pilots(made.work, company)), (Booking, _bookings(made.work))):
            batch = []
            for row in rows:
                batch.append(row)
                if len(batch) == BATCH:
                    connection.execute(insert(_table(table)), batch)
                    batch = []
            if batch:
                connection.execute(insert(_table(table)), batch)
    if texts:
        _write_texts(engine)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            for name in ("pilot", "booking"):
                connection.execute(text(f"SELECT setval('{name}_id_seq', max(id)) FROM {name}"))  # noqa: S608
        connection.execute(text("ANALYZE"))
    engine.dispose()


def profile(place: Place) -> dict[str, Any]:
    """A place as a typed profile."""
    name = f"Place {place.number:04d}"
    pad = {"amount": PAD // 4, "unit": "hours"} if place.pad else None
    opening: dict[str, Any] = {
        "week": {WEEKDAYS[day]: [["08:00", "20:00"]] for day in place.week.weekdays},
        "open_on_holidays": place.week.on_holidays,
    }
    summer = {"from": "07-05", "to": "07-18", "reason": {"en": "Summer break"}}
    return {
        "id": place.slug,
        "example": True,
        "name": {"en": f"{name} (bench)", "fi": f"Paikka {place.number}", "sv": name},
        "summary": {"en": f"A place for {', '.join(place.capabilities)}."},
        "host": {"id": f"host-{place.number % 20:02d}", "name": f"Host {place.number % 20}"},
        "municipality": ("Pori", "Rauma", "Ulvila", "Huittinen")[place.number % 4],
        "latitude": round(61 + place.number % 97 / 100, 2),
        "longitude": round(21 + place.number % 89 / 100, 2),
        "zone": "Europe/Helsinki",
        "kind": ("lab", "hall", "site", "outdoor")[place.number % 4],
        "focus_areas": ["automation_robotics"],
        "capabilities": [
            {"code": code, "name": {"en": code.replace("_", " ").capitalize()}}
            for code in place.capabilities
        ],
        "floor_kpa": 20,
        "door_m": [3, 3],
        "power": [{"connector": "cee", "phases": 3, "voltage": 400, "current_a": 32, "count": 1}],
        "limits": [{"kind": "mass_kg", "max": 2500, "hard": True}],
        "approvers": [{"role": "facility_manager", "title": {"en": "Facility manager"}}],
        "prices": [
            {
                "valid_from": "2026-01-01",
                "half_day": 290,
                "day": 480,
                "setup": 150,
                "expert_hour": 105,
            }
        ],
        "notice_working_days": 5,
        "horizon_days": 400,
        "default_lane": "fast",
        "min_halves": 1,
        "max_halves": 40,
        "buffer_before": pad,
        "buffer_after": pad,
        "closures": [summer] if place.week.closed_in_july else [],
        "resources": [{"id": f"{place.slug}-r1", "name": {"en": "Hall"}, "opening": opening}],
    }


def people(session: Session) -> int:
    """Companies, and who asks: one of the first company, one who sees all, one who decides all.

    Returns the first company's number.
    """
    companies = [
        Organisation(slug=f"firm-{number:03d}", kind="company", name=f"Firm {number}")
        for number in range(COMPANIES)
    ]
    desk = Organisation(slug="desk", kind="host", name="Living Lab")
    session.add_all([*companies, desk])
    session.flush()
    for email, home, role in (
        (FIRM, companies[0], "member"),
        (COORDINATOR, desk, "coordinator"),
        (MANAGER, desk, "facility_manager"),
    ):
        user = User(
            email=email,
            name=email.partition("@")[0],
            fs_uniquifier=email,
            password=password_hash(PASSWORD),
        )
        session.add(user)
        session.flush()
        session.add(Membership(user_id=user.id, organisation_id=home.id, role=role))
    session.flush()
    return companies[0].id


def _pilots(work: Workload, company: int) -> Iterable[dict[str, Any]]:
    """One confirmed or reviewed pilot per booking."""
    asked = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
    article = article_to_json(TestArticle())
    for number, hold in enumerate(work.holds, 1):
        yield {
            "id": number,
            "ref": f"BENCH-{number:07d}",
            "company_id": company + number % COMPANIES,
            "created_by_id": 1,
            "title": f"Test of robot {number}; phase 2",
            "purpose": "To see that it works under load.",
            "focus_areas": ["automation_robotics"],
            "test_article": article,
            "state": "confirmed" if hold.firm else "in_review",
            "version": 4,
            "lane": "fast",
            "created_at": asked,
            "changed_at": asked,
            "submitted_at": asked,
            "is_example": True,
        }


def _bookings(work: Workload) -> Iterable[dict[str, Any]]:
    made = datetime.now(UTC).replace(microsecond=0) - timedelta(days=30)
    for number, hold in enumerate(work.holds, 1):
        pad = timedelta(minutes=15 * work.places[hold.place].pad)
        start = work.instant(hold.first_day, hold.first_slot)
        end = work.instant(hold.last_day, hold.last_slot)
        yield {
            "id": number,
            "uid": f"bench-{number}@livinglab.example",
            "pilot_id": number,
            "resource_id": hold.place + 1,
            "state": "firm" if hold.firm else "tentative",
            "starts_at": start,
            "ends_at": end,
            "blocked_from": start - pad,
            "blocked_to": end + pad,
            "ical_sequence": 0,
            "created_at": made,
            "changed_at": made,
        }


def _write_texts(engine: Engine) -> None:
    """Every booking's event in full and English, rendered as the product does on a change."""
    known = world()
    with Session(engine) as session, _unit(session) as work:
        places = known.places(session)
        for booking in session.scalars(select(Booking)).all():
            item = places.by_id[booking.resource_id]
            event = event_of(work, booking.pilot, booking, item, "full", "en")
            session.execute(
                insert(_table(CalendarText)),
                {
                    "booking_id": booking.id,
                    "detail": "full",
                    "language": "en",
                    "text": ics.render_vevent(event),
                },
            )


def _table(model: type[Base]) -> Table:
    return Base.metadata.tables[model.__tablename__]


def world() -> World:
    """What a process keeps in memory, empty."""
    return World("http://127.0.0.1:8000", "Living Lab <desk@livinglab.example>")


def _unit(session: Session) -> Any:  # noqa: ANN401  # a context manager of Work
    return begin_work(session, world(), now=datetime.now(UTC))


def size_options(words: str) -> argparse.ArgumentParser:
    """Arguments of every benchmark."""
    options = argparse.ArgumentParser(description=words)
    options.add_argument("--facilities", type=int, default=500)
    options.add_argument("--bookings", type=int, default=100_000)
    options.add_argument("--days", type=int, default=365)
    options.add_argument("--database", default="", help="an empty or already filled database")
    return options


if __name__ == "__main__":
    given = size_options("Fill a database with a workload.").parse_args()
    print(stage(given.facilities, given.bookings, given.days, url=given.database).url)
