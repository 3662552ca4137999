"""Figures: who reads which, and that they are those of the page."""


def test_a_manager_reads_of_the_own_places(manager, confirmed):
    confirmed()
    told = manager.get("/figures?year=2027").json
    (place,) = told["facilities"]
    assert (told["from"], told["to"], place["facility"]) == ("2027-01-01", "2027-12-31", "fac-03")
    february = next(part for part in place["months"] if part["month"] == "2027-02")
    assert (february["firm_hours"], february["tentative_hours"]) == (27.0, 0.0)
    assert february["booked"] == round(27 / february["open_hours"], 4)
    assert next(w for w in place["weeks"] if w["week"] == "2027-W05")["firm_hours"] == 27.0
    assert told["load"] == place["load"]


def test_requests_are_told_by_country_state_and_answer(manager, confirmed):
    confirmed()
    told = manager.get("/figures").json
    assert told["requests"] == 1
    assert [(c["firms"], c["requests"]) for c in told["countries"]] == [(1, 1)]
    assert told["states"] == [{"state": "confirmed", "requests": 1}]
    assert told["answers"] == {
        "count": 1,
        "by_days": [1],
        "middle_days": None,
        "slow_days": None,
        "promised_days": 2,
        "within_promise": 1,
    }


def test_a_coordinator_reads_of_every_place_with_a_token_that_may_only_read(make, as_person, place):
    make.facility(make.host("other"), "fac-01")
    reader = as_person("coordinator@test.example", "read")
    told = reader.get("/figures").json
    assert [item["facility"] for item in told["facilities"]] == ["fac-01", "fac-03"]


def test_a_foreign_place_is_like_a_missing_one(make, manager):
    make.facility(make.host("other"), "fac-01")
    assert manager.get("/figures?facility=fac-03").status_code == 200
    foreign, missing = (manager.get(f"/figures?facility={x}") for x in ("fac-01", "fac-99"))
    assert (foreign.status_code, missing.status_code) == (404, 404)


def test_a_year_without_stays_is_refused(manager):
    answer = manager.get("/figures?year=1999")
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.json["problems"]] == ["year"]


def test_firms_read_no_figures(firm, anybody):
    assert (firm.get("/figures").status_code, anybody.get("/figures").status_code) == (403, 401)
