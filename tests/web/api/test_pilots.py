"""A request's way through the API: drafted, judged, sent, decided, moved, seen."""

import pytest

SLOT = {
    "period": 0,
    "resource": "fac-03-vision-bench",
    "start": "2027-02-01T08:00:00+02:00",
    "end": "2027-02-03T17:00:00+02:00",
}


def codes(answer):
    return [(problem["code"], problem["field"]) for problem in answer.json["problems"]]


def move(caller, pilot, action, **body):
    return caller.post(
        f"/pilots/{pilot['ref']}/actions/{action}", {"version": pilot["version"], **body}
    )


# --- Drafts -------------------------------------------------------------------------------------


def test_a_new_draft_shows_what_lies_ahead(firm, wish):
    answer = firm.post("/pilots", wish())
    made = answer.json
    assert answer.status_code == 201
    assert (answer.headers["ETag"], answer.headers["Location"]) == (
        '"1"',
        f"/api/v1/pilots/{made['ref']}",
    )
    assert made["ref"] == "PLL-2026-0001"
    assert (made["state"], made["version"], made["lane"]) == ("draft", 1, "fast")
    assert (made["bookings"], made["problems"]) == ([], [])
    assert made["actions"] == ["submit", "withdraw"]
    (gate,) = made["gates"]
    assert (gate["id"], gate["state"], gate["owner"], gate["due"]) == (
        "facility_manager@fac-03",
        "open",
        "Maija Manager",
        "2026-11-26",
    )


def test_what_is_answered_may_be_sent_back_unchanged(firm, wish):
    made = firm.post("/pilots", wish()).json
    same = {key: made[key] for key in wish()} | {"version": 1}
    again = firm.patch(f"/pilots/{made['ref']}", same).json
    assert (again["periods"], again["test_article"]) == (made["periods"], made["test_article"])
    assert again["version"] == 2


def test_an_empty_draft_is_kept_with_all_its_problems(firm):
    answer = firm.post("/pilots", {})
    assert answer.status_code == 201
    assert codes(answer) == [
        ("title_missing", "title"),
        ("purpose_missing", "purpose"),
        ("article_missing", "test_article.name"),
        ("period_missing", "periods"),
    ]


def test_problems_come_with_fixes_that_work(firm, wish):
    body = wish()
    body["periods"][0]["windows"] = [{"start": "2026-11-25", "end": "2026-11-27"}]
    made = firm.post("/pilots", body).json
    (problem,) = made["problems"]
    assert (problem["code"], problem["field"]) == (
        "notice_too_short",
        "periods.0.windows.0.start",
    )
    changes = problem["fix"]["changes"]
    window = {
        "start": changes["periods.0.windows.0.start"],
        "end": changes["periods.0.windows.0.end"],
    }
    period = made["periods"][0] | {"windows": [window]}
    mended = firm.patch(f"/pilots/{made['ref']}", {"version": 1, "periods": [period]})
    assert mended.json["problems"] == []


def test_unknown_ids_are_refused_by_name(firm, wish):
    body = wish(
        periods=[
            {"facility": "fac-99", "windows": []},
            {"resource": "fac-03-cellar", "capabilities": ["levitation"]},
        ]
    )
    answer = firm.post("/pilots", body)
    assert answer.status_code == 422
    assert sorted(codes(answer)) == [
        ("unknown_id", "periods.0.facility"),
        ("unknown_id", "periods.1.capabilities"),
        ("unknown_id", "periods.1.resource"),
    ]


def test_only_the_named_fields_are_changed(firm, wish):
    made = firm.post("/pilots", wish()).json
    answer = firm.patch(f"/pilots/{made['ref']}", {"title": "Other", "version": 1})
    assert answer.headers["ETag"] == '"2"'
    changed = answer.json
    assert changed["title"] == "Other"
    assert changed["periods"] == made["periods"]


# --- Versions -----------------------------------------------------------------------------------


def test_a_write_names_the_version_it_was_made_from(firm, wish):
    path = f"/pilots/{firm.post('/pilots', wish()).json['ref']}"
    assert firm.patch(path, {"title": "A"}).status_code == 428
    assert firm.patch(path, {"title": "A", "version": None}).status_code == 428
    assert firm.patch(path, {"title": "A"}, headers={"If-Match": '"1"'}).status_code == 200
    stale = firm.patch(path, {"title": "B", "version": 1})
    assert (stale.status_code, stale.json["code"]) == (412, "stale_version")
    assert "ada" in stale.json["detail"]
    assert firm.patch(path, {"title": "B"}, headers={"If-Match": 'W/"2"'}).status_code == 200
    assert firm.get(path).json["title"] == "B"


