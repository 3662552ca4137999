"""What the service is built of is not older than what is known to be safe."""

import re
from importlib.metadata import version

import pytest

SAFE_FROM = {
    "flask": "3.1.3",  # CVE-2026-27205: Vary: Cookie
    "werkzeug": "3.0.1",  # CVE-2023-25577, CVE-2023-46136: multipart
    "authlib": "1.6.9",  # CVE-2025-59420, CVE-2026-28802, CVE-2026-28498: signatures
    "jinja2": "3.1.6",  # CVE-2025-27516: sandbox
    "gunicorn": "22.0.0",  # CVE-2024-1135: request smuggling
    "requests": "2.32.4",  # CVE-2024-47081: .netrc
    "urllib3": "2.6.3",  # CVE-2026-21441: unpacking
    "cryptography": "46.0.0",
    "pillow": "11.3.0",  # CVE-2025-48379
}


def numbers(text):
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


@pytest.mark.parametrize("name", SAFE_FROM)
def test_no_building_block_is_older_than_what_is_known_to_be_safe(name):
    assert numbers(version(name)) >= numbers(SAFE_FROM[name])
