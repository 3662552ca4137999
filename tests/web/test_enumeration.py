"""Forms that take a mail address do as much for an unknown one as for a known one."""

import re

import pytest
from argon2 import low_level

KNOWN, UNKNOWN = "ada@firm.example", "nobody@firm.example"
LETTER = "outbox"
NEWCOMER = {"name": "Ann Ray", "company": "Ray Oy", "country": "FI", "language": "en"}
FORMS = {
    "/login": {"password": "not the right one"},
    "/reset": {},
    "/register/again": {},
    "/register": NEWCOMER | {"password": "turning wheels at noon"},
}
HASHES = {"/login": 1, "/reset": 0, "/register": 1, "/register/again": 0}


@pytest.fixture
def hashed(monkeypatch):
    """How often argon2 runs: `hashed()`."""
    real, runs = low_level.lib, []

    class Library:
        def __getattr__(self, name):
            if name in {"argon2_hash", "argon2_verify", "argon2_ctx"}:
                runs.append(name)
            return getattr(real, name)

    monkeypatch.setattr(low_level, "lib", Library())
    return lambda: len(runs)


def test_forms_do_as_much_for_an_unknown_address(app, make, csrf, query_counter, hashed):
    """But for the letter itself, and for the account that registering makes beside the hash.

    What that takes of the time is told by ``bench/enumeration.py``.
    """
    make.user(KNOWN, make.company("firm"))
    asked, hashes, told = {}, {}, {}
    for path, form in FORMS.items():
        for email in (KNOWN, UNKNOWN):
            client, key = app.test_client(), (path, email)
            given, before = form | {"email": email, "csrf_token": csrf(client)}, hashed()
            with query_counter() as sent:
                answer = client.post(path, data=given)
            asked[key], hashes[key] = sent.texts, hashed() - before
            text = re.sub(r'(csrf_token"[^>]*value=")[^"]*', r"\1", answer.text)
            told[key] = answer.status_code, answer.headers.get("Location"), text.replace(email, "")
    assert {path: (hashes[path, KNOWN], hashes[path, UNKNOWN]) for path in FORMS} == {
        path: (count, count) for path, count in HASHES.items()
    }
    assert [path for path in FORMS if told[path, KNOWN] != told[path, UNKNOWN]] == []
    assert asked["/login", KNOWN] == asked["/login", UNKNOWN]
    for path in ("/reset", "/register/again"):
        letter = [text for text in asked[path, KNOWN] if LETTER in text]
        assert letter
        assert [t for t in asked[path, KNOWN] if t not in letter] == asked[path, UNKNOWN]
