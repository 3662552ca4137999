"""What is kept about people, why and how long, in words; the days come from the settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

if TYPE_CHECKING:
    from livinglab.domain.retention import Keep

A_YEAR = 365


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of personal data."""

    what: str
    why: str
    how_long: str


def span(days: int) -> str:
    """A number of days as people say it: whole years as years."""
    years, rest = divmod(days, A_YEAR)
    if years and not rest:
        told: str = ngettext("%(num)d year", "%(num)d years", years)
    else:
        told = ngettext("%(num)d day", "%(num)d days", days)
    return told


def kinds(keep: Keep) -> list[Kind]:
    """Every kind, in the order in which a person meets them."""
    return [
        Kind(
            gettext("Draft of a request begun without signing in"),
            gettext("So that it is still there when you register"),
            gettext("%(time)s after its last change", time=span(keep.drafts)),
        ),
        Kind(
            gettext("Registration that was not confirmed: name, work e-mail, company"),
            gettext("To let in only who owns the address"),
            span(keep.unconfirmed),
        ),
        Kind(
            gettext("Invitation: address, role, who invited"),
            gettext("To let colleagues in"),
            span(keep.invitations),
        ),
        Kind(
            gettext("Account: name, work e-mail, language, time zone, organisations and roles"),
            gettext("To know who asks and who may decide, and to write in your language"),
            gettext(
                "Until you erase it, or %(time)s after its last use; a mail tells you"
                " 30 days before",
                time=span(keep.accounts),
            ),
        ),
        Kind(
            gettext("Password, passkeys and codes (hashed or sealed), linked accounts"),
            gettext("To let in you and nobody else"),
            gettext("Until you change or remove them"),
        ),
        Kind(
            gettext("Sessions: when, with which browser"),
            gettext("So that you can see and end them, and to find misuse"),
            gettext(
                "%(time)s after their end; when you last came, as long as the account",
                time=span(keep.sessions),
            ),
        ),
        Kind(
            gettext("Saved views, calendar feeds, API tokens: name and last use"),
            gettext("You made them"),
            gettext("Until you remove them"),
        ),
        Kind(
            gettext("Requests and papers: the contact person, and names in texts"),
            gettext("To judge, plan and hold the stay"),
            gettext(
                "%(done)s after a completed pilot, %(ended)s after one that came to nothing; then"
                " it names nobody and its papers are deleted",
                done=span(keep.completed),
                ended=span(keep.ended_requests),
            ),
        ),
        Kind(
            gettext("Invitations to stays: your name, address and answer"),
            gettext("So that your calendar is right, and both sides know who comes"),
            gettext("As long as the request names people"),
        ),
        Kind(
            gettext("Mails to you"),
            gettext("To tell you what changed, and to prove that we did"),
            gettext(
                "%(text)s the text, %(fact)s that there was one",
                text=span(keep.mail_texts),
                fact=span(keep.mails),
            ),
        ),
        Kind(
            gettext("Record: who did what and when, who read confidential papers"),
            gettext("To answer for decisions, and to find misuse"),
            span(keep.records),
        ),
        Kind(
            gettext("Answers to calls of your programs"),
            gettext("So that a repeated call does nothing twice"),
            gettext("48 hours"),
        ),
    ]
