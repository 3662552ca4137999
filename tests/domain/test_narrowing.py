"""A narrowed rule book judges what is left as the whole book judges everything."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.article import TestArticle
from livinglab.domain.facts import FACTS, OF_PLACE, facts_of, facts_there
from livinglab.domain.narrowing import narrowed
from livinglab.domain.rules import judge
from tests.freetime import FACILITIES
from tests.rulebooks import DAY, SHIPPED, books, facts, stays


def said(judgement):
    """All of it, rules by their ids: what a narrowed rule asks has become less."""
    return replace(judgement, rules=()), [rule.id for rule in judgement.rules]


@given(books(), facts(), st.sets(st.sampled_from(tuple(FACTS))), stays())
def test_it_judges_as_the_whole_book_does(book, told, later, stay):
    left = narrowed(book, told, later)
    open_still = {name: value for name, value in told.items() if name in later}
    assert said(judge(left, open_still, *stay)) == said(judge(book, told, *stay))
    assert {test.fact for rule in left.rules for test in rule.when} <= later


def test_the_shipped_book_asks_no_more_than_what_differs_from_place_to_place():
    article = TestArticle(kind="mobile_robot", battery_kwh=5.0, mixed_traffic=True)
    later = OF_PLACE | {"days"}
    left = narrowed(SHIPPED, facts_of(article), later)
    assert len(left.rules) < len(SHIPPED.rules)
    for place in FACILITIES:
        there = facts_there(article, place) | {"days": 3.0}
        whole = facts_of(article, place, days=3.0)
        assert said(judge(left, there, DAY, DAY)) == said(judge(SHIPPED, whole, DAY, DAY))
