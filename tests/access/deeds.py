"""What a firm does with what is its own: kinds by name, to be drawn in any order."""

from contextlib import suppress
from datetime import date, timedelta
from functools import partial

from livinglab.db.tables import Organisation
from livinglab.domain.companies import profile_to_json
from livinglab.domain.errors import Refusal
from livinglab.services import accounts, companies, confidence, invitations, saved, tokens
from tests.access.world import COOKIES, NEAR
from tests.casework import stay

LATER = date(2027, 11, 15)
"""A Monday after all days and months that anybody asks about: time that is held is told to all."""
AMY, ANN, HOST = COOKIES["A member"][0], COOKIES["A admin"][0], COOKIES["manager near"][0]

PLAIN = {"sector": None, "vat_id": None}
"""What stands in a world's profile as no form would write it."""


KINDS = (
    *("draft", "send", "change", "attach", "show the plan", "ask", "refuse", "wait", "withdraw"),
    *("hold", "cancel", "invite", "rename", "feed", "token", "view"),
)


class Deeds:
    """Firm A at work in a world. ``refs`` are the requests it made, newest last."""

    def __init__(self, world):
        self.world, self.refs = world, []
        done = (
            *(self.draft, self.send, self.change, self.attach, self.disclose),
            partial(self.move, "request-info", HOST),
            partial(self.move, "reject", HOST),
            partial(self.move, "waitlist", HOST),
            partial(self.move, "withdraw", AMY),
            *(self.hold, self.cancel, self.invite, self.rename),
            *(self.feed, self.token, self.view),
        )
        self.kinds = dict(zip(KINDS, done, strict=True))

    def do(self, kind, day, text):
        """Do one of ``kinds``. What cannot be done now is refused, and that is all."""
        with suppress(Refusal):
            self.kinds[kind](day, text)

    def draft(self, day, text):
        first = LATER + timedelta(days=day + 2 * (day // 5))
        wish = {"facility": NEAR, "windows": [(first, first)], "title": text}
        self.refs.append(self.world.draft(AMY, **wish))

    def send(self, day, text):
        self.draft(day, text)
        self.world.act(self.refs[-1], "submit", AMY)

    def newest(self, day, text):
        """The newest request; one is sent when there is none."""
        if not self.refs:
            self.send(day, text)
        return self.refs[-1]

    def change(self, day, text):
        self.draft(day, text)
        given = {"title": text[::-1], "purpose": text, "focus_areas": ["automation_robotics"]}
        self.world.change(self.refs[-1], AMY, **given)

    def attach(self, day, text):
        content = b"%PDF-1.4 " + text.encode()
        self.world.attach(self.newest(day, text), "risk_assessment", name=AMY, content=content)

    def disclose(self, day, text):
        ref = self.newest(day, text)
        version = self.world.read(ref).version
        with self.world.work(AMY) as work:
            confidence.set_plan(work, ref, version=version, confidential=False)

    def move(self, action, name, day, text):
        self.world.act(self.newest(day, text), action, name, note=text)

    def hold(self, day, text):
        self.send(day, text)
        first = LATER + timedelta(days=day + 2 * (day // 5))
        self.world.approve(self.refs[-1], HOST, stay(self.world.spots[NEAR], first))

    def cancel(self, day, text):
        self.hold(day, text)
        self.move("cancel", AMY, day, text)

    def invite(self, day, text):
        with self.world.work(ANN) as work:
            invitations.invite(work, f"{text.encode().hex()}.{day}@new.example", "member")

    def rename(self, day, text):
        with self.world.work(ANN) as work:
            row = work.session.get(Organisation, work.actor.organisation_id)
            before = companies.profile_of(row)
            profile = profile_to_json(before) | {"name": f"{text} {day}"} | PLAIN
            companies.change(work, profile, companies.version_of(before))

    def feed(self, _day, _text):
        with self.world.work(AMY) as work:
            accounts.add_feed(work, work.actor.user_id, NEAR)

    def token(self, _day, text):
        with self.world.work(AMY) as work:
            tokens.make_token(work, work.actor.email, "write", name=text)

    def view(self, _day, text):
        with self.world.work(AMY) as work:
            saved.save(work, "catalogue", text, {"q": text})
