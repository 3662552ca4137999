"""Build hook: what a wheel needs besides the Python code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKED = {
    "templates": "livinglab/_templates",
    "migrations": "livinglab/_migrations",
    "config.py": "livinglab/_config.py",
}
"""Where what lies beside the package goes in the wheel; ``livinglab.assets`` finds it there."""


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]  # the config class is hatchling's own
    """Runs before each build, editable ones included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the .mo files and, for a wheel to ship, add the folders beside the package.

        An editable install gets neither copies nor checks: it reads the checkout.

        Raises:
            RuntimeError: a front-end file listed in ``package.json`` is not there.
        """
        root = Path(self.root)
        for source in (root / "livinglab/translations").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as text, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(text, locale=source.parts[-3]))
        if self.target_name != "wheel" or version == "editable":
            return
        listed = json.loads((root / "package.json").read_text("utf-8"))["vendor"]
        vendor = root / "livinglab/web/static/vendor"
        if missing := [name for name in listed if not (vendor / name).is_file()]:
            raise RuntimeError(f"Run `./lab setup` first: {vendor} lacks {', '.join(missing)}.")
        build_data["force_include"].update({str(root / name): to for name, to in PACKED.items()})