@pytest.mark.parametrize(
    ("tag", "body", "code"),
    [
        ("3", {}, "bad_entity_tag"),
        ('"0"', {}, "bad_entity_tag"),
        ('"1", "2"', {}, "bad_entity_tag"),
        ('"1"', {"version": 2}, "two_versions"),
    ],
)
def test_a_version_must_be_one_and_readable(firm, wish, tag, body, code):
    path = f"/pilots/{firm.post('/pilots', wish()).json['ref']}"
    answer = firm.patch(path, {"title": "A"} | body, headers={"If-Match": tag})
    assert (answer.status_code, answer.json["problems"][0]["code"]) == (422, code)


def test_a_star_names_no_version(firm, wish):
    path = f"/pilots/{firm.post('/pilots', wish()).json['ref']}"
    assert firm.patch(path, {"title": "A"}, headers={"If-Match": "*"}).status_code == 428


# --- Moves --------------------------------------------------------------------------------------


def test_from_draft_to_confirmed_with_a_chosen_slot(firm, manager, sent):
    pilot = sent()
    assert (pilot["state"], pilot["version"]) == ("submitted", 2)
    assert firm.get(f"/pilots/{pilot['ref']}").json == pilot
    theirs = manager.get(f"/pilots/{pilot['ref']}").json
    assert theirs["actions"] == ["approve", "request-info", "offer", "waitlist", "reject"]
    answer = move(manager, pilot, "approve", gate="facility_manager@fac-03", slots=[SLOT])
    approved = answer.json
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"3"')
    assert approved["state"] == "confirmed"
    (stay,) = approved["bookings"]
    assert {key: stay[key] for key in (*SLOT, "state", "facility")} == SLOT | {
        "state": "firm",
        "facility": "fac-03",
    }
    assert approved["gates"][0]["state"] == "passed"


def test_approving_without_a_slot_takes_the_first_feasible(confirmed):
    (stay,) = confirmed()["bookings"]
    assert (stay["start"], stay["end"]) == (SLOT["start"], SLOT["end"])


def test_the_second_of_two_wishes_for_the_same_time_finds_it_taken(manager, confirmed, sent, rival):
    confirmed()
    period = {
        "facility": "fac-03",
        "resource": "fac-03-vision-bench",
        "days": 3,
        "windows": [{"start": "2027-02-01", "end": "2027-02-05"}],
    }
    late = rival.post("/pilots", {"title": "Late", "periods": [period]}).json
    assert [problem["code"] for problem in late["problems"]][-1] == "slot_taken"


def test_competing_wishes_have_one_winner(manager, sent, rival):
    first, second = sent(), sent(rival)
    assert move(manager, first, "approve", slots=[SLOT]).status_code == 200
    answer = move(manager, second, "approve", slots=[SLOT])
    assert (answer.status_code, answer.json["code"]) == (409, "slot_taken")
    waiting = rival.get(f"/pilots/{second['ref']}").json
    assert (waiting["state"], waiting["bookings"]) == ("submitted", [])


def test_conditions_come_first(manager, firm, sent):
    pilot = move(manager, sent(), "approve", conditions=["Send the risk assessment"]).json
    assert pilot["state"] == "conditional"
    (condition,) = pilot["conditions"]
    assert (condition["text"], condition["first"], condition["fulfilled_at"]) == (
        "Send the risk assessment",
        True,
        None,
    )
    met = move(manager, pilot, "fulfil", condition=condition["id"]).json
    assert (met["state"], met["bookings"][0]["state"]) == ("confirmed", "firm")
    assert met["conditions"][0]["fulfilled_at"] == "2026-11-24T10:00:00+02:00"


def test_a_condition_may_have_a_day(manager, sent):
    pilot = sent()
    for due, code in (("2020-01-01", "in_the_past"), ("soon", "not_a_date")):
        asked = [{"text": "Send a plan", "due": due}]
        answer = move(manager, pilot, "approve", conditions=asked)
        assert (answer.status_code, answer.json["problems"][0]["code"]) == (422, code)
        assert answer.json["problems"][0]["field"] == "conditions.0.due"
    unknown = move(manager, pilot, "approve", conditions=[{"text": "x", "by": "2027-01-01"}])
    assert unknown.json["problems"][0]["code"] == "unknown_field"
    asked = [{"text": "Send a plan", "due": "2027-01-11"}, "Bring a sign"]
    found = move(manager, pilot, "approve", conditions=asked).json["conditions"]
    assert [(one["text"], one["due"]) for one in found] == [
        ("Send a plan", "2027-01-11"),
        ("Bring a sign", None),
    ]


