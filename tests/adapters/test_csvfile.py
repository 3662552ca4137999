import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.adapters.csvfile import disarmed, render_csv


def read_back(data, delimiter=","):
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def test_csv_octets_are_marked_utf8_with_crlf():
    assert render_csv(["Hall", "Näyttö"], [["a", "b,c"], ['"', None]]) == (
        b"\xef\xbb\xbf" + 'Hall,Näyttö\r\na,"b,c"\r\n"""",\r\n'.encode()
    )


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+358 40", "-5", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "\uff1d1", "\uff201"],
)
def test_csv_disarms_formulas(text):
    assert read_back(render_csv(["x"], [[text]])) == [["x"], [f"'{text}"]]


def test_csv_disarms_formulas_in_column_names():
    assert read_back(render_csv(["=x"], [])) == [["'=x"]]


def test_csv_leaves_numbers_and_plain_texts_alone():
    row = [-5, -2.5, "a=b", "x-y", datetime(2027, 2, 1, tzinfo=UTC), True]
    expected = ["-5", "-2.5", "a=b", "x-y", "2027-02-01 00:00:00+00:00", "True"]
    assert read_back(render_csv(["n"] * 6, [row]))[1] == expected


def test_csv_speaks_the_finnish_dialect():
    assert read_back(render_csv(["a", "b"], [["1;2", "3,4"]], delimiter=";"), ";") == [
        ["a", "b"],
        ["1;2", "3,4"],
    ]


def test_csv_refuses_a_ragged_row():
    with pytest.raises(ValueError, match="1 cells under 2"):
        render_csv(["a", "b"], [["1"]])


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_csv_brings_back_any_text(rows):
    back = read_back(render_csv(["a", "b"], rows))[1:]
    plain = [[disarmed(cell) for cell in row] for row in back]
    assert plain == [[cell.replace("\x00", "") for cell in row] for row in rows]
    starts = ("=", "+", "-", "@", "\t", "\r", "\n")
    assert [cell for row in back for cell in row if cell.startswith(starts)] == []
