"""The real service in processes of its own, for tests over HTTP."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from livinglab.cli.serve import LONGEST_LINE

ROOT = Path(__file__).parents[1]
START_SECONDS = 60


def free_port():
    """A port nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serve(instance, *, processes=1, threads=8, target="wsgi:app", port=None, **settings):
    """Serve ``target`` by gunicorn; yields its address. ``settings`` by their lower-case names."""
    port = port or free_port()
    base_url = f"http://127.0.0.1:{port}"
    values = {"instance_path": instance, "base_url": base_url, "scheduler": "off"} | settings
    environ = {k: v for k, v in os.environ.items() if not k.startswith("LIVINGLAB_")}
    environ |= {f"LIVINGLAB_{name.upper()}": str(value) for name, value in values.items()}
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", str(processes)]
    command += ["--threads", str(threads), "--timeout", "120", "--log-level", "warning"]
    command += ["--limit-request-line", str(LONGEST_LINE), target]
    log_path = Path(instance) / "server.log"
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("wb") as log:
        server = subprocess.Popen(
            command, cwd=ROOT, env=environ, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _wait_for(f"{base_url}/livez", server, log_path)
            yield base_url
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def _wait_for(url, server, log_path):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise AssertionError(f"the server ended: {log_path.read_text('utf-8')[-2000:]}")
        try:
            with urlopen(url, timeout=5) as answer:  # noqa: S310  # an address made here
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.05)
    raise AssertionError(f"the server did not start: {log_path.read_text('utf-8')[-2000:]}")
