"""Into demo mode and out of it, by command."""

import sys

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from livinglab.db.tables import Organisation, User

LEAVE = ("leave-demo", "aino@pori.example", "--name", "Aino Aalto", "--host", "Porin Halli Oy")


@pytest.fixture
def seeded(command):
    command("db", "upgrade")
    command("seed-demo", "--anchor", "2026-11-24")
    return command


@pytest.fixture
def all_rows(tmp_path):
    """What a statement finds in the command's database."""

    def read(statement):
        engine = create_engine(f"sqlite:///{tmp_path}/livinglab.sqlite3")
        with Session(engine) as session:
            found = session.scalars(statement).all()
        engine.dispose()
        return found

    return read


class Terminal:
    """Somebody at the keyboard, who types one line."""

    def __init__(self, line):
        self.line = line

    def isatty(self):
        return True

    def readline(self):
        return self.line


@pytest.mark.parametrize("typed", [None, "yes\n", "\n", ""])
def test_nothing_goes_without_the_words(seeded, all_rows, monkeypatch, typed):
    if typed is not None:
        monkeypatch.setattr(sys, "stdin", Terminal(typed))
    status, out, err = seeded(*LEAVE)
    assert (status, out) == (1, "")
    goes = (
        "14 facilities, 28 photos, 35 blocks, 60 pilots, 48 bookings, 26 organisations, 36 people"
    )
    assert f"This goes and cannot be brought back: {goes}.\n" in err
    assert err.endswith(
        "livinglab: Nothing was removed. Confirm with: --confirm 'remove the example data'\n"
    )
    assert len(all_rows(select(User))) == 36


def test_the_words_are_typed_or_given(seeded, all_rows, monkeypatch):
    monkeypatch.setattr(sys, "stdin", Terminal("Remove the example data\n"))
    status, out, err = seeded(*LEAVE)
    assert (status, len(out.strip()) >= 20) == (0, True)
    assert "The example data is gone.\naino@pori.example may now sign in at " in err
    assert [user.name for user in all_rows(select(User))] == ["Aino Aalto"]
    assert all_rows(select(Organisation.slug).order_by(Organisation.id)) == [
        *("living-lab", "porin-halli-oy")
    ]
    assert seeded("seed-demo", "--if-empty") == (0, "", "")
    assert seeded("seed-demo") == (
        *(1, ""),
        "livinglab: There is data already, or was: example data is only for an empty database.\n",
    )
    again = seeded(*LEAVE, "--confirm", "remove the example data")
    assert "This goes and cannot be brought back: nothing.\n" in again[2]


def test_a_wrong_address_is_told_before_anything_is_asked(seeded):
    status, out, err = seeded("leave-demo", "aino", "--name", "A", "--host", "H")
    assert (status, out, err) == (
        *(1, ""),
        "livinglab: “aino” is not an e-mail address: name@firm.example.\n",
    )


def test_an_admin_comes_with_a_host(command, all_rows):
    command("db", "upgrade")
    status, _, err = command(
        "create-admin", "a@b.example", "--name", "Ann", "--host", "Port of Mäntyluoto"
    )
    assert status == 0
    assert err.startswith("The host Port of Mäntyluoto has the id port-of-mantyluoto.\n")
    assert [user.name for user in all_rows(select(User))] == ["Ann"]
    command("create-admin", "a@b.example")
    assert [user.name for user in all_rows(select(User))] == ["Ann"]
