"""Which pictures `./lab shots` takes, and the page that shows them."""

import re

from tests.journeys.shots import index, plan

PAGES = [(None, "/"), (None, "/facilities?q=a&b='c'"), ("c08", "/pilots")]


def test_every_page_is_taken_at_both_widths_and_dark_in_the_first_language():
    shots = plan(PAGES, ["en", "fi"])
    assert [shot[2:] for shot in shots if shot.address == "/pilots"] == [
        ("en", 1280, "light"),
        ("en", 390, "light"),
        ("en", 1280, "dark"),
        ("en", 390, "dark"),
        ("fi", 1280, "light"),
        ("fi", 390, "light"),
    ]
    assert len(shots) == 18


def test_pictures_have_names_of_their_own():
    shots = plan(PAGES, ["en", "fi", "sv"])
    assert len({shot.file for shot in shots}) == len(shots)
    assert shots[0].file == "anyone-en-1280-light.png"


def test_the_index_shows_every_picture_and_runs_nothing():
    shots = plan(PAGES, ["en"])
    html = index(shots)
    assert re.findall(r"<img src='([^']+)'", html) == [shot.file for shot in shots]
    assert "<script" not in html
    assert "<h2>/facilities?q=a&amp;b=&#x27;c&#x27;, anyone</h2>" in html
