"""What people are shown over HTTP, held against the model."""

from datetime import datetime

from tests.web.model.model import FIRMS, PLACES, STAY, starts_in
from tests.web.model.town import (
    FEEDS,
    LAST,
    MONDAY,
    MOVES,
    OVERLAPS,
    RESOURCES,
    SLUGS,
    blocked_to,
    span,
    windows,
)

STATUS = {"tentative": "TENTATIVE", "firm": "CONFIRMED", "released": "CANCELLED"}
TAGS = {"tentative": "Tentative", "firm": "Firm", "suspended": "Suspended"}
READERS = {**dict.fromkeys((*FIRMS, "coordinator")), "manager": "hall"}
"""Whose feeds are read, and of which place."""


class Agreement:
    """Asks as one person after the other; every difference is an AssertionError."""

    def __init__(self, town, model):
        self.town, self.model = town, model

    def books(self):
        """What the database holds, and what everybody may ask for."""
        assert self.town.rows(OVERLAPS) == [(0,)]
        assert self.town.rows(MOVES) == self.model.log
        for who in FEEDS:
            self.feed(who)
        for place in PLACES:
            self.slots(place)

    def seen_by(self, who):
        for ref in self.model.pilots:
            self.pilot(who, ref)
        self.bookings(who)
        self.board(who)

    def pilot(self, who, ref):
        pilot = self.model.pilots[ref]
        if not self.model.sees(who, ref):
            assert self.town.api(who, "GET", f"/pilots/{ref}").status_code == 404
            return
        told = self.town.read(who, f"/pilots/{ref}")
        assert (told["state"], told["version"]) == (pilot["state"], pilot["version"])
        assert (told["title"], set(told["actions"])) == (
            pilot["title"],
            self.model.actions(who, ref),
        )
        assert told["periods"][0]["windows"] == windows(pilot["windows"])
        if pilot["sent"]:
            assert {gate["role"]: gate["state"] for gate in told["gates"]} == pilot["gates"]
        assert sum(c["fulfilled_at"] is None for c in told["conditions"]) == pilot["conditions"]
        stays = [
            (b["state"], datetime.fromisoformat(b["start"]), datetime.fromisoformat(b["end"]))
            for b in told["bookings"]
        ]
        assert sorted(stays) == sorted(
            (event["state"], *span(pilot["place"], event["start"])) for event in pilot["events"]
        )

    def _kind(self, who, ref, event):
        """What the board calls a stay: that it is interrupted only to those who see whose it is."""
        state = self.model.pilots[ref]["state"]
        named = self.model.sees_name(who, ref)
        return state if state == "suspended" and named else event["state"]

    def _held(self):
        """(reference, pilot, event) of all that holds time."""
        return [
            (ref, pilot, event)
            for ref, pilot in self.model.pilots.items()
            if (event := self.model.held(ref))
        ]

    def bookings(self, who):
        keys = ("ref", "resource", "state", "start", "end", "blocked_to")
        told = self.town.read(who, "/bookings")["items"]
        wanted = [
            (
                *(ref, RESOURCES[pilot["place"]], event["state"]),
                *(moment.isoformat() for moment in span(pilot["place"], event["start"])),
                blocked_to(pilot["place"], event["start"]).isoformat(),
            )
            for ref, pilot, event in self._held()
            if self.model.sees(who, ref)
        ]
        assert sorted(tuple(item[key] for key in keys) for item in told) == sorted(wanted)

    def board(self, who):
        html, found = self.town.board(who)
        shown = sorted((ref or "", time, tag) for ref, time, tag in found if tag in TAGS.values())
        assert shown == sorted(
            (
                ref if self.model.sees_name(who, ref) else "",
                time_text(pilot["place"], event["start"]),
                TAGS[self._kind(who, ref, event)],
            )
            for ref, pilot, event in self._held()
        )
        if who in FIRMS:
            for ref, pilot in self.model.pilots.items():
                if pilot["firm"] != who:
                    assert ref not in html
                    assert pilot["title"] not in html

    def feed(self, who):
        place = READERS[who]
        assert sorted(self.town.feed(who)) == sorted(
            (ref, STATUS[event["state"]], *span(pilot["place"], event["start"]))
            for ref, pilot in self.model.pilots.items()
            if self.model.sees(who, ref) and place in {None, pilot["place"]}
            for event in pilot["events"]
        )

    def slots(self, place):
        path = f"/slots?from={MONDAY}&to={LAST}&days={STAY // 2}&limit=100&facility={SLUGS[place]}"
        told = [
            datetime.fromisoformat(item["start"])
            for item in self.town.read("ada", path)["items"]
            if item["resource"] == RESOURCES[place]
        ]
        inside = [moment for moment in told if moment.weekday() < 3]
        assert inside == [
            span(place, start)[0]
            for week in (0, 5, 10)
            for start in starts_in((week, week + 4))
            if self.model.free(place, start)
        ]


def time_text(place, start):
    """The time of a stay as the board writes it; none of these goes beyond its week."""
    begins, ends = span(place, start)
    return f"{begins:%a} {begins.day} – {ends:%a} {ends.day} Feb 2027, {begins:%H:%M}–{ends:%H:%M}"
