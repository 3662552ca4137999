"""The description of the API is complete and true. That it is the one in docs/ see test_docs."""

import re

import pytest
from typing_extensions import get_type_hints

from livinglab.web.access import PUBLIC, policy
from livinglab.web.api.schemas import article, calendar, places, requests

BODIES = {
    requests.PilotBody: ("/pilots", lambda extra: extra),
    requests.PeriodBody: ("/pilots", lambda extra: {"periods": [extra]}),
    requests.WindowBody: ("/pilots", lambda extra: {"periods": [{"windows": [extra]}]}),
    article.ArticleBody: ("/fit", lambda extra: {"test_article": extra}),
    article.PowerBody: ("/fit", lambda extra: {"test_article": {"power": extra}}),
    places.FitBody: ("/fit", lambda extra: extra),
    requests.ActionBody: ("/pilots/x/actions/approve", lambda extra: extra),
    requests.SlotBody: ("/pilots/x/actions/approve", lambda extra: {"slots": [extra]}),
    calendar.BlockBody: ("/blocks", lambda extra: extra),
    calendar.ReasonBody: ("/blocks", lambda extra: {"reason": extra}),
    calendar.FeedBody: ("/feeds", lambda extra: extra),
}


def operations(document):
    return {
        (method.upper(), path): operation
        for path, item in document["paths"].items()
        for method, operation in item.items()
    }


def rules(app):
    """Every call of the API with its endpoint."""
    return {
        (method, re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", rule.rule)): rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }


def references(value):
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for entry in value.values():
            yield from references(entry)
    elif isinstance(value, list):
        for entry in value:
            yield from references(entry)


def test_the_document_is_served_to_anybody(anybody, contract):
    answer = anybody.get("/openapi.json")
    assert answer.json == contract.document
    assert answer.json["openapi"] == "3.1.0"


def test_every_call_is_described_and_nothing_else(app, contract):
    assert set(operations(contract.document)) == set(rules(app))


def test_who_needs_a_token_is_told_as_it_is(app, contract):
    told = {
        call: operation.get("security", []) == []
        for call, operation in operations(contract.document).items()
    }
    assert told == {call: policy(app, endpoint) == PUBLIC for call, endpoint in rules(app).items()}


def test_every_call_has_words_and_a_name_of_its_own(contract):
    described = operations(contract.document).values()
    assert [o["operationId"] for o in described if not o["summary"].endswith(".")] == []
    assert len({operation["operationId"] for operation in described}) == len(described)
    parameters = [p for operation in described for p in operation.get("parameters", [])]
    assert [p["name"] for p in parameters if not p.get("description")] == []


def test_every_part_of_an_address_is_described(contract):
    for (_, path), operation in operations(contract.document).items():
        named = [p["name"] for p in operation.get("parameters", []) if p["in"] == "path"]
        assert named == re.findall(r"{(\w+)}", path)


def test_every_refusal_is_a_problem_document(contract):
    for operation in operations(contract.document).values():
        for status, answer in operation["responses"].items():
            if status >= "400":
                assert list(answer["content"]) == ["application/problem+json"]


def test_references_lead_somewhere_and_every_type_is_used(contract):
    known = {f"#/components/schemas/{name}" for name in contract.document["components"]["schemas"]}
    assert set(references(contract.document)) == known


def test_examples_are_of_their_types(contract):
    told = {
        name: schema["examples"]
        for name, schema in contract.document["components"]["schemas"].items()
        if "examples" in schema
    }
    assert set(told) == {"PilotBody", "ActionBody", "FitBody", "BlockBody", "FeedBody"}
    for name, examples in told.items():
        for example in examples:
            contract.judge({"$ref": f"#/components/schemas/{name}"}, example)


def test_the_examples_do_what_they_show(firm, manager, contract):
    def example(name):
        return contract.document["components"]["schemas"][name]["examples"][0]

    made = firm.post("/pilots", example("PilotBody")).json
    path = f"/pilots/{made['ref']}/actions"
    firm.post(f"{path}/submit", {"version": 1})
    assert manager.post(f"{path}/approve", example("ActionBody")).json["state"] == "confirmed"
    assert manager.post("/blocks", example("BlockBody")).status_code == 201
    assert manager.post("/feeds", example("FeedBody")).status_code == 201
    assert firm.post("/fit", example("FitBody")).status_code == 200


@pytest.mark.parametrize("kind", BODIES, ids=lambda kind: kind.__name__)
def test_bodies_have_the_fields_that_are_read(firm, manager, kind):
    path, wrap = BODIES[kind]
    caller = manager if path == "/blocks" else firm
    answer = caller.post(path, wrap({"unheard_of": 1}))
    sentence = next(p["detail"] for p in answer.json["problems"] if p["code"] == "unknown_field")
    assert sentence.partition("known are: ")[2].rstrip(".").split(", ") == list(
        get_type_hints(kind)
    )
