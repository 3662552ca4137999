"""No link on any page leads nowhere."""

from urllib.parse import urldefrag

import pytest

from tests.journeys.addresses import READERS, addresses

FIND = """links => {
  const written = links.map(link => link.getAttribute('href'));
  const ids = written.filter(href => href.startsWith('#') && href !== '#');
  const addresses = written.map(href => new URL(href, document.baseURI))
    .filter((url, n) => !written[n].startsWith('#') && url.protocol.startsWith('http'));
  return {
    dead: ids.filter(id => !document.getElementById(decodeURIComponent(id.slice(1)))),
    hrefs: addresses.map(url => url.href),
  };
}"""


@pytest.mark.parametrize("reader", READERS)
def test_links_lead_somewhere(reader, service, visitor, as_person, base_url):
    page = as_person(reader) if reader else visitor()
    found, dead = {}, []
    for address in addresses(service)[reader]:
        page.goto(address)
        links = page.locator("a[href]").evaluate_all(FIND)
        dead += [(address, target, "nothing has that id") for target in links["dead"]]
        for href in links["hrefs"]:
            found.setdefault(urldefrag(href).url, address)
    for href, address in found.items():
        local = href.removeprefix(base_url)
        if "next=" in local:  # language and display lead back to this very page
            continue
        if local == href:  # somebody else's page, such as the ombudsman's
            assert href.startswith("https://"), (address, href)
            continue
        status = page.request.get(href, max_redirects=0).status
        if status >= 400:
            dead.append((address, local, status))
    assert dead == []
