"""A firm one of whose people is about to go, and rows that name her wherever people write."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from livinglab.adapters.mail import FolderTransport, compose
from livinglab.db.base import Base
from livinglab.db.flask_db import db
from livinglab.db.tables import (
    Audit,
    Card,
    Comment,
    Condition,
    Gate,
    IdempotencyKey,
    Identity,
    LibraryArticle,
    LibraryPaper,
    Paper,
    Participant,
    Pilot,
    SavedView,
    SignIn,
    Undo,
    VisitorDraft,
)
from livinglab.domain.errors import RulesBroken
from livinglab.services import accounts, calendar_texts, erasure, tokens
from livinglab.services.accounts import principal_for
from livinglab.services.records import audit
from livinglab.services.work import begin_work
from livinglab.web import context
from tests.post import intent
from tests.ways_in import invitation, passkey

EMAIL = "canary-7f3a@sierra.example"
NAME = "Canary Äijälä"
CANARIES = ("canary-7f3a", "Canary", "CANARY", "c4n4ry", "\\u00c4ij", "Äij")


class Scene:
    """A firm with two people, the first of whom is about to go."""

    def __init__(self, make, app, clock):
        self.make, self.app, self.clock = make, app, clock
        self.firm = make.company("sierra", email=EMAIL)
        self.hall = make.facility(make.host("hall"))
        self.ada = make.user(EMAIL, self.firm, "company_admin", name=NAME)
        self.bob = make.user("bob@sierra.example", self.firm, "company_admin", name="Bob")

    def work(self, user=None):
        session, world = db.session(), context.world()
        who = user and principal_for(session, user.id, on=world.today(self.clock()))
        return begin_work(session, world, now=self.clock(), actor=who)

    def erase(self, email=EMAIL, by=None):
        with self.app.app_context(), self.work(by) as work:
            erasure.erase_by_email(work, email)

    def refused(self, email=EMAIL):
        """Codes of what stands in the way."""
        with pytest.raises(RulesBroken) as refusal:
            self.erase(email)
        return [problem.code for problem in refusal.value.problems]


def everything(make):
    """Every value of every table, as text."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in make.session.execute(select(table)).mappings():
            found += [f"{table.name}.{column}: {value!r}" for column, value in row.items()]
    make.session.commit()
    return found


