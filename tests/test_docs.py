import re

import pytest

from tests.docs import DOCS, PAGES
from tests.test_translations import catalogue


@pytest.mark.parametrize("name", PAGES)
def test_page_is_what_the_code_says(name):
    assert (DOCS / name).read_text("utf-8") == PAGES[name]()


def test_the_page_of_bad_luck_names_tests_and_sentences_that_exist():
    page = (DOCS / "bad-luck.md").read_text("utf-8")
    cells = [line.split(" | ")[2:4] for line in page.splitlines() if line.startswith("| ")][1:]
    assert len(cells) == 15
    known = catalogue("fi")
    for said, seen in cells:
        for sentence in re.findall(r"`([^`]+)`", said):
            assert known.get(sentence) is not None, sentence
        for path, name in re.findall(r"`([^`]+)::(\w+)`", seen):
            assert f"def {name}(" in (DOCS.parent / path).read_text("utf-8"), name
