"""What the service takes when nobody asks anything, and how soon it answers after `./lab run`.

    .venv/bin/python bench/idle.py [--fresh]

With example data, one server process and the scheduler. ``--fresh`` also times `./lab run` in a
clean clone, where the environment, the front end and the example data are made first; packages
come from the caches of uv and npm.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from measure import ROOT, Server, await_answer, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

CALM_SECONDS = 5


@contextmanager
def running(checkout: Path, instance: Path) -> Iterator[tuple[Server, float]]:
    """``./lab run`` of a checkout and the seconds until ``/readyz`` answered 200."""
    port = free_port()
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("LIVINGLAB_")
    }
    environment |= {"LIVINGLAB_PORT": str(port), "LIVINGLAB_INSTANCE_PATH": str(instance)}
    begun = time.perf_counter()
    command = (sys.executable, str(checkout / "lab"), "run")
    process = subprocess.Popen(  # noqa: S603
        command, cwd=checkout, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        await_answer(port, "/readyz", process, seconds=600)
        yield Server(port, process.pid), time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(60)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--fresh", action="store_true", help="time a clean clone as well")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        instance = Path(folder) / "instance"
        for words in ("no data yet", "data there"):
            with running(ROOT, instance) as (server, seconds):
                print(f"./lab run to /readyz, set up, {words}: {seconds:.1f} s")
                time.sleep(CALM_SECONDS)
                tell_memory(server)
        if chosen.fresh:
            clone = Path(folder) / "clone"
            subprocess.run(("git", "clone", "-q", ROOT, clone), check=True)  # noqa: S603, S607
            with running(clone, clone / "instance") as (_, seconds):
                print(f"./lab run to /readyz, clean clone: {seconds:.1f} s")


def tell_memory(server: Server) -> None:
    """Print what each process has in memory, and what of it is its own."""
    for pid, resident in server.memory().items():
        own = sum(
            int(line.split()[1])
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
            if line.startswith("Private")
        )
        print(f"  process {pid}: {resident:.0f} MB resident, {own / 1024:.0f} MB its own")


if __name__ == "__main__":
    main()
