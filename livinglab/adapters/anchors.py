"""A file of the audit chain's heads: one line a day, ``date position mac``, only ever added to.

Copied to where the database's keeper cannot write, it shows even a chain whose end was cut off.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from livinglab.domain.chain import Anchor

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

FIELDS = 3


def append(path: Path, day: date, anchor: Anchor) -> None:
    """Note a head; it is on the disk when this returns.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("a", encoding="ascii") as file:
        file.write(f"{day.isoformat()} {anchor.position} {anchor.mac}\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path) -> list[Anchor]:
    """The heads noted so far; none where there is no file. A line half written counts as none.

    Raises:
        OSError: the file is there but cannot be read.
    """
    if not path.exists():
        return []
    lines = (line.split() for line in path.read_text("ascii", errors="replace").splitlines())
    return [
        Anchor(int(fields[1]), fields[2])
        for fields in lines
        if len(fields) == FIELDS and fields[1].isdecimal()
    ]
