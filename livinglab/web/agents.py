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


CALENDARS = (
    ("Google-Calendar-Importer", "Google"),
    ("Googlebot", "Google"),
    ("ms-office", "Outlook"),
    ("Microsoft Office", "Outlook"),
    ("Microsoft Outlook", "Outlook"),
    ("Exchange", "Outlook"),
    ("dataaccessd", "Apple, iPhone/iPad"),
    ("iOS/", "Apple, iPhone/iPad"),
    ("CalendarAgent", "Apple, Mac"),
    ("macOS/", "Apple, Mac"),
    ("Thunderbird/", "Thunderbird"),
    ("ICSx5", "ICSx5"),
    ("DAVx5", "DAVx5"),
    ("Nextcloud", "Nextcloud"),
    ("Proton", "Proton"),
    ("Fastmail", "Fastmail"),
    ("Evolution/", "Evolution"),
    ("KOrganizer", "KOrganizer"),
    ("HomeAssistant", "Home Assistant"),
    ("vdirsyncer", "vdirsyncer"),
    ("khal", "khal"),
)
"""Signs of calendar programs and services, and what people call them."""


def calendar_words(agent: str) -> str:
    """The calendar program in words; one that is not known by its own name, else by its device."""
    known = next((words for sign, words in CALENDARS if sign in agent), "")
    own = agent.replace("/", " ").partition(" ")[0][:40]
    return known or (device_words(agent) if own in {"", "Mozilla"} else own)
