"""The command line: results on stdout, sentences on stderr, a status that tells."""

import re
import stat
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from config import Settings
from livinglab.adapters.secrets import token_hash
from livinglab.cli import main
from livinglab.db.schema import head
from livinglab.db.tables import ApiToken, AppPassword, Feed


def rows(tmp_path, table):
    engine = create_engine(f"sqlite:///{tmp_path}/livinglab.sqlite3")
    with Session(engine) as session:
        found = session.scalars(select(table)).all()
    engine.dispose()
    return found


def test_commands_on_an_empty_database_say_what_to_do(command):
    status, out, err = command("token", "root@test.example")
    assert (status, out) == (1, "")
    assert err == (
        f"livinglab: The database is empty, this program needs revision {head()}."
        " Run `livinglab db upgrade`.\n"
    )
    assert command("run")[0] == 1


def test_upgrading_twice_is_the_same_as_once(command):
    first, second = command("db", "upgrade"), command("db", "upgrade")
    assert first == second == (0, "", f"The database is at revision {head()}.\n")


def test_a_token_is_the_last_thing_printed(ready, tmp_path):
    status, out, err = ready("token", "root@test.example", "--scope", "write")
    assert (status, err) == (0, "Token of root@test.example (write, 90 days), shown this once:\n")
    (row,) = rows(tmp_path, ApiToken)
    assert (row.token_hash, row.scope) == (token_hash(out.strip()), "write")


def test_a_token_has_a_name_and_an_end_no_later_than_asked(ready, tmp_path):
    assert ready("token", "root@test.example", "--name", "Crane", "--days", "30")[0] == 0
    (row,) = rows(tmp_path, ApiToken)
    assert (row.name, row.expires_at - row.created_at) == ("Crane", timedelta(days=30))
    with pytest.raises(SystemExit):
        ready("token", "root@test.example", "--days", "366")


def test_a_calendar_password_is_the_last_thing_printed(ready, tmp_path):
    status, out, err = ready("caldav-password", "root@test.example", "--name", "Phone")
    assert (status, err) == (0, "Calendar password of root@test.example, shown this once:\n")
    assert re.fullmatch(r"([a-z2-9]{4}-){6}[a-z2-9]{4}\n", out)
    (row,) = rows(tmp_path, AppPassword)
    assert (row.password_hash, row.name) == (token_hash(out.strip().replace("-", "")), "Phone")


def test_a_feed_address_begins_with_the_services_own(ready, tmp_path):
    status, out, _ = ready("feed-url", "root@test.example")
    found = re.fullmatch(r"http://127\.0\.0\.1:8123/feeds/([\w-]+)\.ics\n", out)
    assert status == 0
    (row,) = rows(tmp_path, Feed)
    assert row.token_hash == token_hash(found[1])
    further = ("--mine", "--state", "firm", "--language", "fi", "--name", "Own", "--detail", "busy")
    ready("feed-url", "root@test.example", *further, "--without-cancelled")
    row = rows(tmp_path, Feed)[-1]
    told = (row.scope, row.mine, row.states, row.language, row.name, row.detail, row.cancelled)
    assert told == ("all", True, "firm", "fi", "Own", "busy", False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            ("token", "nobody@test.example"),
            "Nobody with the address “nobody@test.example” may act here.",
        ),
        (("feed-url", "root@test.example", "--facility", "x"), "There is no facility “x”."),
        (
            ("feed-url", "root@test.example", "--role", "ethics"),
            "You do not hold that role.",
        ),
        (
            ("create-admin", "root"),
            "“root” is not an e-mail address: name@firm.example.",
        ),
    ],
)
def test_a_failure_is_one_sentence(ready, arguments, sentence):
    assert ready(*arguments) == (1, "", f"livinglab: {sentence}\n")


def test_a_wrong_setting_is_named(command, monkeypatch):
    monkeypatch.setenv("LIVINGLAB_WEB_THREADS", "many")
    status, _, err = command("doctor")
    assert (status, err) == (
        1,
        "livinglab: LIVINGLAB_WEB_THREADS must be a whole number, not 'many'.\n",
    )


def test_a_wrong_command_line_is_status_2(command):
    with pytest.raises(SystemExit) as ended:
        main(["token"])
    assert ended.value.code == 2


def test_the_doctor_finds_what_is_wrong(command):
    status, out, _ = command("doctor")
    assert status == 1
    needed = f"at None, needs {head()}: run `livinglab db upgrade`"
    assert f"FAIL database schema (sqlite): {needed}\n" in out
    command("db", "upgrade")
    _, out, _ = command("doctor")
    assert "ok   database schema (sqlite)\nok   guards of bookings and audit\n" in out


def test_the_secret_key_is_made_once_and_kept_from_others(command, tmp_path):
    command("db", "upgrade")
    path = tmp_path / "secret_key"
    made = path.read_text()
    command("doctor")
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == (made, 0o600)
    assert len(made) >= 43


def test_links_follow_the_port_unless_an_address_is_set():
    assert Settings.from_env({}).base_url == "http://127.0.0.1:8000"
    assert Settings.from_env({"LIVINGLAB_PORT": "81"}).base_url == "http://127.0.0.1:81"
    both = {"LIVINGLAB_PORT": "81", "LIVINGLAB_BASE_URL": "https://lab.example"}
    assert Settings.from_env(both).base_url == "https://lab.example"
