"""The facts that rules ask about: one flat mapping, made of article, place, company and stay.

``None`` means that nobody told. What rules may ask, and how, stands in :data:`FACTS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from livinglab.domain.article_json import FLAGS, LABELS
from livinglab.domain.countries import in_eea
from livinglab.domain.fit import LASER_ORDER
from livinglab.domain.messages import N_
from livinglab.domain.vocabulary import (
    AI_RISKS,
    ARTICLE_KINDS,
    CONFORMITIES,
    FACILITY_KINDS,
    LANES,
    PEOPLE_NEAR,
    USES,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livinglab.domain.article import TestArticle
    from livinglab.domain.facility import Facility

Value = bool | float | str | frozenset[str] | None
Facts = dict[str, Value]
Kind = Literal["flag", "number", "choice", "codes"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing rules may ask about.

    ``choice`` is one code (of ``choices`` where they are known), ``codes`` a set of codes.
    """

    label: str
    kind: Kind
    choices: Mapping[str, str] | None = None


FACTS: dict[str, Fact] = {
    "kind": Fact(LABELS["kind"], "choice", ARTICLE_KINDS),
    "conformity": Fact(LABELS["conformity"], "choice", CONFORMITIES),
    "use": Fact(LABELS["use"], "choice", USES),
    "people_near": Fact(LABELS["people_near"], "choice", PEOPLE_NEAR),
    "ai_risk": Fact(LABELS["ai_risk"], "choice", AI_RISKS),
    "mass_kg": Fact(LABELS["mass_kg"], "number"),
    "battery_kwh": Fact(LABELS["battery_kwh"], "number"),
    "battery_over_limit": Fact(N_("The battery is over the limit of the place"), "flag"),
    "laser_hazard": Fact(N_("Laser: 3 for class 3R, 3.5 for 3B, 4 for class 4"), "number"),
    "speed_m_s": Fact(LABELS["speed_m_s"], "number"),
    "noise_dba": Fact(LABELS["noise_dba"], "number"),
    **{name: Fact(LABELS[name], "flag") for name in FLAGS},
    "facility": Fact(N_("Facility, by its id"), "choice"),
    "facility_kind": Fact(N_("Kind of facility"), "choice", FACILITY_KINDS),
    "facility_lane": Fact(N_("Lane the facility begins with"), "choice", LANES),
    "capabilities": Fact(N_("What can be tested at the facility"), "codes"),
    "facility_papers": Fact(N_("Papers the facility asks for"), "codes"),
    "company_country": Fact(N_("Country of the firm, by its code"), "choice"),
    "company_in_eea": Fact(N_("The firm is from the European Economic Area"), "flag"),
    "asks_aid": Fact(N_("Asks for a discount or free use"), "flag"),
    "days": Fact(N_("Days of the stay"), "number"),
}
"""By name, in the order in which people read them."""
OF_PLACE = frozenset(
    {
        *("facility", "facility_kind", "facility_lane", "capabilities", "facility_papers"),
        "battery_over_limit",
    }
)
"""Facts that differ from place to place."""


def facts_of(
    article: TestArticle,
    facility: Facility | None = None,
    *,
    country: str | None = None,
    asks_aid: bool = False,
    days: float | None = None,
) -> Facts:
    """What is known of a stay of ``days`` days at a place; ``country`` by ISO 3166-1 alpha-2."""
    facts: Facts = dict.fromkeys(FACTS)
    facts |= {name: getattr(article, name) for name in FACTS if hasattr(article, name)}
    if article.laser_class is not None:
        facts["laser_hazard"] = LASER_ORDER[article.laser_class]
    if facility is not None:
        facts |= facts_there(article, facility)
    if country:
        facts |= {"company_country": country, "company_in_eea": in_eea(country)}
    return facts | {"asks_aid": asks_aid, "days": days}


def facts_there(article: TestArticle, facility: Facility) -> Facts:
    """What differs from place to place: :data:`OF_PLACE`."""
    return {
        "facility": facility.slug,
        "facility_kind": facility.kind,
        "facility_lane": facility.default_lane,
        "capabilities": frozenset(c.code for c in facility.capabilities),
        "facility_papers": frozenset(paper.code for paper in facility.papers),
        "battery_over_limit": _over_limit(article, facility),
    }


def _over_limit(article: TestArticle, facility: Facility) -> bool | None:
    if article.battery_kwh is None:
        return None
    limits = (limit.maximum for limit in facility.limits if limit.kind == "battery_kwh")
    return any(limit is not None and article.battery_kwh > limit for limit in limits)
