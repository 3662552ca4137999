"""Messages in words: when at both clocks, whose side, how large a file is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.adapters import texts
from livinglab.web.filters import instant_text, number

if TYPE_CHECKING:
    from datetime import datetime

    from livinglab.db.tables import Comment

KILOBYTE = 1_000
MEGABYTE = 1_000_000


def also(moment: datetime, zone: str) -> str:
    """The moment on the reader's clock, with its city, where that differs from the facility's."""
    if texts.local(moment, zone).utcoffset() == texts.local(moment).utcoffset():
        return ""
    city = zone.rpartition("/")[2].replace("_", " ")
    return str(gettext("%(when)s in %(city)s", when=instant_text(moment, zone), city=city))


def side(comment: Comment, company: str) -> str:
    """For whom the author wrote."""
    return company if comment.side == "company" else gettext("host")


def size(octets: int) -> str:
    """120 kB, 2.5 MB."""
    if octets >= MEGABYTE:
        return f"{number(round(octets / MEGABYTE, 1))}\u00a0MB"
    return f"{number(max(1, round(octets / KILOBYTE)))}\u00a0kB"
