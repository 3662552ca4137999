"""The command line in an instance folder of its own."""

import os

import pytest

from livinglab.cli import main


@pytest.fixture
def command(monkeypatch, tmp_path, capsys):
    """Runs the command in an instance folder of its own: (status, stdout, stderr)."""
    for name in [name for name in os.environ if name.startswith("LIVINGLAB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LIVINGLAB_INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv("LIVINGLAB_PORT", "8123")

    def run(*arguments):
        status = main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return status, said.out, said.err

    return run


@pytest.fixture
def ready(command):
    """The command, with a database and an admin."""
    command("db", "upgrade")
    command("create-admin", "root@test.example")
    return command
