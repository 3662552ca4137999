"""The fonts that are served: every letter of their source, and only the weights of the look."""

import json

import pytest
from fontTools.ttLib import TTFont

from narrow_fonts import narrow, weights
from tests.server import ROOT

VENDOR = json.loads((ROOT / "package.json").read_text("utf-8"))["vendor"]
FONTS = {name: source for name, source in VENDOR.items() if name.endswith(".woff2")}


def letters_and_features(font):
    return set(font.getBestCmap()), {
        f.FeatureTag for f in font["GSUB"].table.FeatureList.FeatureRecord
    }


def range_of(font):
    (axis,) = font["fvar"].axes
    return axis.axisTag, axis.minValue, axis.maxValue


@pytest.mark.parametrize("name", sorted(FONTS))
def test_served_fonts_have_every_letter_and_only_the_weights_used(name):
    served = TTFont(ROOT / "livinglab/web/static/vendor" / name)
    source = TTFont(ROOT / "node_modules" / FONTS[name])
    assert range_of(served) == ("wght", *weights())
    assert letters_and_features(served) == letters_and_features(source)


def test_the_font_that_every_page_needs_is_a_third_smaller(tmp_path):
    name = "hanken-grotesk-latin-wght-normal.woff2"
    path = tmp_path / name
    source = (ROOT / "node_modules" / FONTS[name]).read_bytes()
    path.write_bytes(source)
    narrow(path)
    assert path.stat().st_size < len(source) * 0.7
    assert path.read_bytes()[:4] == b"wOF2"
