"""Random histories over HTTP: what the API, the board and the feeds say is what a model says."""

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
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
STARTS = st.sampled_from([start for week in (0, 5, 10) for start in starts_in((week, week + 4))])
GATES = st.sampled_from([None, "facility_manager", "safety_owner", "ethics"])
PEOPLE_ = st.sampled_from(PEOPLE)
ASKING = {"approve", "offer", "reschedule"}
SIMPLE = sorted(BY.keys() - ASKING)


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
        version = pilot["version"] + late
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

    def ways(self, *actions):
        """(reference, action, person) of every move that may be made."""
        return [
            (ref, action, who)
            for ref in self.model.pilots
            for who in PEOPLE
            if self.model.sees(who, ref)
            for action in sorted(self.model.actions(who, ref))
            if action in actions
        ]

    # --- Rules ------------------------------------------------------------------------------

    @precondition(lambda self: len(self.model.pilots) < 6)
    @rule(
        firm=st.sampled_from(FIRMS),
        place=st.sampled_from(sorted(PLACES)),
        given=WINDOWS,
        mixed=st.booleans(),
        twice=st.booleans(),
        send=st.booleans(),
    )
    def create(self, firm, place, given, mixed, twice, send):
        title = f"Trial {len(self.model.pilots)} of {firm}"
        ref = f"PLL-2026-{len(self.model.pilots) + 1:04d}"
        body = wish(place, given, title, mixed=mixed)
        made = self.call(firm, "POST", "/pilots", body, None, twice=twice)
        assert made.json["ref"] == ref
        self.model.create(ref, firm, place, given, title, mixed=mixed)
        if send:
            self.move(firm, ref, "submit")

    @precondition(lambda self: self.ways(*SIMPLE))
    @rule(data=st.data(), twice=st.booleans())
    def step(self, data, twice):
        ref, action, who = data.draw(st.sampled_from(self.ways(*SIMPLE)))
        self.move(who, ref, action, twice=twice)

    @precondition(lambda self: self.ways("approve"))
    @rule(data=st.data(), gate=GATES, chosen=st.booleans(), start=STARTS, conditions=st.booleans())
    def approve_somehow(self, data, gate, chosen, start, conditions):
        ref, action, who = data.draw(st.sampled_from(self.ways("approve")))
        asked = {"start": start} if chosen else {}
        self.move(who, ref, action, gate=gate, conditions=int(conditions), **asked)

    @precondition(lambda self: self.ways("approve"))
    @rule(data=st.data(), twice=st.booleans())
    def approve_own_gate(self, data, twice):
        ref, action, who = data.draw(st.sampled_from(self.ways("approve")))
        free = [None, self.model.first_free(ref)]
        self.move(who, ref, action, start=data.draw(st.sampled_from(free)), twice=twice)

    @precondition(lambda self: self.ways("offer", "reschedule"))
    @rule(data=st.data(), start=STARTS, twice=st.booleans())
    def put(self, data, start, twice):
        ref, action, who = data.draw(st.sampled_from(self.ways("offer", "reschedule")))
        self.move(who, ref, action, start=start, twice=twice)

    @precondition(lambda self: self.model.pilots)
    @rule(
        data=st.data(),
        who=PEOPLE_,
        action=st.sampled_from(sorted(BY)),
        late=st.sampled_from([0, 0, -1, 1]),
        start=STARTS,
    )
    def anything(self, data, who, action, late, start):
        ref = data.draw(st.sampled_from(sorted(self.model.pilots)))
        late = 0 if self.model.pilots[ref]["version"] + late < 1 else late
        asked = {"start": start} if action in ASKING else {}
        self.move(who, ref, action, late=late, **asked)

    @precondition(lambda self: self.model.pilots)
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

    @rule(who=PEOPLE_, place=st.sampled_from(sorted(PLACES)), number=st.integers(0, 14))
    def block(self, who, place, number):
        wanted = self.model.attempt(self.model.block, who, place, number, None)
        if wanted is None:
            del self.model.blocks[None]
        made = self.call(who, "POST", "/blocks", closed(place, number), wanted)
        if wanted is None:
            self.model.block(who, place, number, made.json["id"])

    @precondition(lambda self: self.model.blocks)
    @rule(data=st.data(), who=PEOPLE_)
    def unblock(self, data, who):
        number = data.draw(st.sampled_from(sorted(self.model.blocks)))
        wanted = self.model.attempt(self.model.unblock, who, number)
        self.call(who, "DELETE", f"/blocks/{number}", None, wanted)
        if wanted is None:
            self.call(who, "DELETE", f"/blocks/{number}", None, (404, "not_found"))

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
    histories(town, examples=3, steps=10)


@pytest.mark.both_engines
@pytest.mark.slow
def test_api_board_and_feeds_follow_the_model_at_length(town):
    histories(town, examples=12, steps=30)


def test_every_way_of_the_table_is_a_move():
    assert set().union(*WAYS.values()) == BY.keys()
