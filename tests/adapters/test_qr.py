"""QR codes as SVG: dark modules where a matrix of the same text has them."""

import re
from xml.etree import ElementTree as ET

import pytest
import segno

from livinglab.adapters.qr import QUIET_ZONE, qr_svg

SVG = "{http://www.w3.org/2000/svg}"
ADDRESS = "https://livinglab.example/facilities/fac-02"


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314  # our own drawing


def modules(svg):
    """The dark modules of a drawing, read back from its strokes: rows of one module's height."""
    path = parsed(svg).find(f"{SVG}path[@stroke]").get("d")
    dark, x, y = set(), 0, 0.0
    for command, given in re.findall(r"([MmhH])([-\d. ]+)", path):
        numbers = [float(number) for number in given.split()]
        if command == "M":
            x, y = int(numbers[0]), numbers[1]
        elif command == "m":
            x, y = x + int(numbers[0]), y + numbers[1]
        else:
            dark |= {(x + step, int(y - 0.5)) for step in range(int(numbers[0]))}
            x += int(numbers[0])
    return dark


def test_the_drawing_has_the_modules_of_the_code():
    matrix = segno.make(ADDRESS, error="m", boost_error=False, micro=False).matrix
    assert modules(qr_svg(ADDRESS, "x")) == {
        (x + QUIET_ZONE, y + QUIET_ZONE)
        for y, row in enumerate(matrix)
        for x, module in enumerate(row)
        if module
    }


def test_it_is_dark_on_light_with_the_margin_that_readers_need():
    root = parsed(qr_svg(ADDRESS, "x"))
    side = 33 + 2 * 4  # 43 bytes at level M ask for version 4, which has 33 modules
    assert root.get("viewBox") == f"0 0 {side} {side}"
    assert [path.get("fill") or path.get("stroke") for path in root.iter(f"{SVG}path")] == [
        "#fff",
        "#000",
    ]


def test_a_title_with_markup_stays_text():
    title = parsed(qr_svg(ADDRESS, 'Hall <b> & "co"')).find(f"{SVG}title")
    assert title.text == 'Hall <b> & "co"'


def test_a_text_too_long_for_any_code_is_refused():
    with pytest.raises(ValueError, match="Data too large"):
        qr_svg("x" * 2400, "x")
