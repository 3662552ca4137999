"""Fonts with only the weights that the look uses: a third less to wait for.

    python narrow_fonts.py FONT…

Run at set-up by `./lab`, after the front-end packages are fetched. Each variable font (WOFF 2) is
written anew in its place, with every letter and every OpenType feature it had, its weights limited
to those of `livinglab/web/static/css/tokens.css`. Its licence (SIL OFL 1.1) allows that.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

TOKENS = Path(__file__).resolve().parent / "livinglab/web/static/css/tokens.css"


def weights() -> tuple[int, int]:
    """The lightest and the heaviest weight that the sheet asks of its first face."""
    found = re.search(r"font-weight: (\d+) (\d+);", TOKENS.read_text("utf-8"))
    if found is None:
        raise SystemExit(f"{TOKENS} names no range of weights.")
    return int(found[1]), int(found[2])


def narrow(path: Path) -> None:
    """Limit the weights of one font."""
    source = TTFont(path, recalcTimestamp=False)  # the same octets from the same package
    font = instancer.instantiateVariableFont(source, {"wght": weights()})
    font.flavor = "woff2"
    font.save(path)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        narrow(Path(name))
