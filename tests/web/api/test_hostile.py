"""What people and programs send that they should not: the right status, a sentence, never a 500."""

import json

import pytest

LONG = "x" * 1_000_000


def period(**changes):
    usual = {"facility": "fac-03", "windows": [{"start": "2027-02-01", "end": "2027-02-05"}]}
    return {"periods": [usual | changes]}


def first(answer):
    problem = answer.json["problems"][0]
    return problem["code"], problem["field"]


# --- Bodies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ({"test_article": {"mass_kg": -5}}, "out_of_range", "test_article.mass_kg"),
        ({"test_article": {"mass_kg": True}}, "not_a_number", "test_article.mass_kg"),
        ({"test_article": {"mass_kg": "5"}}, "not_a_number", "test_article.mass_kg"),
        ({"test_article": {"mass_kg": 10**400}}, "out_of_range", "test_article.mass_kg"),
        ({"test_article": {"count": 0}}, "out_of_range", "test_article.count"),
        ({"test_article": {"name": ["a"]}}, "not_text", "test_article.name"),
        ({"test_article": {"dimensions_mm": [1, 2]}}, "not_three", "test_article.dimensions_mm"),
        ({"test_article": []}, "not_an_object", "test_article"),
        ({"title": LONG}, "too_long", "title"),
        ({"title": ["a"]}, "not_text", "title"),
        ({"title": 7}, "not_text", "title"),
        ({"title": "a\r\nSubject: b"}, "unsafe_text", "title"),
        ({"title": "a\x1b[31m"}, "unsafe_text", "title"),
        ({"title": "a\u2028b"}, "unsafe_text", "title"),
        ({"purpose": "bell \a"}, "unsafe_text", "purpose"),
        ({"tittle": "a"}, "unknown_field", "tittle"),
        ({"state": "confirmed"}, "unknown_field", "state"),
        ({"company_id": 1}, "unknown_field", "company_id"),
        ({"focus_areas": "sote"}, "not_a_list", "focus_areas"),
        ({"focus_areas": ["moon"]}, "unknown_code", "focus_areas.0"),
        ({"periods": {}}, "not_a_list", "periods"),
        ({"periods": [[]]}, "not_an_object", "periods.0"),
        ({"periods": [{}] * 11}, "too_many", "periods"),
        (period(days=0), "not_half_days", "periods.0.days"),
        (period(days=1.3), "not_half_days", "periods.0.days"),
        (period(days=3650), "out_of_range", "periods.0.days"),
        (period(days=1, hours=4), "days_or_hours", "periods.0.hours"),
        (period(hours=4.5), "not_whole", "periods.0.hours"),
        (period(facility="fac-99"), "unknown_id", "periods.0.facility"),
        (period(facility=["fac-03"]), "not_text", "periods.0.facility"),
        (period(resource="fac-03-cellar"), "unknown_id", "periods.0.resource"),
        (
            period(windows=[{"start": "2027-02-05", "end": "2027-02-01"}]),
            "window_order",
            "periods.0.windows.0.end",
        ),
        (
            period(windows=[{"start": "2027-02-29"}]),
            "not_a_date",
            "periods.0.windows.0.start",
        ),
        (
            period(windows=[{"start": "2027-W05-1"}]),
            "not_a_date",
            "periods.0.windows.0.start",
        ),
        (period(windows=[{"start": 1801375200}]), "not_text", "periods.0.windows.0.start"),
        (
            period(windows=[{"start": "2027-02-01"}] * 11),
            "too_many",
            "periods.0.windows",
        ),
        ({"version": True}, "not_a_number", "version"),
        ({"version": 0}, "out_of_range", "version"),
        ({"version": 10**30}, "out_of_range", "version"),
    ],
)
def test_malformed_drafts_are_refused_at_their_place(firm, body, code, field):
    answer = firm.post("/pilots", body)
    assert (answer.status_code, first(answer)) == (422, (code, field))
    assert answer.json["detail"]
    assert firm.get("/pilots").json["items"] == []


@pytest.mark.parametrize(
    ("windows", "code"),
    [
        ([{"start": "2026-11-02", "end": "2026-11-06"}], "window_past"),
        ([{"start": "2027-12-30", "end": "2037-12-30"}], "beyond_horizon"),
        ([{"start": "2026-12-25", "end": "2026-12-27"}], "closed"),
        ([{"start": "2027-02-06", "end": "2027-02-07"}], "closed"),
    ],
)
def test_wishes_that_no_rule_allows_are_kept_and_judged(firm, windows, code):
    answer = firm.post("/pilots", period(windows=windows, resource="fac-03-vision-bench"))
    assert answer.status_code == 201
    assert code in [problem["code"] for problem in answer.json["problems"]]


