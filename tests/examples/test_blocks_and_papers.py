"""Closed times and papers of the examples, with the faults they have on purpose."""

from collections import Counter
from datetime import date, timedelta

from livinglab.domain.article_json import article_from_json
from livinglab.domain.gates import papers_asked
from livinglab.domain.vocabulary import BLOCK_KINDS
from tests.examples.data import (
    ANCHOR,
    ASKED_FOR_CLOSED_TIME,
    BLOCKS,
    BY_REF,
    FACILITIES,
    PAPERS,
    PILOTS,
    RESOURCES,
    epoch,
    needed,
    numbers,
    stay_of,
)


def test_blocks_close_known_resources_and_hit_only_the_yard_tractor():
    hit = set()
    for block in BLOCKS:
        facility, resource = RESOURCES[block["resource"]]
        start, end = epoch(block["start"], facility), epoch(block["end"], facility)
        assert start < end
        assert block["kind"] in BLOCK_KINDS
        hit |= {
            (number, block["start"])
            for number in numbers(ASKED_FOR_CLOSED_TIME)
            for stay in [stay_of(BY_REF[number])]
            if resource.slug in needed(BY_REF[number])
            and stay.blocked_start < end
            and start < stay.blocked_end
        }
    assert hit == {("0027", "2026-12-01T04:00")}


def paper(number, code):
    ref = BY_REF[number]["ref"]
    return next((p for p in PAPERS if (p["pilot"], p["code"]) == (ref, code)), None)


def test_papers_are_those_the_places_ask_for_once_each():
    asked = {
        (pilot["ref"], wanted.code)
        for pilot in PILOTS
        for wanted in papers_asked(
            FACILITIES[pilot["facility"]], article_from_json(pilot["test_article"]).triggers()
        )
    }
    given = Counter((entry["pilot"], entry["code"]) for entry in PAPERS)
    assert set(given) <= asked
    assert set(given.values()) == {1}


def test_one_insurance_ends_a_day_before_the_last_test_day():
    expires = date.fromisoformat(paper("0032", "insurance")["expires"])
    last_day = date.fromisoformat(BY_REF["0032"]["end"][:10])
    assert expires == last_day - timedelta(days=1)


def test_some_papers_have_expired_and_some_are_missing():
    expired = [p["pilot"][-4:] for p in PAPERS if p["expires"] and p["expires"] < str(ANCHOR)]
    assert expired == ["0034", "0041", "0050"]
    assert paper("0045", "conformity") is None


def test_papers_of_running_pilots_outlast_them():
    running = {"ready", "in_progress", "suspended", "completed", "closed"}
    short = [
        entry["pilot"]
        for entry in PAPERS
        for pilot in [BY_REF[entry["pilot"][-4:]]]
        if pilot["state"] in running and entry["expires"] and entry["expires"] < pilot["end"][:10]
    ]
    assert short == []
