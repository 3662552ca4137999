"""Takes each guard of access away once, in a copy, and names the test that notices.

``python -m tests.sabotage`` prints the table "guard, caught by" (minutes); words behind it choose
the guards whose names have one of them (``python -m tests.sabotage "form token" photos``). It ends
with 1 when a guard is missed by the test that is named for it. The checkout itself is not touched.
"""

import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.access.guards import GUARDS

ROOT = Path(__file__).parents[1]


def caught(path, old, new, test):
    """Whether the test goes red without the guard."""
    with TemporaryDirectory() as folder:
        copy = Path(folder) / "house"
        skipped = shutil.ignore_patterns(".*", "node_modules", "instance", "__pycache__")
        shutil.copytree(ROOT, copy, ignore=skipped)
        source = (copy / path).read_text("utf-8")
        if source.count(old) != 1:
            raise LookupError(f"{path} has not once: {old}")
        (copy / path).write_text(source.replace(old, new), "utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, *shlex.split(test)], cwd=copy, capture_output=True, check=False, text=True
        )
        return done.returncode == 1 and " failed" in done.stdout


def main(*words):
    missed = 0
    chosen = [row for row in GUARDS if not words or any(word in row[0] for word in words)]
    if not chosen:
        sys.exit("No guard has one of these words in its name.")
    _, path, untouched, _, test = chosen[0]
    if caught(path, untouched, untouched, test):
        sys.exit("The test is red with every guard in place.")
    sys.stdout.write("| guard | caught by |\n|---|---|\n")
    for guard, path, old, new, test in chosen:
        found = caught(path, old, new, test)
        missed += not found
        sys.stdout.write(f"| {guard} | {f'`{test}`' if found else 'NOTHING'} |\n")
        sys.stdout.flush()
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
