"""Who was erased is known by number or address, and read by nobody."""

from datetime import UTC, datetime

import pytest

from livinglab.adapters.erasures import LIST, Erasures
from livinglab.adapters.mail import FolderTransport, compose, list_mail

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LATER = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


@pytest.fixture
def erasures(tmp_path):
    return Erasures(tmp_path, b"k" * 32)


def test_somebody_is_known_by_number_or_by_address_whatever_its_case(erasures):
    erasures.note(7, "Ada@Firm.example", NOW)
    erasures.note(7, "ada@firm.example", LATER)
    erasures.note(8, "bob@firm.example", NOW)
    assert erasures.when(7, "new@firm.example") == [NOW, LATER]
    assert erasures.when(9, "ADA@firm.example") == [NOW, LATER]
    assert erasures.when(9, "cy@firm.example") == []


def test_before_anybody_was_erased_nobody_is_known(erasures):
    assert erasures.when(7, "ada@firm.example") == []


def test_the_list_names_nobody_and_is_no_ones_with_another_key(erasures, tmp_path):
    erasures.note(7, "ada@firm.example", NOW)
    path = tmp_path / LIST
    assert "ada" not in path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert Erasures(tmp_path, b"x" * 32).when(7, "ada@firm.example") == []


def test_files_of_the_person_and_mails_that_name_them_are_removed(erasures, tmp_path):
    (tmp_path / "imports").mkdir()
    for name in ("7.key", "77.key"):
        (tmp_path / "imports" / name).touch()
    mails = FolderTransport(tmp_path / "mail")
    for number, (to, subject, text) in enumerate(
        [
            ("ada@firm.example", "Moved", "Hello"),
            ("bob@firm.example", "Asked by Ada Äijälä", "Hello"),
            ("bob@firm.example", "Asked", "says ADA ÄIJÄLÄ, and more " * 9),
            ("bob@firm.example", "Asked", "by somebody"),
        ]
    ):
        sender = "desk@lab.example"
        mails.send(compose(sender, to, subject, text, f"<{number}@lab.example>", NOW))
    erasures.remove_files(7, ["ada@firm.example", "Ada Äijälä"])
    assert [mail.name for mail in list_mail(tmp_path / "mail")] == ["3@lab.example.eml"]
    assert [path.name for path in (tmp_path / "imports").iterdir()] == ["77.key"]


def test_removing_files_where_there_are_none_is_fine(erasures, tmp_path):
    erasures.remove_files(7, ["ada@firm.example"])
    assert list(tmp_path.iterdir()) == []
