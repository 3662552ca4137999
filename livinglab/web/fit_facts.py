"""The facts of a test article in an address, so that a fit can be shared and handed on.

Names are those of the request form without their prefix (``mass_kg``, ``power.current_a``); what
is not told is not in the address.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from livinglab.domain.article_json import FLAGS, article_from_json
from livinglab.domain.errors import InvalidInput
from livinglab.web.filters import sentence
from livinglab.web.request_form import ARTICLE, NUMBERS, POWER, SIDES, SIMPLE, article_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livinglab.domain.article import TestArticle

OUTSIDE = "outside_open_category"
"""Said in an address instead of ``open_category``, which holds unless somebody says otherwise."""
OPEN = "open_category"
ASKED = tuple(name for name in FLAGS if name != OPEN)
NAMES = (
    *SIMPLE,
    *NUMBERS,
    *(f"dimensions_mm.{index}" for index in range(SIDES)),
    *(f"power.{name}" for name in POWER),
    *ASKED,
    OUTSIDE,
)
LONGEST = 200
Facts = dict[str, str]


def read_facts(given: Mapping[str, str]) -> Facts:
    """What an address tells of the article, as typed."""
    found = {name: given.get(name, "").strip()[:LONGEST] for name in NAMES}
    return {name: text for name, text in found.items() if text}


def typed(facts: Facts) -> dict[str, str]:
    """The same as the request form has it; what is usual stands where nothing is told."""
    told = {name: text for name, text in facts.items() if name != OUTSIDE}
    flag = {OPEN: "" if OUTSIDE in facts else "y"}
    return {"kind": "other", "count": "1"} | flag | told


def article_of(facts: Facts) -> tuple[TestArticle, dict[str, str]]:
    """The article as far as it can be read, and a sentence for each field that cannot."""
    told = article_json(typed(facts))
    faults: dict[str, str] = {}
    while True:
        try:
            return article_from_json(told), faults
        except InvalidInput as refusal:
            for problem in refusal.problems:
                name = problem.field.removeprefix(f"{ARTICLE}.")
                faults.setdefault(_field(name), sentence(problem.message))
                told.pop(name.partition(".")[0], None)


def address(endpoint: str, facts: Facts, **further: Any) -> str:  # noqa: ANN401  # arguments of an address
    """The address of a page with these facts."""
    given = {**further, **facts}
    return url_for(endpoint, **{name: value for name, value in given.items() if value})


def _field(name: str) -> str:
    """The field on the page where a fault is told."""
    return {"power": "power.current_a", "dimensions_mm": "dimensions_mm.0"}.get(name, name)
