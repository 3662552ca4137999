"""Browsers and devices in words, from what browsers send (RFC 9110 section 10.1.5).

The order counts: most browsers name those they descend from, too.
"""

from __future__ import annotations

from flask_babel import gettext

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
DEVICES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_words(agent: str) -> str:
    """Such as “Firefox, Windows”; what says neither is another program."""
    found = [
        next((words for sign, words in known if sign in agent), "") for known in (BROWSERS, DEVICES)
    ]
    return ", ".join(filter(None, found)) or gettext("Another program")
