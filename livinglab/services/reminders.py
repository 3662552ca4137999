"""What the clocks say: a batch of reminders, in the reader's working hours, several as one mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from livinglab.db.queries.accounts import owners_of_gate
from livinglab.db.queries.people import correspondents
from livinglab.db.tables import Condition, Gate, Pilot
from livinglab.domain.messages import N_, Localised, Message
from livinglab.services import clock_start, notices, rules
from livinglab.services.notices import Notice
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from livinglab.db.tables import User
    from livinglab.domain.clocks import Clocks
    from livinglab.services.work import Work


NOBODY = Message(N_("Nobody holds this role at present."))


@dataclass(slots=True)
class _People:
    """Who is written to, each question asked once in a batch."""

    work: Work
    known: dict[tuple[object, ...], Sequence[User]] = field(default_factory=dict)
    clocks: dict[int | None, Clocks] = field(default_factory=dict)

    def owners(self, role: str, gate: Gate) -> Sequence[User]:
        """Who holds that role for the gate's facility today, those who stand in among them."""
        key = (role, gate.facility_id, gate.pilot.company_id)
        if key not in self.known:
            today = self.work.world.today(self.work.now)
            self.known[key] = owners_of_gate(
                self.work.session, role, gate.facility_id, today, company_id=gate.pilot.company_id
            )
        return self.known[key]

    def firm(self, pilot: Pilot) -> Sequence[User]:
        """Whom of the firm we write to about the pilot."""
        key = (pilot.company_id, pilot.created_by_id)
        if key not in self.known:
            self.known[key] = correspondents(self.work.session, *key)
        return self.known[key]

    def clocks_of(self, pilot: Pilot) -> Clocks:
        """The clocks of the rules the pilot is judged by."""
        if pilot.rules_number not in self.clocks:
            self.clocks[pilot.rules_number] = rules.clocks_of(self.work.session, pilot)
        return self.clocks[pilot.rules_number]


def gates_due(work: Work, ids: Sequence[int]) -> None:
    """Remind the owners of gates that are due soon; the coordinator where there is none."""
    people = _People(work)
    for gate in _gates(work, ids):
        owners = people.owners(gate.role, gate)
        text = Message(
            N_("%(gate)s at %(place)s is due by %(day)s."),
            {"gate": Localised(gate.title), "place": _place(work, gate), "day": gate.due_on},
        )
        subject = Message(N_("Decide by %(day)s: %(title)s"), _about(gate.pilot, day=gate.due_on))
        _say(
            work,
            gate.pilot,
            Notice(f"gate-due-{gate.id}", subject, (text,) if owners else (text, NOBODY)),
            owners or people.owners("coordinator", gate),
        )
    _note(work, Gate, ids, "reminded_at")


def gates_late(work: Work, ids: Sequence[int]) -> None:
    """Tell the owners of gates, and who stands in, that the day has passed."""
    people = _People(work)
    for gate in _gates(work, ids):
        text = Message(
            N_("%(gate)s at %(place)s was due by %(day)s. The firm is waiting."),
            {"gate": Localised(gate.title), "place": _place(work, gate), "day": gate.due_on},
        )
        subject = Message(N_("Late: %(title)s"), _about(gate.pilot))
        lines = (text, Message(N_("If you cannot decide, name a stand-in for these days.")))
        _say(
            work,
            gate.pilot,
            Notice(f"gate-late-{gate.id}", subject, lines),
            people.owners(gate.role, gate),
        )
    _note(work, Gate, ids, "late_at")


def escalate(work: Work, ids: Sequence[int]) -> None:
    """Bring gates that nobody took up before the coordinator, who can name a stand-in."""
    people = _People(work)
    for gate in _gates(work, ids):
        owners = people.owners(gate.role, gate)
        who = ", ".join(user.name for user in owners)
        text = Message(
            N_("%(gate)s at %(place)s was due by %(day)s and is still open."),
            {"gate": Localised(gate.title), "place": _place(work, gate), "day": gate.due_on},
        )
        owner = Message(N_("It is for %(who)s to decide."), {"who": who}) if who else NOBODY
        way = Message(N_("Ask them, or let a stand-in be named for the facility:"))
        where = Message(
            "%(address)s",
            {"address": f"{work.world.base_url}/hosting/{gate.facility.slug}/stand-ins"},
        )
        notice = Notice(
            f"gate-escalated-{gate.id}",
            Message(N_("Nobody has decided: %(title)s"), _about(gate.pilot)),
            (text, owner, way, where),
        )
        _say(work, gate.pilot, notice, people.owners("coordinator", gate))
        facts = {"gate": f"{gate.role}@{gate.facility.slug}"}
        pilot = gate.pilot
        audit(
            work, "escalate", "pilot", pilot.ref, pilot=pilot, from_state=pilot.state, facts=facts
        )
    _note(work, Gate, ids, "escalated_at")


