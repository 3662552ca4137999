"""What a machine can guard about the tree itself."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import MISSING, fields
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from config import PREFIX, Settings
from livinglab.assets import migrations_path, templates_path

ROOT = Path(__file__).resolve().parent.parent

LONG_MODULES: dict[str, str] = {
    "bench/stage.py": "one stage: its places, its bookings and the servers that show them",
    "tests/access/guards.py": "one row per guard, beside its neighbours",
    "tests/access/world.py": "one world with something of every kind, of each firm",
    "tests/adapters/test_ics.py": "every property of RFC 5545 that a feed writes, side by side",
    "tests/casework.py": "one house in which use cases are tried, and what is read of it",
    "tests/domain/test_availability.py": "the rules of free time beside their slow oracle",
    "tests/domain/test_calendar.py": "stays and buffers beside their slow oracle",
    "tests/domain/test_opening.py": "one table of opening rules per clock change",
    "tests/services/test_clocks.py": "one calendar: each clock from its start to what it ends",
    "tests/services/test_conversation.py": "one thread: who reads, writes and is mailed of it",
    "tests/services/test_offers.py": "an offer's life in its order, with each way it may end",
    "tests/services/test_outbox.py": "one sink, scripted for each way a mail server fails",
    "tests/services/test_workflow_model.py": "one machine: its moves and what is compared after",
    "tests/workflow_model.py": "one model: every move of the workflow as plain values",
    "tests/web/api/test_hostile.py": "the list of hostile inputs, one after the other",
    "tests/web/api/test_pilots.py": "a pilot's calls in the order in which they are made",
    "tests/web/pages/test_decision.py": "a decision page's moves in the order of the workflow",
}
"""Modules over 300 lines, each with the reason why it is not two."""

LONG_TEMPLATES: dict[str, str] = {}
"""Templates over 150 lines, each with the reason why it is not two."""

# Written in parts, so that this file does not name them either.
REGISTRY_HOSTS = [
    *("pypi" + ".org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com"),
    *("yarn" + "pkg.com", "unpkg" + ".com", "js" + "delivr.net", "cdnjs" + ".cloudflare.com"),
    *("fonts." + "googleapis.com", "fonts." + "gstatic.com"),
]
MACHINE_PATHS = re.compile(r"(?<![\w.~-])/(?:root|home|work|opt)/\w")
INLINE = re.compile(
    r"<script(?![^>]*(?:\bsrc=|\stype=\"application/ld\+json\"))|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)
TEXT_SUFFIXES = {
    *("", ".py", ".md", ".html", ".txt", ".toml", ".cfg", ".ini", ".json", ".lock", ".csv"),
    *(".css", ".js", ".svg", ".po", ".pot", ".mako", ".ics", ".yml", ".yaml", ".sh", ".example"),
}


def tree() -> list[Path]:
    """Every file that is or would be in the repository, relative to its root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (ROOT / (path := Path(name))).is_file()]


def python_files(folder: str) -> list[Path]:
    return [path for path in tree() if path.suffix == ".py" and path.is_relative_to(folder)]


def line_count(path: Path) -> int:
    return len((ROOT / path).read_text("utf-8").splitlines())


def imported_modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


def locked(name: str) -> dict[str, str]:
    """Package names and versions of a lock file."""
    lines = (ROOT / name).read_text("utf-8").splitlines()
    return dict(re.findall(r"^([\w.-]+)==([^\s;\\]+)", "\n".join(lines), re.MULTILINE))


def pyproject() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


# --- Size and style ------------------------------------------------------------------------


def test_modules_longer_than_300_lines_are_those_with_a_reason():
    # A migration is history: it is read once, from top to bottom.
    modules = [p for p in tree() if p.suffix == ".py" and "versions" not in p.parts]
    assert {str(p) for p in modules if line_count(p) > 300} == set(LONG_MODULES)


def test_templates_longer_than_150_lines_are_those_with_a_reason():
    templates = [p for p in tree() if p.is_relative_to("templates")]
    assert {str(p) for p in templates if line_count(p) > 150} == set(LONG_TEMPLATES)


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<script>alert(1)</script>", True),
        ('<script type="module">', True),
        ("<style>p {}</style>", True),
        ('<p style="color: red">', True),
        ('<button onclick="go()">', True),
        ('<a href="javascript:go()">', True),
        ('<script src="/static/x.js" defer></script>', False),
        ('<script type="application/ld+json">{}</script>', False),  # data: a browser runs nothing
        ('<link rel="stylesheet" href="/static/x.css">', False),
        ('<p class="style" data-on="x">', False),
    ],
)
def test_inline_pattern_finds_what_the_content_security_policy_blocks(markup, found):
    assert bool(INLINE.search(markup)) is found


