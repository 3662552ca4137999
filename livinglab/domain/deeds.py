"""What an audit row tells, in words: the person's name stands before it."""

from __future__ import annotations

from typing import Final

from livinglab.domain.messages import N_
from livinglab.domain.vocabulary import EDITS_MADE, MOVES_MADE

NAMED: Final = frozenset(
    {"pilot", "paper", "people", "facility", "organisation", "resource", "site", "photo"}
)
"""Kinds of things whose reference says something to people."""
OF_ALL: Final = ("pilot", "paper", "people", "organisation", "library")
"""Kinds that concern everybody in a company; others are people's own accounts."""

_PAPERS: dict[str, str] = {
    "read": N_("read a confidential paper"),
    "change": N_("changed who may read a paper"),
}
_PEOPLE: dict[str, str] = {"read": N_("read who comes")}
_PILOTS: dict[str, str] = {
    "read": N_("read the confidential plan"),
    "confide": N_("made the plan confidential"),
    "disclose": N_("let all of the hosts read the plan"),
    "hand over": N_("took over the pilot from somebody who left"),
}
_OTHERS: dict[str, dict[str, str]] = {
    "organisation": {
        "register": N_("registered the company"),
        "create": N_("added the organisation"),
        "change": N_("changed the profile"),
        "invite": N_("invited somebody"),
        "revoke invitation": N_("took an invitation back"),
        "accept invitation": N_("accepted an invitation"),
        "change role": N_("changed somebody’s role"),
        "end role": N_("ended somebody’s role"),
        "remove": N_("removed somebody"),
        "leave": N_("left"),
    },
    "facility": {
        "appoint": N_("gave somebody a role"),
        "stand-in": N_("named a stand-in"),
        "end stand-in": N_("ended a stand-in"),
    },
    "resource": {
        "block": N_("closed time"),
        "unblock": N_("opened closed time"),
        "reshape-block": N_("changed closed time"),
    },
    "photo": {
        "add": N_("added a picture"),
        "change": N_("described a picture"),
        "move": N_("moved a picture"),
        "remove": N_("removed a picture"),
        "restore": N_("put a picture back"),
    },
    "library": {
        "keep": N_("kept something in the library"),
        "change": N_("changed a kept test article"),
        "remove": N_("removed something from the library"),
        "restore": N_("put something back into the library"),
    },
    "site": {"rename": N_("renamed the site")},
    "view": {
        "save": N_("saved a view"),
        "rename": N_("renamed a saved view"),
        "remove": N_("removed a saved view"),
        "watch": N_("watches a saved view"),
        "unwatch": N_("no longer watches a saved view"),
    },
    "token": {"create": N_("made an API token"), "revoke": N_("ended an API token")},
    "feed": {
        "create": N_("made a calendar feed"),
        "rotate": N_("gave a calendar feed another address"),
        "revoke": N_("ended a calendar feed"),
    },
    "app-password": {
        "create": N_("made a password for a calendar app"),
        "revoke": N_("ended a password of a calendar app"),
    },
    "password": {"reset": N_("set a new password"), "change": N_("changed the password")},
    "address": {
        "ask-reset": N_("asked for a new password"),
        "ask-link": N_("asked for another link"),
    },
    "mail address": {
        "ask": N_("asked to change the e-mail address"),
        "change": N_("changed the e-mail address"),
        "undo": N_("took a change of the e-mail address back"),
    },
    "passkey": {"add": N_("added a passkey"), "remove": N_("removed a passkey")},
    "second factor": {
        "turn-on": N_("turned the second step on"),
        "turn-off": N_("turned the second step off"),
        "forget": N_("took second steps away from somebody who lost them"),
    },
    "recovery codes": {"renew": N_("made new recovery codes")},
    "recovery code": {"use": N_("used a recovery code")},
    "session": {"end": N_("ended a session"), "end-others": N_("ended all other sessions")},
    "identity": {
        "link": N_("linked an outside account"),
        "unlink": N_("unlinked an outside account"),
    },
    "person": {
        "register-known": N_("tried to register an address that is known"),
        "confirm": N_("confirmed the e-mail address"),
        "export": N_("fetched a person’s data"),
        "erase": N_("erased a person"),
    },
    "mail": {"retry": N_("tried a mail again")},
    "job": {"release": N_("released a held job")},
    "service": {
        "leave-demo": N_("removed all example data"),
        "freeze": N_("froze erasing"),
        "thaw": N_("let erasing go on"),
    },
    "audit": {"remove": N_("removed rows of this trail")},
}
DEEDS: Final[dict[str, dict[str, str]]] = {
    **_OTHERS,
    "pilot": {**MOVES_MADE, **_PILOTS},
    "paper": {**MOVES_MADE, **_PAPERS},
    "people": _PEOPLE,
    "facility": {**EDITS_MADE, **_OTHERS["facility"]},
}
"""Sentences by kind of thing and action."""
KINDS: Final[dict[str, str]] = {
    "pilot": N_("Pilots"),
    "paper": N_("Papers"),
    "facility": N_("Facilities"),
    "resource": N_("Closed time"),
    "photo": N_("Pictures"),
    "site": N_("Sites"),
    "organisation": N_("Organisations and their people"),
    "person": N_("People"),
    "password": N_("Passwords"),
    "second factor": N_("Second steps"),
    "passkey": N_("Passkeys"),
    "session": N_("Sessions"),
    "token": N_("API tokens"),
    "feed": N_("Calendar feeds"),
    "app-password": N_("Calendar apps"),
    "service": N_("The service"),
    "audit": N_("This trail"),
}
"""Kinds of things one may look for."""


def deed(kind: str, action: str) -> str:
    """The msgid of what was done; where there is none, the row's own two words."""
    return DEEDS.get(kind, {}).get(action) or f"{action} ({kind})"
