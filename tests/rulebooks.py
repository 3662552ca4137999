"""Rule books and facts to judge by: the shipped book, small ones, and any one can think of."""

import json
from datetime import date, timedelta

from hypothesis import strategies as st

from livinglab.assets import rules_path
from livinglab.domain.clocks import CLOCKS, Clocks
from livinglab.domain.clocks_json import BOUNDS
from livinglab.domain.facts import FACTS
from livinglab.domain.messages import Localised
from livinglab.domain.rules import EvidenceAsked, GateAsked, Rule, RuleBook, Test
from livinglab.domain.rules_json import OPERATORS, read_book
from livinglab.domain.vocabulary import LANES, OWNER_ROLES

SHIPPED = read_book(json.loads(rules_path().read_text("utf-8")))
LANE_DAYS = {"fast": 5, "standard": 20, "enhanced": 60}
DAY = date(2027, 2, 1)
CODES = ("plan", "card", "note")
SPAN = 40


def said(text):
    return Localised({"en": text})


def rule(key, *when, **causes):
    return Rule(key, said(f"Because of {key}."), tuple(Test(*test) for test in when), **causes)


def gate(role, days=5, evidence=(), **more):
    return GateAsked(role, said(role), days, tuple(evidence), **more)


def book(*rules):
    papers = {code: EvidenceAsked(code, said(code)) for code in CODES}
    return RuleBook(LANE_DAYS, CLOCKS, papers, rules)


def values(name):
    """What a fact may be, and what a test may ask of it: few values, so that they meet."""
    fact = FACTS[name]
    if fact.kind == "flag":
        return st.booleans()
    if fact.kind == "number":
        return st.integers(0, 4).map(float) | st.integers(0, 4)
    codes = st.sampled_from(tuple(fact.choices) if fact.choices else ("a", "b", "c"))
    return codes if fact.kind == "choice" else st.frozensets(codes)


def facts():
    """Some facts told, the others not."""
    return st.fixed_dictionaries({name: st.none() | values(name) for name in FACTS})


@st.composite
def questions(draw, names=tuple(FACTS)):
    name = draw(st.sampled_from(names))
    op = draw(st.sampled_from(OPERATORS[FACTS[name].kind]))
    if op == "has":
        return Test(name, op, draw(st.sampled_from(("a", "b", "c"))))
    one = values(name)
    return Test(name, op, draw(st.frozensets(one, min_size=1) if op in {"in", "not_in"} else one))


@st.composite
def rules(draw, key="r"):
    since = draw(st.none() | st.integers(0, SPAN))
    until = draw(st.none() | st.integers(since or 0, SPAN))
    evidence = st.lists(st.sampled_from(CODES), unique=True).map(tuple)
    asked = st.builds(
        GateAsked,
        st.sampled_from(tuple(OWNER_ROLES)),
        st.just(said("Title")),
        st.integers(1, 30),
        evidence,
        st.booleans(),
        st.booleans(),
    )
    return Rule(
        key,
        said(f"Because of {key}."),
        tuple(draw(st.lists(questions(), max_size=3))),
        None if since is None else DAY + timedelta(days=since),
        None if until is None else DAY + timedelta(days=until),
        draw(st.none() | st.sampled_from(tuple(LANES))),
        draw(st.none() | asked),
        draw(evidence),
        draw(st.integers(0, 30)),
        draw(st.none() | st.just(said("Tell us."))),
        draw(st.sampled_from(("", "House practice"))),
    )


@st.composite
def books(draw):
    count = draw(st.integers(0, 6))
    return book(*(draw(rules(f"r{index}")) for index in range(count)))


def clocks():
    """Clocks within their bounds; what reminds comes before the end."""
    free = {name: st.integers(1, most) for name, most in BOUNDS.items()}
    return st.builds(Clocks, **free).filter(
        lambda c: c.question_reminder < c.question_expires and c.hold_reminder < c.hold
    )


@st.composite
def stays(draw):
    first = draw(st.integers(-5, SPAN + 5))
    return DAY + timedelta(days=first), DAY + timedelta(days=first + draw(st.integers(0, 10)))
