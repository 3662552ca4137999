"""Links of mails that nobody has followed yet, and somebody between the steps of signing in."""

import re
from pathlib import Path
from secrets import token_hex

from sqlalchemy import select

from livinglab.adapters.secrets import new_token, password_hash
from livinglab.db.queries.accounts import user_by_email
from livinglab.db.tables import Booking, Membership, Organisation, Outbox, Resource, User
from livinglab.services import attendance, email_change, invitations, registration
from tests.factories import PASSWORD

ADMIN = "admin@demo.example"
HALFWAY = "halfway"
"""Has an app for codes: after the password, the page of the second step is shown."""


def link_to_confirm(service):
    """A link that opens an account when its button is pressed."""
    email = _new_address()
    given = {"email": email, "name": "Example Newcomer", "company": "Example New Firm Oy"}
    given |= {"country": "FI", "language": "en", "password": PASSWORD}
    with service.acting(ADMIN) as work:
        registration.register(work, registration.read(given), password_hash(PASSWORD))
        return _link(work, email, registration.CONFIRM)


def link_to_answer(service):
    """Where somebody says whether they come to a firm stay."""
    with service.acting("admin@demo.example") as work:
        session = work.session
        firm = select(Booking).join(Resource, Booking.resource_id == Resource.id)
        firm = firm.where(Booking.state == "firm", Booking.ends_at > work.now, Resource.bookable)
        booking = session.scalars(firm.order_by(Booking.id)).first()
        booking.invite_at = work.now
        session.flush()
        attendance.settle(work, booking.id)
        invited = select(Outbox).where(Outbox.calendar != "").order_by(Outbox.id.desc())
        return re.search(r"/attendance/[\w-]+", session.scalars(invited).first().body)[0]


def link_to_join(service):
    """A link by which somebody unknown joins the living lab."""
    email = _new_address()
    with service.acting(ADMIN) as work:
        invitations.invite(work, email, "staff")
        work.session.flush()
        return _link(work, email, invitations.PATH)


def link_to_undo(service):
    """A link that gives an account its old mail address back."""
    old, new = _new_address(), _new_address()
    secret = (Path(service.engine.url.database).parent / "secret_key").read_text("utf-8").strip()
    with service.acting(ADMIN) as work:
        user = _person(work, old)
        email_change.ask(work, user.id, new, secret)
        asked = _link(work, new, email_change.CONFIRM)
    with service.acting(ADMIN) as work:
        email_change.confirm(work, asked.rpartition("/")[2], secret)
        return _link(work, old, email_change.UNDO)


def make_halfway(service):
    """Let there be an account at which a code is asked for."""
    email = f"{HALFWAY}@demo.example"
    with service.acting(ADMIN) as work:
        if user_by_email(work.session, email) is None:
            _person(work, email).tf_totp_secret = "kept by an app"  # opens nothing


def _person(work, email):
    firm = work.session.scalars(select(Organisation).where(Organisation.kind == "company")).first()
    user = User(
        email=email,
        name="Example Person",
        password=password_hash(PASSWORD),
        fs_uniquifier=new_token(),
        confirmed_at=work.now,
    )
    work.session.add(user)
    work.session.flush()
    work.session.add(Membership(user_id=user.id, organisation_id=firm.id, role="member"))
    work.session.flush()
    return user


def _new_address():
    return f"{token_hex(4)}@new-firm.example"


def _link(work, email, kind):
    """The path of the link of that kind in the last mail to the address."""
    work.session.flush()
    found = select(Outbox).where(Outbox.recipient == email).order_by(Outbox.id.desc())
    return re.search(re.escape(kind) + r"\S+", work.session.scalars(found).first().body)[0]
