"""Tables as spreadsheets save them, and as they should not be."""

import csv
import io
from itertools import islice

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from livinglab.adapters.csvfile import render_csv
from livinglab.adapters.csvread import NoTable, read_csv

COLUMNS = ("id", "name", "price")


def read(octets):
    table = read_csv(io.BytesIO(octets), COLUMNS)
    return table, list(table.lines)


def cells(octets):
    return [line.cells for line in read(octets)[1]]


@pytest.mark.parametrize(
    ("encoding", "mark", "told"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8-sig"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("cp1252", b"", "cp1252"),
    ],
)
def test_every_alphabet_of_spreadsheets_is_read(encoding, mark, told):
    table, lines = read(mark + "id,name\r\n1,Älykäs “halli” €\r\n".encode(encoding))
    assert (table.header, table.encoding) == (("id", "name"), told)
    assert [(line.number, line.cells) for line in lines] == [(2, ("1", "Älykäs “halli” €"))]


@pytest.mark.parametrize(
    ("octets", "sentence"),
    [
        (b"id,name\n1,\x81\n", "The letters of this file cannot be read"),
        (b"\xff\xfei\x00d\x00\x00\xd8\n\x00", "The letters of this file cannot be read"),
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b"\n1,2\n", "The file is empty"),
        (b'id,"name\n1,2\n', "The first line has a quotation mark too many"),
    ],
)
def test_what_is_no_table_is_said(octets, sentence):
    with pytest.raises(NoTable) as refusal:
        read(octets)
    assert refusal.value.message.template.startswith(sentence)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_are_found_by_the_columns(delimiter, end):
    text = end.join([f"id{delimiter}name", f'1{delimiter}"a{delimiter}b"', ""])
    assert cells(text.encode()) == [("1", f"a{delimiter}b")]


def test_a_line_that_names_the_separator_is_passed():
    table, lines = read(b"sep=;\r\nID; Name \r\n1;a\r\n")
    assert table.header == ("id", "name")
    assert [(line.number, line.cells) for line in lines] == [(3, ("1", "a"))]


def test_lines_are_numbered_as_in_an_editor():
    _, lines = read(b'id,name\n1,"two\nlines"\n\n , \n2,b\n')
    assert [(line.number, line.cells) for line in lines] == [
        (2, ("1", "two\nlines")),
        (6, ("2", "b")),
    ]


def test_a_broken_line_is_told_and_passed():
    _, lines = read(b'id,name\n1,"a"b\n2,b\n3\n4,d,e\n5,"never closed\n6,f\n')
    told = [(n.number, n.cells, n.fault and n.fault.template[:24]) for n in lines]
    assert told == [
        (2, (), "A quotation mark stands "),
        (3, ("2", "b"), None),
        (4, ("3",), "The line has %(found)s c"),
        (5, ("4", "d"), "The line has %(found)s c"),
        (6, (), "A quotation mark opened "),
    ]


def test_the_file_stays_open_for_another_reading():
    file = io.BytesIO(b"id\n1\n2\n")
    for _ in range(2):
        assert len(list(read_csv(file, COLUMNS).lines)) == 2
    half = read_csv(file, COLUMNS).lines
    assert next(half).cells == ("1",)
    half.close()
    assert not file.closed
    with pytest.raises(NoTable):
        read_csv(io.BytesIO(b""), COLUMNS)


class Endless(io.RawIOBase):
    """A table whose lines never end once its alphabet is known."""

    def __init__(self, length):
        self.length, self.at = length, 0

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=0):
        self.at = offset
        return offset

    def readinto(self, buffer):
        size = max(0, min(len(buffer), self.length - self.at))
        line = b"id,name,price\n" + b"1,b,2\n" * (len(buffer) // 6 + 3)
        buffer[:size] = line[:size]
        self.at += size
        return size


def test_lines_come_one_by_one():
    """A gigabyte: the first lines are there before the last is read."""
    file = Endless(3_000_000)
    lines = read_csv(file, COLUMNS).lines
    assert len(list(islice(lines, 3))) == 3
    assert file.at < 100_000


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
@example([("'=x", "''-1"), (" '@", "'"), ("+358 40", "-5")])
def test_what_was_written_is_read_back(rows):
    written = render_csv(["id", "name"], rows)
    plain = [tuple(cell.replace("\x00", "") for cell in row) for row in rows]
    kept = [row for row in plain if any(cell.strip() for cell in row)]
    assert [tuple(c.replace("\r\n", "\n") for c in row) for row in cells(written)] == [
        tuple(c.replace("\r\n", "\n") for c in row) for row in kept
    ]
    armed = list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert [c for row in armed for c in row if c.lstrip(" ").startswith(("=", "+", "-", "@"))] == []
