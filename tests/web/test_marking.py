"""Words looked for are marked where they stand, and nothing else becomes markup."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from livinglab.domain.folding import words_of
from livinglab.web.marking import marked


@pytest.mark.parametrize(
    ("text", "looked_for", "expected"),
    [
        ("Säkylän halli", "sakyla", "<mark>Säkylä</mark>n halli"),
        ("Hall in Pori", "HALL pori", "<mark>Hall</mark> in <mark>Pori</mark>"),
        ("banana", "an", "b<mark>anan</mark>a"),
        ("overlap", "over verlap", "<mark>overlap</mark>"),
        ("Straße", "strasse", "<mark>Straße</mark>"),
        ("Straße", "s", "<mark>S</mark>tra<mark>ß</mark>e"),
        ("a\u0308iti", "a", "<mark>a\u0308</mark>iti"),
        ("<b>halli</b>", "halli", "&lt;b&gt;<mark>halli</mark>&lt;/b&gt;"),
        ("<mark>", "mark", "&lt;<mark>mark</mark>&gt;"),
        ("nothing", "else", "nothing"),
        ("", "x", ""),
    ],
)
def test_each_word_is_marked(text, looked_for, expected):
    assert str(marked(text, words_of(looked_for))) == expected


@given(st.text(), st.text())
def test_marks_change_nothing_of_the_text(text, looked_for):
    made = marked(text, words_of(looked_for))
    assert re.sub("</?mark>", "", str(made)) == str(escape(text))
