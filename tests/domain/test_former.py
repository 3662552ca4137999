"""What erased people are called."""

from livinglab.domain import former
from livinglab.domain.messages import Message
from livinglab.services import erasure, retention_steps


def test_what_is_kept_of_them_is_told_as_a_sentence():
    assert former.told(former.mark(7)) == Message("Former person %(number)s", {"number": "7"})
    assert former.told(former.PEOPLE) == Message("Former people")


def test_it_is_what_erasing_and_keeping_write():
    assert erasure.name(7) == former.mark(7)
    assert retention_steps.NOBODY == former.PEOPLE


def test_other_names_are_told_as_they_are():
    for name in (
        "Ada",
        "",
        "Former person",
        "Former person 7b",
        "A Former person 7",
        "former people",
    ):
        assert former.told(name) == name
