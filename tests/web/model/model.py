"""The workflow as plain values, written from the design's table without the product's code.

Two places, a hall and a bench, three working weeks in February 2027 as half-day cells (ten a
week). A stay is three days; in the hall the next half day stays blocked for taking down.
"""

from copy import deepcopy

from tests.web.model.table import BY, HOLDS, PLAIN, WAYS

STAY = 6
PLACES = {
    "hall": {"manager": "manager", "buffer": 1},
    "bench": {"manager": "other", "buffer": 0},
}
FIRMS = ("ada", "bo")
PEOPLE = (*FIRMS, "manager", "other", "safety", "coordinator")


class Refused(Exception):
    """The status and the code that must be answered."""


class Model:
    """Pilots by reference as dicts, blocks by id, and the moves that were accepted."""

    def __init__(self):
        self.pilots, self.blocks, self.log = {}, {}, []

    # --- Time -------------------------------------------------------------------------------

    def held(self, ref):
        """The event that holds time, or None."""
        return next((e for e in self.pilots[ref]["events"] if e["state"] != "released"), None)

    def closed_cells(self, place, but=None):
        """Cells of the place that are blocked, buffers included; not those of ``but``."""
        found = {c for where, day in self.blocks.values() if where == place for c in pair(day)}
        for ref, pilot in self.pilots.items():
            event = self.held(ref)
            if event and pilot["place"] == place and ref != but:
                found |= cells(place, event["start"])
        return found

    def free(self, place, start, but=None):
        """Whether a stay with its buffer fits at the start."""
        return not cells(place, start) & self.closed_cells(place, but)

    def first_free(self, ref, *, but=None):
        """The first start in the windows, by rank."""
        pilot = self.pilots[ref]
        starts = (start for window in pilot["windows"] for start in starts_in(window))
        return next((start for start in starts if self.free(pilot["place"], start, but)), None)

    # --- People -----------------------------------------------------------------------------

    def sees(self, who, ref):
        """Whether the pilot is there for this person."""
        pilot = self.pilots[ref]
        if who in FIRMS:
            return who == pilot["firm"]
        if not pilot["sent"]:
            return False
        concerned = who == PLACES[pilot["place"]]["manager"]
        return concerned or who == "coordinator" or owns_any(who, pilot)

    def sees_name(self, who, ref):
        """Whether the board may show the firm; safety answers for every place."""
        pilot = self.pilots[ref]
        own = (pilot["firm"], PLACES[pilot["place"]]["manager"])
        return who in {*own, "safety", "coordinator"}

    def may(self, who, action, ref):
        """Whether it is this person's move."""
        pilot, by = self.pilots[ref], BY[action]
        own = who == pilot["firm"]
        runs = who in {"coordinator", PLACES[pilot["place"]]["manager"]}
        return {
            "company": own,
            "host": runs,
            "either": own or runs,
            "gate": runs or owns_any(who, pilot),
        }[by]

    def actions(self, who, ref):
        """What this person may do now."""
        return {a for a in WAYS[self.pilots[ref]["state"]] if self.may(who, a, ref)}

    # --- What happens -----------------------------------------------------------------------

    def create(self, ref, firm, place, windows, title, *, mixed):
        self.pilots[ref] = {
            "firm": firm,
            "place": place,
            "windows": windows,
            "title": title,
            "mixed": mixed,
            "state": "draft",
            "version": 1,
            "sent": False,
            "gates": {},
            "conditions": 0,
            "events": [],
        }
        self.log.append((ref, "create", None, "draft"))

    def attempt(self, do, *given, **named):
        """What is refused, as (status, code), or None; a refusal leaves everything as it was."""
        before = deepcopy((self.pilots, self.blocks, self.log))
        try:
            do(*given, **named)
        except Refused as refusal:
            self.pilots, self.blocks, self.log = before
            return refusal.args
        return None

    def _open(self, who, ref, version, *, allowed):
        if not self.sees(who, ref):
            raise Refused(404, "not_found")
        if not allowed:
            raise Refused(403, "not_allowed")
        if version != self.pilots[ref]["version"]:
            raise Refused(412, "stale_version")
        return self.pilots[ref]

    def change(self, who, ref, version, *, title=None, windows=None):
        pilot = self._open(who, ref, version, allowed=who in FIRMS)
        if pilot["state"] not in {"draft", "needs_info"}:
            raise Refused(409, "illegal_transition")
        pilot["title"] = title or pilot["title"]
        if windows and windows != pilot["windows"]:
            pilot["windows"] = windows
            self._release(ref)
            self._reopen(pilot)
        pilot["version"] += 1
        self.log.append((ref, "change", pilot["state"], pilot["state"]))

    def move(self, who, ref, action, version, **asked):
        pilot = self._open(who, ref, version, allowed=self.may(who, action, ref))
        before = pilot["state"]
        if action not in WAYS[before]:
            raise Refused(409, "illegal_transition")
        if action in PLAIN:
            state = PLAIN[action]
        else:
            state = getattr(self, "_" + action)(who, ref, pilot, **asked)
        self._enter(ref, state)
        pilot["version"] += 1
        self.log.append((ref, action, before, state))

    def _submit(self, _who, ref, pilot):
        if self.first_free(ref, but=ref) is None:
            raise Refused(422, "rules_broken")
        roles = ["facility_manager"]
        roles += ["safety_owner"] if pilot["mixed"] and pilot["place"] == "hall" else []
        passed = {role for role, state in pilot["gates"].items() if state == "passed"}
        pilot["gates"] = {role: "passed" if role in passed else "open" for role in roles}
        pilot["sent"] = True
        return "submitted"

    def _approve(self, who, ref, pilot, *, gate=None, start=None, conditions=0):
        if gate is None:
            mine = [r for r, s in pilot["gates"].items() if s == "open" and owns(who, r, pilot)]
            if len(mine) != 1:
                raise Refused(422, "invalid_input")
            (gate,) = mine
        if gate not in pilot["gates"]:
            raise Refused(422, "invalid_input")
        if not owns(who, gate, pilot):
            raise Refused(403, "not_allowed")
        if pilot["gates"][gate] != "open":
            raise Refused(409, "illegal_transition")
        event = self.held(ref)
        if start is not None and not (event and event["start"] == start):
            if not any(start in starts_in(window) for window in pilot["windows"]):
                raise Refused(422, "invalid_input")
            if event and gate != "facility_manager":
                raise Refused(403, "not_allowed")
            self._put(ref, start)
        if self.held(ref) is None:
            self._put(ref, self.first_free(ref))
        pilot["gates"][gate] = "passed"
        pilot["conditions"] += conditions
        return decided(pilot)

    def _reject(self, who, _ref, pilot):
        for role, state in pilot["gates"].items():
            if state == "open" and owns(who, role, pilot):
                pilot["gates"][role] = "refused"
        return "rejected"

    def _offer(self, _who, ref, _pilot, *, start):
        self._put(ref, start)
        return "offered"

    def _accept(self, _who, _ref, pilot):
        return decided(pilot)

    def _decline(self, _who, ref, _pilot):
        self._release(ref)
        return "in_review"

    def _reschedule(self, _who, ref, pilot, *, start):
        self._put(ref, start)
        return decided(pilot)

    def _fulfil(self, _who, _ref, pilot):
        pilot["conditions"] -= 1
        return decided(pilot)

    def _reinstate(self, _who, _ref, pilot):
        self._reopen(pilot)
        return "submitted"

    def _put(self, ref, start):
        pilot, event = self.pilots[ref], self.held(ref)
        if start is None or not self.free(pilot["place"], start, but=ref):
            raise Refused(409, "slot_taken")
        if event is None:
            event = {"state": "tentative"}
            pilot["events"].append(event)
        event["start"] = start

    def _release(self, ref):
        event = self.held(ref)
        if event:
            event["state"] = "released"

    def _reopen(self, pilot):
        pilot["gates"] = dict.fromkeys(pilot["gates"], "open")
        pilot["conditions"] = 0

    def _enter(self, ref, state):
        self.pilots[ref]["state"] = state
        event = self.held(ref)
        if event:
            event["state"] = HOLDS.get(state, event["state"])

    # --- Closed time ------------------------------------------------------------------------

    def unblock(self, who, number):
        if who in {*FIRMS, "safety"}:
            raise Refused(403, "not_allowed")
        place, _ = self.blocks.get(number, (None, None))
        if place is None or who not in {"coordinator", PLACES[place]["manager"]}:
            raise Refused(404, "not_found")
        del self.blocks[number]


def pair(day):
    """The two cells of a working day."""
    return {2 * day, 2 * day + 1}


def cells(place, start):
    """What a stay blocks."""
    return set(range(start, start + STAY + PLACES[place]["buffer"]))


def starts_in(window):
    """Cells at which a stay may begin in a window of working days, both included."""
    first, last = window
    return [2 * day for day in range(first, last - 1)]


def owns(who, role, pilot):
    """Whether the gate is this person's."""
    return who == {"facility_manager": PLACES[pilot["place"]]["manager"]}.get(role, "safety")


def owns_any(who, pilot):
    return any(owns(who, role, pilot) for role in pilot["gates"])


def decided(pilot):
    """Where gates and conditions lead."""
    if set(pilot["gates"].values()) != {"passed"}:
        return "in_review"
    return "conditional" if pilot["conditions"] else "confirmed"
