"""What the parameters of addresses stand for: whose object, who may reach it, and what is none.

A new route needs nothing here unless its address has a parameter of a new name: then add to
:data:`PARAMETERS` a :class:`Thing` (an object of somebody's) or a :class:`Choice` (one of a few
words). The same words make the column "object" of docs/access.md.
"""

from dataclasses import dataclass
from itertools import product

from werkzeug.routing import AnyConverter

from livinglab.web.access import SAFE_METHODS
from tests.access.world import NOBODY, PRINCIPALS

A_FIRM = frozenset({"A member", "A admin", "token read", "token write"})
B_FIRM = frozenset({"B member", "B admin", "B token"})
AMY, BOB = A_FIRM - {"A admin"}, B_FIRM - {"B admin"}
OVERSEERS = frozenset({"staff", "coordinator", "admin"})
KEEPERS = frozenset({"coordinator", "admin"})
EVERYBODY = frozenset(PRINCIPALS)
UNKNOWN = (
    "{rule}: say in tests/access/registry.py (PARAMETERS) what <{name}> stands for: "
    "a Thing with A's, B's and a missing one, or a Choice."
)


@dataclass(frozen=True)
class Thing:
    """An object that belongs to somebody: names of A's and B's in `World.things`, and a missing id.

    `of_a` and `of_b` are the principals for whom A's and B's exist; `words` tell the rule. What is
    `known` to everybody may be refused as forbidden, too.
    """

    words: str
    a: str
    of_a: frozenset[str]
    b: str
    of_b: frozenset[str]
    missing: object
    known: bool = False


@dataclass(frozen=True)
class Choice:
    """A word of the address that is nobody's; `thing` names one in `World.things` instead."""

    value: object = None
    thing: str = ""


def owned(words, name, missing=999_999):
    """What a person has for themselves."""
    return Thing(words, f"{name}_a", AMY, f"{name}_b", BOB, missing)


def kept(words, name, missing=999_999, *, known=False):
    """What belongs to a facility and is changed by those who run it."""
    near, far = KEEPERS | {"manager near"}, KEEPERS | {"manager far"}
    return Thing(words, f"{name}_a", near, f"{name}_b", far, missing, known)


def shown(words, name, missing):
    """What belongs to a facility and is there for everybody once that is published."""
    return Thing(words, f"{name}_hidden", KEEPERS, f"{name}_a", EVERYBODY, missing)


