"""Random histories over HTTP: what the API, the board and the feeds say is what a model says."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from tests.web.model.agreement import Agreement
from tests.web.model.model import FIRMS, PEOPLE, PLACES, Model, starts_in
from tests.web.model.table import BY, WAYS
from tests.web.model.town import (
    SLUGS,
    closed,
    periods,
    slot,
    wish,
)

WINDOWS = st.lists(
    st.sampled_from([(0, 2), (0, 4), (1, 4), (2, 4), (5, 7), (7, 9), (10, 12)]),
    min_size=1,
    max_size=2,
)
ALL_STARTS = [start for week in (0, 5, 10) for start in starts_in((week, week + 4))]
STARTS = st.sampled_from(ALL_STARTS)
GATES = st.sampled_from([None, "facility_manager", "safety_owner", "ethics"])
PEOPLE_ = st.sampled_from(PEOPLE)
ASKING = {"approve", "offer", "reschedule"}
FORWARD = {
    *("submit", "approve", "offer", "accept", "fulfil", "reschedule", "reinstate"),
    *("decline", "request-info", "mark-ready", "check-in", "suspend", "resume", "complete"),
}
MOST = 4


class Workflow(RuleBasedStateMachine):
    """One history in an emptied town."""

    def __init__(self, town):
        super().__init__()
        self.town, self.model = town, Model()
        self.agreement = Agreement(town, self.model)
        self.calls = self.checks = 0
        town.empty()

    # --- Calls ------------------------------------------------------------------------------

    def call(self, who, method, path, body, wanted, *, twice=False):
        """Call; the answer is what the model wants, also when it is asked for again."""
        self.calls += 1
        key = f"call {self.calls}" if twice else None
        answer = self.town.api(who, method, path, body, key)
        got = None if answer.status_code < 300 else (answer.status_code, answer.json["code"])
        assert got == wanted, (who, method, path, body, answer.text)
        if twice:
            again = self.town.api(who, method, path, body, key)
            assert (again.status_code, again.data) == (answer.status_code, answer.data)
        return answer

    def move(self, who, ref, action, *, late=0, twice=False, **asked):
        """Make a move here and there."""
        pilot = self.model.pilots[ref]
        version = pilot["version"] + late or 2
        wanted = self.model.attempt(self.model.move, who, ref, action, version, **asked)
        body = {"version": version, "note": "Noted."}
        if asked.get("gate"):
            body["gate"] = f"{asked['gate']}@{SLUGS[pilot['place']]}"
        if asked.get("start") is not None:
            body["slots"] = [slot(pilot["place"], asked["start"])]
        if asked.get("conditions"):
            body["conditions"] = ["Bring a fence."]
        path = f"/pilots/{ref}/actions/{action}"
        answer = self.call(who, "POST", path, body, wanted, twice=twice)
        if wanted is None:
            now = self.model.pilots[ref]
            assert (answer.json["state"], answer.json["version"]) == (now["state"], now["version"])
            assert answer.headers["ETag"] == f'"{now["version"]}"'

    def ways(self, among):
        """(reference, action) to people, of every one of these moves that may be made."""
        found = {}
        for ref in self.model.pilots:
            for who in PEOPLE:
                if self.model.sees(who, ref):
                    for action in sorted(self.model.actions(who, ref) & set(among)):
                        found.setdefault((ref, action), []).append(who)
        return found

    def draw_way(self, data, among):
        ways = self.ways(among)
        action = data.draw(st.sampled_from(sorted({action for _, action in ways})))
        ref = data.draw(st.sampled_from(sorted(ref for ref, found in ways if found == action)))
        return ref, action, data.draw(st.sampled_from(ways[ref, action]))

    def newest(self):
        return max(self.model.pilots)

    # --- Rules ------------------------------------------------------------------------------

    @initialize(
        mixed=st.booleans(),
        given=st.lists(WINDOWS, min_size=3, max_size=3),
        rival=st.sampled_from(sorted(PLACES)),
    )
    def three_requests(self, mixed, given, rival):
        """Most histories are of requests that were sent, two of them for the same place."""
        asked = zip(("ada", "ada", "bo"), ("hall", "bench", rival), given, strict=True)
        for firm, place, wishes in asked:
            self.create(firm, place, wishes, mixed=mixed, twice=False)
            self.move(firm, self.newest(), "submit")

    @precondition(lambda self: len(self.model.pilots) < MOST)
    @rule(
        firm=st.sampled_from(FIRMS),
        place=st.sampled_from(sorted(PLACES)),
        given=WINDOWS,
        mixed=st.booleans(),
        twice=st.booleans(),
    )
    def create(self, firm, place, given, mixed, twice):
        number = len(self.model.pilots) + 1
        title, ref = f"Trial {number} of {firm}", f"PLL-2026-{number:04d}"
        body = wish(place, given, title, mixed=mixed)
        made = self.call(firm, "POST", "/pilots", body, None, twice=twice)
        assert made.json["ref"] == ref
        self.model.create(ref, firm, place, given, title, mixed=mixed)

    @precondition(lambda self: self.ways(FORWARD))
    @rule(data=st.data(), moves=st.integers(1, 3))
    def go_on(self, data, moves):
        """Moves that lead on, made as they are meant: for the own gate, mostly at a free time."""
        for _ in range(moves):
            ref, action, who = self.draw_way(data, FORWARD)
            start, asked = data.draw(STARTS), {}
            if action == "approve":
                asked = {"start": data.draw(st.sampled_from([None, None, start]))}
                asked["conditions"] = data.draw(st.integers(0, 1))
            elif action in ASKING:
                pilot = self.model.pilots[ref]
                free = [s for s in ALL_STARTS if self.model.free(pilot["place"], s, but=ref)]
                asked = {"start": data.draw(st.sampled_from(free or [start]))}
            self.move(who, ref, action, twice=data.draw(st.booleans()), **asked)
            if not self.ways(FORWARD):
                return

    @precondition(lambda self: self.ways(BY))
    @rule(data=st.data(), start=STARTS, gate=GATES, late=st.sampled_from([0, 0, 0, -1, 1]))
    def step(self, data, start, gate, late):
        """Any move that may be made: at any time, for any gate, now and then too late."""
        ref, action, who = self.draw_way(data, BY)
        asked = {"start": start} if action in ASKING else {}
        asked |= {"gate": gate} if action == "approve" else {}
        self.move(who, ref, action, late=late, **asked)

    @precondition(lambda self: self.ways({"approve"}))
    @rule(data=st.data(), gate=GATES)
    def decide(self, data, gate):
        """Approve for a gate that may be one's own, another's, decided or unknown."""
        ref, action, who = self.draw_way(data, {"approve"})
        self.move(who, ref, action, gate=gate)

    @rule(data=st.data(), who=PEOPLE_, action=st.sampled_from(sorted(BY)), start=STARTS)
    def overstep(self, data, who, action, start):
        """Anything by anybody; mostly it is refused."""
        ref = data.draw(st.sampled_from(sorted(self.model.pilots)))
        self.move(who, ref, action, **({"start": start} if action in ASKING else {}))

    @rule(
        data=st.data(),
        who=st.one_of(st.none(), PEOPLE_),
        late=st.sampled_from([0, 0, 0, 1]),
        given=st.one_of(st.none(), WINDOWS),
        twice=st.booleans(),
    )
    def change(self, data, who, late, given, twice):
        ref = data.draw(st.sampled_from(sorted(self.model.pilots)))
        pilot = self.model.pilots[ref]
        who, version = who or pilot["firm"], pilot["version"] + late
        title = None if given else f"{pilot['title']}!"
        wanted = self.model.attempt(
            self.model.change, who, ref, version, title=title, windows=given
        )
        body = {"version": version}
        body |= {"periods": periods(pilot["place"], given)} if given else {"title": title}
        self.call(who, "PATCH", f"/pilots/{ref}", body, wanted, twice=twice)

    @rule(
        data=st.data(),
        who=PEOPLE_,
        place=st.sampled_from(sorted(PLACES)),
        number=st.integers(0, 14),
        again=st.booleans(),
    )
    def close_time(self, data, who, place, number, again):
        """Close a day, or open one again; the second removal finds nothing."""
        if again and self.model.blocks:
            block = data.draw(st.sampled_from(sorted(self.model.blocks)))
            wanted = self.model.attempt(self.model.unblock, who, block)
            self.call(who, "DELETE", f"/blocks/{block}", None, wanted)
            if wanted is None:
                self.call(who, "DELETE", f"/blocks/{block}", None, (404, "not_found"))
            return
        may = who in {"coordinator", PLACES[place]["manager"]}
        wanted = None if may else (403, "not_allowed")
        made = self.call(who, "POST", "/blocks", closed(place, number), wanted)
        if may:
            self.model.blocks[made.json["id"]] = (place, number)

    @rule(minutes=st.sampled_from([1, 61, 600]))
    def tick(self, minutes):
        self.town.tick(minutes)

    # --- What everybody sees ----------------------------------------------------------------

    @invariant()
    def books_agree(self):
        """Everything about the database, and what one person after the other is shown."""
        self.checks += 1
        self.agreement.books()
        self.agreement.seen_by(PEOPLE[self.checks % len(PEOPLE)])

    def teardown(self):
        for who in PEOPLE:
            self.agreement.seen_by(who)


def histories(town, examples, steps):
    """Run so many histories of so many steps."""
    limits = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run(lambda: Workflow(town), settings=limits)


@pytest.mark.both_engines
def test_api_board_and_feeds_follow_the_model(town):
    histories(town, examples=6, steps=12)


@pytest.mark.both_engines
@pytest.mark.slow
def test_api_board_and_feeds_follow_the_model_at_length(town):
    histories(town, examples=8, steps=30)


def test_every_way_of_the_table_is_a_move():
    assert set().union(*WAYS.values()) == BY.keys()
