"""Sheets for tests: a hall in one row, and documents of which a sheet can say everything."""

import csv
import io

from hypothesis import strategies as st

from livinglab.domain.errors import InvalidInput
from livinglab.domain.profile import facility_from_json, facility_to_json
from livinglab.domain.profile.hours import WEEKDAYS
from livinglab.domain.sheet import HEADER, Row, place_of, read_rows, write_rows
from livinglab.domain.vocabulary import FACILITY_KINDS, FOCUS_AREAS, LANES, OWNER_ROLES, TRIGGERS

HALL = {
    "id": "hall-1",
    "name_en": "Hall",
    "summary_en": "A hall.",
    "kind": "hall",
    "focus_areas": "sote",
    "host_id": "host-1",
    "host_name": "Host",
    "municipality": "Pori",
    "latitude": "61,47",
    "longitude": "21.8",
    "opening": "mon-fri 08:00-16:00",
}


COLUMNS = tuple(HALL)
FIVE = [{"id": f"hall-{number}"} for number in range(1, 6)]
TWO_BROKEN = [
    *FIVE[:1],
    {"id": "hall-2", "kind": "castle"},
    *FIVE[2:4],
    {"id": "hall-5", "latitude": "x"},
]


def table(*rows, columns=COLUMNS, delimiter=";"):
    """A CSV file of rows that are like HALL but for their changes."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([({**HALL, **row}).get(name, "") for name in columns])
    return io.BytesIO(text.getvalue().encode())


def rows_of(document):
    """The rows of a document as a file gives them."""
    return [
        Row(
            line,
            {
                name: "" if cell is None else str(cell)
                for name, cell in zip(HEADER, row, strict=True)
            },
        )
        for line, row in enumerate(write_rows(document), 2)
    ]


def sheet(*rows, known=None):
    """The document of rows that are like HALL but for their changes, and codes of what is wrong."""
    given = [Row(line, HALL | changes) for line, changes in enumerate(rows, 2)]
    document, flaws = read_rows(given, known)
    found = {(flaw.line, flaw.column, flaw.code) for flaw in flaws}
    try:
        facility_from_json(document)
    except InvalidInput as refusal:
        found |= {(*place_of(p.field, document, given), p.code) for p in refusal.problems}
    return document, found


def known_hall():
    return facility_to_json(facility_from_json(sheet({})[0]))


texts = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=20)
words = texts.map(str.strip).filter(bool)
slugs = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}", fullmatch=True)
codes = st.from_regex(r"[a-z0-9]{1,6}(_[a-z0-9]{1,6}){0,2}", fullmatch=True)
localised = st.fixed_dictionaries({"en": words}, optional={"fi": words, "sv": words})
numbers = st.integers(0, 500) | st.integers(0, 4000).map(lambda n: n / 8)
euros = st.integers(0, 99_999) | st.integers(0, 99_999).map(lambda cents: cents / 100)


def named(key, name, keys, **more):
    entry = st.fixed_dictionaries({key: keys, name: localised, **more})
    return st.lists(entry, max_size=3, unique_by=lambda item: item[key])


@st.composite
def weeks(draw):
    spans = st.sampled_from(
        [[], [["08:00", "16:00"]], [["07:30", "11:00"], ["12:00", "24:00"]], [["20:00", "06:00"]]]
    )
    week = {day: draw(spans) for day in WEEKDAYS}
    for before, after in zip(WEEKDAYS, [*WEEKDAYS[1:], "mon"], strict=True):
        if week[before] and week[before][-1][0] > week[before][-1][1] > "00:00":
            week[after] = [span for span in week[after] if span[0] >= "20:00"]
    return {day: hours for day, hours in week.items() if hours}


@st.composite
def tellable(draw):
    """Documents of which a sheet can say everything."""
    slug = draw(slugs)
    resources = []
    for end in draw(st.lists(slugs, min_size=1, max_size=3, unique=True)):
        week = draw(weeks())
        rules = {
            "week": week,
            "round_the_clock": not week,
            "open_on_holidays": draw(st.booleans()),
            "daylight_only": draw(st.booleans()),
        }
        resources.append(
            {
                "id": f"{slug}-{end}",
                "name": draw(localised),
                "bookable": not resources or draw(st.booleans()),
                "opening": rules,
                "requires": [],
            }
        )
    when = st.sampled_from(sorted(TRIGGERS))
    optional = {
        "site": st.fixed_dictionaries({"id": slugs, "name": words}),
        "address": words,
        "directions": localised,
        "contact": st.just({"role": {"en": "Desk"}, "email": "a@b.fi", "phone": "+358 2 123 4567"}),
        "next_place": slugs,
        "area_m2": numbers,
        "floor_kpa": numbers,
        "door_m": st.tuples(st.integers(0, 100), st.integers(0, 100)).map(list),
        "crane_t": numbers,
        "environment": localised,
        "power_note": localised,
        "air": st.fixed_dictionaries({"pressure_bar": numbers, "flow_l_min": st.integers(0, 500)}),
        "horizon_days": st.integers(1, 999),
        "limits": st.tuples(numbers, numbers).map(
            lambda most: [{"kind": "mass_kg", "max": most[0]}, {"kind": "people", "max": most[1]}]
        ),
        "power": st.lists(
            st.fixed_dictionaries(
                {
                    "connector": st.sampled_from(["cee", "domestic", "generator"]),
                    "phases": st.sampled_from([1, 3]),
                    "voltage": st.sampled_from([230, 400]),
                    "current_a": st.integers(1, 999),
                    "count": st.integers(1, 3),
                }
            ),
            max_size=2,
        ),
        "networks": st.lists(localised, max_size=3),
        "house_rules": st.lists(localised, max_size=3),
        "papers": named("code", "name", codes, when=when),
        "prices": st.fixed_dictionaries(
            {
                "valid_from": st.dates().map(str),
                "half_day": st.none() | euros,
                "day": euros,
                "setup": euros,
                "expert_hour": euros,
            }
        ).map(lambda prices: [prices]),
    }
    return draw(
        st.fixed_dictionaries(
            {
                "id": st.just(slug),
                "example": st.booleans(),
                "name": localised,
                "summary": localised,
                "host": st.fixed_dictionaries({"id": slugs, "name": words}),
                "municipality": words,
                "latitude": st.integers(-900, 900).map(lambda n: n / 10),
                "longitude": st.integers(-1800, 1800).map(lambda n: n / 10),
                "zone": st.sampled_from(["Europe/Helsinki", "Asia/Tokyo"]),
                "kind": st.sampled_from(sorted(FACILITY_KINDS)),
                "focus_areas": st.lists(st.sampled_from(sorted(FOCUS_AREAS)), unique=True),
                "capabilities": named("code", "name", codes),
                "approvers": named(
                    "role", "title", st.sampled_from(sorted(OWNER_ROLES)), when=when
                ).filter(bool),
                "notice_working_days": st.integers(0, 400),
                "default_lane": st.sampled_from(sorted(LANES)),
                "min_halves": st.integers(1, 5),
                "max_halves": st.integers(5, 2000),
                "resources": st.just(resources),
            },
            optional=optional,
        )
    )