def fill(scene):
    """The canary in whatever table and column people write."""
    make, now = scene.make, scene.clock()
    ada, firm, hall = scene.ada, scene.firm, scene.hall
    pilot = make.pilot(
        firm,
        ada,
        hall,
        windows=[(date(2027, 2, 1), date(2027, 2, 5))],
        state="confirmed",
        title=f"Robot of {NAME}",
        purpose=f"Ask {EMAIL} or {NAME.upper()}.",
        submitted_at=now,
    )
    pilot.test_article = {**pilot.test_article, "name": f"{NAME}'s arm"}
    make.session.commit()
    booking = make.booking(
        pilot,
        make.resource("fac-03-vision-bench"),
        datetime(2027, 2, 1, 6, tzinfo=UTC),
        datetime(2027, 2, 1, 15, tzinfo=UTC),
        period_id=pilot.periods[0].id,
    )
    make.add(
        Gate(
            pilot_id=pilot.id,
            facility_id=hall.id,
            position=0,
            role="safety_owner",
            title={"en": "S"},
            state="passed",
            opened_at=now,
            decided_at=now,
            decided_by_id=scene.bob.id,
            note=f"as {NAME} said",
            papers_seen=[{"code": "risk", "file_name": f"{NAME}.pdf"}],
        )
    )
    offer = {"expires_at": now, "state": "declined", "answered_by_id": ada.id}
    make.offer(pilot, **offer, made_by_id=scene.bob.id, note=f"as {NAME} asked")
    make.add(
        Comment(pilot_id=pilot.id, author_id=ada.id, side="company", text=NAME, created_at=now)
    )
    for comer, task in ((NAME.upper(), "c4n4ry"), ("Bob", f"drives {NAME}")):
        card = (
            Card(code="safety_cards", number="c4n4ry", created_at=now) if task == "c4n4ry" else None
        )
        make.add(
            Participant(
                pilot_id=pilot.id,
                name=comer,
                task=task,
                created_at=now,
                cards=[card] if card else [],
            )
        )
    make.add(Condition(pilot_id=pilot.id, text=f"{NAME} is trained"))
    make.add(
        Paper(
            pilot_id=pilot.id,
            code="risk",
            file_name=f"{NAME}.pdf",
            media_type="application/pdf",
            size=1,
            sha256="0",
            content=b"x",
            uploaded_at=now,
            uploaded_by_id=ada.id,
            rejected_note=f"ask {NAME}",
        )
    )
    make.add(
        LibraryArticle(
            company_id=firm.id,
            name=f"{NAME}'s arm",
            test_article={"name": f"Arm of {EMAIL}"},
            changed_at=now,
            changed_by_id=ada.id,
        )
    )
    make.add(
        LibraryPaper(
            company_id=firm.id,
            code="risk",
            file_name=f"{NAME}.pdf",
            media_type="application/pdf",
            size=1,
            sha256="0",
            content=b"x",
            uploaded_at=now,
            uploaded_by_id=ada.id,
        )
    )
    make.add(
        Undo(
            pilot_id=pilot.id,
            version=1,
            action="reject",
            until=now,
            made_by_id=scene.bob.id,
            before={"gates": [{"note": f"as {NAME} said"}]},
        )
    )
    make.add(Identity(user_id=ada.id, issuer="https://id", subject="c4n4ry", linked_at=now))
    make.add(
        SavedView(
            user_id=ada.id,
            page="board",
            name="c4n4ry",
            query={"q": ["c4n4ry"]},
            told={},
            created_at=now,
        )
    )
    make.add(
        SavedView(
            user_id=scene.bob.id,
            page="board",
            name="x",
            query={"q": [EMAIL]},
            told={},
            created_at=now,
        )
    )
    make.add(
        SignIn(
            user_id=ada.id,
            key_hash="k",
            started_at=now,
            seen_at=now,
            agent="c4n4ry",
            how="password",
        )
    )
    make.add(passkey(ada, now, credential_id=b"c4n4ry", name="c4n4ry"))
    make.add(invitation(firm, EMAIL.title(), now, token_hash="t"))
    make.add(
        VisitorDraft(
            key_hash="d", content={"purpose": f"Write to {EMAIL}!"}, created_at=now, changed_at=now
        )
    )
    make.add(
        IdempotencyKey(
            principal=f"{scene.bob.id}@{firm.id}",
            route="r",
            key="1",
            request_hash="",
            status=200,
            body=f'{{"title": "{NAME}"}}'.encode(),
            headers={},
            created_at=now,
        )
    )
    make.add(intent(1, now, recipient=EMAIL.upper(), subject=NAME, body="c4n4ry"))
    make.add(intent(2, now, recipient=EMAIL, subject=NAME, body="c4n4ry", sent_at=now))
    make.add(intent(3, now, subject=f"{NAME} asks", body=f"From {NAME}: {EMAIL}\n", sent_at=now))
    make.add(
        Audit(
            at=now,
            actor_id=ada.id,
            action="old",
            object_kind="user",
            object_ref=EMAIL,
            facts={"e": EMAIL},
            note="c4n4ry",
        )
    )
    with scene.app.app_context():
        with scene.work(ada) as work:
            audit(work, "save", "view", "1", note="c4n4ry")
            tokens.make_token(work, EMAIL)
            accounts.make_feed(work, EMAIL)
        with scene.work(scene.bob) as work:
            audit(work, "invite", "person", "1", note={"email": EMAIL, "name": NAME})
            row = work.session.get(Pilot, pilot.id)
            calendar_texts.publish(work, row, row.bookings)
    folder = Path(scene.app.instance_path) / "mail"
    FolderTransport(folder).send(compose("a@lab.example", EMAIL, "s", "b", "<1@lab.example>", now))
    return pilot, booking
