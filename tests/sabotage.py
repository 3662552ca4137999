"""Takes each guard of access away once, in a copy, and names the test that notices.

``python -m tests.sabotage`` prints the table "guard, caught by" (minutes); it ends with 1 when a
guard is missed by the test that is named for it. The checkout itself is not touched.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
MATRIX = "tests/access/test_matrix.py"
CANARIES = "tests/access/test_canaries.py"
GUARDS = (
    (
        "undeclared or refused roles are let in",
        "livinglab/web/access.py",
        "if not allows(declared, who):",
        "if False:",
        f"{MATRIX} -k staff",
    ),
    (
        "strangers are let in",
        "livinglab/web/access.py",
        "    if who is None:\n        if is_api():",
        "    if who is None:\n        return None\n        if is_api():",
        f"{MATRIX} -k anonymous",
    ),
    (
        "a token that may only read writes",
        "livinglab/web/access.py",
        'if who.scope != "write" and request.method not in SAFE_METHODS:',
        "if False:",
        f"{MATRIX} -k read",
    ),
    (
        "lists and requests of other firms",
        "livinglab/db/queries/pilots.py",
        "return Pilot.company_id == who.organisation_id\n    sent =",
        "return true()\n    sent =",
        f"{CANARIES} -k outsider",
    ),
    (
        "facilities that others run",
        "livinglab/domain/access.py",
        'return who.scope == "write" and runs_facility(who, facility)',
        'return who.scope == "write"',
        f"{MATRIX} -k far",
    ),
    (
        "facilities that are not published",
        "livinglab/services/places.py",
        "place.published or sees_unpublished(who, slug)",
        "True",
        f"{MATRIX} -k anonymous",
    ),
    (
        "whose time it is",
        "livinglab/domain/access.py",
        "        return who.organisation_id == company_id\n    return who.sees_all",
        "        return True\n    return who.sees_all",
        f"{CANARIES} -k outsider",
    ),
    (
        "another person's feed",
        "livinglab/services/feeds.py",
        "feed.user_id != work.actor.user_id",
        "False",
        f"{MATRIX} -k B",
    ),
)
"""What is taken away, where, what stands there, what instead, and the test that shall notice."""


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
            [*command, *test.split()], cwd=copy, capture_output=True, check=False, text=True
        )
        return done.returncode == 1 and " failed" in done.stdout


def main():
    missed = 0
    untouched = "PUBLIC: Final"
    if caught("livinglab/web/access.py", untouched, untouched, f"{MATRIX} -k anonymous"):
        sys.exit("The test is red with every guard in place.")
    sys.stdout.write("| guard | caught by |\n|---|---|\n")
    for guard, path, old, new, test in GUARDS:
        found = caught(path, old, new, test)
        missed += not found
        sys.stdout.write(f"| {guard} | {test if found else 'NOTHING'} |\n")
        sys.stdout.flush()
    return min(missed, 1)


if __name__ == "__main__":
    sys.exit(main())
