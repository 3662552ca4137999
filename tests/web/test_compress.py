"""What is sent compressed, and what must not be."""

import gzip

import pytest

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def body(answer):
    """What the answer says, and whether it came compressed."""
    packed = answer.headers.get("Content-Encoding") == "gzip"
    data = answer.get_data()
    assert answer.content_length == len(data)
    return (gzip.decompress(data) if packed else data), packed


@pytest.mark.parametrize(
    "path", ["/", "/facilities", "/look.css", "/static/mark.svg", "/api/v1/facilities"]
)
def test_what_everybody_may_have_comes_compressed_to_who_takes_it(client, make, path):
    make.facility(make.host())
    make.session.close()
    with client.get(path) as plain, client.get(path, headers=GZIP) as packed:
        assert body(plain)[1] is False
        said, small = body(packed)
        assert small is (len(said) >= 1000)
        assert len(said) == len(plain.get_data())
        assert "Accept-Encoding" in plain.headers["Vary"]
        assert "Accept-Encoding" in packed.headers["Vary"]


def test_who_refuses_it_gets_none(client):
    with client.get("/look.css", headers={"Accept-Encoding": "gzip;q=0"}) as answer:
        assert body(answer)[1] is False


def test_pages_of_a_session_are_not_compressed(client, make, login):
    with client.get("/login", headers=GZIP) as answer:  # makes a session for its form
        assert body(answer)[1] is False
    make.user("ada@test.example", make.company())
    login(client, "ada@test.example")
    with client.get("/facilities", headers=GZIP) as answer:
        assert b"csrf_token" in body(answer)[0]
        assert body(answer)[1] is False
    with client.get("/look.css", headers=GZIP) as answer:
        assert body(answer)[1] is True


def test_answers_to_a_token_are_not_compressed(client, make):
    make.facility(make.host())
    make.session.close()
    headers = GZIP | {"Authorization": "Bearer nobody"}
    with client.get("/api/v1/facilities", headers=headers) as answer:
        assert body(answer)[1] is False


def test_fonts_and_refusals_are_sent_as_they_are(client):
    font = "/static/vendor/hanken-grotesk-latin-wght-normal.woff2"
    for path in (font, "/facilities/none"):
        with client.get(path, headers=GZIP) as answer:
            assert body(answer)[1] is False


def test_a_compressed_file_is_known_again(client):
    with client.get("/static/vendor/htmx.min.js", headers=GZIP) as answer:
        etag = answer.headers["ETag"]
        assert (etag[:2], body(answer)[1]) == ("W/", True)
    for seen in (etag, etag.removeprefix("W/")):
        with client.get(
            "/static/vendor/htmx.min.js", headers=GZIP | {"If-None-Match": seen}
        ) as answer:
            assert (answer.status_code, answer.get_data()) == (304, b"")
