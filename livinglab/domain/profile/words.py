"""Small things read in many places of a facility: texts, ids, codes, triggers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from livinglab.domain.messages import N_, Localised
from livinglab.domain.vocabulary import LANGUAGES, TRIGGERS
from livinglab.domain.zones import zone

if TYPE_CHECKING:
    from livinglab.domain.reading import Node

USUAL_ZONE = "Europe/Helsinki"

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_CODE = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")


def read_localised(node: Node) -> Localised:
    """A text in the languages spoken here; only English is a must."""
    texts = node.record(LANGUAGES)
    return Localised(
        {"en": texts["en"].text(1000)}
        | {
            tag: texts[tag].text(1000)
            for tag in LANGUAGES
            if tag != "en" and texts[tag].value is not None
        }
    )


def write_localised(text: Localised) -> dict[str, object]:
    """The texts by language."""
    return dict(text.texts)


def read_slug(node: Node, limit: int = 60) -> str:
    """An id: small letters, digits and hyphens."""
    text = node.text(limit)
    if text and not _SLUG.fullmatch(text):
        node.refuse(
            "not_an_id", N_("“%(field)s” may have small letters, digits and hyphens: fac-01.")
        )
        return ""
    return text


def read_code(node: Node) -> str:
    """A code: small letters, digits and underscores."""
    text = node.text(60)
    if text and not _CODE.fullmatch(text):
        node.refuse(
            "not_a_code",
            N_("“%(field)s” may have small letters, digits and underscores: fall_detection."),
        )
        return ""
    return text


def read_zone(node: Node) -> str:
    """The name of an IANA time zone."""
    name = node.text(80)
    try:
        zone(name)
    except ValueError:
        if name:
            node.refuse(
                "unknown_zone", N_("“%(field)s” is no time zone. Write one as Europe/Helsinki.")
            )
        return USUAL_ZONE
    return name


def read_when(node: Node) -> str:
    """A trigger (``vocabulary.TRIGGERS``); always when absent."""
    return node.maybe(lambda n: n.choice(TRIGGERS)) or "always"
