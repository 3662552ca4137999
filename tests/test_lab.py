"""The script that makes an environment out of a clean clone."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def lab(monkeypatch, tmp_path):
    """The script as a module, its checkout an empty folder."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("lab", str(ROOT / "lab"))
    module = module_from_spec(spec_from_loader("lab", loader))
    loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "VENV", tmp_path)
    for name in list(module.os.environ):
        if name.startswith("LIVINGLAB_"):
            monkeypatch.delenv(name)
    return module


def test_once_works_again_only_when_an_input_changed_or_an_output_is_gone(lab, tmp_path):
    (tmp_path / "pyvenv.cfg").write_text("version = 3.11")
    source, made = tmp_path / "source", tmp_path / "made"
    source.write_text("one")
    calls = []

    def work():
        calls.append(source.read_text())
        made.write_text("done")

    def call():
        lab.once("thing", [source], [made], work)
        return len(calls)

    assert (call(), call()) == (1, 1)
    source.write_text("two")
    assert (call(), call()) == (2, 2)
    made.unlink()
    assert (call(), call()) == (3, 3)
    (tmp_path / "pyvenv.cfg").write_text("version = 3.12")
    assert (call(), call()) == (4, 4)
    assert calls == ["one", "two", "two", "two"]


def test_once_tries_again_after_a_failure(lab, tmp_path):
    (tmp_path / "pyvenv.cfg").write_text("")

    def broken():
        raise SystemExit("no network")

    with pytest.raises(SystemExit):
        lab.once("thing", [], [], broken)
    calls = []
    lab.once("thing", [], [], lambda: calls.append("worked"))
    assert calls == ["worked"]


def test_settings_come_from_the_environment_first_then_from_dotenv(lab, monkeypatch, tmp_path):
    (tmp_path / ".env").write_text(
        "# a comment = with a sign\n\nLIVINGLAB_PORT = 9000\nLIVINGLAB_MAIL_FROM='Desk <d@b.fi>'\n"
    )
    monkeypatch.setenv("LIVINGLAB_PORT", "9001")
    settings = {k: v for k, v in lab.settings().items() if k.startswith("LIVINGLAB_")}
    assert settings == {
        "LIVINGLAB_PORT": "9001",
        "LIVINGLAB_MAIL_FROM": "Desk <d@b.fi>",
        "LIVINGLAB_INSTANCE_PATH": str(tmp_path / "instance"),
    }


@pytest.mark.parametrize(("given", "used"), [("data", "{root}/data"), ("/srv/lab", "/srv/lab")])
def test_a_relative_instance_folder_lies_in_the_checkout(lab, monkeypatch, tmp_path, given, used):
    monkeypatch.setenv("LIVINGLAB_INSTANCE_PATH", given)
    assert lab.settings()["LIVINGLAB_INSTANCE_PATH"] == used.format(root=tmp_path)


def test_uv_of_the_script_is_the_locked_one(lab):
    lock = (ROOT / "requirements-dev.lock").read_text("utf-8")
    assert re.findall(r"^uv==\S+", lock, re.MULTILINE) == [lab.UV_VERSION]


@pytest.mark.parametrize(
    ("arguments", "status"), [(["--help"], 0), (["dance"], 2), (["lint", "more"], 2), ([], 2)]
)
def test_command_line_is_checked_before_anything_is_installed(tmp_path, arguments, status):
    script = tmp_path / "lab"
    script.write_bytes((ROOT / "lab").read_bytes())
    result = subprocess.run(
        [sys.executable, script, *arguments], capture_output=True, text=True, check=False
    )
    assert result.returncode == status
    assert [path.name for path in tmp_path.iterdir()] == ["lab"]


def test_a_machine_without_browser_is_told_loudly(lab, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    lab.find_browser()
    assert "NO CHROMIUM HERE: THE BROWSER JOURNEYS WILL BE SKIPPED." in capsys.readouterr().err


def test_a_machine_with_a_browser_is_told_nothing(lab, monkeypatch, tmp_path, capsys):
    (tmp_path / "chromium").write_text("#!/bin/sh\n")
    (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    lab.find_browser()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("lint", "tests", "status"), [(0, 0, 0), (1, 0, 1), (0, 4, 4), (1, 4, 4)])
def test_test_runs_pytest_last_and_ends_with_the_failing_status(
    lab, monkeypatch, lint, tests, status
):
    ran = []

    def call(command):
        ran.append(list(map(str, command)))
        return tests if "pytest" in ran[-1] else lint

    monkeypatch.setattr(lab, "call", call)
    monkeypatch.setattr(lab, "find_browser", lambda: None)
    assert lab.test_all([], quick=True) == status
    assert len(ran) == len(lab.LINT) + 1
    assert ran[-1][1:] == ["-m", "pytest", "-n", "3", "--dist", "worksteal", "-m", "not slow"]


def test_shots_needs_a_browser_and_hands_its_arguments_on(lab, monkeypatch):
    ran = []
    monkeypatch.setattr(sys, "argv", ["lab", "shots", "here", "--only", "/figures"])
    monkeypatch.setattr(lab, "set_up", lambda *, dev: ran.append(f"set up, dev: {dev}"))
    monkeypatch.setattr(lab, "find_browser", lambda: ran.append("browser"))
    monkeypatch.setattr(lab, "call", lambda command: ran.append(list(map(str, command))[1:]) or 3)
    assert lab.main() == 3
    module = ["-m", "tests.journeys.shots", "here", "--only", "/figures"]
    assert ran == ["set up, dev: True", "browser", module]
