"""docs/security.md: each test it names exists, and each item it must answer is there."""

import re
from pathlib import Path

from tests.access.guards import GUARDS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
CORE = re.findall(
    r"\S+",
    """
1.2.1 1.2.4 1.3.6 1.3.11 2.2.2 2.3.1 2.3.3 2.3.4 2.4.1 3.3.1 3.3.2 3.3.4 3.4.3 3.5.1 3.5.3 3.7.2
4.1.3 5.2.1 5.2.3 6.3.1 6.3.3 6.3.4 6.4.1 6.4.3 7.2.4 7.4.1 7.4.2 7.4.3 8.2.1 8.2.2 8.2.3 8.4.1
11.5.1 14.2.1 15.2.2 15.3.3 15.3.4 16.2.5 16.3.2 16.5.3
""",
)


def rows(heading):
    """The cells of the table under a heading, without its head."""
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")][
        1:
    ]


def test_the_forty_are_all_there_each_with_its_proof():
    table = rows("The forty")
    assert [item.split()[0] for item, *_ in table] == CORE
    assert len(CORE) == 40
    for item, _, proof in table + rows("Next in line"):
        assert "::test_" in proof, item


def test_every_test_named_there_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)
    assert len(named) > 70
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file()
        or not re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE)
    ]
    assert missing == []


def test_every_guard_that_is_removed_once_is_told_with_its_test():
    told = [[guard, f"`{test}`"] for guard, *_, test in GUARDS]
    assert rows("Guards removed once") == told


def test_every_guard_stands_once_where_it_is_removed():
    for guard, path, old, new, _ in GUARDS:
        assert (ROOT / path).read_text("utf-8").count(old) == 1, guard
        assert old != new, guard


def test_the_limits_named_there_are_settings():
    text = (ROOT / "README.md").read_text("utf-8")
    for name in set(re.findall(r"`(LIVINGLAB_\w+)`", PAGE)):
        assert f"`{name}`" in text
