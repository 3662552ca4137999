"""Servers under test, clients that ask them, and what an answer cost them.

Times are given as processor time of the whole server (``/proc``) beside the time on the clock:
the machine may be shared, and processor time moves less.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
ROOT = HERE.parent
TICK = os.sysconf("SC_CLK_TCK")
START_SECONDS = 60
KEEP_SECONDS = 1
FORM_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Cost:
    """What one call costs in the median: milliseconds of processor and on the clock, octets."""

    cpu: float
    wall: float
    size: int = 0

    def __str__(self) -> str:
        return f"{self.cpu:8.3f} ms cpu {self.wall:8.3f} ms wall {self.size:9,d} B"

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.cpu + other.cpu, self.wall + other.wall, self.size + other.size)


class Client:
    """A keep-alive HTTP client on this machine."""

    def __init__(self, port: int, token: str = "") -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._asked = 0.0

    def get(self, path: str, **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        """Status, body and headers of an address; header names are written with ``_``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", path, None, self._headers | named)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in by the form and keep the session's cookie."""
        page = self.get("/login")
        found = FORM_TOKEN.search(page[1].decode())
        assert found, page[0]
        form = {"email": email, "password": password, "csrf_token": found[1]}
        headers = self._headers | {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": _cookie(page[2]),
        }
        status, body, answer = self.ask("POST", "/login", urlencode(form), headers)
        assert status == http.HTTPStatus.FOUND, (status, body[:500])
        self._headers["Cookie"] = _cookie(answer)

    def ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, bytes, http.client.HTTPMessage]:
        """Status, body and headers of what any method answers."""
        if time.monotonic() > self._asked + KEEP_SECONDS:
            self._connection.close()  # the server may be about to close it
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        self._asked = time.monotonic()
        return answer.status, answer.read(), answer.headers

    def json(self, path: str) -> Any:  # noqa: ANN401  # JSON is anything
        """The JSON at an address, which must be there."""
        status, body, _ = self.get(path)
        assert status == http.HTTPStatus.OK, (path, status, body[:500])
        return json.loads(body)

    def post(self, path: str, value: object) -> Any:  # noqa: ANN401  # JSON is anything
        """The answer to a JSON document, which must be taken."""
        headers = self._headers | {"Content-Type": "application/json"}
        status, body, _ = self.ask("POST", path, json.dumps(value), headers)
        assert status in {200, 201}, (path, status, body[:500])
        return json.loads(body)


def _cookie(answer: http.client.HTTPMessage) -> str:
    return answer["Set-Cookie"].partition(";")[0]


@dataclass(frozen=True)
class Server:
    """A server process under test."""

    port: int
    pid: int

    def client(self, token: str = "") -> Client:
        """A client of it."""
        return Client(self.port, token)

    def cpu(self) -> float:
        """Processor seconds used so far by it and its children, living or gone."""
        return sum(sum(map(int, stat[11:15])) for stat in _tree(self.pid).values()) / TICK

    def memory(self) -> dict[int, float]:
        """Resident megabytes of each of its processes."""
        page = os.sysconf("SC_PAGE_SIZE")
        return {pid: int(stat[21]) * page / 2**20 for pid, stat in _tree(self.pid).items()}


def _tree(root: int) -> dict[int, list[str]]:
    """The fields of ``/proc/PID/stat`` behind the name, of a process and all below it."""
    stats: dict[int, list[str]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text("utf-8", "replace")
            except OSError:
                continue
            stats[int(folder.name)] = text.rpartition(")")[2].split()
    found: dict[int, list[str]] = {}
    wanted = [root]
    while wanted:
        pid = wanted.pop()
        if pid in stats:
            found[pid] = stats[pid]
            wanted += [child for child, stat in stats.items() if int(stat[1]) == pid]
    return found


@contextmanager
def floor() -> Iterator[Server]:
    """The floor application under the same server as the product: gunicorn, one process."""
    port = free_port()
    command = (*(sys.executable, "-m", "gunicorn", "floor:app", "--chdir", str(HERE)),)
    options = ("-k", "gthread", "--threads", "8", "-w", "1", "-b", f"127.0.0.1:{port}")
    with _serving((*command, *options, "--log-level", "warning"), port, "/json") as server:
        yield server


@contextmanager
def product(database_url: str, **settings: str) -> Iterator[Server]:
    """``livinglab run`` on a database; settings are named as in the README, lower case."""
    port = free_port()
    with tempfile.TemporaryDirectory() as instance:
        values = {
            "database_url": database_url,
            "instance_path": instance,
            "port": str(port),
            "api_calls_per_minute": "100000000",
            "scheduler": "off",
            **settings,
        }
        environment = {f"LIVINGLAB_{name.upper()}": value for name, value in values.items()}
        command = (str(Path(sys.executable).with_name("livinglab")), "run")
        with _serving(command, port, "/readyz", environment) as server:
            yield server


@contextmanager
def _serving(
    command: tuple[str, ...], port: int, ready: str, environment: dict[str, str] | None = None
) -> Iterator[Server]:
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | (environment or {}))  # noqa: S603
    try:
        await_answer(port, ready, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(30)


def await_answer(
    port: int, path: str, process: subprocess.Popen[bytes], seconds: float = START_SECONDS
) -> None:
    """Wait until an address answers 200.

    Raises:
        TimeoutError: it does not, or the process has ended.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        try:
            if Client(port).get(path)[0] == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing answers at {path}")


def free_port() -> int:
    """A TCP port nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def timed(
    server: Server,
    call: Callable[[int], bytes],
    *,
    seconds: float = 3,
    least: int = 5,
    times: int | None = None,
) -> Cost:
    """What ``call(i)`` costs the server, asked one after the other; the first two do not count.

    It is called ``times`` times, or for so many ``seconds``, but ``least`` times.
    """
    for index in range(2):
        call(index)
    walls, size = [], 0
    before, begun = server.cpu(), time.perf_counter()
    while (
        len(walls) < times
        if times is not None
        else len(walls) < least or time.perf_counter() < begun + seconds
    ):
        start = time.perf_counter()
        size += len(call(len(walls)))
        walls.append(time.perf_counter() - start)
    cpu = (server.cpu() - before) / len(walls)
    return Cost(cpu * 1e3, median(walls) * 1e3, size // len(walls))


def spent(call: Callable[[int], object], *, seconds: float = 1, least: int = 5) -> Cost:
    """What ``call(i)`` costs this process, in the median."""
    call(0)
    cpus, walls = [], []
    until = time.perf_counter() + seconds
    while len(walls) < least or time.perf_counter() < until:
        cpu, wall = time.process_time(), time.perf_counter()
        call(len(walls))
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
    return Cost(median(cpus) * 1e3, median(walls) * 1e3)


def middle(costs: list[Cost]) -> Cost:
    """The median of repeated measurements."""
    return Cost(
        median(cost.cpu for cost in costs),
        median(cost.wall for cost in costs),
        int(median(cost.size for cost in costs)),
    )


def tell(name: str, cost: Cost, base: Cost | None = None) -> None:
    """Print a row, with how often its floor fits into it."""
    ratio = ""
    if base is not None:
        ratio = f"  {cost.cpu / base.cpu:6.1f}x cpu {cost.wall / base.wall:6.1f}x wall"
    print(f"{name:46s} {cost}{ratio}", flush=True)
