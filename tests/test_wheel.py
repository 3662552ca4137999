"""The wheel carries everything and runs away from the checkout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow


def run(*command, cwd):
    """Output of a command that sees no settings and no checkout."""
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("LIVINGLAB_", "PYTHON"))
    }
    result = subprocess.run(
        [*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The Python of a fresh environment with the locked packages and the wheel."""
    folder = tmp_path_factory.mktemp("elsewhere")
    uv = Path(sys.executable).with_name("uv")
    run(sys.executable, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / "bin" / "python"
    install = (uv, "pip", "install", "-q", "--python", python)
    run(*install, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=folder)
    run(*install, "--no-deps", wheel, cwd=folder)
    return python


def files_below(folder: str, *, pattern: str = "*") -> set[str]:
    found = (ROOT / folder).rglob(pattern)
    return {
        str(path.relative_to(ROOT / folder))
        for path in found
        if path.is_file() and "__pycache__" not in path.parts
    }


def packed_below(wheel: Path, folder: str) -> set[str]:
    prefix = f"livinglab/{folder}/"
    return {
        n.removeprefix(prefix) for n in zipfile.ZipFile(wheel).namelist() if n.startswith(prefix)
    }


@pytest.mark.parametrize(
    ("folder", "packed"),
    [
        ("templates", "_templates"),
        ("migrations", "_migrations"),
        ("livinglab/web/static", "web/static"),
        ("livinglab/examples", "examples"),
        ("livinglab/rules", "rules"),
    ],
)
def test_wheel_holds_every_file_of(wheel, folder, packed):
    assert packed_below(wheel, packed) == files_below(folder)
    assert files_below(folder) != set()


def test_wheel_holds_the_front_end_packages(wheel):
    listed = json.loads((ROOT / "package.json").read_text("utf-8"))["vendor"]
    assert packed_below(wheel, "web/static/vendor") == set(listed)


def test_wheel_holds_every_translation_compiled(wheel):
    sources = files_below("livinglab/translations", pattern="*.po")
    compiled = {n for n in packed_below(wheel, "translations") if n.endswith(".mo")}
    assert compiled == {source.removesuffix(".po") + ".mo" for source in sources}
    assert {name.partition("/")[0] for name in compiled} == {"fi", "sv"}


def test_wheel_puts_nothing_but_the_package_into_site_packages(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    roots = {name.partition("/")[0] for name in names}
    assert roots == {"livinglab", wheel.name.removesuffix("-py3-none-any.whl") + ".dist-info"}
    assert [name for name in names if "__pycache__" in name] == []


def test_installed_package_finds_its_own_files(installed, tmp_path):
    code = (
        "import json, livinglab.assets as a; s = a.load_settings({'LIVINGLAB_PORT': '8123'});"
        "print(json.dumps([a.templates_path().is_dir(), a.migrations_path().is_dir(),"
        "a.examples_path().is_dir(), a.rules_path().is_file(), s.port,"
        "type(s).__module__, str(a.PACKAGE)]))"
    )
    *answers, package = json.loads(run(installed, "-c", code, cwd=tmp_path))
    assert answers == [True, True, True, True, 8123, "livinglab._config"]
    assert Path(package).is_relative_to(installed.parent.parent)
