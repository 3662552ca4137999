"""The workflow as plain values: what each move must do, written from the design without the code.

One place with two rooms, open on the five weekdays of one week in two halves: ten cells. A stay
is a run of cells. Two gates: the manager's, and for some pilots the data protection contact's.
"""

from datetime import timedelta

from tests.casework import MONDAY, at, window

HOURS = ((8, 0), (12, 30), (17, 0))
"""Opening, the middle of the day, closing."""
ROOMS = ("fac-03-a", "fac-03-b")
CELLS = 10
OWNERS = ("manager", "data_protection")
ENDED = {"rejected", "withdrawn", "cancelled", "no_show"}
FIRM = {"confirmed", "ready"}
TENTATIVE = {"in_review", "offered", "conditional"}
KEEPS = {"submitted", "needs_info"}
WAYS = {
    "submit": {"draft", "needs_info"},
    "change": {"draft", "needs_info"},
    "approve": {"submitted", "in_review"},
    "reject": {"submitted", "needs_info", "in_review", "waitlisted"},
    "request-info": {"submitted", "in_review"},
    "offer": {"submitted", "in_review", "waitlisted"},
    "accept": {"offered"},
    "decline": {"offered"},
    "waitlist": {"submitted", "in_review"},
    "withdraw": {"draft", "submitted", "needs_info", "in_review", "offered", "waitlisted"},
    "cancel": {"conditional", "confirmed", "ready"},
    "reschedule": {"conditional", "confirmed", "ready"},
    "fulfil": {"conditional"},
    "mark-ready": {"confirmed"},
    "no-show": {"ready"},
    "reinstate": ENDED,
}