def questions(work: Work, ids: Sequence[int]) -> None:
    """Remind firms that their host waits for an answer."""
    people = _People(work)
    for pilot in _pilots(work, ids):
        asked = pilot.info_asked_at
        ends = clock_start.question_end(work.world, pilot, people.clocks_of(pilot))
        notice = Notice(
            "question-open",
            Message(N_("Your answer is awaited: %(title)s"), _about(pilot)),
            (
                Message(N_("Your host asked for more on %(when)s."), {"when": asked}),
                Message(
                    N_("Without an answer the request ends on %(day)s. Answer here:"),
                    {"day": ends},
                ),
            ),
        )
        _say(work, pilot, notice, people.firm(pilot))
    _note(work, Pilot, ids, "info_reminded_at")


def holds_ending(work: Work, ids: Sequence[int]) -> None:
    """Tell who decides that held time is free again soon, and that it can be kept once more."""
    people = _People(work)
    for pilot in _pilots(work, ids):
        lines = [Message(N_("The time is free again on %(when)s."), {"when": pilot.hold_until})]
        if not pilot.hold_renewed:
            text = N_("Decide, or keep it for %(days)s more working days.")
            lines.append(Message(text, {"days": people.clocks_of(pilot).hold}))
        notice = Notice(
            "hold-ending",
            Message(N_("Held time ends: %(title)s"), _about(pilot)),
            tuple(lines),
            with_times=True,
        )
        open_gates = [gate for gate in pilot.gates if gate.state == "open"]
        owners = [user for gate in open_gates for user in people.owners(gate.role, gate)]
        _say(work, pilot, notice, owners)
    _note(work, Pilot, ids, "hold_reminded_at")


def conditions_due(work: Work, ids: Sequence[int]) -> None:
    """Remind firms of conditions that are due soon."""
    people = _People(work)
    for condition in _conditions(work, ids):
        pilot = condition.pilot
        text = Message(N_("Due by %(day)s: %(text)s"), _what(condition))
        subject = Message(N_("A condition is due: %(title)s"), _about(pilot))
        notice = Notice(f"condition-due-{condition.id}", subject, (text,))
        _say(work, pilot, notice, people.firm(pilot))
    _note(work, Condition, ids, "reminded_at")


def conditions_late(work: Work, ids: Sequence[int]) -> None:
    """Tell firms and managers that a condition was not met in time."""
    people = _People(work)
    for condition in _conditions(work, ids):
        pilot = condition.pilot
        text = Message(N_("Was due by %(day)s and is not met: %(text)s"), _what(condition))
        subject = Message(N_("A condition is late: %(title)s"), _about(pilot))
        notice = Notice(f"condition-late-{condition.id}", subject, (text,))
        managers = [
            user for gate in pilot.gates for user in people.owners("facility_manager", gate)
        ]
        _say(work, pilot, notice, people.firm(pilot), managers)
    _note(work, Condition, ids, "late_at")


def _say(
    work: Work,
    pilot: Pilot,
    notice: Notice,
    readers: Iterable[User],
    hosts: Iterable[User] | None = None,
) -> None:
    """Write calmly: to the readers, and where ``hosts`` are given, to them as who decides."""
    of_firm = hosts is not None or notice.event.startswith(("question", "condition"))
    notices.calmly(work, pilot, notice, readers, "requests" if of_firm else "decisions")
    notices.calmly(work, pilot, notice, hosts or (), "decisions")


def _gates(work: Work, ids: Sequence[int]) -> Sequence[Gate]:
    found = select(Gate).where(Gate.id.in_(ids)).order_by(Gate.id)
    return work.session.scalars(
        found.options(joinedload(Gate.pilot).joinedload(Pilot.company), joinedload(Gate.facility))
    ).all()


def _pilots(work: Work, ids: Sequence[int]) -> Sequence[Pilot]:
    return work.session.scalars(select(Pilot).where(Pilot.id.in_(ids)).order_by(Pilot.id)).all()


def _conditions(work: Work, ids: Sequence[int]) -> Sequence[Condition]:
    found = select(Condition).where(Condition.id.in_(ids)).order_by(Condition.id)
    return work.session.scalars(found.options(joinedload(Condition.pilot))).all()


def _note(work: Work, table: Any, ids: Sequence[int], column: str) -> None:  # noqa: ANN401  # one of three
    """Keep that it was said."""
    work.session.execute(update(table).where(table.id.in_(ids)).values({column: work.now}))


def _place(work: Work, gate: Gate) -> Localised | str:
    place = work.world.places(work.session).facilities_by_id.get(gate.facility_id)
    return place.facility.name if place is not None else gate.facility.slug


def _about(pilot: Pilot, **more: object) -> dict[str, object]:
    return {"title": pilot.title, **more}


def _what(condition: Condition) -> dict[str, object]:
    return {"day": condition.due_on, "text": condition.text}
