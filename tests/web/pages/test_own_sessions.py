"""Own sessions: listed in words, ended one by one or all others, copies of cookies included."""

import pytest
from sqlalchemy import select

from livinglab.db.tables import SignIn
from livinglab.web.agents import device_words

EMAIL = "ada@test.example"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def ada(make):
    return make.user(EMAIL, make.company())


@pytest.fixture
def two(app, ada, login):
    """Two browsers of Ada's."""
    first, second = app.test_client(), app.test_client()
    login(first, EMAIL)
    second.environ_base["HTTP_USER_AGENT"] = FIREFOX
    login(second, EMAIL)
    return first, second


def works(client):
    return client.get("/account/security").status_code == 200


def ids(make):
    return make.all(select(SignIn.id).order_by(SignIn.id))


@pytest.mark.both_engines
def test_one_session_can_be_ended_from_another_and_a_copy_of_its_cookie_with_it(
    app, two, csrf, make
):
    first, second = two
    copied = app.test_client()
    copied.set_cookie("session", second.get_cookie("session").value)
    page = first.get("/account/sessions").text
    assert "Firefox, Linux" in page
    assert page.count("this one") == 1
    path = f"/account/sessions/{ids(make)[1]}/end"
    assert first.post(path, data={"csrf_token": csrf(first)}).status_code == 303
    assert works(first)
    assert not works(second)
    assert not works(copied)
    assert "Firefox, Linux" not in first.get("/account/sessions").text


@pytest.mark.both_engines
def test_all_others_can_be_ended_at_once(two, csrf):
    first, second = two
    answer = first.post("/account/sessions/end-others", data={"csrf_token": csrf(first)})
    assert answer.location == "/account/sessions"
    assert works(first)
    assert not works(second)


def test_sessions_of_others_are_not_there(app, two, make, login, csrf):
    make.user("eve@test.example", make.company("other"))
    eve = app.test_client()
    login(eve, "eve@test.example")
    foreign, missing = (
        eve.post(f"/account/sessions/{number}/end", data={"csrf_token": csrf(eve)})
        for number in (ids(make)[0], 99_999)
    )
    assert foreign.status_code == missing.status_code == 404
    assert works(two[0])
    eve.post("/account/sessions/end-others", data={"csrf_token": csrf(eve)})
    assert works(two[0])
    assert works(two[1])


def test_more_sessions_cost_no_more_statements(two, app, login, query_counter):
    first, _ = two
    first.get("/account/sessions")
    with query_counter() as some:
        first.get("/account/sessions")
    for _ in range(2):
        login(app.test_client(), EMAIL)
    with query_counter() as more:
        first.get("/account/sessions")
    assert more.count == some.count


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140 Safari/537 Edg/140",
            "Edge, Windows",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile Safari/537", "Chrome, Android"),
        ("curl/8.1", "Another program"),
        ("", "Another program"),
    ],
)
def test_browsers_in_words(app, agent, words):
    with app.test_request_context():
        assert device_words(agent) == words
