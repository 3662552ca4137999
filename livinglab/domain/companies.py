"""What a company says of itself: its codes, and the reading of its profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from livinglab.domain.identifiers import IDENTIFIERS, plain
from livinglab.domain.messages import N_
from livinglab.domain.reading import Node
from livinglab.domain.zones import zone

if TYPE_CHECKING:
    from collections.abc import Collection

SIZES: Final[dict[str, str]] = {
    "micro": N_("Micro: fewer than 10 people, at most 2 million euros"),
    "small": N_("Small: fewer than 50 people, at most 10 million euros"),
    "medium": N_("Medium: fewer than 250 people, at most 50 million euros"),
    "large": N_("Large"),
}
"""Size classes by people and turnover, linked undertakings counted in: Commission Recommendation
2003/361/EC and Regulation (EU) No 651/2014, Annex I, article 2."""

SECTORS: Final[dict[str, str]] = {
    "robots": N_("Robots and machines"),
    "components": N_("Components: grippers, sensors, drives"),
    "vehicles": N_("Vehicles, vessels and aircraft"),
    "software": N_("Software"),
    "integration": N_("Integration and engineering"),
    "manufacturing": N_("Other manufacturing"),
    "health": N_("Health and care technology"),
    "recycling": N_("Recycling and materials"),
    "research": N_("Research"),
    "other": N_("Other"),
}
MOST_LINKED: Final = 20
LABELS: Final = {
    "name": N_("Legal name"),
    "country": N_("Country"),
    "timezone": N_("Time zone"),
    "size": N_("Size class"),
    "sector": N_("Sector"),
    "startup": N_("Start-up"),
    "vat_id": N_("VAT number"),
    "lei": N_("LEI"),
    "eori": N_("EORI number"),
    "linked": N_("Linked undertakings"),
}
"""Fields of a profile by the names that people read."""


@dataclass(frozen=True, slots=True)
class CompanyProfile:
    """A company as it describes itself. ``linked`` are names and countries of undertakings."""

    name: str
    country: str
    timezone: str
    size: str | None
    sector: str | None
    startup: bool
    vat_id: str | None
    lei: str | None
    eori: str | None
    linked: tuple[tuple[str, str], ...]


def profile_from_json(document: object, countries: Collection[str]) -> CompanyProfile:
    """The profile that a document says. Identifiers may be written with spaces.

    Raises:
        InvalidInput: with every fault of it.
    """
    node = Node(document, labels=LABELS).record(LABELS)
    profile = CompanyProfile(
        name=node["name"].name(),
        country=_country(node["country"], countries),
        timezone=_zone(node["timezone"]),
        size=node["size"].maybe(lambda size: size.choice(SIZES)),
        sector=node["sector"].maybe(lambda sector: sector.choice(SECTORS)),
        startup=node["startup"].flag(),
        vat_id=_identifier(node["vat_id"], "vat_id"),
        lei=_identifier(node["lei"], "lei"),
        eori=_identifier(node["eori"], "eori"),
        linked=node["linked"].each(
            lambda entry: (entry["name"].name(), _country(entry["country"], countries))
        ),
    )
    if len(profile.linked) > MOST_LINKED:
        node["linked"].refuse(
            "too_many",
            N_("“%(field)s” has more than %(limit)s entries. Shorten it."),
            limit=MOST_LINKED,
        )
    node.finish()
    return profile


def profile_to_json(profile: CompanyProfile) -> dict[str, Any]:
    """The document from which the profile can be read again."""
    found: dict[str, Any] = {name: getattr(profile, name) for name in LABELS}
    found["linked"] = [{"name": name, "country": country} for name, country in profile.linked]
    return found


def _country(node: Node, countries: Collection[str]) -> str:
    if not isinstance(node.value, str) or node.value not in countries:
        node.refuse("unknown_country", N_("Choose a country."))
        return ""
    return node.value


def _zone(node: Node) -> str:
    name = node.text()
    try:
        return zone(name).key if name else ""
    except ValueError:
        node.refuse(
            "unknown_zone", N_("“%(field)s” is no time zone. Write one as Europe/Helsinki.")
        )
        return ""


def _identifier(node: Node, name: str) -> str | None:
    if node.value is None:
        return None
    is_one, sentence = IDENTIFIERS[name]
    text = plain(node.text())
    if text and not is_one(text):
        node.refuse(f"not_{name}", sentence)
    return text
