"""The same history on SQLite and on PostgreSQL is answered alike."""

from random import Random

import pytest

from tests.web.model.model import FIRMS, PEOPLE, PLACES
from tests.web.model.table import BY
from tests.web.model.town import FEEDS, LAST, MONDAY, closed, periods, slot, wish

STARTS = (0, 2, 4, 10, 12, 14)
WISHES = ((0, 2), (0, 4), (2, 4), (5, 9), (7, 9))


class History:
    """Calls chosen by a seeded chance and by what was answered, with all the answers."""

    def __init__(self, town, seed):
        self.town, self.chance = town, Random(seed)  # no secret
        self.told, self.refs, self.places, self.blocks, self.ids = [], [], {}, [], {}
        town.empty()

    def call(self, who, method, path, body=None):
        answer = self.town.api(who, method, path, body)
        value = answer.json if answer.data else None
        self.told.append((who, method, answer.status_code, self.plain(value)))
        return answer

    def plain(self, value):
        """The value with the ids of each kind of thing numbered as they first appear."""
        if isinstance(value, list):
            return [self.plain(entry) for entry in value]
        if not isinstance(value, dict):
            return value
        return {
            key: self.ids.setdefault((tuple(value), entry), len(self.ids))
            if key == "id" and isinstance(entry, int)
            else self.plain(entry)
            for key, entry in value.items()
        }

    def create(self):
        firm, place = self.chance.choice(FIRMS), self.chance.choice(sorted(PLACES))
        given = self.chance.sample(WISHES, 2)
        title = f"Trial {len(self.refs)}"
        body = wish(place, given, title, mixed=self.chance.random() < 0.5)
        made = self.call(firm, "POST", "/pilots", body).json
        self.refs.append(made["ref"])
        self.places[made["ref"]] = place
        path = f"/pilots/{made['ref']}/actions/submit"
        self.call(firm, "POST", path, {"version": 1})

    def move(self):
        ref, who = self.chance.choice(self.refs), self.chance.choice(PEOPLE)
        seen = self.call(who, "GET", f"/pilots/{ref}").json
        action = self.chance.choice(seen.get("actions") or sorted(BY))
        late = self.chance.random() < 0.1
        body = {"version": seen.get("version", 1) + late, "note": "Noted."}
        if action in {"offer", "reschedule"} or self.chance.random() < 0.2:
            body["slots"] = [slot(self.places[ref], self.chance.choice(STARTS))]
        self.call(who, "POST", f"/pilots/{ref}/actions/{action}", body)

    def change(self):
        ref = self.chance.choice(self.refs)
        for firm in FIRMS:
            version = self.call(firm, "GET", f"/pilots/{ref}").json.get("version", 1)
            given = periods(self.places[ref], self.chance.sample(WISHES, 2))
            self.call(firm, "PATCH", f"/pilots/{ref}", {"version": version, "periods": given})

    def block(self):
        place, number = self.chance.choice(sorted(PLACES)), self.chance.randrange(10)
        made = self.call("coordinator", "POST", "/blocks", closed(place, number)).json
        self.blocks.append(made["id"])

    def unblock(self):
        if self.blocks:
            self.call("coordinator", "DELETE", f"/blocks/{self.blocks.pop(0)}")

    def look(self):
        """What everybody reads now."""
        for who in PEOPLE:
            for path in ("/pilots?limit=50", "/bookings", "/blocks"):
                self.call(who, "GET", path)
            self.told.append(self.town.board(who)[1])
        for who in FEEDS:
            self.told.append(self.town.feed(who))
        self.call("ada", "GET", f"/slots?from={MONDAY}&to={LAST}&days=3&limit=100")

    def play(self, steps):
        for number in range(steps):
            if number < len(FIRMS):
                self.create()
            do = self.chance.choices(
                (self.move, self.create, self.change, self.block, self.unblock), (12, 1, 1, 1, 1)
            )
            do[0]()
            if number % 20 == 19:
                self.look()
        return self.told


@pytest.mark.postgres
@pytest.mark.parametrize("seed", [1, 2])
def test_one_history_is_answered_alike_on_both_engines(town, other_town, seed):
    here, there = History(town, seed).play(60), History(other_town, seed).play(60)
    for one, other in zip(here, there, strict=True):
        assert one == other
