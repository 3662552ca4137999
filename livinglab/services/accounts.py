"""People and their keys: rights, sign-ins, feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, cast

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select, update

from livinglab.adapters.secrets import new_token, token_hash
from livinglab.db.queries import accounts as people
from livinglab.db.tables import Membership, Organisation, SignIn, User
from livinglab.domain.access import Principal
from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.feed import FeedWish
from livinglab.domain.messages import N_, Message
from livinglab.services import feed_making

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Feed
    from livinglab.services.work import Work

Scope = Literal["read", "write"]
SEEN_AGAIN = timedelta(minutes=1)
"""Use of a sign-in or token is written down at most this often."""
OWNER = "living-lab"
"""Slug of the organisation that runs the living lab, made with its first admin."""


def principal_for(
    session: Session,
    user_id: int,
    organisation_id: int | None = None,
    scope: Scope = "write",
    *,
    on: date,
) -> Principal | None:
    """The person acting for one organisation (default: the first joined), in ≤ 2 statements.

    ``on`` is the date in Helsinki: a stand-in has rights from the first to the last of their days.
    None when the person is gone, inactive, or does not belong to the organisation then.
    """
    user = session.get(User, user_id)
    if user is None or not user.active:
        return None
    return principal_of(user, people.rights(session, user_id, on), organisation_id, scope)


def principal_of(
    user: User,
    rights: Sequence[people.Right],
    organisation_id: int | None = None,
    scope: Scope = "write",
) -> Principal | None:
    """The person with these rights acting for one organisation; None if it is none of theirs."""
    mine = [r for r in rights if organisation_id in (None, r[0].id)]
    if not mine:
        return None
    home = mine[0][0]
    return Principal(
        user_id=user.id,
        email=user.email,
        name=user.name,
        organisation_id=home.id,
        organisation_kind=cast("Literal['host', 'company']", home.kind),
        organisation_name=home.name,
        roles=frozenset((role, slug) for place, role, slug in mine if place.id == home.id),
        language=user.language,
        timezone=user.timezone,
        scope=scope,
        organisations=tuple({place.id: place.name for place, *_ in rights}.items()),
        companies=frozenset(place.id for place, *_ in rights if place.kind == "company"),
    )


@dataclass(frozen=True, slots=True)
class Proof:
    """How somebody showed who they are: password, passkey or oidc, with a second factor or not.

    ``organisation_id`` is the one they act for at first; None is the first they joined.
    """

    how: Literal["password", "passkey", "oidc"] = "password"
    second_factor: bool = False
    organisation_id: int | None = None


BY_PASSWORD = Proof()


def sign_in(
    work: Work, user_id: int, proof: Proof = BY_PASSWORD, *, ended_key: str = "", agent: str = ""
) -> str:
    """Begin a browser session and end the one it replaces; the new session's key, once."""
    if ended_key:
        sign_out(work, ended_key)
    key = new_token()
    work.session.add(
        SignIn(
            key_hash=token_hash(key),
            user_id=user_id,
            started_at=work.now,
            seen_at=work.now,
            agent=agent[:200],
            organisation_id=proof.organisation_id,
            how=proof.how,
            second_factor_at=work.now if proof.second_factor else None,
        )
    )
    return key


