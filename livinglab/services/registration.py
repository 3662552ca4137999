"""Registering a company: an account that opens once the mail sent to its address has come back.

Until then the person is inactive and can do nothing. Whether an address is known here is told by
mail to its owner, never to who typed it in. The link's token takes the place of the person's
``fs_uniquifier``, by its hash: a newer registration or link ends the older ones, and confirming
ends the last. An account opens only for somebody who reads the mail and either sits at the browser
that registered or knows the password: whoever registers an address of somebody else gains nothing
when that person follows the link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.adapters.countries import COUNTRIES, main_zone
from livinglab.adapters.secrets import is_password, new_token, token_hash
from livinglab.adapters.texts import PORI, sentence
from livinglab.db.queries import accounts as people
from livinglab.db.tables import Membership, Organisation, Outbox, User
from livinglab.domain.countries import in_eea
from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.domain.messages import N_, Message
from livinglab.domain.passwords import password_problems
from livinglab.domain.reading import Node
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.services import outbox
from livinglab.services.accounts import checked_email, principal_for
from livinglab.services.notices import GREETING, SIGNATURE
from livinglab.services.organisations import free_id
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.errors import Problem
    from livinglab.services.work import Work

KEPT = timedelta(days=7)
"""How long a link works, and how long an account waits for it."""
CONFIRM = "/register/confirm/"
"""Where the links of mails lead; the token follows."""
LABELS = {
    "email": N_("Work e-mail"),
    "name": N_("Your name"),
    "company": N_("Legal name of the company"),
    "country": N_("Country"),
    "language": N_("Language"),
    "password": N_("Password"),
}


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who registers, as far as the form tells and rules allow."""

    email: str
    name: str
    company: str
    country: str
    language: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An account that waits for its link to come back. ``proof`` marks the browser it came from."""

    email: str
    name: str
    company: str
    registered_at: datetime
    password_hash: str
    proof: str


def read(given: Mapping[str, str]) -> Newcomer:
    """What a form says, its password judged but not kept.

    Raises:
        InvalidInput: with every fault of it.
    """
    node = Node(dict(given), labels=LABELS)
    problems: list[Problem] = []
    email = given.get("email", "")
    try:
        email = checked_email(email)
    except InvalidInput as refusal:
        problems += refusal.problems
    name, company = node["name"].name(), node["company"].name()
    country = node["country"]
    if country.value not in COUNTRIES:
        country.refuse("unknown_country", N_("Choose the country of the company."))
    language = node["language"].choice(LANGUAGES)
    problems += [*node.faults, *password_problems(given.get("password", ""), email, name, company)]
    if problems:
        raise InvalidInput.of(*problems)
    return Newcomer(email, name, company, str(country.value), language)


def register(work: Work, newcomer: Newcomer, password_hash: str) -> str:
    """Make company and person, and mail the link; or tell the owner of a known address.

    The answer is the proof that the registering browser keeps; it looks the same for both. An
    account that still waits becomes what is registered now.
    """
    user = people.user_by_email(work.session, newcomer.email)
    if user is not None and not waits(user):
        _tell_known(work, user)
        audit(work, "register-known", "person", str(user.id))
        return token_hash(new_token())
    if user is None:
        user = User(email=newcomer.email, active=False)
        work.session.add(user)
    company = _company(work, user, newcomer)
    user.name = newcomer.name
    user.password = password_hash
    user.language = newcomer.language
    user.timezone = company.timezone
    user.created_at = work.now
    _send_link(work, user)
    audit(work, "register", "organisation", company.slug)
    return token_hash(user.fs_uniquifier)


def send_again(work: Work, email: str) -> None:
    """Mail a new link where an account waits, and tell the owner of one that is open.

    Nothing tells the caller which: unknown addresses leave a line in the audit trail, too.
    """
    user = people.user_by_email(work.session, email)
    if user is not None:
        if waits(user) and _in_time(user, work.now):
            _send_link(work, user)
        else:
            _tell_known(work, user)
    audit(work, "ask-link", "address", token_hash(email.strip().lower())[:16])


def waiting(session: Session, token: str, now: datetime) -> Waiting | None:
    """The account a link belongs to; None when it is used, replaced, cut, or too old."""
    user = _waiting_user(session, token, now)
    if user is None or user.created_at is None:
        return None
    company = _own_company(session, user)
    return Waiting(
        email=user.email,
        name=user.name,
        company=company.name if company else "",
        registered_at=user.created_at,
        password_hash=user.password or "",
        proof=token_hash(user.fs_uniquifier),
    )


def is_proven(account: Waiting, proof: str, password: str) -> bool:
    """Whether it is the registering browser, or somebody who knows the password."""
    return proof == account.proof or is_password(password, account.password_hash)


def confirm(work: Work, token: str) -> int:
    """Open the account of that link, once; the person's id.

    Raises:
        NotFound: the link does not work (any more).
    """
    user = _waiting_user(work.session, token, work.now, lock=True)
    if user is None:
        raise NotFound
    open_account(work, user)
    work.actor = principal_for(work.session, user.id, on=work.world.today(work.now))
    audit(work, "confirm", "person", str(user.id))
    return user.id


def waits(user: User) -> bool:
    """Whether the account was registered and its link has not come back."""
    untouched = user.confirmed_at is None and user.erased_at is None
    return not user.active and untouched and user.created_at is not None


def open_account(work: Work, user: User) -> None:
    """Let a person in whose mail address is proven, by the link or an accepted invitation."""
    user.active = True
    user.confirmed_at = work.now
    user.fs_uniquifier = new_token()
    work.session.flush()


def _in_time(user: User, now: datetime) -> bool:
    return user.created_at is not None and user.created_at > now - KEPT


def _waiting_user(
    session: Session, token: str, now: datetime, *, lock: bool = False
) -> User | None:
    known = select(User).where(User.fs_uniquifier == token_hash(token))
    user = session.scalars(known.with_for_update() if lock else known).one_or_none()
    return user if user is not None and waits(user) and _in_time(user, now) else None


def _own_company(session: Session, user: User) -> Organisation | None:
    return session.scalars(
        select(Organisation)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == user.id, Membership.role == "company_admin")
        .order_by(Membership.id)
        .limit(1)
    ).one_or_none()


def _company(work: Work, user: User, newcomer: Newcomer) -> Organisation:
    """The company of the account, named as it is registered now; made when there is none."""
    session = work.session
    user.fs_uniquifier = user.fs_uniquifier or new_token()
    user.name = newcomer.name
    session.flush()
    company = _own_company(session, user)
    if company is None:
        taken = set(session.scalars(select(Organisation.slug)))
        slug = free_id(newcomer.company, taken, otherwise="company")
        company = Organisation(slug=slug, kind="company")
        member = Membership(user_id=user.id, organisation=company, role="company_admin")
        session.add(member)
    company.name = newcomer.company
    company.country = newcomer.country
    company.eea = in_eea(newcomer.country)
    company.timezone = main_zone(newcomer.country) or PORI
    company.email = newcomer.email
    session.flush()
    return company


def _send_link(work: Work, user: User) -> None:
    """Mail a link that ends all earlier ones. What somebody typed in stands nowhere in the mail."""
    token = new_token()
    user.fs_uniquifier = token_hash(token)
    work.session.flush()
    until = (user.created_at or work.now) + KEPT
    _write(
        work,
        user,
        f"register:{user.fs_uniquifier[:32]}",
        Message(N_("Confirm your mail address")),
        Message(N_("Hello,")),
        Message(N_("somebody, most likely you, registered a company here with this address.")),
        Message(N_("Confirm it on this page by %(when)s:"), {"when": until}),
        f"{work.world.base_url}{CONFIRM}{token}",
        Message(N_("If it was not you, do nothing: the account is deleted then.")),
    )


def _tell_known(work: Work, user: User) -> None:
    """Write to the owner of an open account, at most once an hour."""
    intent = f"known:{user.id}:{work.now:%Y%m%d%H}"
    told = work.session.scalar(select(Outbox.id).where(Outbox.intent == intent))
    if told is not None or not user.active:
        return
    _write(
        work,
        user,
        intent,
        Message(N_("You already have an account")),
        Message(GREETING, {"name": user.name}),
        Message(N_("somebody, most likely you, wanted to register with this address.")),
        Message(N_("You have an account already. Sign in with it:")),
        f"{work.world.base_url}/login",
        Message(N_("If it was not you, do nothing: nothing was changed.")),
    )


def _write(work: Work, user: User, intent: str, subject: Message, *parts: Message | str) -> None:
    """Queue a mail of these paragraphs, in the person's language."""

    def text(part: Message | str) -> str:
        return part if isinstance(part, str) else sentence(part, user.language, user.timezone)

    body = "\n\n".join(map(text, (*parts, Message(SIGNATURE)))) + "\n"
    outbox.queue(work, user, intent=intent, subject=text(subject), body=body)
