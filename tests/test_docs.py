import pytest

from tests.docs import DOCS, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_page_is_what_the_code_says(name):
    assert (DOCS / name).read_text("utf-8") == PAGES[name]()