SENT = Thing(
    "a request of one's own firm, or a sent one that concerns one as a host",
    "ref_a",
    A_FIRM | OVERSEERS | {"manager near", "gate owner"},
    "ref_b",
    B_FIRM | OVERSEERS | {"manager far"},
    "PLL-2026-9999",
)
DRAFT = Thing("a draft: one's own firm's only", "draft_a", A_FIRM, "draft_b", B_FIRM, SENT.missing)
NAMES = Thing(
    "a request of one's own firm, or one that one decides on",
    "ref_a",
    A_FIRM | KEEPERS | {"manager near"},
    "ref_b",
    B_FIRM | KEEPERS | {"manager far"},
    SENT.missing,
)
PERSON = Thing("somebody who comes for it", "person_a", A_FIRM, "person_b", B_FIRM, 999_999)
SPOKEN = Thing(
    "a request of one's own firm, or one that one decides on",
    "ref_a",
    A_FIRM | KEEPERS | {"manager near", "gate owner"},
    "ref_b",
    B_FIRM | KEEPERS | {"manager far"},
    SENT.missing,
)
MESSAGE = Thing("a message about it", "comment_a", SPOKEN.of_a, "comment_b", SPOKEN.of_b, 999_999)
ENCLOSED = Thing(
    "a file of a message about it", "enclosed_a", SPOKEN.of_a, "enclosed_b", SPOKEN.of_b, 999_999
)
AT_NEAR = OVERSEERS | {"manager near", "gate owner"}
STAYS = Thing(SENT.words, "held_a", A_FIRM | AT_NEAR, "held_b", B_FIRM | AT_NEAR, SENT.missing)
STAY = Thing("a stay of it", "booking_a", STAYS.of_a, "booking_b", STAYS.of_b, 999_999)
OFFER = Thing("an offer of a request one sees", "offer_a", SENT.of_a, "offer_b", SENT.of_b, 999_999)
LIBRARY_ARTICLE = Thing(
    "an article of one's firm's library", "article_a", A_FIRM, "article_b", B_FIRM, 999_999
)
LIBRARY_PAPER = Thing(
    "a paper of one's firm's library", "kept_paper_a", A_FIRM, "kept_paper_b", B_FIRM, 999_999
)
PAPER = Thing("a paper of that request", "paper_a", SENT.of_a, "paper_b", SENT.of_b, 999_999)
KEPT = kept("a facility one runs", "slug", "no-such-place")
SHOWN = shown("a published facility, or one's own", "slug", "no-such-place")
KEPT_DRAFT = Thing("", "slug_hidden", KEEPERS, "slug_b", KEPT.of_b, KEPT.missing)
KEPT_SHOWN = kept(KEPT.words, "slug", KEPT.missing, known=True)
TOLD = Thing(
    "a facility for which one has a role",
    "slug_a",
    KEPT.of_a | {"gate owner"},
    "slug_b",
    KEPT.of_b,
    KEPT.missing,
    known=True,
)
INVITED = Thing(
    "an open invitation of one's firm", "invitation_a", A_FIRM, "invitation_b", B_FIRM, 999_999
)
COLLEAGUE = Thing("a person of one's firm", "user_a", A_FIRM, "user_b", B_FIRM, 999_999)
NO_FIRMS = frozenset()
FEED = owned("one's own feed", "feed")

PARAMETERS = {
    "ref": (SENT, DRAFT),
    "conversation.ref": (SPOKEN, DRAFT),
    "api_comments.ref": (SPOKEN, DRAFT),
    "pilot_calendar.ref": (STAYS, DRAFT),
    "pilot_calendar.booking_id": (STAY,),
    "comment_id": (MESSAGE,),
    "comment": (MESSAGE,),
    "file_id": (ENCLOSED,),
    "comment_file": (ENCLOSED,),
    "offer": (OFFER,),
    "article_id": (LIBRARY_ARTICLE,),
    "library.paper_id": (LIBRARY_PAPER,),
    "paper_id": (PAPER,),
    "paper": (PAPER,),
    "participants.ref": (NAMES, DRAFT),
    "api_people.ref": (NAMES, DRAFT),
    "person": (PERSON,),
    "slug": (KEPT, KEPT_DRAFT),
    "facility.slug": (SHOWN,),
    "saved.slug": (
        Thing(
            "a published facility", "slug_hidden", frozenset(), "slug_a", EVERYBODY, "no-such-place"
        ),
    ),
    "facility": (SHOWN,),
    "api_facilities.change_facility.facility": (KEPT_SHOWN, KEPT_DRAFT),
    "api_facilities.move_facility.facility": (KEPT_SHOWN, KEPT_DRAFT),
    "api_facilities.list_versions.facility": (TOLD, KEPT_DRAFT),
    "block_id": (kept("a block of a facility one runs", "block"),),
    "block": (kept("a block of a facility one runs", "block"),),
    "photo_id": (kept("a photo of that facility", "photo"),),
    "photos.show.photo_id": (shown("a photo of a published facility, or one's own", "photo", 999),),
    "sha": (Choice(thing="sha_hidden"),),
    "busy_sources.number": (kept("a busy calendar of that facility", "calendar"),),
    "hosting_people.number": (kept("a stand-in of that facility", "stand_in"),),
    "people.send_again.number": (INVITED,),
    "people.revoke.number": (INVITED,),
    "people.number": (COLLEAGUE,),
    "hosting_roles.end.number": (
        Thing("a role at a host", "membership_a", NO_FIRMS, "membership_b", NO_FIRMS, 999_999),
    ),
    "hosting_roles.number": (
        Thing(
            "an invitation of hosts", "invitation_a", NO_FIRMS, "invitation_b", NO_FIRMS, 999_999
        ),
    ),
    "hosting_versions.number": (Choice(1),),
    "rules.export.number": (Choice(1),),
    "rule_edit.key": (Choice("not_ce"),),
    "feed_id": (FEED,),
    "feed": (FEED,),
    "view_id": (owned("one's own saved view", "view"),),
    "token_id": (owned("one's own token", "token"),),
    "passkey_id": (owned("one's own passkey", "passkey"),),
    "sign_in_id": (owned("one's own session", "sign_in"),),
    "password_id": (owned("one's own app password", "app_password"),),
    "identity_id": (owned("one's own linked account", "identity"),),
    "feeds.token": (Choice(thing="feed_token_b"),),
    "token": (Choice("a" * 43),),
    "section": (Choice("about"),),
    "table": (Choice("occupancy"),),
    "page": (Choice("catalogue"),),
    "site": (Choice("no-such-site"),),
    "key": (Choice("a" * 43),),
    "mail_id": (Choice(1),),
    "mail.name": (Choice("none.eml"),),
    "filename": (Choice("mark.svg"),),
    "caldav.path": (Choice("1-1/all/"),),
    "api_pilots.action": (Choice("withdraw"),),
    "api_facilities.action": (Choice("publish"),),
}
"""By parameter name; `endpoint.name` and `blueprint.name` go before it."""


