"""Files of facilities: judged line by line, taken whole or in part, given out again."""

import io
import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from livinglab.adapters.csvfile import render_csv
from livinglab.db.tables import Facility, FacilityVersion, Organisation, Resource
from livinglab.domain import sheet
from livinglab.domain.profile import facility_from_json, facility_to_json
from livinglab.services.facility_files import FAULTS_TOLD, BrokenFile, check, export, take
from tests.domain.sheets import COLUMNS, FIVE, TWO_BROKEN, table
from tests.services.test_importing import document


def as_json(*documents):
    return io.BytesIO(json.dumps(documents).encode())


def judged(house, file, **options):
    with Session(house.engine) as session:
        return check(session, house.world, house.clock(), file, **options)


def bring(house, file, **options):
    with house.work("admin") as work:
        return take(work, file, **options)


def places(house):
    with Session(house.engine) as session:
        rows = session.scalars(select(Facility).order_by(Facility.slug))
        return {row.slug: (row.version, row.published) for row in rows}


def told(report):
    return [(fault.line, fault.facility, fault.field, fault.code) for fault in report.faults]


def counts(report):
    return report.new, report.changed, report.same, report.broken


@pytest.mark.both_engines
def test_good_lines_are_taken_and_broken_ones_told(house):
    report = judged(house, table(*TWO_BROKEN))
    assert counts(report) == (3, 0, 0, 2)
    assert told(report) == [
        (3, "hall-2", "kind", "unknown_code"),
        (6, "hall-5", "latitude", "not_a_number"),
    ]
    assert places(house) == {}
    taken = bring(house, table(*TWO_BROKEN), skip_broken=True)
    assert (counts(taken), told(taken)) == (counts(report), told(report))
    assert places(house) == dict.fromkeys(["hall-1", "hall-3", "hall-4"], (1, False))


@pytest.mark.both_engines
def test_with_a_broken_line_nothing_is_taken_unless_it_is_asked_for(house):
    with pytest.raises(BrokenFile) as refusal:
        bring(house, table(*TWO_BROKEN))
    assert counts(refusal.value.report) == (3, 0, 0, 2)
    assert places(house) == {}


def test_the_same_file_again_changes_nothing(house):
    bring(house, table(*FIVE))
    assert counts(bring(house, table(*FIVE))) == (0, 0, 5, 0)
    changed = [*FIVE[:4], {"id": "hall-5", "municipality": "Rauma"}]
    assert counts(judged(house, table(*changed))) == (0, 1, 4, 0)
    bring(house, table(*changed))
    assert places(house) == {f"hall-{n}": (2 if n == 5 else 1, False) for n in range(1, 6)}
    with Session(house.engine) as session:
        kept = session.scalar(select(func.count()).select_from(FacilityVersion))
        assert kept == 6


@pytest.mark.both_engines
def test_a_host_is_made_once_and_known_by_its_id(house):
    columns = [name for name in COLUMNS if name != "host_name"]
    assert told(judged(house, table(FIVE[0], columns=columns))) == [
        (2, "hall-1", "host_name", "missing")
    ]
    bring(house, table(FIVE[0]))
    bring(house, table(FIVE[1], columns=columns))
    with Session(house.engine) as session:
        row = session.scalars(select(Facility).where(Facility.slug == "hall-2")).one()
        assert (row.host.name, row.profile["host"]["name"]) == ("Host", "Host")
        assert session.scalar(select(func.count()).where(Organisation.slug == "host-1")) == 1


