import string

import pytest

from livinglab.adapters import secrets

SAFE = set(string.ascii_letters + string.digits + "-_")


def test_token_is_new_each_time_and_fits_a_path():
    tokens = {secrets.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    assert [token for token in tokens if not set(token) <= SAFE] == []


def test_token_length_follows_the_octets_asked_for():
    assert len(secrets.new_token(16)) == 22


def test_token_hash_is_sha256_hex():
    expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert secrets.token_hash("abc") == expected


def test_token_hash_takes_what_a_url_may_bring():
    assert len(secrets.token_hash("\ud800 ä 🤖")) == 64


def test_message_id_is_new_each_time():
    ids = {secrets.new_message_id("lab.example") for _ in range(100)}
    assert len(ids) == 100
    assert {message_id[33:] for message_id in ids} == {"@lab.example>"}


@pytest.mark.parametrize("domain", ["", "a b", "a\r\nBcc: x", "a>", "-a", "a/b", "a."])
def test_message_id_refuses_what_is_no_host_name(domain):
    with pytest.raises(ValueError, match="host name"):
        secrets.new_message_id(domain)


def test_a_password_is_known_again_however_its_letters_are_composed():
    kept = secrets.password_hash("pa\u0308ssword")
    assert secrets.is_password("p\u00e4ssword", kept)
    assert not secrets.is_password("passwort", kept)
    assert not secrets.is_password("anything", "no hash at all")
