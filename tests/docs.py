"""Documents made from the code. ``python -m tests.docs`` writes them; a test compares them."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from config import Settings
from livinglab.app import create_app
from livinglab.domain.pilot import HOLDS, STATE_NAMES, TRANSITIONS, Holds, State
from livinglab.web.api.document import document
from tests import gates_examples
from tests.access.table import table

DOCS = Path(__file__).parents[1] / "docs"
HOLDS_WORDS = {
    Holds.NOTHING: "–",
    Holds.AS_BEFORE: "as before",
    Holds.TENTATIVE: "tentative",
    Holds.FIRM: "firm",
    Holds.PAST: "past",
    Holds.RELEASED: "released",
}
BY_WORDS = {
    "company": "the company",
    "gate_owner": "a gate's owner",
    "host": "the host",
    "either": "either side",
    "clock": "the clock",
}
HEAD = """# Workflow of a pilot

Made from `livinglab.domain.pilot.TRANSITIONS` by `python -m tests.docs`; do not edit.

Where several next states are named, the gates and conditions decide: `in_review` while a gate is
open, `conditional` while a condition that must come first is unmet, else `confirmed`.

| state | name | holds time | action | by | next |
|---|---|---|---|---|---|
"""


def workflow():
    """The table of states and actions as a page."""
    lines = []
    for state in State:
        moves = [(action, row) for (known, action), row in TRANSITIONS.items() if known is state]
        first = f"`{state}` | {STATE_NAMES[state]} | {HOLDS_WORDS[HOLDS[state]]}"
        if not moves:
            lines.append(f"| {first} | – | – | – |")
        for action, row in moves:
            following = ", ".join(f"`{target}`" for target in row.to)
            note = " (with a reason)" if row.needs_note else ""
            lines.append(f"| {first} | `{action}`{note} | {BY_WORDS[row.by]} | {following} |")
            first = " | | "
    return HEAD + "\n".join(lines) + "\n"


def openapi():
    """The description of the REST API."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(instance_path=folder))
    return json.dumps(document(app), indent=1, ensure_ascii=False) + "\n"


def access():
    """Who may call what."""
    with TemporaryDirectory() as folder:
        app = create_app(Settings(instance_path=folder))
    return table(app)


PAGES = {
    "workflow.md": workflow,
    "openapi.json": openapi,
    "access.md": access,
    "gates-examples.md": gates_examples.page,
}

if __name__ == "__main__":
    for name, render in PAGES.items():
        (DOCS / name).write_text(render(), "utf-8")
