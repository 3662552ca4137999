"""A pilot as the API tells it to one person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from livinglab.db.queries.accounts import gate_owners
from livinglab.db.queries.offers import offers_of
from livinglab.domain.pilot import State
from livinglab.services import (
    confidence,
    evidence,
    gates,
    judging,
    moves,
    offered_time,
    outlook,
    rules,
    waiting_list,
)
from livinglab.services.pilot import EDITABLE, judge
from livinglab.web import lane_view
from livinglab.web.api import offer_json
from livinglab.web.api.schemas.common import ProblemJson
from livinglab.web.api.schemas.pilots import (
    ConditionJson,
    GateJson,
    PaperJson,
    PaperNeedJson,
    PeriodJson,
    PilotJson,
    StayJson,
)
from livinglab.web.api.telling import maybe_day, maybe_when, texts, when
from livinglab.web.errors import problem_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Condition, Gate, Offer, Paper, Period, Pilot
    from livinglab.domain.access import Principal
    from livinglab.domain.messages import Message
    from livinglab.services.availability import Finder
    from livinglab.services.evidence import Known, Piece
    from livinglab.services.judging import Judged
    from livinglab.services.rules import Numbered

Owners = dict[tuple[str, int | None], str]


@dataclass(frozen=True, slots=True)
class _Teller:
    """What is the same for all pilots of an answer."""

    who: Principal
    finder: Finder
    owners: Owners
    knows: Known
    offers: Sequence[Offer]
    closed: Mapping[int, Message]
    queue: Mapping[int, int]
    judged: Mapping[int, Judged]
    books: Mapping[int | None, Numbered]


def tell(
    session: Session, finder: Finder, who: Principal, pilots: Sequence[Pilot]
) -> list[PilotJson]:
    """The pilots as this person sees them; few statements, however many they are."""
    newest = rules.current(session)
    judged = {
        pilot.id: outlook.judged(finder, pilot, newest)
        for pilot in pilots
        if pilot.state == State.DRAFT
    }
    others = {pilot.rules_number for pilot in pilots} - {None, newest.number}
    books = {number: rules.version(session, number) for number in others}
    # Judged by none yet: sent before there were rules, or changed and not sent again.
    books[newest.number] = books[None] = newest
    ids = {gate.facility_id for pilot in pilots for gate in pilot.gates}
    ids |= {there.place.id for found in judged.values() for there in found.places}
    owners = gate_owners(session, ids, finder.world.today(finder.now))
    knows = evidence.known(session, evidence.kinds_of(session), pilots)
    offers = offers_of(session, [pilot.id for pilot in pilots])
    teller = _Teller(
        who,
        finder,
        owners,
        knows,
        offers,
        offered_time.closed_since(session, offers),
        waiting_list.positions(session, pilots),
        judged,
        books,
    )
    return [_pilot(teller, pilot) for pilot in pilots]


def _pilot(teller: _Teller, pilot: Pilot) -> PilotJson:
    finder, draft = teller.finder, teller.judged.get(pilot.id)
    by = draft.by if draft else teller.books[pilot.rules_number]
    reasons = draft.reasons if draft else judging.told(finder.places, pilot, by)
    plan = confidence.plan_of(teller.who, pilot)
    company = pilot.company
    return {
        "ref": pilot.ref,
        "state": pilot.state,
        "version": pilot.version,
        "lane": draft.lane if draft else pilot.lane,
        "lane_reasons": lane_view.told(reasons) if plan.open else [],
        "rules_number": by.number,
        "title": pilot.title,
        "purpose": plan.purpose,
        "confidential": pilot.confidential,
        "asks_aid": pilot.asks_aid,
        "focus_areas": pilot.focus_areas,
        "company": {"id": company.slug, "name": company.name, "country": company.country},
        "test_article": plan.article,
        "periods": [_period(finder, period) for period in pilot.periods],
        "gates": (
            _gates_ahead(teller, draft)
            if draft
            else [_gate(teller, gate, told=plan.open) for gate in pilot.gates]
        ),
        "bookings": _stays(finder, pilot),
        "offers": offer_json.tell(finder, pilot, teller.offers, teller.closed),
        "waiting": teller.queue.get(pilot.id),
        "conditions": [_condition(condition) for condition in pilot.conditions],
        "papers": [paper_json(paper) for paper in pilot.papers if paper.id in plan.papers],
        "papers_needed": [_need(p) for p in evidence.pieces(finder.places, pilot, teller.knows)],
        "actions": [action.value for action in moves.actions_for(pilot, teller.who)],
        "problems": _problems(finder, pilot)
        if plan.open and State(pilot.state) in EDITABLE
        else [],
        "created_at": when(pilot.created_at),
        "changed_at": when(pilot.changed_at),
        "submitted_at": maybe_when(pilot.submitted_at),
    }


def _problems(finder: Finder, pilot: Pilot) -> list[ProblemJson]:
    return cast("list[ProblemJson]", problem_list(judge(finder, pilot)))


def _period(finder: Finder, period: Period) -> PeriodJson:
    known = finder.places
    resource = known.by_id.get(period.resource_id or 0)
    chosen = known.facilities_by_id.get(period.facility_id or 0)
    others = (known.facilities_by_id.get(key) for key in period.acceptable)
    return {
        "facility": chosen.slug if chosen else None,
        "facilities": [place.slug for place in others if place is not None],
        "resource": resource.slug if resource else None,
        "also": period.also,
        "capabilities": period.capabilities,
        "days": period.halves / 2 if period.halves else None,
        "hours": period.hours or None,
        "windows": [
            {"start": window.first.isoformat(), "end": window.last.isoformat()}
            for window in period.windows
        ],
    }


def _gates_ahead(teller: _Teller, judged: Judged) -> list[GateJson]:
    finder = teller.finder
    return [
        {
            "id": f"{gate.role}@{gate.place.slug}",
            "role": gate.role,
            "facility": gate.place.slug,
            "title": texts(gate.title),
            "state": "open",
            "owner": _owner(teller, gate.role, gate.place.id),
            "due": gate.due.isoformat(),
            "decided_at": None,
            "note": "",
            "working_days": gate.asked.working_days,
            "evidence": list(gate.asked.evidence),
            "rules": list(gate.asked.rules),
        }
        for gate in gates.ahead(finder.world, judged, finder.now)
    ]


def _gate(teller: _Teller, gate: Gate, *, told: bool) -> GateJson:
    place = teller.finder.places.facilities_by_id[gate.facility_id]
    return {
        "id": f"{gate.role}@{place.slug}",
        "role": gate.role,
        "facility": place.slug,
        "title": texts(gate.title),
        "state": cast("Literal['open', 'passed', 'refused']", gate.state),
        "owner": _owner(teller, gate.role, gate.facility_id),
        "due": maybe_day(gate.due_on),
        "decided_at": maybe_when(gate.decided_at),
        "note": gate.note,
        "working_days": gate.working_days,
        "evidence": list(gate.evidence) if told else [],
        "rules": list(gate.rules) if told else [],
    }


def _owner(teller: _Teller, role: str, facility_id: int) -> str | None:
    owners = teller.owners
    return owners.get((role, facility_id)) or owners.get((role, None))


def _stays(finder: Finder, pilot: Pilot) -> list[StayJson]:
    numbers = {period.id: number for number, period in enumerate(pilot.periods)}
    told: list[StayJson] = []
    for booking in pilot.bookings:
        item = finder.places.by_id.get(booking.resource_id)
        if item is None or not item.resource.bookable:
            continue
        told.append(
            {
                "id": booking.id,
                "resource": item.slug,
                "facility": item.place.slug,
                "state": cast("Literal['tentative', 'firm', 'released']", booking.state),
                "start": when(booking.starts_at, item.facility.zone),
                "end": when(booking.ends_at, item.facility.zone),
                "period": numbers.get(booking.period_id or 0),
                "offer": booking.offer_id,
            }
        )
    return told


def _condition(condition: Condition) -> ConditionJson:
    return {
        "id": condition.id,
        "text": condition.text,
        "first": condition.first,
        "due": maybe_day(condition.due_on),
        "fulfilled_at": maybe_when(condition.fulfilled_at),
        "evidence": condition.evidence or None,
    }


def paper_json(paper: Paper) -> PaperJson:
    """A document that was attached, without its bytes."""
    return {
        "id": paper.id,
        "code": paper.code,
        "file_name": paper.file_name,
        "media_type": paper.media_type,
        "size": paper.size,
        "sha256": paper.sha256,
        "confidential": paper.confidential,
        "expires_on": maybe_day(paper.expires_on),
        "rejected": paper.rejected_note or "",
        "uploaded_at": when(paper.uploaded_at),
    }


def _need(need: Piece) -> PaperNeedJson:
    return {
        "code": need.code,
        "name": texts(need.name),
        "paper": need.paper.id if need.paper else None,
        "expired": need.expired,
        "per_person": need.asked.per_person,
        "standing": need.standing.value,
    }
