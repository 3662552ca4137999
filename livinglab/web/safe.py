"""Addresses to go back to: only our own (ASVS 5.0, 3.7.2)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import request

_LOCAL = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def local_address(wanted: str | None) -> str:
    """``wanted`` when it is a path on this service, else the front page.

    Browsers take two slashes of either kind at the beginning for another host.
    """
    if wanted and _LOCAL.fullmatch(wanted) and not urlsplit(wanted).netloc:
        return wanted
    return request.script_root + "/"