def instant(cell, *, end=False):
    hour, minute = HOURS[cell % 2 + end]
    return at(MONDAY + timedelta(days=cell // 2), hour, minute)


def span(run):
    """(room, start, end) of a run of cells."""
    room, first, length = run
    return room, instant(first), instant(first + length - 1, end=True)


def overlaps(spans, room, first, length):
    """Whether one of the runs has a cell of this one."""
    return any(r == room and a < first + length and first < a + n for r, a, n in spans)


def wide(windows, length):
    """Windows that a stay of so many halves fits into."""
    return [(a, b) if 2 * (b - a) + 2 >= length else (0, 1) for a, b in windows]


def wishes(windows):
    """Windows as JSON."""
    return [window(MONDAY + timedelta(a), MONDAY + timedelta(b)) for a, b in windows]


def rooms():
    """Two rooms, open on weekdays from eight to five; hours split at half past twelve."""
    week = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    return [
        {"id": room, "name": {"en": room}, "bookable": True, "opening": {"week": week}}
        for room in ROOMS
    ]


class Refused(Exception):
    """The name of the refusal that must come."""


class Model:
    """Pilots by reference, blocks by id, and how much was noted and mailed."""

    def __init__(self):
        self.pilots, self.blocks = {}, {}
        self.audits = self.mails = 0

    # --- Time -------------------------------------------------------------------------------

    def starts(self, length):
        """Cells at which a stay of so many halves may begin."""
        return [c for c in range(CELLS - length + 1) if length % 2 or c % 2 == 0]

    def taken(self, room, first, length, but=None):
        """Whether somebody holds or closes part of the run."""
        spans = [*self.blocks.values()]
        spans += [p["held"] for ref, p in self.pilots.items() if p["held"] and ref != but]
        return overlaps(spans, room, first, length)

    def inside(self, windows, first, length):
        """Whether the days of a run lie in one of the windows, given as pairs of days."""
        return any(2 * a <= first and first + length <= 2 * b + 2 for a, b in windows)

    def first_free(self, pilot, ref=None):
        """By rank of the window, then start, then room; with ``ref`` what it holds is free."""
        for wish in pilot["windows"]:
            for start in self.starts(pilot["length"]):
                for room in ROOMS:
                    run = (start, pilot["length"])
                    if self.inside([wish], *run) and not self.taken(room, *run, but=ref):
                        return room, start
        return None

    def free_starts(self, length):
        """(start, room) of every stay that could be had."""
        return [
            (c, room)
            for c in self.starts(length)
            for room in ROOMS
            if not self.taken(room, c, length)
        ]

    # --- Bookings ---------------------------------------------------------------------------

    def put(self, ref, room, start):
        """Hold a run, or move there what is held."""
        pilot = self.pilots[ref]
        if self.taken(room, start, pilot["length"], but=ref):
            raise Refused("SlotTaken")
        if pilot["held"]:
            pilot["events"][-1]["sequence"] += 1
        else:
            pilot["events"].append({"sequence": 0, "state": "tentative"})
        pilot["held"] = (room, start, pilot["length"])
        pilot["events"][-1]["run"] = pilot["held"]

    def release(self, ref):
        pilot = self.pilots[ref]
        if pilot["held"]:
            pilot["held"] = None
            pilot["events"][-1]["state"] = "released"
            pilot["events"][-1]["sequence"] += 1

    def enter(self, ref, state):
        """The state, and bookings as it wants them."""
        pilot = self.pilots[ref]
        pilot["state"] = state
        if state not in KEEPS | FIRM | TENTATIVE:
            self.release(ref)
        wanted = "firm" if state in FIRM else "tentative"
        if pilot["held"] and state not in KEEPS and pilot["events"][-1]["state"] != wanted:
            pilot["events"][-1]["state"] = wanted
            pilot["events"][-1]["sequence"] += 1

    def decided(self, ref):
        """Where gates and conditions lead."""
        pilot = self.pilots[ref]
        if set(pilot["gates"].values()) != {"passed"}:
            return "in_review"
        return "conditional" if pilot["conditions"] else "confirmed"

    # --- Moves ------------------------------------------------------------------------------

    def create(self, ref, length, windows, two_gates):
        self.pilots[ref] = {
            "state": "draft",
            "version": 1,
            "length": length,
            "windows": windows,
            "owners": OWNERS if two_gates else OWNERS[:1],
            "gates": {},
            "conditions": [],
            "held": None,
            "events": [],
        }
        self.audits += 1

    def move(self, ref, action, who, **values):
        """Make a move; the caller keeps what was before for when it is refused.

        Raises:
            Refused: with the name of the refusal.
        """
        pilot = self.pilots[ref]
        if who != "firm" and not pilot["gates"]:
            raise Refused("NotFound")  # never sent: no host knows of it
        if who == "data_protection" and who not in pilot["gates"]:
            raise Refused("NotFound")
        if pilot["state"] not in WAYS[action]:
            raise Refused("IllegalTransition")
        mails = getattr(self, action.replace("-", "_"))(ref, **values)
        pilot["version"] += 1
        self.audits += 1
        self.mails += mails

    def open_gates(self, pilot):
        return sum(state == "open" for state in pilot["gates"].values())

    def submit(self, ref):
        pilot = self.pilots[ref]
        if self.first_free(pilot, ref) is None:
            raise Refused("RulesBroken")
        pilot["gates"] = {
            role: "passed" if pilot["gates"].get(role) == "passed" else "open"
            for role in pilot["owners"]
        }
        self.enter(ref, "submitted")
        return 1 + self.open_gates(pilot)

    def change(self, ref, windows):
        pilot = self.pilots[ref]
        if windows != pilot["windows"]:
            pilot["windows"] = windows
            if pilot["held"]:  # whoever sets the time decides again, and what was asked goes
                pilot["gates"]["manager"] = "open"
                pilot["conditions"] = [role for role in pilot["conditions"] if role != "manager"]
            self.release(ref)
        return 0

    def approve(self, ref, role, slot, condition):
        pilot = self.pilots[ref]
        if pilot["gates"][role] != "open":
            raise Refused("IllegalTransition")
        if slot is not None and (*slot, pilot["length"]) != pilot["held"]:
            room, start = slot
            if not self.inside(pilot["windows"], start, pilot["length"]):
                raise Refused("InvalidInput")
            if pilot["held"] and role == "data_protection":
                raise Refused("NotAllowed")
            self.put(ref, room, start)
        if not pilot["held"]:
            found = self.first_free(pilot)
            if found is None:
                raise Refused("SlotTaken")
            self.put(ref, *found)
        pilot["gates"][role] = "passed"
        pilot["conditions"] += [role] * condition
        self.enter(ref, self.decided(ref))
        return int(pilot["state"] != "in_review")

    def reject(self, ref):
        gates = self.pilots[ref]["gates"]
        if gates["manager"] == "open":
            gates["manager"] = "refused"
        self.enter(ref, "rejected")
        return 1

    def request_info(self, ref):
        self.enter(ref, "needs_info")
        return 1

    def waitlist(self, ref):
        self.enter(ref, "waitlisted")
        return 1

    def offer(self, ref, slot):
        self.put(ref, *slot)
        self.enter(ref, "offered")
        return 1

    def accept(self, ref):
        if overlaps(self.blocks.values(), *self.pilots[ref]["held"]):
            raise Refused("SlotTaken")
        self.enter(ref, self.decided(ref))
        return len(self.pilots[ref]["gates"])

    def decline(self, ref):
        self.release(ref)
        self.enter(ref, "in_review")
        return len(self.pilots[ref]["gates"])

    def withdraw(self, ref):
        pilot = self.pilots[ref]
        mails = self.open_gates(pilot)
        self.enter(ref, "withdrawn")
        return mails

    def cancel(self, ref):
        self.enter(ref, "cancelled")
        return 1 + len(self.pilots[ref]["gates"])

    def reschedule(self, ref, slot):
        self.put(ref, *slot)
        self.enter(ref, self.decided(ref))
        return 1

    def fulfil(self, ref):
        self.pilots[ref]["conditions"].pop(0)
        self.enter(ref, self.decided(ref))
        return int(self.pilots[ref]["state"] == "confirmed")

    def mark_ready(self, ref):
        self.enter(ref, "ready")
        return 0

    def no_show(self, ref):
        self.enter(ref, "no_show")
        return 0

    def reinstate(self, ref):
        pilot = self.pilots[ref]
        pilot["gates"] = dict.fromkeys(pilot["gates"], "open")
        pilot["conditions"] = []
        self.enter(ref, "submitted")
        return 1
