"""`livinglab run`: a real server in a process of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

LIVINGLAB = Path(sys.executable).with_name("livinglab")


@pytest.fixture
def environment(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if "LIVINGLAB" not in name}
    return {**kept, "LIVINGLAB_PORT": str(port), "LIVINGLAB_INSTANCE_PATH": str(tmp_path)}


def test_the_server_answers_and_stops_when_told(environment):
    subprocess.run([LIVINGLAB, "db", "upgrade"], env=environment, check=True, capture_output=True)
    port = environment["LIVINGLAB_PORT"]
    with subprocess.Popen(
        [LIVINGLAB, "run"], env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr.readline() == (
                f"Living Lab is at http://127.0.0.1:{port} (port {port}). Ctrl-C stops it.\n"
            )
            answer = _ask(int(port), server)
            assert (answer.status, answer.headers["X-Frame-Options"]) == (200, "DENY")
        finally:
            server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0


def _ask(port, server):
    """The first answer of a server that is starting."""
    while server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request("GET", "/readyz")
            answer = connection.getresponse()
            answer.read()
        except ConnectionRefusedError:
            continue
        else:
            return answer
        finally:
            connection.close()
    raise AssertionError(server.stderr.read())
