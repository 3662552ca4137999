"""Writing a request form down: once, however often it is sent, and never over somebody's change."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import request
from flask_babel import gettext

from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.db.queries.records import find_answer
from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import By, State
from livinglab.domain.request_json import LABELS, pilot_from_json
from livinglab.services import library, moves, papers
from livinglab.services.idempotency import Attempt, Reply, once
from livinglab.services.papers import Upload
from livinglab.services.pilot import EDITABLE, change, create
from livinglab.web import context, library_view
from livinglab.web.asked import Asked
from livinglab.web.filters import sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from livinglab.db.tables import Period, Pilot
    from livinglab.domain.access import Principal
    from livinglab.domain.request_json import PilotInput
    from livinglab.services.places import Places
    from livinglab.services.work import Work

MEGABYTE = 1_000_000
ROUTE = "/pilots/new"


class Stored(NamedTuple):
    """A request as it lies in the database now."""

    ref: str
    version: int
    state: State

    @property
    def open(self) -> bool:
        """Whether it can still be changed and sent."""
        return self.state in EDITABLE


@dataclass(frozen=True, slots=True)
class Target:
    """What a form is about: a new request under a key of its own, or a known one as it was read."""

    ref: str | None
    version: int | None
    key: str


def save(who: Principal, target: Target, given: PilotInput) -> Stored:
    """Create or change the request; when it already says the same, nothing is written.

    Raises:
        NotFound, StaleVersion, VersionMissing, IllegalTransition, InvalidInput: as
            ``services.pilot.create`` and ``change``.
    """
    with context.work() as work:
        ref, version = target.ref, target.version
        if ref is None:
            reply = once(
                work,
                attempt(who, target.key),
                lambda: Reply(HTTPStatus.CREATED, create(work, given).ref.encode()),
            )
            ref, version = reply.body.decode(), 1
        pilot = pilot_by_ref(work.session, ref, who)
        if pilot is None:
            raise NotFound
        if not _says(pilot, given, work):
            pilot = change(work, ref, given, version=version)
        return Stored(pilot.ref, pilot.version, State(pilot.state))


def attempt(who: Principal, key: str) -> Attempt:
    """The making of a request by a form of that key, which may be sent again."""
    return Attempt(f"person:{who.user_id}", ROUTE, key, "")


def made_before(who: Principal, key: str) -> str | None:
    """The reference of the request made under a key, if there is one."""
    answer = find_answer(context.session(), f"person:{who.user_id}", ROUTE, key)
    return answer.body.decode() if answer else None


def attach(stored: Stored, uploads: Sequence[Upload], detached: int | None = None) -> None:
    """Add papers to a saved request, from files or from the library, and take one away.

    Raises:
        InvalidInput: a file is not taken; the problem names its field.
        Others: see ``moves.open_pilot`` and ``papers.detach``.
    """
    kept = library_view.chosen_papers()
    if not uploads and not kept and detached is None:
        return
    limit = context.settings().upload_limit_mb * MEGABYTE
    with context.work() as work:
        pilot = moves.open_pilot(work, stored.ref, stored.version, {By.COMPANY})
        if detached is not None:
            papers.detach(work, pilot, detached)
        for upload in uploads:
            try:
                papers.attach(work, pilot, upload, limit)
            except InvalidInput as refusal:
                told = (
                    Problem(p.code, f"paper.{upload.code}", p.message) for p in refusal.problems
                )
                raise InvalidInput.of(*told) from None
        for code, paper_id in kept:
            library.attach(work, pilot, paper_id, code, limit, confidential=_confidential())


def uploads() -> list[Upload]:
    """The files chosen in this request, each with the code of its paper and its last day.

    Raises:
        InvalidInput: a last day that no calendar has.
    """
    asked = Asked(request.form)
    found: list[Upload] = []
    for name in request.files:
        code = name.removeprefix("paper.")
        for file in request.files.getlist(name):
            if name == code or not file.filename:
                continue
            expires = asked.day(f"expires.{code}")
            content = file.stream.read()
            found.append(Upload(code, file.filename, content, expires, _confidential()))
    if asked.faults:
        wrong = Message(N_("There is no such day. Write it as 2027-03-01."))
        raise InvalidInput.of(*(Problem("not_a_date", name, wrong) for name in asked.faults))
    return found


def _confidential() -> bool:
    """Whether the papers chosen in this request are; they are, where the form does not say."""
    return bool(request.form.get("papers_confidential", "y"))


def document(pilot: Pilot, places: Places) -> dict[str, Any]:
    """A stored request as the JSON from which it could be made again."""
    return {
        "title": pilot.title,
        "purpose": pilot.purpose,
        "confidential": pilot.confidential,
        "asks_aid": pilot.asks_aid,
        "focus_areas": list(pilot.focus_areas),
        "test_article": dict(pilot.test_article),
        "periods": [_period(period, places) for period in pilot.periods],
    }


def differences(pilot: Pilot, places: Places, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is stored now and was typed otherwise: the field's name and the stored value."""
    stored = document(pilot, places)
    found = list(_differing(stored, typed, ("title", "purpose")))
    found += _differing(stored["test_article"], typed["test_article"], stored["test_article"])
    if pilot_from_json({"periods": stored["periods"]}) != _read(typed):
        found.append((gettext("Stays"), gettext("changed")))
    return found


def _read(typed: Mapping[str, Any]) -> PilotInput | None:
    try:
        return pilot_from_json({"periods": typed["periods"]})
    except InvalidInput:
        return None


def _differing(
    stored: Mapping[str, Any], typed: Mapping[str, Any], names: Sequence[str] | Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for name in names:
        value = stored[name]
        if (value or None) != (typed.get(name) or None) and name in LABELS:
            yield sentence(Message(LABELS[name])), "–" if value is None else str(value)


def _period(period: Period, places: Places) -> dict[str, Any]:
    facility = places.facilities_by_id.get(period.facility_id or 0)
    resource = places.by_id.get(period.resource_id or 0)
    others = (places.facilities_by_id.get(key) for key in period.acceptable)
    return {
        "facility": facility.slug if facility else None,
        "facilities": [other.slug for other in others if other],
        "resource": resource.slug if resource else None,
        "also": list(period.also),
        "capabilities": list(period.capabilities),
        **({"hours": period.hours} if period.hours else {"days": period.halves / 2}),
        "windows": [
            {"start": window.first.isoformat(), "end": window.last.isoformat()}
            for window in period.windows
        ],
    }


def _says(pilot: Pilot, given: PilotInput, work: Work) -> bool:
    """Whether the stored request is what is given; sending may have put places in order."""
    stored = pilot_from_json(document(pilot, work.world.places(work.session)))
    return _key(stored, given) == _key(given, given)


def _key(told: PilotInput, given: PilotInput) -> object:
    asked = given.periods or ()
    open_places = [not (period.facilities or period.resource) for period in asked]
    return (
        told.title,
        told.purpose,
        told.confidential,
        told.asks_aid,
        told.focus_areas,
        told.article,
        [
            (
                None if anywhere else frozenset(period.facilities),
                period.resource,
                period.also,
                period.capabilities,
                period.length,
                period.windows,
            )
            for period, anywhere in zip(
                told.periods or (),
                [*open_places, *[False] * len(told.periods or ())],
                strict=False,
            )
        ],
    )
