"""The request form as typed: what survives, what buttons do to it, and the JSON it stands for."""

import pytest
from werkzeug.datastructures import MultiDict

from livinglab.domain.article_json import FLAGS
from livinglab.domain.request_json import pilot_from_json
from livinglab.services.places import Places
from livinglab.web.request_form import (
    RequestForm,
    StayForm,
    WindowForm,
    article_json,
    from_json,
    from_post,
    number,
)

NOWHERE = Places({}, {}, {}, {})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("1 200", 1200),
        ("1\u00a0200,5", 1200.5),
        ("-5", -5),
        ("1e3", 1000),
        ("1,500", "1,500"),
        ("1.500", 1.5),
        ("", ""),
        ("abc", "abc"),
        ("nan", "nan"),
        ("1_000", "1_000"),
        ("٣", "٣"),
        ("0x10", "0x10"),
        ("1e400", float("inf")),
    ],
)
def test_numbers_are_read_as_people_write_them(text, value):
    assert number(text) == value


def test_what_is_left_empty_is_left_out_of_the_article():
    assert article_json({"name": " Rover ", "mass_kg": "", "kind": "other"}) == {
        "name": "Rover",
        "kind": "other",
        **dict.fromkeys(FLAGS, False),
    }


def test_one_of_three_sides_asks_for_the_others():
    assert article_json({"dimensions_mm.1": "850"})["dimensions_mm"] == [None, 850, None]


def test_power_is_told_when_any_of_it_is():
    assert article_json({"power.phases": "3", "power.current_a": "32"})["power"] == {
        "phases": 3,
        "current_a": 32,
    }
    assert "power" not in article_json({"power.phases": "", "power.current_a": " "})


def test_posted_fields_become_stays_and_windows():
    form = from_post(
        MultiDict(
            [
                ("title", "A"),
                ("periods.1.facility", "fac-02"),
                ("periods.0.facility", "fac-01"),
                ("periods.0.facilities", "fac-03"),
                ("periods.0.facilities", "fac-04"),
                ("periods.0.unit", "hours"),
                ("periods.0.length", "4"),
                ("periods.0.windows.1.start", "2027-02-01"),
                ("test_article.name", "Rover"),
                ("unknown", "x"),
                ("periods.0.unknown", "x"),
            ]
        )
    )
    assert form.stays == [
        StayForm(
            "fac-01",
            others=["fac-03", "fac-04"],
            length="4",
            unit="hours",
            windows=[WindowForm(), WindowForm("2027-02-01")],
        ),
        StayForm("fac-02", length=""),
    ]
    assert (form.title, form.article) == ("A", {"name": "Rover"})


def test_more_parts_than_anybody_may_ask_for_are_not_made():
    form = from_post(MultiDict({"periods.99.facility": "a", "periods.0.windows.99.start": "b"}))
    assert form.stays == []


def windows(form):
    return [window.start for window in form.stays[0].windows]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("add-window:0", ["a", "b", ""]),
        ("remove-window:0.0", ["b"]),
        ("remove-window:0.9", ["a", "b"]),
        ("up-window:0.1", ["b", "a"]),
        ("up-window:0.0", ["a", "b"]),
        ("down-window:0.0", ["b", "a"]),
        ("down-window:0.1", ["a", "b"]),
        ("remove-window:7.0", ["a", "b"]),
        ("up-window:", ["a", "b"]),
        ("refresh", ["a", "b"]),
    ],
)
def test_buttons_change_windows(command, expected):
    form = RequestForm(stays=[StayForm(windows=[WindowForm("a"), WindowForm("b")])])
    assert form.edit(command) is True
    assert windows(form) == expected


def test_the_first_window_is_added_beside_the_empty_one_shown():
    form = RequestForm(stays=[StayForm()])
    form.edit("add-window:0")
    assert windows(form) == ["", ""]


def test_a_new_stay_begins_like_the_last():
    form = RequestForm(stays=[StayForm("fac-01", length="3")])
    form.edit("add-stay")
    assert form.stays[1] == StayForm("fac-01", length="3")
    form.edit("remove-stay:0")
    assert len(form.stays) == 1


def test_stays_end_at_ten():
    form = RequestForm()
    for _ in range(20):
        form.edit("add-stay")
    assert len(form.stays) == 10


@pytest.mark.parametrize("command", ["save", "send", "attach", "detach:3", "explode", ""])
def test_other_buttons_are_not_its_own(command):
    assert RequestForm().edit(command) is False


def test_a_fix_puts_values_where_it_says():
    form = RequestForm(stays=[StayForm()])
    form.apply("periods.0.windows.0.start=2027-03-01&periods.0.days=20&title=New&nonsense=1")
    assert windows(form) == ["2027-03-01"]
    assert (form.stays[0].length, form.stays[0].unit, form.title) == ("20", "days", "New")


def test_a_document_comes_back_from_its_form_unchanged():
    document = {
        "title": "Strip inspection",
        "purpose": "To see.",
        "focus_areas": ["sote"],
        "confidential": False,
        "asks_aid": True,
        "test_article": {
            "name": "Inspector",
            "kind": "vision_system",
            "count": 2,
            "mass_kg": 40.5,
            "dimensions_mm": [600, 400, 900],
            "power": {"phases": 1, "voltage": 230, "current_a": 16},
            "laser_class": "3R",
            "ingress_ip": 65,
            "conformity": "ce",
            "uses_ai": True,
            "open_category": True,
            "ai_risk": "limited",
            "people_near": "staff",
            "use": "lab",
            "dual_use": True,
        },
        "periods": [
            {
                "facility": "fac-01",
                "facilities": ["fac-02"],
                "also": [],
                "days": 2.5,
                "windows": [{"start": "2027-02-01", "end": "2027-02-05"}],
            }
        ],
    }
    assert pilot_from_json(from_json(document).to_json(NOWHERE)) == pilot_from_json(document)
