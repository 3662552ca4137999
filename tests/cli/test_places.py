"""Facilities from files and into them, by command."""

import csv
import io
import json

import pytest

from livinglab.assets import examples_path
from livinglab.domain.sheet import HEADER
from tests.domain.sheets import HALL


@pytest.fixture
def file(tmp_path):
    """Writes a CSV file of rows that are like HALL but for their changes."""

    def write(*rows):
        path = tmp_path / "places.csv"
        with path.open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, HALL)
            writer.writeheader()
            writer.writerows({**HALL, **row} for row in rows)
        return path

    return write


def test_a_dry_run_tells_and_changes_nothing(ready, file):
    path = file({}, {"id": "hall-2", "kind": "castle"})
    for _ in range(2):
        status, out, err = ready("import-facilities", path, "--dry-run")
        assert status == 1
        assert out == (
            "1 facilities would be imported (1 new, 0 changed), 0 unchanged, 1 broken.\n"
        )
        known = "lab, hall, living_lab, site, simulator, sea_area, pilot_plant, outdoor"
        assert err == (
            f"{path}:3: hall-2 kind: “kind” is not a known code. Known are: {known}.\n"
            "1 facilities are good, 1 broken.\n"
        )


def test_all_or_nothing_unless_the_broken_are_skipped(ready, file):
    path = file({}, {"id": "hall-2", "kind": "castle"})
    status, out, err = ready("import-facilities", path)
    assert (status, out) == (1, "")
    assert err.startswith(f"livinglab: {path}:3: hall-2 kind: ")
    assert json.loads(ready("export", "facilities")[1]) == []
    status, out, _ = ready("import-facilities", path, "--skip-broken")
    assert (status, out) == (
        1,
        "1 facilities imported (1 new, 0 changed), 0 unchanged, 1 broken.\n",
    )
    assert [d["id"] for d in json.loads(ready("export", "facilities")[1])] == ["hall-1"]


def test_publishing_says_what_is_missing(ready, file):
    status, _, err = ready("import-facilities", file({}), "--publish")
    assert status == 1
    assert "hall-1 approvers: Nobody decides as “Facility manager” yet. Name a person.\n" in err


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"", "The file is empty. Its first line has the names of the columns."),
        (b"[{]", "This is no JSON: line 1, column 3 cannot be read."),
    ],
)
def test_a_file_that_is_none_is_told(ready, tmp_path, octets, sentence):
    path = tmp_path / "file"
    path.write_bytes(octets)
    assert ready("import-facilities", path) == (1, "", f"livinglab: {path}: {sentence}\n")
    assert ready("import-facilities", tmp_path / "none")[0] == 1


def test_what_is_exported_is_imported_elsewhere(ready, tmp_path):
    examples = examples_path() / "facilities.json"
    status, out, _ = ready("import-facilities", examples)
    assert (status, out) == (
        0,
        "14 facilities imported (14 new, 0 changed), 0 unchanged, 0 broken.\n",
    )
    for name in ("json", "csv"):
        path = tmp_path / f"out.{name}"
        assert ready("export", "facilities", "--format", name, "-o", path) == (
            *(0, ""),
            f"14 facilities are in {path}.\n",
        )
        assert ready("import-facilities", path)[1] == (
            "0 facilities imported (0 new, 0 changed), 14 unchanged, 0 broken.\n"
        )
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text("utf-8-sig"))))
    assert tuple(rows[0]) == HEADER
    assert rows[0]["contact_phone"] == "'+358 2 000 0001"
