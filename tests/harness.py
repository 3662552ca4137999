"""Runs the outside calendar programs over a feed.

The programs are not part of this repository. They are looked for where LIVINGLAB_ICAL_HARNESS
says, or beside the checkout; a copy is set up once under `.lab/`. Without them the tests that
ask are skipped, and say so.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
VARIABLE = "LIVINGLAB_ICAL_HARNESS"
BESIDE = CHECKOUT.parent / "shared" / "tools" / "ical-harness"
COPY = CHECKOUT / ".lab" / "ical-harness"


@dataclass(frozen=True)
class FeedCheck:
    """What the programs said. `consumers_ok` reads like `13/13`."""

    consumers_ok: str
    failed: tuple[str, ...]
    skipped: tuple[str, ...]
    output: str


def check_feed(feed: str | Path, expect: dict, *options: str) -> FeedCheck:
    """Let every program read the feed (address or file) and compare it with `expect`.

    `expect` is `{"events": [{"uid", "start", "end", "summary", "status", "sequence"}, …]}` with
    times like `2026-10-25T01:00:00Z`. An address is checked for its HTTP manners too.
    """
    folder = harness()
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as wanted:
        json.dump(expect, wanted)
        wanted.flush()
        done = subprocess.run(
            [
                folder / ".venv/bin/python",
                folder / "check_feed.py",
                str(feed),
                "--expect-json",
                wanted.name,
                *options,
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    count = re.search(r"^consumers_ok: (\S+)$", done.stdout, re.MULTILINE)
    if not count:
        pytest.fail(f"the calendar programs broke down:\n{done.stdout}\n{done.stderr}")
    return FeedCheck(
        consumers_ok=count[1],
        failed=tuple(re.findall(r"^FAIL (\S+)(?!.*advisory)", done.stdout, re.MULTILINE)),
        skipped=tuple(re.findall(r"^SKIP (\S+)", done.stdout, re.MULTILINE)),
        output=done.stdout,
    )


def check_caldav(base: str, user: str, password: str, expect: dict, *options: str) -> FeedCheck:
    """Let a CalDAV client library read the first calendar, or `--calendar NAME`, at `base`."""
    folder = harness()
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as wanted:
        json.dump(expect, wanted)
        wanted.flush()
        command = [folder / ".venv/bin/python", folder / "check_caldav.py", base, user, password]
        done = subprocess.run(
            [*command, "--expect-json", wanted.name, *options],
            capture_output=True,
            text=True,
            check=False,
        )
    count = re.search(r"^caldav_checks_ok: (\S+)$", done.stdout, re.MULTILINE)
    if not count:
        pytest.fail(f"the calendar client broke down:\n{done.stdout}\n{done.stderr}")
    return FeedCheck(
        consumers_ok=count[1],
        failed=tuple(re.findall(r"^FAIL (.*?):", done.stdout, re.MULTILINE)),
        skipped=tuple(re.findall(r"^skip (.*?):", done.stdout, re.MULTILINE)),
        output=done.stdout,
    )


def harness() -> Path:
    """The folder of a harness ready to run; skips the test where there is none."""
    source = Path(os.environ.get(VARIABLE) or BESIDE)
    if not (source / "check_feed.py").is_file():
        pytest.skip(f"NO CALENDAR PROGRAMS: {source} is missing; set {VARIABLE}")
    if (source / ".venv/bin/python").exists():
        return source
    COPY.parent.mkdir(exist_ok=True)
    with COPY.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes run side by side
        _set_up(source)
    return COPY


def _set_up(source: Path) -> None:
    digest = hashlib.sha256()
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        digest.update(file.read_bytes())
    ready = COPY / ".ready"
    if ready.is_file() and ready.read_text() == digest.hexdigest():
        return
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(source, COPY, copy_function=shutil.copyfile)
    for folder in (COPY, *(path for path in COPY.rglob("*") if path.is_dir())):
        folder.chmod(0o755)  # the source may be read-only
    done = subprocess.run(["sh", "setup.sh"], cwd=COPY, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"CALENDAR PROGRAMS NOT INSTALLED: {(done.stdout + done.stderr)[-500:]}")
    ready.write_text(digest.hexdigest())