def test_ten_years_are_judged_without_harm(firm):
    body = period(windows=[{"start": "2027-01-01", "end": "2036-12-31"}], days=400)
    answer = firm.post("/pilots", body)
    assert answer.status_code == 201
    assert "too_long" in [problem["code"] for problem in answer.json["problems"]]


@pytest.mark.parametrize(
    "title",
    ["🤖 in the hall", "رؤية آلية", "עברית\u202eabc", "Ääkköset", "%(x)s %s {}", "<b>&amp;"],
)
def test_names_from_everywhere_come_back_as_they_were(firm, title):
    made = firm.post("/pilots", {"title": title, "test_article": {"name": title}}).json
    assert (made["title"], made["test_article"]["name"]) == (title, title)
    assert firm.get(f"/pilots/{made['ref']}").json["title"] == title
    assert firm.get("/pilots", query_string={"q": title}).status_code == 200


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"title": NaN}', 400),
        (b'{"title": "\\ud800"}', 400),
        (b'{"title": "\\u0000"}', 400),
        (b'{"title": "\xff"}', 400),
        (b"[" * 5000 + b"]" * 5000, 400),
        (b'{"test_article":' * 5000 + b"1" + b"}" * 5000, 400),
        (b'{"version": ' + b"9" * 5000 + b"}", 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"null", 422),
        (b"3", 422),
    ],
)
def test_what_is_no_json_object_is_refused(firm, data, status):
    for path in ("/pilots", "/fit", "/feeds", "/pilots/PLL-2026-0001/actions/approve"):
        if not data and path.endswith("approve"):
            continue  # an action may come without body
        answer = firm.post(path, data=data, content_type="application/json")
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_other_content_than_json_is_not_taken(firm, kind):
    answer = firm.post("/pilots", data=b"{}", content_type=kind)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported_media_type")


def test_too_large_a_body_is_refused(app, firm):
    app.config["MAX_CONTENT_LENGTH"] = 1000
    body = json.dumps({"title": "x" * 2000})
    answer = firm.post("/pilots", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")


# --- Moves --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slot", "code", "field"),
    [
        ({"start": "2027-03-28T03:30:00"}, "missing_time", "slots.0.start"),
        ({"start": "2027-10-31T03:30:00"}, "repeated_time", "slots.0.start"),
        ({"start": "2027-02-01T08:00:00"}, "no_offset", "slots.0.start"),
        ({"start": 1801375200}, "not_text", "slots.0.start"),
        ({"start": "2027-02-01T09:00:00+02:00"}, "not_a_stay", "slots.0.start"),
        ({"start": "2027-02-06T08:00:00+02:00"}, "not_a_stay", "slots.0.start"),
        ({"end": "2027-02-01T08:00:00+02:00"}, "not_a_stay", "slots.0.start"),
        ({"end": "2037-02-03T17:00:00+02:00"}, "not_a_stay", "slots.0.start"),
        ({"start": "2026-11-02T08:00:00+02:00"}, "in_the_past", "slots.0.start"),
        ({"start": "2028-06-01T08:00:00+03:00"}, "not_a_stay", "slots.0.start"),
        ({"start": "2199-12-31T23:59:59Z"}, "not_a_stay", "slots.0.start"),
        ({"period": 1}, "unknown_period", "slots.0.period"),
        ({"period": -1}, "out_of_range", "slots.0.period"),
        ({"period": 99}, "out_of_range", "slots.0.period"),
        ({"resource": "fac-99-x"}, "wrong_resource", "slots.0.resource"),
        ({"colour": "red"}, "unknown_field", "slots.0.colour"),
    ],
)
def test_slots_that_cannot_be_are_refused(manager, sent, slot, code, field):
    pilot = sent()
    usual = {
        "period": 0,
        "resource": "fac-03-vision-bench",
        "start": "2027-02-01T08:00:00+02:00",
        "end": "2027-02-03T17:00:00+02:00",
    }
    body = {"version": pilot["version"], "slots": [usual | slot]}
    answer = manager.post(f"/pilots/{pilot['ref']}/actions/approve", body)
    assert (answer.status_code, first(answer)) == (422, (code, field))


