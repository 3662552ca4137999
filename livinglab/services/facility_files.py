"""Files of facilities, JSON or CSV: judged line by line, and taken in one transaction.

What is judged is what is taken: both go through the same entries and the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from livinglab.adapters.csvread import NoTable
from livinglab.db.queries import places as queries
from livinglab.domain.errors import InvalidInput, Problem, Refusal, StaleVersion
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile import facility_to_json
from livinglab.services.completeness import missing
from livinglab.services.facility_entries import Fault, Known, read_file
from livinglab.services.importing import import_facility
from livinglab.services.places import PlacedFacility
from livinglab.services.profiles import next_is_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.facility import Facility
    from livinglab.services.facility_entries import Document, Entry
    from livinglab.services.places import Places
    from livinglab.services.work import Work
    from livinglab.services.world import World

FAULTS_TOLD = 500
"""Faults that are listed; all are counted."""
NAMES_TOLD = 200
UNREADABLE = "unreadable"


@dataclass(slots=True)
class Report:
    """What a file would do, or has done.

    ``new``, ``changed``, ``same`` and ``broken`` count facilities; ``names`` are the first good
    ones, each with whether it is new. ``unreadable`` says why the file as a whole is no use.
    """

    kind: str = ""
    encoding: str = ""
    new: int = 0
    changed: int = 0
    same: int = 0
    broken: int = 0
    names: list[tuple[str, Facility, bool]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    unreadable: Message | None = None

    @property
    def good(self) -> int:
        """Facilities to make or to bring up to date."""
        return self.new + self.changed

    def refused(self, entry: Entry) -> None:
        """Count a facility that has faults."""
        self.broken += 1
        self.fault_count += len(entry.faults)
        self.faults += entry.faults[: FAULTS_TOLD - len(self.faults)]

    def taken(self, facility: Facility, before: Facility | None) -> None:
        """Count a facility that is made or brought up to date."""
        if before is None:
            self.new += 1
        else:
            self.changed += 1
        if len(self.names) < NAMES_TOLD:
            self.names.append((facility.slug, facility, before is None))


class BrokenFile(InvalidInput):
    """A file of which nothing was taken; ``report`` tells why."""

    def __init__(self, report: Report) -> None:
        message = report.unreadable or Message(
            N_("The file has faults. Nothing was imported."),
        )
        told = [Problem(f.code, f"{f.line}.{f.field}", f.message) for f in report.faults]
        super().__init__(message, problems=told)
        self.report = report


@dataclass(slots=True)
class Rules:
    """What facilities of one file must not do to each other or to what is there.

    ``coming`` are the ids of the whole file: one facility may name another that stands after it.
    """

    session: Session
    world: World
    now: datetime
    publish: bool
    places: Places = field(init=False)
    hosts: dict[str, tuple[str, str]] = field(init=False)
    sites: dict[str, str] = field(init=False)
    units: dict[str, str] = field(init=False)
    seen: dict[str, int] = field(default_factory=dict)
    coming: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.places = self.world.places(self.session)
        self.hosts = queries.organisation_kinds(self.session)
        self.sites = queries.site_hosts(self.session)
        self.units = queries.resource_facilities(self.session)

    def known(self) -> Known:
        """What a sheet may leave out."""
        named: dict[str, dict[str, str]] = {}
        for place in self.places.facilities.values():
            for item in place.facility.capabilities:
                named.setdefault(item.code, dict(item.name.texts))
        names = {slug: name for slug, (_, name) in self.hosts.items()}
        return Known(self._document, names, named)

    def before(self, slug: str) -> Facility | None:
        """The facility of that id as it stands."""
        place = self.places.facilities.get(slug)
        return place.facility if place else None

    def judge(self, entry: Entry, facility: Facility) -> None:
        """Note at the entry what stands in the way of its facility."""
        slug, before = facility.slug, self.before(facility.slug)
        if slug in self.seen:
            text = N_("“%(id)s” stands here twice, first as number %(line)s. Leave one out.")
            line = str(self.seen[slug])
            entry.refuse("id", "repeated", Message(text, {"id": slug, "line": line}))
        if before is not None and before.is_example and not facility.is_example:
            text = N_("The id “%(id)s” is taken by example data. Leave demo mode first.")
            entry.refuse("id", "id_taken", Message(text, {"id": slug}))
        kind, _ = self.hosts.get(facility.host_id, ("host", ""))
        if kind != "host":
            text = N_("“%(name)s” is a company, not a host.")
            entry.refuse("host.id", "not_a_host", Message(text, {"name": facility.host_id}))
        if (
            facility.site_id
            and self.sites.get(facility.site_id, facility.host_id) != facility.host_id
        ):
            text = N_("The id “%(id)s” belongs to another host.")
            entry.refuse("site.id", "id_taken", Message(text, {"id": facility.site_id}))
        for index, resource in enumerate(facility.resources):
            if self.units.get(resource.slug, slug) != slug:
                text = N_("The id “%(id)s” belongs to another facility.")
                path = f"resources.{index}.id"
                entry.refuse(path, "id_taken", Message(text, {"id": resource.slug}))
        self._way_on(entry, facility)
        if self.publish:
            self._completeness(entry, facility)
        if not entry.faults:
            self._remember(entry, facility)

    def _way_on(self, entry: Entry, facility: Facility) -> None:
        before, named = self.before(facility.slug), facility.next_place
        if named not in self.coming and not next_is_known(self.places, before, facility):
            text = N_("There is no facility “%(id)s”.")
            entry.refuse("next_place", "unknown_id", Message(text, {"id": named}))

    def _completeness(self, entry: Entry, facility: Facility) -> None:
        known = self.places.facilities.get(facility.slug)
        place = PlacedFacility(known.id if known else 0, 0, facility, 0)
        for problem in missing(self.session, self.world, self.now, place):
            entry.refuse(problem.field, problem.code, problem.message)

    def _remember(self, entry: Entry, facility: Facility) -> None:
        self.seen[facility.slug] = entry.line
        self.hosts.setdefault(facility.host_id, ("host", facility.host))
        if facility.site_id:
            self.sites[facility.site_id] = facility.host_id
        for resource in facility.resources:
            self.units[resource.slug] = facility.slug

    def _document(self, slug: str) -> Document | None:
        before = self.before(slug)
        return None if before is None else facility_to_json(before)


def check(
    session: Session, world: World, now: datetime, file: IO[bytes], *, publish: bool = False
) -> Report:
    """What :func:`take` would do with the file; nothing is written."""
    rules = Rules(session, world, now, publish)
    return _go_through(rules, file, lambda _facility: None)


def take(
    work: Work,
    file: IO[bytes],
    *,
    publish: bool = False,
    skip_broken: bool = False,
    expected: int | None = None,
) -> Report:
    """Make or bring up to date the facilities of the file: all, or with ``skip_broken`` the good.

    New ones are drafts; with ``publish`` they stand in the catalogue, and what is not complete
    is a fault. What is as it was before stays untouched.

    Raises:
        BrokenFile: the file cannot be read, or has faults and ``skip_broken`` is off.
        StaleVersion: other than ``expected`` facilities would be taken.
    """

    def import_one(facility: Facility) -> None:
        with work.session.begin_nested():
            import_facility(work, facility_to_json(facility), published=publish)

    found = check(work.session, work.world, work.now, file, publish=publish)
    if found.unreadable or (found.broken and not skip_broken):
        raise BrokenFile(found)
    rules = Rules(work.session, work.world, work.now, publish)
    report = _go_through(rules, file, import_one)
    if report.broken and not skip_broken:
        raise BrokenFile(report)
    if expected not in {None, report.good}:
        text = N_("Something changed in the meantime. See what would happen now.")
        raise StaleVersion(Message(text))
    return report


def _go_through(rules: Rules, file: IO[bytes], act: Callable[[Facility], Any]) -> Report:
    report = Report()
    try:
        source = read_file(file, rules.known())
        report.kind, report.encoding = source.kind, source.encoding
        rules.coming = source.slugs
        for entry in source.entries:
            _go_on(rules, entry, report, act)
    except NoTable as fault:
        report.unreadable = fault.message
    return report


def _go_on(rules: Rules, entry: Entry, report: Report, act: Callable[[Facility], Any]) -> None:
    facility = entry.facility
    if facility is not None:
        rules.judge(entry, facility)
    if facility is None or entry.faults:
        report.refused(entry)
        return
    before = rules.before(facility.slug)
    known = rules.places.facilities.get(facility.slug)
    if before == facility and not (rules.publish and known and not known.published):
        report.same += 1
        return
    try:
        act(facility)
    except Refusal as refusal:  # what only the writing finds out, such as bookings in the way
        for problem in refusal.problems or [Problem(refusal.code, "id", refusal.message)]:
            entry.refuse(problem.field, problem.code, problem.message)
        report.refused(entry)
    else:
        report.taken(facility, before)


def export(places: Places, wanted: Callable[[str], bool]) -> Iterator[Document]:
    """The documents of facilities as they can be imported again, by id."""
    for slug, place in sorted(places.facilities.items()):
        if wanted(slug):
            yield facility_to_json(place.facility)
