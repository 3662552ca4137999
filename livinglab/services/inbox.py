"""The queue of decisions: one row a pilot, oldest clock first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, get_args

from livinglab.db.queries.decisions import TO_DECIDE, decided_gates
from livinglab.db.queries.inbox import open_gates_of
from livinglab.domain.folding import fold, words_of
from livinglab.domain.messages import Localised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Gate, Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.places import Places
    from livinglab.services.world import World

PAGE = 50
Due = Literal["late", "soon", "later", "firm", "waiting"]
DUE: tuple[Due, ...] = get_args(Due)
Order = Literal["due", "sent", "company", "place"]
ORDERS: tuple[Order, ...] = get_args(Order)
ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Item:
    """A pilot in the queue: what, whose, where, when, which gates, by when.

    ``facilities`` and ``roles`` are those of its gates, ``unread`` how many messages are new.
    """

    ref: str
    title: str
    company: str
    country: str
    state: str
    place: Localised | None
    window: tuple[date, date] | None
    gates: tuple[Localised, ...]
    due: date | None
    decided_at: datetime | None = None
    verdict: str = ""
    key: int = 0
    facilities: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    sent_at: datetime | None = None
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Queue:
    """Everything undecided. The first three wait for the host, by the date of their clock."""

    late: tuple[Item, ...]
    soon: tuple[Item, ...]
    later: tuple[Item, ...]
    with_firm: tuple[Item, ...]
    waitlisted: tuple[Item, ...]
    today: date

    @property
    def open(self) -> tuple[Item, ...]:
        """What waits for the host, oldest clock first."""
        return (*self.late, *self.soon, *self.later)

    @property
    def all(self) -> tuple[Item, ...]:
        """Everything, in the order of the page."""
        return (*self.open, *self.with_firm, *self.waitlisted)

    def after(self, ref: str) -> Item | None:
        """The next one to decide besides this."""
        return next((item for item in self.open if item.ref != ref), None)


@dataclass(frozen=True, slots=True)
class Sieve:
    """What of a queue is wanted: gates at a facility, of a role, a clock, words; and the order."""

    facility: str = ""
    role: str = ""
    due: Due | Literal[""] = ""
    text: str = ""
    order: Order = "due"

    def keeps(self, item: Item) -> bool:
        """Whether an item is wanted, its clock apart."""
        told = fold(f"{item.ref} {item.title} {item.company}")
        return (
            (not self.facility or self.facility in item.facilities)
            and (not self.role or self.role in item.roles)
            and all(word in told for word in words_of(self.text))
        )


def sifted(found: Queue, by: Sieve) -> Queue:
    """What a queue has left, each group in the order wanted."""
    keys: dict[Order, Callable[[Item], Any]] = {
        "due": lambda _: 0,
        "sent": lambda item: item.sent_at or ALWAYS,
        "company": lambda item: fold(item.company),
        "place": lambda item: fold(item.place.get("en") or "") if item.place else "",
    }

    def kept(group: Due, items: tuple[Item, ...]) -> tuple[Item, ...]:
        if by.due not in {"", group}:
            return ()
        return tuple(sorted(filter(by.keeps, items), key=keys[by.order]))

    return replace(
        found,
        late=kept("late", found.late),
        soon=kept("soon", found.soon),
        later=kept("later", found.later),
        with_firm=kept("firm", found.with_firm),
        waitlisted=kept("waiting", found.waitlisted),
    )


def queue(
    session: Session, world: World, who: Principal, now: datetime, *, everything: bool
) -> Queue:
    """What this person has to decide, or with ``everything`` all that they may see."""
    found = open_gates_of(session, who, everything=everything)
    places = world.places(session)
    unread = {gate.pilot_id: count for gate, count in found}
    items = [
        _item(gates, places, unread[pilot_id])
        for pilot_id, gates in _by_pilot(gate for gate, _ in found).items()
    ]
    waiting = [item for item in items if item.state in TO_DECIDE]
    today = world.today(now)
    tomorrow = today + timedelta(days=1)
    return Queue(
        late=tuple(i for i in waiting if i.due is not None and i.due < today),
        soon=tuple(i for i in waiting if i.due is not None and today <= i.due <= tomorrow),
        later=tuple(i for i in waiting if i.due is None or i.due > tomorrow),
        with_firm=tuple(i for i in items if i.state in {"needs_info", "offered"}),
        waitlisted=tuple(i for i in items if i.state == "waitlisted"),
        today=today,
    )


def decided(
    session: Session, world: World, who: Principal, before: int | None = None
) -> tuple[list[Item], int | None]:
    """A page of gates this person's roles have decided, and where the next page begins."""
    gates = list(decided_gates(session, who, limit=PAGE + 1, before_id=before))
    places = world.places(session)
    more = gates[PAGE - 1].id if len(gates) > PAGE else None
    return [_item([gate], places) for gate in gates[:PAGE]], more


def _by_pilot(gates: Iterable[Gate]) -> dict[int, list[Gate]]:
    found: dict[int, list[Gate]] = {}
    for gate in gates:
        found.setdefault(gate.pilot_id, []).append(gate)
    return found


def _item(gates: list[Gate], places: Places, unread: int = 0) -> Item:
    first, pilot = gates[0], gates[0].pilot
    return Item(
        ref=pilot.ref,
        title=pilot.title,
        company=pilot.company.name,
        country=pilot.company.country,
        state=pilot.state,
        place=_place(pilot, places),
        window=_window(pilot),
        gates=tuple(Localised(gate.title) for gate in gates),
        due=min((gate.due_on for gate in gates if gate.due_on), default=None),
        decided_at=first.decided_at,
        verdict=first.state,
        key=first.id,
        facilities=frozenset(gate.facility.slug for gate in gates),
        roles=frozenset(gate.role for gate in gates),
        sent_at=pilot.submitted_at,
        unread=unread,
    )


def _place(pilot: Pilot, places: Places) -> Localised | None:
    """The named resource of the first stay, else its facility."""
    if not pilot.periods:
        return None
    period = pilot.periods[0]
    item = places.by_id.get(period.resource_id or 0)
    if item is not None:
        return item.resource.name
    place = places.facilities_by_id.get(period.facility_id or 0)
    return None if place is None else place.facility.name


def _window(pilot: Pilot) -> tuple[date, date] | None:
    wishes = [window for period in pilot.periods for window in period.windows]
    return (wishes[0].first, wishes[0].last) if wishes else None