@pytest.mark.parametrize(
    "body",
    [
        {"note": LONG},
        {"note": ["a"]},
        {"note": "a\x01b"},
        {"gate": {"role": "x"}},
        {"gate": "nobody@nowhere"},
        {"slots": {}},
        {"slots": [None]},
        {"conditions": "all"},
        {"conditions": ["x" * 2001]},
        {"condition": 10**30},
        {"version": 2.5},
    ],
)
def test_moves_with_malformed_parts_are_refused(manager, sent, body):
    pilot = sent()
    answer = manager.post(
        f"/pilots/{pilot['ref']}/actions/approve", {"version": pilot["version"]} | body
    )
    assert answer.status_code == 422
    assert answer.json["problems"]
    assert manager.get(f"/pilots/{pilot['ref']}").json["state"] == "submitted"


# --- Addresses ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "code", "field"),
    [
        ("days=0", "not_half_days", "days"),
        ("days=1.3", "not_half_days", "days"),
        ("days=-1", "out_of_range", "days"),
        ("days=1e999", "out_of_range", "days"),
        ("days=" + "9" * 5000, "not_a_number", "days"),
        ("days=1&days=2", "repeated", "days"),
        ("days=1&hours=4", "days_or_hours", "hours"),
        ("days=", "not_a_number", "days"),
        ("to=", "missing", "to"),
        ("days=true", "not_a_number", "days"),
        ("days=%D9%A1", "not_a_number", "days"),
        ("from=2027-02-30", "not_a_date", "from"),
        ("from=yesterday", "not_a_time", "from"),
        ("from=1801375200", "not_a_time", "from"),
        ("from=2027-03-28T03:30:00", "missing_time", "from"),
        ("from=2027-02-05&to=2027-02-01", "end_before_start", "to"),
        ("limit=0", "out_of_range", "limit"),
        ("limit=1.5", "not_whole", "limit"),
        ("limit=ten", "not_a_number", "limit"),
        ("capability=a%0d%0ab", "unsafe_text", "capability"),
        ("capability=" + "x" * 1000, "too_long", "capability"),
    ],
)
def test_malformed_queries_are_refused(anybody, place, query, code, field):
    answer = anybody.get(f"/slots?{query}")
    assert (answer.status_code, first(answer)) == (422, (code, field))


def test_every_fault_of_a_query_is_told_at_once(anybody, place):
    answer = anybody.get("/facilities?kind=castle&days=0&free_from=x&limit=0")
    assert {problem["field"] for problem in answer.json["problems"]} == {
        "kind",
        "days",
        "free_from",
        "limit",
    }


@pytest.mark.parametrize(
    "query", ["from=2027-02-05&to=2027-02-01", "cursor=x", "cursor=1-", "state=lost", "to=x"]
)
def test_malformed_queries_of_lists_are_refused(firm, query):
    assert firm.get(f"/bookings?{query}").status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        *("/pilots/x", "/pilots/" + "x" * 5000, "/pilots/%F0%9F%A4%96", "/pilots/a%0Ab"),
        *("/pilots/x/papers/1", "/pilots/x/papers/99999999999999999999", "/pilots/x/papers/-1"),
        *("/facilities/x", "/facilities/x/availability", "/nothing", "/facilities/"),
    ],
)
def test_what_is_not_there_is_not_found(firm, path):
    answer = firm.get(path)
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "path", ["/blocks/99999999999999999999", "/blocks/2147483647", "/blocks/0"]
)
def test_numbers_that_name_no_row_are_not_found(manager, path):
    assert manager.delete(path).status_code == 404


def test_nul_is_refused(firm):
    assert firm.get("/facilities?q=a%00b").status_code == 400
    assert firm.get("/pilots/a%00b").status_code in {400, 404}


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/pilots", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("PUT", "/pilots/x", {"GET", "HEAD", "PATCH", "OPTIONS"}),
        ("POST", "/slots", {"GET", "HEAD", "OPTIONS"}),
        ("GET", "/fit", {"POST", "OPTIONS"}),
        ("GET", "/pilots/x/actions/submit", {"POST", "OPTIONS"}),
    ],
)
def test_wrong_methods_are_told_the_right_ones(firm, method, path, allowed):
    answer = firm.call(method, path)
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert set(answer.headers["Allow"].split(", ")) == allowed
