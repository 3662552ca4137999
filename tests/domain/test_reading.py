"""Reading JSON values: what is taken, what is refused, and with which sentence."""

from datetime import date
from decimal import Decimal

import pytest

from livinglab.domain.errors import InvalidInput
from livinglab.domain.reading import LIST_LIMIT, NAMED_LIMIT, TEXT_LIMIT, Node


def refused(value, read):
    """Codes and fields of the faults that reading ``value`` as ``thing`` notes."""
    node = Node({"thing": value})
    read(node["thing"])
    return [(fault.code, fault.field) for fault in node.faults]


def codes(value, read):
    return [code for code, _ in refused(value, read)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "missing"),
        ("", "missing"),
        ("  ", "missing"),
        (5, "not_text"),
        (["a"], "not_text"),
        ("a\r\nBcc: b", "unsafe_text"),
        ("a\n", "unsafe_text"),
        ("a\x00", "unsafe_text"),
        ("\ud800", "unsafe_text"),
        ("a\u2028b", "unsafe_text"),
        ("x" * (TEXT_LIMIT + 1), "too_long"),
    ],
)
def test_text_refuses(value, code):
    assert codes(value, Node.text) == [code]


@pytest.mark.parametrize("value", ["Ålesund", "روبوت", "🤖👩‍🔧", "x" * TEXT_LIMIT])
def test_text_takes_every_script(value):
    assert Node(value).text() == value


def test_text_drops_surrounding_space_and_carriage_returns_of_lines():
    assert Node("  a ").text() == "a"
    assert Node(" a\r\n\tb\rc\n").text(lines=True) == "a\n\tb\nc"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "missing"),
        ("5", "not_a_number"),
        (True, "not_a_number"),
        (float("nan"), "not_a_number"),
        (float("inf"), "out_of_range"),
        (-5, "out_of_range"),
        (10**400, "out_of_range"),
        (10.01, "out_of_range"),
    ],
)
def test_number_refuses(value, code):
    assert codes(value, lambda node: node.number(0, 10)) == [code]


def test_number_takes_both_bounds_as_they_are():
    assert [Node(value).number(0, 10) for value in (0, 10, 2.5)] == [0, 10, 2.5]


def test_whole_takes_three_point_zero_and_refuses_a_half():
    assert Node(3.0).whole(0, 10) == 3
    assert codes(2.5, lambda node: node.whole(0, 10)) == ["not_whole"]


def test_pick_refuses_a_number_between_the_known():
    assert codes(2, lambda node: node.pick((1, 3))) == ["unknown_code"]


def test_euros_are_whole_cents():
    assert Node(12.5).euros() == Decimal("12.5")
    assert codes(12.345, Node.euros) == ["not_whole_cents"]


def test_flag_is_no_number():
    assert codes(1, Node.flag) == ["not_a_flag"]
    assert Node(None).flag(otherwise=True) is True


@pytest.mark.parametrize("value", ["b", ["a"], {"a": 1}, 1])
def test_choice_refuses(value):
    assert codes(value, lambda node: node.choice(("a",))) == ["unknown_code"]


@pytest.mark.parametrize("value", ["2027-02-29", "2027-W09-1", "20270301", "٢٠٢٧-03-01"])
def test_day_refuses(value):
    assert codes(value, Node.day) == ["not_a_date"]


def test_day_takes_a_date():
    assert Node("2028-02-29").day() == date(2028, 2, 29)


def test_record_names_each_unknown_field_up_to_a_bound():
    read = lambda node: node.record(("a",))  # noqa: E731
    assert refused({"a": 1, "b": 2, "\ud800": 3}, read) == [
        ("unknown_field", "thing.b"),
        ("unknown_field", "thing.�"),
    ]
    assert len(refused({str(number): 0 for number in range(1000)}, read)) == NAMED_LIMIT


def test_record_refuses_another_kind_once_and_stays_silent_below():
    assert codes([], lambda node: node.record(("a",))["a"].text()) == ["not_an_object"]


def test_each_names_the_place_of_a_fault():
    assert refused(["a", 5], lambda node: node.each(Node.text)) == [("not_text", "thing.1")]
    assert codes("ab", lambda node: node.each(Node.text)) == ["not_a_list"]
    assert codes(["a"] * (LIST_LIMIT + 1), lambda node: node.each(Node.text)) == ["too_many"]


def test_finish_raises_all_faults_with_the_labels_people_read():
    node = Node({"a": 1, "b": 2}, labels={"a": "Mass"})
    node["a"].text()
    node["b"].text()
    with pytest.raises(InvalidInput) as refusal:
        node.finish()
    assert [problem.field for problem in refusal.value.problems] == ["a", "b"]
    named = [problem.message.params["field"] for problem in refusal.value.problems]
    assert (named[0].template, named[1]) == ("Mass", "b")


@pytest.mark.parametrize(
    "typed", ["Ann\u202eeeL", "\u2066Ann\u2069", "An\u200bn", "\ufeffAnn", "A\u00adnn", "A\nnn"]
)
def test_a_name_has_nothing_that_hides_or_turns_letters(typed):
    node = Node({"name": typed})["name"]
    assert node.name() == ""
    assert [fault.code for fault in node.faults] == ["unsafe_text"]


@pytest.mark.parametrize("typed", ["Zoë O’Hara-Ånäs", "क\u094d\u200dष", "株式会社 雲"])
def test_names_of_all_scripts_are_taken(typed):
    assert Node(typed).name() == typed
