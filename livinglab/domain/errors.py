"""Refusals: every way the domain says no, each with a stable code and a sentence.

``web.errors`` maps each class to one HTTP status; a test checks that none is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Fix:
    """The cheapest change that makes a problem go away.

    ``changes`` maps field paths (``periods.0.windows.0.start``) to the value to put there,
    so that a page can offer it as one button and an API client can apply it.
    """

    message: Message
    changes: dict[str, object]


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a request cannot stand: ``code`` is stable, ``field`` a dotted path."""

    code: str
    field: str
    message: Message
    fix: Fix | None = None


class Refusal(Exception):
    """Root of all refusals. ``code`` is part of the API; ``message`` is shown to people."""

    code = "refused"

    def __init__(self, message: Message, *, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message.template)
        self.message = message
        self.problems = tuple(problems)


class NotFound(Refusal):
    """There is no such thing, or the caller may not know that there is."""

    code = "not_found"

    def __init__(self, message: Message | None = None) -> None:
        super().__init__(message or Message(N_("There is nothing here under this address.")))


class NotAllowed(Refusal):
    """The caller may see the thing but not do this to it."""

    code = "not_allowed"


class NotSignedIn(Refusal):
    """The call needs a person, and none is signed in."""

    code = "not_signed_in"

    def __init__(self) -> None:
        super().__init__(Message(N_("Sign in first.")))


class InvalidInput(Refusal):
    """The input is malformed or names unknown things; ``problems`` lists every one."""

    code = "invalid_input"

    @classmethod
    def of(cls, *problems: Problem) -> InvalidInput:
        """A refusal for these problems, speaking with the first one's sentence."""
        return cls(problems[0].message, problems=problems)


class RulesBroken(Refusal):
    """What is asked is well formed but breaks rules; ``problems`` lists all."""

    code = "rules_broken"

    def __init__(self, problems: Sequence[Problem], message: Message | None = None) -> None:
        usual = Message(N_("The request cannot be sent yet: see what to change."))
        super().__init__(message or usual, problems=problems)


class IllegalTransition(Refusal):
    """The action does not exist in the pilot's present state."""

    code = "illegal_transition"


class SlotTaken(Refusal):
    """The time is held by another booking or closed by a block."""

    code = "slot_taken"


class StaleVersion(Refusal):
    """Somebody changed the thing after the caller read it."""

    code = "stale_version"


class VersionMissing(Refusal):
    """The write does not say which version it was made from."""

    code = "version_missing"

    def __init__(self) -> None:
        super().__init__(
            Message(N_("Say which version you decided on: send “version” or If-Match."))
        )


class KeyReused(Refusal):
    """An Idempotency-Key came back with another body."""

    code = "idempotency_key_reused"

    def __init__(self) -> None:
        super().__init__(Message(N_("This Idempotency-Key was used for a different request.")))


class TryLater(Refusal):
    """The database is busy or away; nothing was changed."""

    code = "try_later"

    def __init__(self) -> None:
        super().__init__(Message(N_("The service is busy. Nothing was changed; try again soon.")))


class TooOften(Refusal):
    """The caller did this as often as is allowed in a while; nothing was changed."""

    code = "too_many_requests"


class ProviderAway(Refusal):
    """An identity provider does not answer; nothing was changed."""

    code = "provider_away"