def stands_for(rule, name):
    """What a parameter of a rule stands for.

    Raises:
        LookupError: nobody said so; it tells what to add.
    """
    endpoint, blueprint = rule.endpoint, rule.endpoint.partition(".")[0]
    for key in (f"{endpoint}.{name}", f"{blueprint}.{name}", name):
        if key in PARAMETERS:
            return PARAMETERS[key]
    converter = rule._converters[name]  # noqa: SLF001  # werkzeug has no public way to them
    if isinstance(converter, AnyConverter):
        return (Choice(min(converter.items)),)
    raise LookupError(UNKNOWN.format(rule=rule.rule, name=name))


def readings(rule):
    """Every way to read the parameters of a rule: dictionaries of Things and Choices."""
    names = sorted(rule.arguments)
    kinds = [stands_for(rule, name) for name in names]
    return [dict(zip(names, chosen, strict=True)) for chosen in product(*kinds)]


def own_words(rule):
    """The objects of a rule in words, for the table."""
    names = sorted(rule.arguments, key=rule.rule.find)
    said = [part for name in names for part in stands_for(rule, name)]
    return [part.words for part in said if isinstance(part, Thing) and part.words]


class Address:
    """A rule with its parameters read in one way."""

    def __init__(self, world, rule, reading):
        self.rule, self.reading, self.things = rule, reading, world.things
        self.objects = {n: part for n, part in reading.items() if isinstance(part, Thing)}

    def fill(self, **which):
        """The path and its ids; every object is A's unless `which` says `b` or `missing`."""
        values = {}
        for name, part in self.reading.items():
            if isinstance(part, Choice):
                values[name] = self.things[part.thing] if part.thing else part.value
            elif (chosen := which.get(name, "a")) == "missing":
                values[name] = part.missing
            else:
                values[name] = self.things[getattr(part, chosen)]
        path = self.rule.rule
        return self.rule.build(values, append_unknown=False)[1] or path

    def closed_to(self, principal):
        """The objects of A's that do not exist for this principal."""
        return [name for name, thing in self.objects.items() if principal not in thing.of_a]

    def crossed_for(self, principal):
        """Objects of B's that exist for them, with one of A's put in the place of each."""
        if len(self.objects) < 2 or any(principal not in t.of_b for t in self.objects.values()):
            return []
        return [n for n in self.objects if principal not in self.objects[n].of_a]


def methods(rule):
    """The methods of a rule that are its own."""
    return sorted(rule.methods - {"HEAD", "OPTIONS"})


def is_safe(method):
    return method in SAFE_METHODS


__all__ = ["NOBODY", "Address", "Choice", "Thing", "methods", "own_words", "readings"]
