"""jCal (RFC 7265) of our own calendars, compared with what icalendar makes of the same text."""

import json

import icalendar

from livinglab.adapters import ics, jcal
from tests.adapters.test_ics_consumers import events


def test_jcal_says_what_the_text_says():
    head = ics.calendar_head("Hall 3; north", "a, b", url="https://lab.example/f", color="teal")
    text = ics.join(head, map(ics.render_vevent, events()))
    told = json.loads(jcal.to_jcal(text))
    wanted = icalendar.Calendar.from_ical(text).to_jcal()
    assert told[0] == "vcalendar"
    shown, known = _properties(told), _properties(wanted)
    # icalendar does not know these properties of RFC 7986.
    assert shown.pop("name") == ({}, "text", ["Hall 3; north"])
    assert shown.pop("color") == ({}, "text", ["teal"])
    assert shown == {name: known[name] for name in known if name not in {"name", "color"}}
    assert [part[0] for part in told[2]] == ["vevent"] * len(list(events()))
    for ours, theirs in zip(told[2], wanted[2], strict=True):
        assert _properties(ours) == _properties(theirs)


def test_an_empty_calendar_has_jcal_too():
    told = json.loads(jcal.to_jcal(ics.join(ics.calendar_head("Hall 3", ""), [])))
    (zone,) = told[2]
    (standard,) = zone[2]
    assert ["tzoffsetto", {}, "utc-offset", "+00:00"] in standard[1]
    assert ["dtstart", {}, "date-time", "1970-01-01T00:00:00"] in standard[1]


def _properties(component):
    """By name; of X- properties the value alone, whose type RFC 7265 leaves unknown."""
    return {
        name: value if name.startswith("x-") else (parameters, kind, value)
        for name, parameters, kind, *value in component[1]
    }
