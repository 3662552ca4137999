"""No page has a barrier that can be found by looking: WCAG 2.2 at levels A and AA, by axe-core."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.journeys.addresses import READERS, addresses
from tests.journeys.conftest import sign_in
from tests.journeys.mailed import HALFWAY, make_halfway

WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ALL = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": WCAG}}
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"]}
LIGHT = ((1280, "light", ALL), (390, "light", ALL))
DARK = ((390, "dark", COLOURS), (1280, "dark", COLOURS))
"""In the dark only colours differ, and they do not depend on the language."""
FIND = "rules => axe.run(rules).then(found => found.violations)"
SQUEEZED = """Array.from(document.querySelectorAll('main *'), element => element).filter(element =>
  element.innerText?.trim() && element.clientWidth < 24 && element.scrollWidth > element.clientWidth
  && getComputedStyle(element).textOverflow === 'ellipsis'
).map(element => element.innerText)"""
"""Texts of which not even three letters show."""
UNSTICK = """for (const element of document.querySelectorAll('main *'))
  if (getComputedStyle(element).position === 'sticky') element.style.position = 'static'"""
"""What sticks to an edge of the window covers what can be scrolled from under it."""
SMALLEST = 320
"""CSS pixels: a page of 1280 at 400 % (WCAG 2.2, 1.4.10 Reflow)."""


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
@pytest.mark.parametrize("reader", READERS)
def test_pages_have_no_barrier(reader, language, service, watch, visitor, as_person):
    page = as_person(reader, language=language) if reader else visitor(language=language)
    if reader is None:
        make_halfway(service)
        sign_in(page, HALFWAY)
    watch.refused_pictures.clear()  # signing in looks at pages before they are loaded
    barriers = []
    for address in addresses(service)[reader]:
        page.goto(address)
        page.evaluate(Axe().axe_script)
        page.evaluate(UNSTICK)
        for width, scheme, rules in LIGHT + DARK if language == "en" else LIGHT:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            barriers += [
                (address, width, scheme, rule["id"], node["target"], node["failureSummary"])
                for rule in page.evaluate(FIND, rules)
                for node in rule["nodes"]
            ]
            squeezed = page.evaluate(SQUEEZED)
            barriers += [(address, width, scheme, "squeezed", text) for text in squeezed]
        page.set_viewport_size({"width": SMALLEST, "height": 900})
        if page.evaluate("document.documentElement.scrollWidth") > SMALLEST:
            barriers.append((address, SMALLEST, "wider than the window"))
    assert barriers == []
    assert watch.refused_pictures == []
