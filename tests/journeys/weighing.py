"""What a first look at a page weighs and whether it jumps: an empty cache and a slow line."""

from collections import Counter
from dataclasses import dataclass, field

KINDS = ("Document", "Stylesheet", "Script", "Font", "Other")
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
"""Milliseconds there and back, octets a second: a phone at the edge of its network."""
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
REST_MS = 1500
"""How long nothing must move after the last answer."""


@dataclass
class Load:
    """One look at a page: octets on the wire by kind, requests, and the sum of layout shifts."""

    octets: Counter = field(default_factory=Counter)
    requests: int = 0
    shifted: float = 0.0

    @property
    def total(self):
        """All octets, headers included."""
        return sum(self.octets.values())


def look(browser, address, width):
    """Load a page and wait until it is at rest."""
    load, kinds = Load(), {}
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW_LINE)

    def begun(event):
        kinds[event["requestId"]] = event["type"]

    def ended(event):
        kind = kinds[event["requestId"]]
        load.octets[kind if kind in KINDS else "Other"] += int(event["encodedDataLength"])
        load.requests += 1

    wire.on("Network.requestWillBeSent", begun)
    wire.on("Network.loadingFinished", ended)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(REST_MS)
    load.shifted = page.evaluate("window.shifted")
    context.close()
    return load
