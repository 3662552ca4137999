"""Two firms, two facilities and everybody who may call: built once, then only read.

All that firm A typed carries :data:`MARK`: it may reach nobody but those whose business A is.
"""

import sqlite3
from datetime import timedelta
from secrets import token_hex

from sqlalchemy import delete, select, update

from livinglab.adapters.secrets import new_token, token_hash
from livinglab.db.tables import (
    ApiToken,
    AppPassword,
    BusySource,
    Facility,
    Identity,
    Invitation,
    LibraryArticle,
    LibraryPaper,
    Membership,
    Outbox,
    Participant,
    Passkey,
    Photo,
    SavedView,
    SignIn,
    User,
)
from livinglab.services import accounts, app_passwords, conversation, tokens, versions
from tests.casework import House, at, days, stay

MARK = f"canary{token_hex(6)}"
"""Stands in every text of firm A: its people, pilots, notes, papers, file names, views, tokens."""
NOTE = f"sparrow{token_hex(6)}"
"""Stands in every internal note of the hosts: no firm and none of their tokens may be told it."""
NEAR, FAR, HIDDEN = "fac-03", "fac-06", "fac-09"
"""Where A goes; where only B goes; a facility that is not published."""

COOKIES = {
    "A member": (f"amy.{MARK}", "A", ("member",)),
    "A admin": (f"ann.{MARK}", "A", ("company_admin",)),
    "B member": ("bob", "B", ("member",)),
    "B admin": ("bea", "B", ("company_admin",)),
    "disabled": (f"dan.{MARK}", "A", ("member",)),
    "removed": (f"rex.{MARK}", "A", ("member",)),
    "manager near": ("manager.near", "host", (("facility_manager", NEAR),)),
    "manager far": ("manager.far", "host", (("facility_manager", FAR),)),
    "gate owner": ("safety.near", "host", (("safety_owner", NEAR),)),
    "staff": ("staff", "lab", ("staff",)),
    "coordinator": ("coordinator", "lab", ("coordinator",)),
    "admin": ("admin", "lab", ("admin",)),
}
"""Browsers by principal: the person, their organisation, their roles there."""
TOKENS = {
    "token read": ("A member", "read"),
    "token write": ("A member", "write"),
    "B token": ("B member", "write"),
    "disabled token": ("disabled", "write"),
    "removed token": ("removed", "write"),
}
"""Bearers by principal: whose token it is, and its scope."""
NOBODY = {"anonymous", "disabled", "removed", "disabled token", "removed token", "feed token"}
"""Who counts as no person of the house (any more)."""
PRINCIPALS = ("anonymous", *COOKIES, *TOKENS, "feed token")
OUTSIDERS = NOBODY | {"B member", "B admin", "B token", "manager far"}
"""Whose business firm A is not."""
PDF = b"%PDF-1.4 "