def sign_out(work: Work, key: str) -> None:
    """End the browser session of that key; its cookie is worthless from now on."""
    work.session.execute(
        update(SignIn)
        .where(SignIn.key_hash == token_hash(key), SignIn.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def end_all_sign_ins(work: Work, user_id: int) -> None:
    """End every browser session of the person: after a new password, or when shut out."""
    work.session.execute(
        update(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
        .values(ended_at=work.now)
    )


def keep_hash(work: Work, user_id: int, password_hash: str | None) -> None:
    """Keep a password's hash that was renewed with stronger settings when it was checked."""
    user = work.session.get_one(User, user_id)
    if user.password != password_hash:
        user.password = password_hash


def worth_noting(last: datetime | None, now: datetime) -> bool:
    """Whether a use is far enough from the last one written down."""
    return last is None or now - last >= SEEN_AGAIN


def note_sign_in_use(work: Work, sign_in_id: int) -> None:
    """Write down that the session is in use."""
    work.session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=work.now))


def make_feed(
    work: Work,
    email: str,
    facility: str | None = None,
    detail: str = "full",
    wish: FeedWish | None = None,
) -> str:
    """The token of a new calendar feed of the person with that address, shown once.

    Raises:
        NotFound: nobody has that address, or what is asked for is not there for them.
        InvalidInput: see ``feed_making.make``.
    """
    _, who = person_named(work, email)
    return feed_making.make(work, who, wish or FeedWish.of(facility, detail))[1]


def add_feed(
    work: Work, user_id: int, facility: str | None = None, detail: str = "full"
) -> tuple[Feed, str]:
    """A new calendar feed of a person and its token, shown once.

    It shows what they see in the organisation they act for, without a session in the first joined.
    ``facility`` (slug) narrows it to one place; ``detail`` is full, title or busy.

    Raises:
        NotFound: there is no such person or facility.
        InvalidInput: ``detail`` is something else.
    """
    who = work.actor
    if who is None or who.user_id != user_id:
        who = principal_for(work.session, user_id, on=work.world.today(work.now))
    if who is None:
        raise NotFound
    return feed_making.make(work, who, FeedWish.of(facility, detail))


def checked_email(text: str) -> str:
    """A mail address as it is kept and looked up: its domain in small letters, no space around it.

    Raises:
        InvalidInput: it is none.
    """
    if not text.strip():
        nothing = Message(N_("Give an e-mail address: name@firm.example."))
        raise InvalidInput.of(Problem("missing", "email", nothing))
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized
    except EmailNotValidError:
        wrong = Message(
            N_("“%(email)s” is not an e-mail address: name@firm.example."), {"email": text}
        )
        raise InvalidInput.of(Problem("not_an_email", "email", wrong)) from None


def create_admin(work: Work, email: str, password_hash: str, name: str = "") -> None:
    """A new admin of the living lab, or that role and a new password for a known person.

    Every session the person had ends. Without ``name`` a new one is called by the address.

    Raises:
        InvalidInput: the address belongs to an example account, which goes with its data.
    """
    session = work.session
    owner = session.scalars(select(Organisation).where(Organisation.slug == OWNER)).one_or_none()
    if owner is None:
        owner = Organisation(slug=OWNER, kind="host", name="Living Lab")
        session.add(owner)
    user = people.user_by_email(session, email)
    if user is None:
        user = User(
            email=email.strip(),
            name=name or email.partition("@")[0],
            fs_uniquifier=new_token(),
            confirmed_at=work.now,
        )
        session.add(user)
    if user.is_example:
        taken = Message(
            N_("“%(email)s” is an example account. Take an address of your own."), {"email": email}
        )
        raise InvalidInput.of(Problem("example_account", "email", taken))
    user.name = name or user.name
    user.password = password_hash
    user.active = True
    session.flush()
    end_all_sign_ins(work, user.id)
    held = select(Membership.id).where(
        Membership.user_id == user.id,
        Membership.organisation_id == owner.id,
        Membership.role == "admin",
    )
    if session.scalar(held) is None:
        session.add(Membership(user_id=user.id, organisation_id=owner.id, role="admin"))


def person_named(
    work: Work, email: str, organisation_id: int | None = None
) -> tuple[User, Principal]:
    """The person with that address, acting for one organisation (default: the first joined).

    Raises:
        NotFound: nobody has it, or the person does not act for the organisation.
    """
    user = people.user_by_email(work.session, email)
    today = work.world.today(work.now)
    who = None if user is None else principal_for(work.session, user.id, organisation_id, on=today)
    if user is None or who is None:
        nobody = Message(N_("Nobody with the address “%(email)s” may act here."), {"email": email})
        raise NotFound(nobody)
    return user, who
