"""What a visitor's first look at each public page weighs, whether it jumps, what it costs.

    .venv/bin/python bench/pages.py

Chromium comes to each page with an empty cache over a slow line (1.6 Mbit/s, 150 ms there and
back), so that a font or a sheet that comes late has time to move what is seen already. Octets are
those on the wire, headers included; CLS is the sum of all layout shifts (web.dev/cls); processor
time is the server's for the document alone.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from idle import running
from measure import ROOT, Client, timed

sys.path.insert(0, str(ROOT))

from playwright.sync_api import sync_playwright

from tests.journeys.browsing import OFFLINE, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = (
    "/",
    "/facilities",
    "/facilities?view=table&days=3",
    "/facilities/fac-02",
    "/facilities/fac-08",
    "/login",
)
KINDS = ("Document", "Stylesheet", "Script", "Font", "Other")
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 0.75e6 / 8,
}
WIDTHS = (1280, 390)
SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
SETTLED_MS = 1500


@dataclass
class Load:
    """One look at a page: octets by kind, requests, and how much of it moved."""

    octets: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    shifted: float = 0.0

    @property
    def total(self) -> int:
        """All octets."""
        return sum(self.octets.values())


def look(browser: Browser, address: str, width: int) -> Load:
    """Load a page with an empty cache and wait until it is at rest."""
    load = Load()
    kinds: dict[str, str] = {}
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(SHIFTS)
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", SLOW_LINE)

    def begun(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]

    def ended(event: dict[str, Any]) -> None:
        kind = kinds[event["requestId"]]
        load.octets[kind if kind in KINDS else "Other"] += int(event["encodedDataLength"])
        load.requests += 1

    wire.on("Network.requestWillBeSent", begun)
    wire.on("Network.loadingFinished", ended)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(SETTLED_MS)
    load.shifted = page.evaluate("window.shifted")
    context.close()
    return load


def ask(client: Client, path: str, _: int) -> bytes:
    """The document alone."""
    return client.get(path)[1]


def main() -> None:
    """Measure and print."""
    argparse.ArgumentParser(description=__doc__.partition("\n")[0]).parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running(ROOT, Path(folder) / "instance") as (server, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(OFFLINE))  # type: ignore[no-untyped-call]  # tests have no types
        client = server.client()
        print(f"{'page':32s}  width requests" + "".join(f"{kind.lower():>12s}" for kind in KINDS))
        for path in PAGES:
            cost = timed(server, partial(ask, client, path), seconds=1)
            for width in WIDTHS:
                load = look(browser, f"http://127.0.0.1:{server.port}{path}", width)
                parts = "".join(f"{load.octets[kind]:12,d}" for kind in KINDS)
                told = f"{load.total:,d} B, CLS {load.shifted:.3f}, {cost.cpu:.1f} ms cpu"
                print(f"{path:32s} {width:6d} {load.requests:8d}{parts}  {told}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
