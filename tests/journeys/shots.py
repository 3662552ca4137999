"""Pictures of every page, for people to look at: `./lab shots`.

    python -m tests.journeys.shots [FOLDER] [--languages en,fi] [--only TEXT]

Each page at 1280 and 390 px in each language, light; in the first language dark, too. Names of
files begin with the reader; `index.html` shows them side by side.
"""

import argparse
import re
import sys
import tempfile
from html import escape
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import sync_playwright

from tests.journeys.addresses import READERS, addresses
from tests.journeys.browsing import launch_options
from tests.journeys.conftest import sign_in
from tests.journeys.service import example_service
from tests.server import ROOT

FOLDER = ROOT / "instance" / "shots"
TALLEST = 12_000
"""Windows as tall as their page, so that what sticks to an edge covers nothing."""
WIDTHS = (1280, 390)
SHOWN = {1280: 400, 390: 160}
"""How wide a picture is in the index, pixels."""


class Shot(NamedTuple):
    """A picture: of which page, as whom, in which language, how wide and in which colours."""

    reader: str
    address: str
    language: str
    width: int
    scheme: str

    @property
    def file(self):
        return re.sub(r"[^A-Za-z0-9.]+", "-", " ".join(map(str, self))) + ".png"


def main():
    """Take the pictures."""
    parser = argparse.ArgumentParser(prog="./lab shots", description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--languages", default="en,fi", help="the first is taken dark, too")
    parser.add_argument("--only", default="", help="part of an address")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        example_service(Path(folder)) as service,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(**launch_options())
        listed = [
            (reader, address)
            for reader in READERS
            for address in addresses(service)[reader]
            if given.only in address
        ]
        shots = plan(listed, given.languages.split(","))
        take(browser, service.base_url, shots, given.folder)
        browser.close()
    (given.folder / "index.html").write_text(index(shots), "utf-8")
    sys.stdout.write(f"{len(shots)} pictures: {given.folder / 'index.html'}\n")


def plan(listed, languages):
    """Which pictures of these pages (reader, address), in the order in which they are taken."""
    return [
        Shot(reader or "anyone", address, language, width, scheme)
        for reader in dict.fromkeys(reader for reader, _ in listed)
        for language in languages
        for address in (address for who, address in listed if who == reader)
        for scheme in ("light", "dark")[: 2 if language == languages[0] else 1]
        for width in WIDTHS
    ]


def take(browser, base_url, shots, folder):
    """Take them: a browser for each reader, a page load for each page and language."""
    context, seen = None, Shot("", "", "", 0, "")
    for shot in shots:
        if shot.reader != seen.reader:
            if context:
                context.close()
            context = browser.new_context(base_url=base_url, reduced_motion="reduce")
            page = context.new_page()
            if shot.reader != "anyone":
                sign_in(page, shot.reader)
        if (shot.reader, shot.language) != (seen.reader, seen.language):
            page.goto(f"/{shot.language}")
        if shot[:3] != seen[:3]:
            page.goto(shot.address)
        page.emulate_media(color_scheme=shot.scheme)
        page.set_viewport_size({"width": shot.width, "height": 900})
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({"width": shot.width, "height": min(height, TALLEST)})
        page.screenshot(path=folder / shot.file)
        seen = shot
    if context:
        context.close()


def index(shots):
    """A page that shows the pictures, one row for each page as one reader sees it."""
    rows = {}
    for shot in shots:
        rows.setdefault((shot.reader, shot.address), []).append(shot)
    parts = ["<!doctype html><html lang='en'><meta charset='utf-8'><title>Pictures</title>"]
    for (reader, address), row in rows.items():
        parts.append(f"<h2>{escape(address)}, {escape(reader)}</h2><p>")
        for shot in row:
            said = escape(f"{shot.language}, {shot.width} px, {shot.scheme}")
            parts.append(
                f"<a href='{shot.file}'><img src='{shot.file}' width='{SHOWN[shot.width]}'"
                f" alt='{said}' title='{said}' loading='lazy'></a> "
            )
    return "\n".join(parts)


if __name__ == "__main__":
    main()
