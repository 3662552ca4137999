"""Replaying the example requests through the use cases, each move at its time in the past."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from livinglab.db.tables import Counter, Gate, Pilot, User
from livinglab.domain.calendar import Length
from livinglab.domain.clocks import CLOCKS
from livinglab.domain.errors import RulesBroken
from livinglab.domain.pilot import Action
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import actions, evidence, papers
from livinglab.services import pilot as pilots
from livinglab.services.accounts import principal_for
from livinglab.services.availability import Finder
from livinglab.services.moves import Command
from livinglab.services.placement import ChosenSlot
from livinglab.services.world import from_epoch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem
    from livinglab.services.demo.dates import Shift
    from livinglab.services.work import Work

PAPER_LIMIT = 1_000_000
NOTICE_OF_CANCELLING = timedelta(days=6)
ROLE_ACCOUNTS = {
    "safety_owner": "safety",
    "data_protection": "dataprotection",
    "state_aid": "stateaid",
}
"""Accounts whose name differs from the role."""
LAST_PAUSE = 0.1
"""How long the last decision is ago, as a part of the time between two decisions."""
CONFIRMED_ON = {
    "confirmed": (),
    "ready": (Action.MARK_READY,),
    "in_progress": (Action.MARK_READY, Action.CHECK_IN),
    "suspended": (Action.MARK_READY, Action.CHECK_IN, Action.SUSPEND),
    "completed": (Action.MARK_READY, Action.CHECK_IN, Action.COMPLETE),
    "closed": (Action.MARK_READY, Action.CHECK_IN, Action.COMPLETE, Action.CLOSE),
    "no_show": (Action.MARK_READY, Action.NO_SHOW),
    "cancelled": (Action.CANCEL,),
}
"""What follows confirmation in each historical state."""
CASE_NOTES = {
    Action.SUSPEND: "Suspended after a near miss until the cover is fixed.",
    Action.CANCEL: "The prototype did not pass our own tests in time.",
    Action.REJECT: "The place cannot take this test as described.",
    Action.REQUEST_INFO: "Send the missing facts and papers, then send it again.",
}


@dataclass(slots=True)
class Replay:
    """One run over the example requests."""

    work: Work
    shift: Shift
    given_papers: Sequence[dict[str, Any]]
    moved: list[str] = field(default_factory=list)
    _people: dict[str, Principal] = field(default_factory=dict)

    def who(self, name: str) -> Principal:
        """The example account of that name."""
        if name not in self._people:
            user = self.work.session.scalars(
                select(User.id).where(User.email == f"{name}@demo.example")
            ).one()
            today = self.work.world.today(self.work.now)
            found = principal_for(self.work.session, user, on=today)
            if found is None:
                raise LookupError(name)
            self._people[name] = found
        return self._people[name]

    def at(self, moment: datetime, name: str) -> Work:
        """The unit of work as that person at that time, never after now, with mail off."""
        return replace(self.work, now=min(moment, self.work.now), actor=self.who(name), quiet=True)

    def pilot(self, row: dict[str, Any]) -> None:
        """Make one pilot and lead it to its historical state."""
        sent = self.shift.instant(row["submitted"]) if row["submitted"] else self.work.now
        made = self.at(sent - timedelta(hours=20), row["company"])
        pilot = pilots.create(made, pilot_from_json(self._request(row)), ref=row["ref"])
        pilot.is_example = True
        for paper in self.given_papers:
            if paper["pilot"] == row["ref"]:
                self._attach(made, pilot, paper)
        self.work.session.flush()
        if row["state"] == "draft":
            return
        self._submit(pilot, row, sent)
        self._lead(pilot, row, sent)

    def finish(self) -> None:
        """Give undecided gates their time from the last move on; number new pilots after these.

        In the example a gate waits for the one before it. Its clock began when that was decided,
        not when the request was sent.
        """
        almanac, today = self.work.world.almanac, self.work.world.today
        undecided = select(Gate).join(Pilot).where(Gate.state == "open", Pilot.state == "in_review")
        for gate in self.work.session.scalars(undecided):
            since = today(gate.pilot.changed_at)
            gate.due_on = almanac.add_working_days(since, CLOCKS.other)
        last = max(self.work.session.scalars(select(Pilot.ref)))
        _, year, number = last.rsplit("-", 2)
        self.work.session.add(Counter(name=f"pilot-{year}", value=int(number)))

    def _request(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "title": row["title"],
            "purpose": row["purpose"],
            "focus_areas": row["focus_areas"],
            "asks_aid": row["discount_pct"] > 0,
            "test_article": row["test_article"],
            "periods": [
                {
                    "facility": row["facility"],
                    "resource": row["resource"],
                    "days": row["halves"] / 2,
                    "windows": [
                        {
                            edge: self.shift.day(window[edge]).isoformat()
                            for edge in ("start", "end")
                        }
                        for window in row["windows"]
                    ],
                }
            ],
        }

    def _attach(self, work: Work, pilot: Pilot, paper: dict[str, Any]) -> None:
        expires = self.shift.day(paper["expires"]) if paper["expires"] else None
        content = f"%PDF-1.4\n% Example paper: {paper['file_name']}\n%%EOF\n".encode()
        papers.attach(
            work,
            pilot,
            papers.Upload(paper["code"], paper["file_name"], content, expires),
            PAPER_LIMIT,
        )

    def _submit(self, pilot: Pilot, row: dict[str, Any], sent: datetime) -> None:
        """Send it; where the rules refuse a window, move it as the rules propose."""
        work = self.at(sent, row["company"])
        try:
            actions.perform(work, pilot.ref, Action.SUBMIT, Command(pilot.version))
        except RulesBroken as refusal:
            for problem in refusal.problems:
                self._apply(pilot, problem)
            self.work.session.flush()
            actions.perform(work, pilot.ref, Action.SUBMIT, Command(pilot.version))

    def _apply(self, pilot: Pilot, problem: Problem) -> None:
        """Do what the problem's fix says to a window."""
        for path, value in (problem.fix.changes if problem.fix else {}).items():
            _, period, _, rank, edge = path.split(".")
            window = pilot.periods[int(period)].windows[int(rank)]
            setattr(window, "first" if edge == "start" else "last", value)
            if edge == "end":
                self.moved.append(
                    f"{pilot.ref}, window {int(rank) + 1} ({problem.code}):"
                    f" {window.first} – {window.last}"
                )

    def _lead(self, pilot: Pilot, row: dict[str, Any], sent: datetime) -> None:
        """Every move after sending, spread between the sending and the stay or now."""
        state, manager = row["state"], f"manager.{row['facility']}"
        slots = self._slots(pilot, row, sent)
        starts = slots[0].start if slots else self.shift.instant(row["start"])
        before = (
            NOTICE_OF_CANCELLING + timedelta(days=1) if state == "cancelled" else timedelta(days=1)
        )
        until = min(self.work.now - timedelta(hours=3), starts - before)
        if state == "withdrawn":
            self._move(pilot, Action.WITHDRAW, until, row["company"])
        elif state in {"rejected", "needs_info", "waitlisted"}:
            action = {
                "rejected": Action.REJECT,
                "needs_info": Action.REQUEST_INFO,
                "waitlisted": Action.WAITLIST,
            }[state]
            note = row.get("note") or CASE_NOTES.get(action, "")
            self._move(pilot, action, sent + timedelta(days=2), manager, note=note)
        elif state != "submitted":
            self._approve(pilot, row, (sent, until), slots)
        for action in CONFIRMED_ON.get(state, ()):
            self._conduct(pilot, row, action, slots)

    def _slots(self, pilot: Pilot, row: dict[str, Any], sent: datetime) -> tuple[ChosenSlot, ...]:
        """The historical slot, or the first that is free in the (moved) first window."""
        finder = Finder.fresh(
            self.work.world, self.work.session, sent, [pilot.periods[0].facility_id or 0]
        )
        item = finder.places.resources[row["resource"]]
        window = pilot.periods[0].windows[0]
        buffers, taken = item.facility.stay.buffers, finder.taken(item)
        start = max(self.shift.day(row["start"]), window.first)
        for first in (start, window.first):
            stay = next(
                finder.calendar(item).stays(
                    Length(row["halves"]), taken, buffers, (first, window.last)
                ),
                None,
            )
            if stay is not None:
                return (ChosenSlot(0, item.slug, from_epoch(stay.start), from_epoch(stay.end)),)
        return ()

    def _approve(
        self,
        pilot: Pilot,
        row: dict[str, Any],
        span: tuple[datetime, datetime],
        slots: tuple[ChosenSlot, ...],
    ) -> None:
        wanted = row.get("gates_passed")
        passing = [g for g in pilot.gates if wanted is None or g.role in wanted]
        step = (span[1] - span[0]) / (len(passing) + LAST_PAUSE)
        if not passing:  # a held wish with its gate open: the time was offered and accepted
            manager = f"manager.{row['facility']}"
            self._move(pilot, Action.OFFER, span[0] + step / 2, manager, slots=slots)
            self._move(pilot, Action.ACCEPT, span[0] + step, row["company"])
            return
        for index, gate in enumerate(passing):
            last = index == len(passing) - 1
            conditions = tuple(c["text"] for c in row.get("conditions") or ()) if last else ()
            self._move(
                pilot,
                Action.APPROVE,
                span[0] + step * (index + 1),
                self._owner(gate.role, row["facility"]),
                gate=f"{gate.role}@{row['facility']}",
                slots=slots if index == 0 else (),
                conditions=conditions,
            )
        asked = [c for c in pilot.conditions if not c.evidence]
        for condition, given in zip(asked, row.get("conditions") or (), strict=True):
            condition.due_on = self.shift.day(given["due"])

    def _conduct(
        self, pilot: Pilot, row: dict[str, Any], action: Action, slots: tuple[ChosenSlot, ...]
    ) -> None:
        start, end = slots[0].start, slots[0].end
        when = {
            Action.MARK_READY: start - timedelta(hours=18),
            Action.CHECK_IN: start + timedelta(minutes=20),
            Action.SUSPEND: start + timedelta(hours=5),
            Action.COMPLETE: end + timedelta(minutes=10),
            Action.CLOSE: end + timedelta(days=6),
            Action.NO_SHOW: start + timedelta(hours=6),
            Action.CANCEL: start - NOTICE_OF_CANCELLING,
        }[action]
        name = f"manager.{row['facility']}"
        if action is Action.CANCEL and row.get("cancelled_by") == "company":
            name = row["company"]
        if action is Action.MARK_READY:
            self._bring(self.at(when - timedelta(hours=1), row["company"]), pilot)
        note = row.get("note") or CASE_NOTES.get(action, "")
        try:
            self._move(pilot, action, when, name, note=note)
        except RulesBroken as refusal:
            codes = ", ".join(problem.field for problem in refusal.problems)
            self.moved.append(f"{pilot.ref}: {action.value} refused ({codes})")

    def _bring(self, work: Work, pilot: Pilot) -> None:
        """Attach what the rules ask for and the example's own papers do not name."""
        for piece in evidence.of(work.session, work.world.places(work.session), pilot):
            if piece.paper is None and not piece.there:
                paper = {"code": piece.code, "file_name": f"{piece.code}.pdf", "expires": None}
                self._attach(work, pilot, paper)

    def _owner(self, role: str, facility: str) -> str:
        if role == "facility_manager":
            return f"manager.{facility}"
        return ROLE_ACCOUNTS.get(role, role)

    def _move(  # a move names its facts
        self,
        pilot: Pilot,
        action: Action,
        when: datetime,
        name: str,
        *,
        note: str = "",
        gate: str | None = None,
        slots: tuple[ChosenSlot, ...] = (),
        conditions: tuple[str, ...] = (),
    ) -> None:
        command = Command(pilot.version, note, gate, slots, conditions)
        actions.perform(self.at(max(when, pilot.changed_at), name), pilot.ref, action, command)