def test_names_of_known_capabilities_are_taken_over(house):
    house.place("fac-02")
    bring(
        house,
        table({"capabilities": "pallet_handling|hot_welding"}, columns=[*COLUMNS, "capabilities"]),
    )
    with Session(house.engine) as session:
        row = session.scalars(select(Facility).where(Facility.slug == "hall-1")).one()
        assert [item["name"] for item in row.profile["capabilities"]] == [
            {"en": "Pallet handling", "fi": "Lavojen käsittely", "sv": "Pallhantering"},
            {"en": "Hot welding"},
        ]


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ([{"host_id": "firm"}], [(2, "hall-1", "host_id", "not_a_host")]),
        (
            [
                {"site_id": "yard", "site_name": "Y"},
                {"id": "hall-2", "host_id": "b", "site_id": "yard", "site_name": "Y"},
            ],
            [(3, "hall-2", "site_id", "id_taken")],
        ),
        ([{"id": "hall-1"}, {"id": "hall-2"}, {"id": "hall-1"}], [(4, "hall-1", "id", "repeated")]),
        ([{"id": ""}], [(2, "", "id", "missing")]),
        ([{"id": "Hall 1"}], [(2, "Hall 1", "id", "not_an_id")]),
        (
            [{"id": "fac-03-vision", "resource_id": "fac-03-vision-bench"}],
            [(2, "fac-03-vision", "resource_id", "id_taken")],
        ),
        ([{"next_place": "nowhere"}], [(2, "hall-1", "next_place", "unknown_id")]),
        ([{"next_place": "hall-2"}, {"id": "hall-2", "next_place": "fac-03"}], []),
    ],
)
def test_what_meets_something_else_is_told(house, rows, faults):
    house.place("fac-03")
    columns = [*COLUMNS, "site_id", "site_name", "resource_id", "next_place"]
    assert told(judged(house, table(*rows, columns=columns))) == faults


def test_a_broken_line_breaks_the_facility_around_it(house):
    columns = ["id", "resource_id", *COLUMNS[1:]]
    units = [{"id": "hall-1", "resource_id": f"hall-1-{end}"} for end in "abc"]
    lines = table(*units, {"id": "hall-2"}, columns=columns).getvalue().decode().split("\r\n")
    lines[2] = 'hall-1;"broken"x'
    report = judged(house, io.BytesIO("\n".join(lines).encode()))
    assert (counts(report), told(report)) == ((1, 0, 0, 1), [(3, "hall-1", "", "broken_line")])
    lines[2], lines[3] = lines[3], "hall-2;too;few"
    report = judged(house, io.BytesIO("\n".join(lines).encode()))
    assert (counts(report), told(report)) == ((1, 0, 0, 1), [(4, "hall-2", "", "broken_line")])


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"id,nmae_en\n", "There is no column “nmae_en”. Is it “name_en”?"),
        (b"id,colour\n", "There is no column “colour”. Leave it out."),
        (b"id,name_en,name_en\n", "The column “name_en” stands here twice."),
        (b"name_en,kind\n", "The column “id” is missing: it says which facility a line is about."),
        (b'[{"id": }]', "This is no JSON: line 1, column 9 cannot be read."),
        (b"[" * 100_000, "This is no JSON in UTF-8."),
        (b'["\xff"]', "This is no JSON in UTF-8."),
        (b"[" + b"9" * 5000 + b"]", "This is no JSON in UTF-8."),
        (b"", "The file is empty. Its first line has the names of the columns."),
        (b"\x89PNG\r\n\x1a\n\0\0", "There is no column “‰png”. Leave it out."),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_one_sentence(house, octets, sentence):
    report = judged(house, io.BytesIO(octets))
    assert report.unreadable.template % report.unreadable.params == sentence
    assert counts(report) == (0, 0, 0, 0)
    with pytest.raises(BrokenFile):
        bring(house, io.BytesIO(octets), skip_broken=True)


def test_faults_of_json_name_the_number_and_the_path(house):
    broken = document("fac-02", kind="castle")
    broken["resources"][1]["opening"]["week"]["mon"] = [["16:00", "08:00"]]
    report = judged(house, as_json(document(), broken, 5, document(), {"id": None}))
    assert [fault for fault in told(report) if fault[3] != "missing"] == [
        (2, "fac-02", "kind", "unknown_code"),
        (2, "fac-02", "resources.1.opening.week.mon.0", "reversed"),
        (3, "", "id", "not_an_object"),
        (4, "fac-03", "id", "repeated"),
    ]
    assert counts(report) == (1, 0, 0, 4)