class World(House):
    """The living lab of these tests; ``things`` are ids by name."""

    def __init__(self, engine_url, clock):
        super().__init__(engine_url, clock)
        self.watch = sqlite3.connect(self.engine.url.database)
        self.things = {"token": "a" * 43}
        session = self.make.session
        a, b = self.firms["firm"], self.firms["rival"]
        a.name, a.email, a.vat_id = f"Aquila {MARK}", f"office.{MARK}@lab.example", MARK[:20]
        a.speciality = a.sector = a.website = MARK
        session.commit()
        for slug in (NEAR, FAR, HIDDEN):
            self.facilities[slug] = self.make.facility(self.host, slug)
        self.facilities[HIDDEN].published = False
        self.spots = {  # the first resource of each that can be asked for
            slug: next(item.slug for item in place.resources if item.bookable)
            for slug, place in self.facilities.items()
        }
        self.document = dict(self.facilities[NEAR].profile)
        session.commit()
        with self.work() as work:
            for place in work.session.scalars(select(Facility)):
                versions.record(work, place, "import")
        homes = {"A": a, "B": b, "host": self.host, "lab": self.lab}
        for name, home, roles in COOKIES.values():
            placed = [r if isinstance(r, str) else (r[0], self.facilities[r[1]]) for r in roles]
            if name not in self.people:  # the lab's own are there already
                self.person(name, homes[home], *placed)
        self.person("manager.hidden", self.host, ("facility_manager", self.facilities[HIDDEN]))

    def fill(self):
        """Give both firms requests in several states, and each facility what it keeps."""
        self._requests_of_a()
        self._requests_of_b()
        for place, slug in (("a", NEAR), ("b", FAR), ("hidden", HIDDEN)):
            self._at_facility(place, slug)

    def settle(self):
        """Give a person of each firm everything that somebody has for themselves."""
        for firm, principal in (("a", "A member"), ("b", "B member")):
            self._belongings(firm, COOKIES[principal][0])

    def _requests_of_a(self):
        amy = COOKIES["A member"][0]
        texts = {
            "title": f"Strip {MARK}",
            "purpose": f"To see {MARK}.",
            "article": {"name": f"Robot {MARK}"},
        }
        self.things["draft_a"] = self.draft(amy, facility=NEAR, **texts)
        sent = self.sent(amy, facility=NEAR, windows=[days(0, 4)], **texts)
        self.things["ref_a"] = sent
        self.things["paper_a"] = self._paper(sent, amy, f"{MARK}.pdf")
        self.things["person_a"] = self._person(sent, f"Nell {MARK}")
        self._library(amy, "a", f"Arm {MARK}", f"kept {MARK}.pdf")
        self.things["offer_a"] = self._offer(sent, f"For {MARK}.")
        self._say(sent, amy, f"When may {MARK} come?", f"plan {MARK}.pdf", "_a")
        self._say(sent, "manager.near", f"{NOTE} about {MARK}", f"{NOTE}.pdf", "_note", note=True)
        asked = self.sent(amy, facility=NEAR, windows=[days(7, 11)], **texts)
        self.act(asked, "request-info", "manager.near", note=f"Which {MARK}?")
        held = self.sent(amy, facility=NEAR, windows=[days(2, 2)], **texts)
        self.approve(held, "manager.near", stay(self.spots[NEAR], days(2)[0]))
        self.things["held_a"] = held
        self.things["booking_a"] = self.read(held).bookings[0].id

    def _requests_of_b(self):
        sent = self.sent("bob", facility=FAR, windows=[days(0, 4)])
        self.things["draft_b"] = self.draft("bob", facility=FAR)
        self.things["ref_b"] = sent
        self.things["paper_b"] = self._paper(sent, "bob", "plan.pdf")
        self.things["person_b"] = self._person(sent, "Olle")
        self._library("bob", "b", "Arm", "kept.pdf")
        self.things["offer_b"] = self._offer(sent, "For you.")
        self._say(sent, "bob", "When may we come?", "plan.pdf", "_b")
        held = self.sent("bob", facility=NEAR, windows=[days(3, 3)])
        self.approve(held, "manager.near", stay(self.spots[NEAR], days(3)[0]))
        self.things["held_b"] = held
        self.things["booking_b"] = self.read(held).bookings[0].id

    def _person(self, ref, name):
        key = self.read(ref).id
        return self.make.add(Participant(pilot_id=key, name=name, created_at=self.clock())).id

    def _library(self, name, firm, article, file_name):
        """A test article and a paper that the person's firm keeps."""
        who, now = self.people[name], self.clock()
        mine = {"company_id": who.organisation_id}
        kept = LibraryArticle(
            **mine,
            name=article,
            test_article={"name": article},
            changed_at=now,
            changed_by_id=who.user_id,
        )
        paper = LibraryPaper(
            **mine,
            code="insurance",
            file_name=file_name,
            media_type="application/pdf",
            size=len(PDF),
            sha256="0" * 64,
            content=PDF,
            uploaded_at=now,
            uploaded_by_id=who.user_id,
        )
        self.things[f"article_{firm}"] = self.make.add(kept).id
        self.things[f"kept_paper_{firm}"] = self.make.add(paper).id

    def _offer(self, ref, note):
        """One that was declined."""
        pilot, until = self.read(ref), self.clock() + timedelta(days=5)
        return self.make.offer(pilot, expires_at=until, state="declined", note=note).id

    def _say(self, ref, name, text, file_name, ending, *, note=False):
        """A message with a file, or a note of the hosts."""
        said = conversation.Said(text, note, (conversation.File(file_name, PDF),))
        with self.work(name) as work:
            comment = conversation.say(work, ref, said, 1_000)
            self.things[f"comment{ending}"] = comment.id
            self.things[f"enclosed{ending}"] = comment.files[0].id

    def _paper(self, ref, name, file_name):
        paper = self.attach(ref, "risk_assessment", name=name, content=PDF + file_name.encode())
        row = next(p for p in self.read(ref).papers if p.id == paper)
        row.file_name = file_name
        self.make.session.merge(row)
        self.make.session.commit()
        return paper

    def _belongings(self, firm, name):
        """Feed, tokens, saved view, session, linked account, passkey, invitation of a person."""
        text, who = MARK if firm == "a" else "ordinary", self.people[name]
        with self.work(name) as work:
            feed, address = accounts.add_feed(work, who.user_id)
            self.things[f"feed_{firm}"] = feed.id
            self.things[f"feed_token_{firm}"] = address
        mine, its = {"user_id": who.user_id}, {"organisation_id": who.organisation_id}
        now = self.clock()
        rows = {
            "token": ApiToken(
                token_hash=new_token(), scope="read", name=text, created_at=now, **mine, **its
            ),
            "app_password": AppPassword(
                password_hash=new_token(), name=text, created_at=now, **mine, **its
            ),
            "view": SavedView(
                page="catalogue", name=text, query={"q": text}, told={}, created_at=now, **mine
            ),
            "sign_in": SignIn(
                key_hash=new_token(), started_at=now, seen_at=now, agent=text, **mine, **its
            ),
            "identity": Identity(issuer="https://id.example", subject=text, linked_at=now, **mine),
            "invitation": Invitation(
                token_hash=token_hash(f"invitation {firm}"),
                email=f"ivy.{text}@lab.example",
                role="member",
                invited_by_id=who.user_id,
                created_at=now,
                expires_at=now + timedelta(days=7),
                **its,
            ),
            "passkey": Passkey(
                credential_id=f"key of {firm}".encode(),
                public_key=b"public",
                backup_state=False,
                device_type="single_device",
                lastuse_datetime=now,
                name=text,
                usage="first",
                **mine,
            ),
        }
        for kind, row in rows.items():
            self.things[f"{kind}_{firm}"] = self.make.add(row).id
        held = select(Membership).where(Membership.user_id == who.user_id)
        self.things[f"membership_{firm}"] = self.make.all(held)[0].id
        self.things[f"user_{firm}"] = who.user_id
        self.things[f"organisation_{firm}"] = who.organisation_id

    def _at_facility(self, place, slug):
        """A block, a photo and a stand-in of a facility."""
        first = days(21)[0]
        block = self.block(self.spots[slug], at(first, 8), at(first, 12), name="admin")
        sha = f"{slug:f<64}"
        photo = self.make.add(
            Photo(
                facility_id=self.facilities[slug].id,
                position=0,
                alt={"en": "A hall"},
                width=4,
                height=4,
                sha256=sha,
                large=b"large",
                small=b"small",
                uploaded_at=self.clock(),
            )
        )
        deputy = self.make.user(f"deputy.{slug}@lab.example")
        today = self.clock().date()
        stand_in = self.make.add(
            Membership(
                user_id=deputy.id,
                organisation_id=self.host.id,
                role="facility_manager",
                facility_id=self.facilities[slug].id,
                first_day=today,
                last_day=today + timedelta(days=30),
            )
        )
        found = {"slug": slug, "block": block, "photo": photo.id, "sha": sha}
        found["stand_in"] = stand_in.id
        calendar = BusySource(
            resource_id=self.make.resource(self.spots[slug]).id,
            name="Vessel calls",
            kind="vessel_call",
            created_at=self.clock(),
        )
        found["calendar"] = self.make.add(calendar).id
        self.things |= {f"{name}_{place}": value for name, value in found.items()}

    def shut_out(self):
        """Disable one person and take another out of their firm, after both have signed in."""
        disabled, removed = (self.people[COOKIES[p][0]] for p in ("disabled", "removed"))
        session = self.make.session
        session.execute(delete(Membership).where(Membership.user_id == removed.user_id))
        session.execute(update(User).where(User.id == disabled.user_id).values(active=False))
        session.commit()

    def token(self, principal):
        """A bearer token of that principal."""
        person, scope = TOKENS[principal]
        with self.work() as work:
            return tokens.make_token(work, self.people[COOKIES[person][0]].email, scope)

    def app_password(self, name):
        """Address and app password of a calendar program of that person."""
        with self.work() as work:
            email = self.people[name].email
            return email, app_passwords.make_app_password(work, email)

    def version(self):
        """Rises whenever another connection has changed the database (SQLite's data_version)."""
        [(number,)] = self.watch.execute("PRAGMA data_version").fetchall()
        return number

    def content(self):
        """Everything in the database but the counts of tries: those rise for strangers, too."""
        return [line for line in self.watch.iterdump() if 'INTO "attempt"' not in line]

    def mails_to(self, *names):
        """Everything that waits in the outbox for these people."""
        addresses = [self.people[name].email for name in names]
        found = self.make.all(select(Outbox).where(Outbox.recipient.in_(addresses)))
        return [mail.subject + mail.body for mail in found]
