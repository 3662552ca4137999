"""Callers of the API. Every answer, and every body that was taken, is held to the document."""

import copy
import json
from functools import cached_property

import jsonschema_rs
import pytest
from werkzeug.exceptions import HTTPException

from livinglab.services import tokens
from livinglab.services.work import begin_work
from livinglab.web import context
from livinglab.web.api.document import document
from livinglab.web.api.schemas.requests import EXAMPLE_PILOT

PREFIX = "/api/v1"


class Contract:
    """The OpenAPI document as a judge of requests and answers."""

    def __init__(self, app):
        self.app = app
        self.validators = {}

    @cached_property
    def document(self):
        return document(self.app)

    def operation(self, method, path):
        """The described call, or None where the address or the method is not of the API."""
        try:
            endpoint, _ = self.app.url_map.bind("localhost").match(path, method=method)
        except HTTPException:
            return None
        name = endpoint.rpartition(".")[2]
        operations = (item.get(method.lower()) for item in self.document["paths"].values())
        return next(o for o in operations if o and o["operationId"] == name)

    def judge(self, schema, value):
        """Refuse a value that is not of the schema."""
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            whole = {**schema, "components": self.document["components"]}
            self.validators[key] = jsonschema_rs.validator_for(whole, validate_formats=True)
        self.validators[key].validate(value)

    def judge_answer(self, operation, answer):
        """Refuse an answer that the document does not know."""
        described = operation["responses"][str(answer.status_code)]
        content = described.get("content")
        assert bool(content) == bool(answer.data)
        if not content:
            return
        media = content[answer.mimetype]
        if answer.is_json:
            self.judge(media["schema"], answer.json)
        for name in described.get("headers", {}):
            assert name in answer.headers


class Caller:
    """Calls the API as one person, or as nobody."""

    def __init__(self, app, contract, token=None):
        self.client = app.test_client()
        self.contract = contract
        self.headers = {} if token is None else {"Authorization": f"Bearer {token}"}

    def call(self, method, path, *, headers=None, **sent):
        answer = self.client.open(
            PREFIX + path, method=method, headers=self.headers | (headers or {}), **sent
        )
        operation = self.contract.operation(method, PREFIX + path.partition("?")[0])
        if operation is not None:
            self.contract.judge_answer(operation, answer)
            if answer.status_code < 300 and "json" in sent:
                body = operation["requestBody"]["content"]["application/json"]
                self.contract.judge(body["schema"], sent["json"])
        return answer

    def get(self, path, **sent):
        return self.call("GET", path, **sent)

    def post(self, path, json=None, **sent):
        return self.call("POST", path, **sent, **({} if json is None else {"json": json}))

    def put(self, path, json, **sent):
        return self.call("PUT", path, json=json, **sent)

    def patch(self, path, json, **sent):
        return self.call("PATCH", path, json=json, **sent)

    def delete(self, path, **sent):
        return self.call("DELETE", path, **sent)


@pytest.fixture
def contract(app):
    return Contract(app)


@pytest.fixture
def anybody(app, contract):
    """A caller without a token."""
    return Caller(app, contract)


@pytest.fixture
def as_person(app, contract, make, clock):
    """A caller with a token of a person: `as_person(email, "read")`."""

    def caller(email, scope="write"):
        with begin_work(make.session, app.extensions[context.WORLD], now=clock()) as work:
            token = tokens.make_token(work, email, scope)
        return Caller(app, contract, token)

    return caller


@pytest.fixture
def place(make):
    """The machine vision lab, its manager, and a host that runs it."""
    host = make.host()
    facility = make.facility(host, "fac-03")
    make.user("manager@test.example", host, ("facility_manager", facility), name="Maija Manager")
    make.user("coordinator@test.example", host, "coordinator")
    return facility


@pytest.fixture
def manager(place, as_person):
    return as_person("manager@test.example")


@pytest.fixture
def firm(make, place, as_person):
    """A company that tests."""
    make.user("ada@firm.example", make.company("firm"))
    return as_person("ada@firm.example")


@pytest.fixture
def rival(make, place, as_person):
    """Another company."""
    make.user("bo@rival.example", make.company("rival"))
    return as_person("bo@rival.example")


@pytest.fixture
def wish():
    """A body that asks for a stay at the machine vision lab: `wish(title="…")`."""

    def body(**changes):
        return copy.deepcopy(EXAMPLE_PILOT) | changes

    return body


@pytest.fixture
def sent(firm, wish):
    """Makes and submits a pilot of the firm; answers its JSON."""

    def send(caller=firm, **changes):
        made = caller.post("/pilots", wish(**changes)).json
        answer = caller.post(f"/pilots/{made['ref']}/actions/submit", {"version": made["version"]})
        assert answer.status_code == 200, answer.json
        return answer.json

    return send


@pytest.fixture
def confirmed(sent, manager):
    """Makes a pilot of the firm that is confirmed; answers its JSON."""

    def confirm(**changes):
        pilot = sent(**changes)
        answer = manager.post(
            f"/pilots/{pilot['ref']}/actions/approve", {"version": pilot["version"]}
        )
        assert answer.status_code == 200, answer.json
        return answer.json

    return confirm