@pytest.mark.both_engines
def test_published_are_only_complete_ones(house):
    priced = {"price_from": "2026-01-01", "price_day": "620", "capabilities": "welding"}
    columns = [*COLUMNS, *priced]
    bare = judged(house, table(priced, columns=columns), publish=True)
    assert told(bare) == [(2, "hall-1", "approvers", "decider_missing")]
    house.make.user("manager@lab.example", house.lab, "facility_manager")
    file = table(priced, {"id": "hall-2", "capabilities": "welding"}, columns=columns)
    report = bring(house, file, publish=True, skip_broken=True)
    assert told(report) == [(3, "hall-2", "price_from", "price_missing")]
    assert places(house) == {"hall-1": (1, True)}


def test_publishing_what_is_a_draft_and_unchanged(house):
    priced = {"price_from": "2026-01-01", "price_day": "620", "capabilities": "welding"}
    columns = [*COLUMNS, *priced]
    house.make.user("manager@lab.example", house.lab, "facility_manager")
    bring(house, table(priced, columns=columns))
    assert counts(bring(house, table(priced, columns=columns), publish=True)) == (0, 1, 0, 0)
    assert places(house) == {"hall-1": (2, True)}
    assert counts(bring(house, table(priced, columns=columns), publish=True)) == (0, 0, 1, 0)
    bring(house, table(priced | {"municipality": "Rauma"}, columns=columns))
    assert places(house) == {"hall-1": (3, True)}


def test_example_data_is_not_overwritten(house):
    house.place("fac-03")
    report = judged(house, as_json(document("fac-03", example=False)))
    assert told(report) == [(1, "fac-03", "id", "id_taken")]


def test_faults_are_listed_up_to_a_limit_and_all_counted(house):
    rows = [{"id": f"hall-{number}", "kind": "castle"} for number in range(FAULTS_TOLD + 50)]
    report = judged(house, table(*rows))
    assert (len(report.faults), report.fault_count) == (FAULTS_TOLD, FAULTS_TOLD + 50)
    assert counts(report) == (0, 0, 0, FAULTS_TOLD + 50)


def test_a_hundred_thousand_lines_are_read_line_by_line(house):
    """All of one facility: what is kept does not grow with lines that are broken."""
    head = table().getvalue()
    report = judged(house, io.BytesIO(head + b"a;b\r\n" * 100_000))
    assert (report.broken, report.fault_count, len(report.faults)) == (1, 100_000, FAULTS_TOLD)
    assert report.faults[0].line == 2


@pytest.mark.both_engines
def test_what_is_given_out_comes_back_equal(house):
    """Of a file of all example places: as JSON everywhere, as CSV where the places are known."""
    for slug in ("fac-02", "fac-07", "fac-13"):
        house.place(slug)
    with house.work() as work:
        kept = work.world.places(work.session)
        documents = list(export(kept, lambda slug: slug != "fac-13"))
        everything = list(export(kept, lambda _: True))
    assert [found["id"] for found in documents] == ["fac-02", "fac-07"]
    assert [facility_from_json(d) for d in everything] == [
        kept.facilities[slug].facility for slug in ("fac-02", "fac-07", "fac-13")
    ]
    rows = [row for found in everything for row in sheet.write_rows(found)]
    for file in (as_json(*everything), io.BytesIO(render_csv(sheet.HEADER, rows, delimiter=";"))):
        assert counts(judged(house, file)) == (0, 0, 3, 0)
    for name in ("fac-02", "fac-07"):
        assert facility_to_json(kept.facilities[name].facility) in documents


def test_resources_keep_their_rows(house):
    house.place("fac-02")
    with house.work() as work:
        (found,) = export(work.world.places(work.session), lambda _: True)
    found["resources"][0]["name"]["en"] = "North"
    bring(house, as_json(found))
    with Session(house.engine) as session:
        assert session.scalars(select(Resource.slug).order_by(Resource.id)).all() == [
            *("fac-02-hall-north", "fac-02-hall-south")
        ]
