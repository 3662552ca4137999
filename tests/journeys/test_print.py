"""Pages on paper."""

import re

import pytest

from livinglab.domain.vocabulary import LANGUAGES

A_PAGE = re.compile(rb"/Type\s*/Page\b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_facility_fits_on_one_sheet(visitor, language):
    page = visitor(language=language)
    sheets = {}
    for number in range(1, 15):
        page.goto(f"/facilities/fac-{number:02}")
        printed = page.pdf(format="A4", prefer_css_page_size=True)
        sheets[number] = len(A_PAGE.findall(printed))
    assert {number: count for number, count in sheets.items() if count != 1} == {}


def test_the_map_and_its_list_fit_on_one_sheet(visitor):
    page = visitor(language="fi")
    page.goto("/map")
    assert len(A_PAGE.findall(page.pdf(format="A4", prefer_css_page_size=True))) == 1


def test_the_sheet_has_the_code_and_its_date_but_no_form(visitor):
    page = visitor()
    page.goto("/facilities/fac-02")
    page.emulate_media(media="print")
    shown = {
        name: page.locator(selector).first.is_visible()
        for name, selector in {
            "limits": "#limits",
            "prices": "#prices",
            "code": ".ll-take img",
            "date": ".ll-only-print",
            "form": "#ask",
            "weeks": "#weeks",
            "menu": ".ll-nav",
        }.items()
    }
    assert shown == {
        **dict.fromkeys(("limits", "prices", "code", "date"), True),
        **dict.fromkeys(("form", "weeks", "menu"), False),
    }
    assert page.locator(".ll-take img").evaluate("image => image.naturalWidth") > 0
