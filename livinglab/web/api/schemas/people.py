"""Who comes on site for a pilot, as it is answered to those who may know."""

from __future__ import annotations

from typing_extensions import TypedDict

from livinglab.web.api.schemas.common import Day


class CardJson(TypedDict):
    """A card, pass or induction: the code of the evidence, its number, its last day."""

    code: str
    number: str
    expires: Day | None


class PersonJson(TypedDict):
    """Somebody who comes."""

    id: int
    name: str
    task: str
    cards: list[CardJson]


class PeopleJson(TypedDict):
    """Everybody named, in the order in which they were."""

    items: list[PersonJson]
