"""Refusals and errors: one status each, the same words for pages and programs, no traces."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError

from livinglab.app import create_app
from livinglab.domain import errors
from livinglab.domain.errors import Fix, Problem
from livinglab.domain.messages import Message, Quantity
from livinglab.web.access import public
from livinglab.web.errors import STATUS, status_of
from livinglab.web.intake import MEGABYTE

WORDS = Message("The floor bears %(load)s.", {"load": Quantity(2500, "kg")})
PROBLEM = Problem(
    "too_heavy",
    "test_article.mass_kg",
    WORDS,
    Fix(Message("Take less."), {"test_article.mass_kg": 2500}),
)
REFUSALS = {
    errors.NotFound(): (404, 404),
    errors.NotAllowed(WORDS): (403, 403),
    errors.NotSignedIn(): (401, 401),
    errors.InvalidInput.of(PROBLEM): (422, 422),
    errors.RulesBroken([PROBLEM]): (422, 422),
    errors.IllegalTransition(WORDS): (409, 409),
    errors.SlotTaken(WORDS): (409, 409),
    errors.StaleVersion(WORDS): (412, 409),
    errors.VersionMissing(): (428, 409),
    errors.KeyReused(): (422, 422),
    errors.TryLater(): (503, 503),
    errors.TooOften(WORDS): (429, 429),
}


@pytest.fixture
def break_with(app, client):
    """Serves a view that raises: `break_with(exception)` makes `/broken` and `/api/broken`."""

    def install(exception):
        def view():
            raise exception

        for path in ("/broken", "/api/broken"):
            app.add_url_rule(path, path, public()(view))
        return client

    return install


def classes(kind):
    return {kind}.union(*map(classes, kind.__subclasses__()))


def test_every_refusal_has_a_status_of_its_own():
    assert classes(errors.Refusal) - set(STATUS) == set()


def test_a_refusal_made_later_has_the_status_of_its_parent():
    class OfferGone(errors.SlotTaken):
        pass

    try:
        assert status_of(OfferGone(WORDS), page=True) == 409
    finally:
        del OfferGone


@pytest.mark.parametrize(
    ("refusal", "statuses"), REFUSALS.items(), ids=[type(r).__name__ for r in REFUSALS]
)
def test_refusals_answer_programs_and_people(break_with, refusal, statuses):
    client = break_with(refusal)
    api = client.get("/api/broken")
    page = client.get("/broken")
    assert (api.status_code, page.status_code) == statuses
    assert api.mimetype == "application/problem+json"
    assert (api.json["code"], api.json["status"]) == (refusal.code, statuses[0])
    assert page.mimetype == "text/html"
    assert page.text.count("<h1>") == 1


def test_problems_are_listed_with_their_fixes_in_the_readers_language(break_with):
    client = break_with(errors.RulesBroken([PROBLEM]))
    answer = client.get("/api/broken", headers={"Accept-Language": "fi"})
    assert answer.json["problems"] == [
        {
            "code": "too_heavy",
            "field": "test_article.mass_kg",
            "detail": "The floor bears 2\u00a0500\u00a0kg.",
            "fix": {"detail": "Take less.", "changes": {"test_article.mass_kg": 2500}},
        }
    ]


def test_what_is_foreign_looks_like_what_is_missing(break_with):
    foreign = Message("Pilot %(ref)s belongs to others.", {"ref": "PLL-1"})
    client = break_with(errors.NotFound(foreign))
    for path in ("", "/api"):
        there, missing = client.get(f"{path}/broken"), client.get(f"{path}/missing")
        assert (there.status_code, there.data) == (404, missing.data)


def test_a_busy_service_says_when_to_come_back(break_with):
    answer = break_with(errors.TryLater()).get("/api/broken")
    assert answer.headers["Retry-After"] == "5"


def test_a_lost_database_is_busy_not_broken(break_with):
    client = break_with(OperationalError("SELECT 1", {}, Exception("could not connect")))
    assert client.get("/api/broken").json["code"] == "try_later"
    assert client.get("/broken").status_code == 503


def test_pages_say_so_when_there_is_no_database(settings, tmp_path):
    gone = f"sqlite:///{tmp_path}/no/such/folder/x.sqlite3"
    client = create_app(replace(settings, database_url=gone)).test_client()
    assert client.get("/").status_code == 503
    assert client.get("/readyz").json == {"status": "database away"}
    assert client.get("/livez").status_code == 200
    assert client.get("/nothing").status_code == 503


def test_a_fault_in_a_statement_is_ours(break_with):
    client = break_with(ProgrammingError("SELEC", {}, Exception("syntax error")))
    assert client.get("/broken").status_code == 500


def test_a_fault_of_ours_is_logged_under_the_number_shown(app, break_with, caplog):
    app.testing = False
    client = break_with(RuntimeError("secret detail"))
    answer = client.get("/broken")
    number = answer.headers["X-Request-ID"]
    assert answer.status_code == 500
    assert number in answer.text
    assert "secret detail" not in answer.text
    assert f"Request {number} failed" in caplog.text
    api = client.get("/api/broken")
    assert (api.status_code, api.json["code"]) == (500, "server_error")
    assert "secret" not in api.text


def test_wrong_methods_name_the_right_ones(app, client):
    app.add_url_rule("/api/only-get", "only_get", public()(lambda: "ok"), methods=["GET"])
    answer = client.delete("/api/only-get")
    assert (answer.status_code, answer.json["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_an_old_form_is_explained(client):
    answer = client.post("/login", data={"email": "a@test.example", "password": "x"})
    assert answer.status_code == 400
    assert "Open the page again" in answer.text


def test_too_large_a_body_is_refused(client):
    answer = client.post("/login", data={"email": "x" * (MEGABYTE + 1), "csrf_token": "x"})
    assert answer.status_code == 413
