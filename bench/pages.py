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
from functools import partial
from pathlib import Path

from idle import running
from measure import ROOT, Client, timed
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(ROOT))

from tests.journeys.browsing import launch_options
from tests.journeys.weighing import KINDS, look

PAGES = (
    "/",
    "/facilities",
    "/facilities?view=table&days=3",
    "/map",
    "/facilities/fac-02",
    "/facilities/fac-08",
    "/login",
)
WIDTHS = (1280, 390)


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
        browser = playwright.chromium.launch(**launch_options())  # type: ignore[no-untyped-call]  # tests have no types
        client, server_address = server.client(), f"http://127.0.0.1:{server.port}"
        print(f"{'page':32s}  width requests" + "".join(f"{kind.lower():>12s}" for kind in KINDS))
        for path in PAGES:
            cost = timed(server, partial(ask, client, path), seconds=1)
            for width in WIDTHS:
                load = look(browser, server_address + path, width)  # type: ignore[no-untyped-call]
                parts = "".join(f"{load.octets[kind]:12,d}" for kind in KINDS)
                told = f"{load.total:,d} B, CLS {load.shifted:.3f}, {cost.cpu:.1f} ms cpu"
                print(f"{path:32s} {width:6d} {load.requests:8d}{parts}  {told}", flush=True)
        browser.close()


if __name__ == "__main__":
    main()
