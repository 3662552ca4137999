"""Pictures of every page, for people to look at.

    python -m tests.journeys.shots FOLDER [--languages en,fi] [--only TEXT]

Each page in each language at 1280 and 390 px, light and dark. File names begin with the reader.
"""

import argparse
import re
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys.addresses import READERS, addresses
from tests.journeys.browsing import launch_options
from tests.journeys.conftest import sign_in
from tests.journeys.service import example_service

TALLEST = 12_000
"""Windows as tall as their page, so that what sticks to an edge covers nothing."""
LOOKS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]


def main():
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="python -m tests.journeys.shots", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--languages", default="en,fi")
    parser.add_argument("--only", default="", help="part of an address")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        example_service(Path(folder)) as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options())
        for reader in READERS:
            context = browser.new_context(base_url=service.base_url, reduced_motion="reduce")
            page = context.new_page()
            if reader:
                sign_in(page, reader)
            listed = [address for address in addresses(service)[reader] if given.only in address]
            for language in given.languages.split(","):
                page.goto(f"/{language}")
                for address in listed:
                    take(page, given.folder, f"{reader or 'anyone'} {address} {language}", address)
            context.close()
        browser.close()


def take(page, folder, name, address):
    """The four pictures of one page."""
    page.goto(address)
    for width, scheme in LOOKS:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": min(height, TALLEST)})
        file = re.sub(r"[^A-Za-z0-9.]+", "-", f"{name} {width} {scheme}")
        page.screenshot(path=folder / f"{file}.png")


if __name__ == "__main__":
    main()
