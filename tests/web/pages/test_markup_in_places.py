"""Markup that hosts write into the texts of their places is shown as text, everywhere."""

import json

import pytest

from livinglab.db.tables import FacilityVersion
from tests.factories import example_profile

MARK = "<script>alert(1)</script><b title=\"'>x"
TEXTS = {"en": MARK, "fi": MARK, "sv": MARK}


def hostile():
    """The vision lab with markup in every text that people may write."""

    def marked(value):
        if isinstance(value, dict):
            if "en" in value:
                return dict(TEXTS)
            return {key: marked(inner) for key, inner in value.items()}
        return [marked(one) for one in value] if isinstance(value, list) else value

    whole = marked(json.loads(example_profile("fac-03")))
    whole["address"] = MARK
    whole["municipality"] = MARK[:90]
    whole["directions"] = dict(TEXTS)
    whole["contact"] = {"role": dict(TEXTS), "email": None, "phone": None}
    del whole["id"], whole["host"]
    return whole


@pytest.fixture
def marked_place(make):
    facility = make.facility(make.host(), **hostile())
    kept = {"profile": facility.profile, "published": True, "at": make.clock()}
    make.add(FacilityVersion(facility_id=facility.id, number=1, action="import", **kept))
    make.user("coordinator@test.example", facility.host, "coordinator", "admin")
    return facility


PUBLIC = ("/", "/facilities", "/facilities?view=table", "/facilities/fac-03", "/map", "/search?q=x")
OF_HOSTS = ("/board", "/hosting", "/hosting/fac-03", "/hosting/fac-03/versions", "/inbox")


@pytest.mark.parametrize("path", [*PUBLIC, *OF_HOSTS])
@pytest.mark.parametrize("language", ["en", "fi"])
def test_no_page_carries_it_out(marked_place, client, login, path, language):
    if path in OF_HOSTS:
        login(client, "coordinator@test.example")
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "<b title" not in answer.text


def test_the_text_itself_is_shown(marked_place, client):
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in client.get("/facilities/fac-03").text