def test_a_question_is_answered_by_a_change_and_sent_again(manager, firm, sent):
    asked = move(manager, sent(), "request-info", note="How loud is it?").json
    assert asked["state"] == "needs_info"
    changed = firm.patch(
        f"/pilots/{asked['ref']}", {"version": asked["version"], "purpose": "Quiet inspection."}
    ).json
    assert move(firm, changed, "submit").json["state"] == "submitted"


def test_an_offer_is_accepted(manager, firm, sent):
    other = SLOT | {"start": "2027-02-08T08:00:00+02:00", "end": "2027-02-10T17:00:00+02:00"}
    offered = move(manager, sent(), "offer", slots=[other]).json
    assert (offered["state"], offered["bookings"][0]["state"]) == ("offered", "tentative")
    accepted = move(firm, offered, "accept").json
    assert accepted["bookings"][0]["start"] == other["start"]


def test_a_move_needs_its_reason(manager, sent):
    pilot = sent()
    answer = move(manager, pilot, "reject", note="  ")
    assert (answer.status_code, codes(answer)) == (422, [("note_missing", "note")])
    rejected = move(manager, pilot, "reject", note="Not in winter.\r\nAsk again in May.").json
    assert rejected["state"] == "rejected"
    assert move(manager, rejected, "reinstate").json["state"] == "submitted"


def test_a_stay_is_moved_and_called_off(manager, firm, confirmed):
    pilot = confirmed()
    later = SLOT | {"start": "2027-02-09T08:00:00+02:00", "end": "2027-02-11T17:00:00+02:00"}
    moved = move(manager, pilot, "reschedule", slots=[later]).json
    (stay,) = moved["bookings"]
    assert (moved["state"], stay["start"]) == ("confirmed", later["start"])
    cancelled = move(firm, moved, "cancel", note="The robot broke.").json
    assert (cancelled["state"], cancelled["bookings"][0]["state"]) == ("cancelled", "released")


def test_moves_that_the_table_does_not_know_are_refused(firm, manager, sent):
    pilot = sent()
    answer = move(manager, pilot, "check-in")
    assert (answer.status_code, answer.json["code"]) == (409, "illegal_transition")


def test_a_move_may_come_without_body(firm, wish):
    made = firm.post("/pilots", wish()).json
    answer = firm.post(f"/pilots/{made['ref']}/actions/withdraw", headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.json["state"]) == (200, "withdrawn")


def test_sending_what_breaks_rules_keeps_the_draft(firm, wish):
    made = firm.post("/pilots", wish(purpose="")).json
    answer = move(firm, made, "submit")
    assert (answer.status_code, answer.json["code"]) == (422, "rules_broken")
    assert codes(answer) == [("purpose_missing", "purpose")]
    kept = firm.get(f"/pilots/{made['ref']}").json
    assert (kept["state"], kept["version"]) == ("draft", 1)


@pytest.mark.parametrize("action", ["expire", "fly", "SUBMIT"])
def test_actions_that_nobody_can_take_are_not_there(firm, wish, action):
    made = firm.post("/pilots", wish()).json
    assert move(firm, made, action).status_code == 404


# --- Lists --------------------------------------------------------------------------------------


def test_lists_come_in_pages_newest_first(firm, wish):
    refs = [firm.post("/pilots", wish(title=f"Pilot {n}")).json["ref"] for n in range(3)]
    first = firm.get("/pilots?limit=2")
    assert [item["ref"] for item in first.json["items"]] == refs[:0:-1]
    assert first.headers["Link"] == (
        f'</api/v1/pilots?limit=2&cursor={first.json["next"]}>; rel="next"'
    )
    second = firm.get(f"/pilots?limit=2&cursor={first.json['next']}").json
    assert ([item["ref"] for item in second["items"]], second["next"]) == (refs[:1], None)


def test_lists_are_narrowed(firm, wish, sent):
    made = firm.post("/pilots", wish(title="Draft one")).json
    pilot = sent(title="Sent one")

    def listed(query):
        return [item["ref"] for item in firm.get(f"/pilots?{query}").json["items"]]

    assert listed("state=draft") == [made["ref"]]
    assert listed("q=sent") == [pilot["ref"]]
    assert listed("facility=fac-03") == [pilot["ref"], made["ref"]]
    assert listed("facility=fac-01") == []


def test_a_list_costs_the_same_however_long(firm, wish, sent, query_counter):
    sent()
    firm.get("/pilots")
    with query_counter() as one:
        firm.get("/pilots")
    sent()
    firm.post("/pilots", wish())
    with query_counter() as three:
        assert len(firm.get("/pilots").json["items"]) == 3
    assert three.count == one.count