def test_templates_have_no_inline_script_or_style():
    offenders = {
        f"{path.relative_to(templates_path())}: {match.group()}"
        for path in templates_path().rglob("*.html")
        for match in INLINE.finditer(path.read_text("utf-8"))
    }
    assert offenders == set()


# --- Boundaries ----------------------------------------------------------------------------


def test_domain_imports_the_standard_library_and_itself_only():
    foreign = {
        f"{path}: {module}"
        for path in python_files("livinglab/domain")
        for module in imported_modules(path)
        if module.partition(".")[0] not in sys.stdlib_module_names
        and not module.startswith("livinglab.domain")
    }
    assert foreign == set()


def test_only_config_reads_the_environment():
    readers = {
        str(path)
        for path in [*python_files("livinglab"), Path("wsgi.py"), Path("config.py")]
        if re.search(r"\bos\.(environ|getenv)\b", (ROOT / path).read_text("utf-8"))
    }
    assert readers == {"config.py"}


def test_migrations_have_one_head():
    assert len(ScriptDirectory(str(migrations_path())).get_heads()) == 1


# --- Documents -----------------------------------------------------------------------------


def shown(value: object) -> str:
    if value == "":
        return "*(empty)*"
    if isinstance(value, bool):
        return "`on`" if value else "`off`"
    return f"`{value}`"


def test_readme_lists_every_setting_with_its_default():
    rows = re.findall(
        rf"^\| `({PREFIX}\w+)` \| (\S.*?) \| \S.* \|$",
        (ROOT / "README.md").read_text("utf-8"),
        re.MULTILINE,
    )
    expected = [(PREFIX + field.name.upper(), shown(field.default)) for field in fields(Settings)]
    assert rows == expected


def test_every_setting_has_a_default():
    assert [field.name for field in fields(Settings) if field.default is MISSING] == []


def test_env_example_names_only_settings_that_exist():
    text = (ROOT / ".env.example").read_text("utf-8")
    named = set(re.findall(rf"^#?{PREFIX}(\w+)=", text, re.MULTILINE))
    assert named <= {field.name.upper() for field in fields(Settings)}
    assert named != set()


# --- What the repository holds -------------------------------------------------------------


def test_tree_names_no_registry_and_no_path_of_a_machine():
    offenders = set()
    for path in tree():
        if path.suffix in TEXT_SUFFIXES:
            text = (ROOT / path).read_text("utf-8")
            offenders |= {f"{path}: {host}" for host in REGISTRY_HOSTS if host in text}
            offenders |= {f"{path}: {match}" for match in MACHINE_PATHS.findall(text)}
    assert offenders == set()


def test_tree_holds_nothing_of_others():
    assert [p for p in tree() if {"node_modules", "vendor", "site-packages"} & {*p.parts}] == []


# --- Lock files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-front.lock"]
)
def test_locked_packages_have_hashes(name):
    entries = re.split(r"^(?=[\w.-]+==)", (ROOT / name).read_text("utf-8"), flags=re.MULTILINE)
    assert [e.split()[0] for e in entries if e.strip() and "--hash=sha256:" not in e] == []


def test_locks_fulfil_what_the_project_asks_for():
    project = pyproject()
    extras = project["project"]["optional-dependencies"].values()
    asked = {
        "requirements.lock": sum(extras, project["project"]["dependencies"]),
        "requirements-dev.lock": project["dependency-groups"]["dev"],
        "requirements-front.lock": project["dependency-groups"]["front"],
    }
    unmet = []
    for name, requirements in asked.items():
        versions = locked(name)
        for text in requirements:
            requirement = Requirement(text)
            version = versions.get(canonicalize_name(requirement.name))
            if version is None or version not in requirement.specifier:
                unmet.append(f"{name}: {text}, locked {version}")
    assert unmet == []


def test_locks_agree_where_they_name_the_same_package():
    runtime, dev = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {n for n in runtime.keys() & dev.keys() if runtime[n] != dev[n]} == set()
    others, front = runtime | dev, locked("requirements-front.lock")
    assert {n for n in others.keys() & front.keys() if others[n] != front[n]} == set()


def test_front_end_lock_names_versions_and_hashes_but_no_addresses():
    asked = json.loads((ROOT / "package.json").read_text("utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert lock[""]["dependencies"] == asked["dependencies"]
    packages = {name: entry for name, entry in lock.items() if name}
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    exact = {n: packages[f"node_modules/{n}"]["version"] for n in asked["dependencies"]}
    assert exact == asked["dependencies"]


def test_versions_of_project_and_front_end_agree():
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    assert package["version"] == pyproject()["project"]["version"]
