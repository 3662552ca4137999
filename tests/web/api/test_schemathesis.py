"""Schemathesis against the running service: every check, as nobody and in every role."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from livinglab.adapters.texts import PORI
from livinglab.assets import examples_path
from livinglab.db.engine import engine_options, prepare
from livinglab.db.queries.accounts import user_by_email
from livinglab.db.schema import upgrade
from livinglab.services import demo
from livinglab.services.tokens import make_token
from livinglab.services.work import begin_work
from livinglab.services.world import World
from tests.docs import DOCS
from tests.server import ROOT, serve

pytestmark = pytest.mark.slow

CALLERS = {
    "nobody": None,
    "member": "c02@demo.example",
    "company admin": "c01@demo.example",
    "reader": "c01@demo.example",
    "manager": "manager.fac-03@demo.example",
    "coordinator": "coordinator@demo.example",
    "admin": "admin@demo.example",
}
READERS = {"reader"}
"""Whose tokens may only read."""
EXAMPLES = 3
BOUNDARIES = {"nobody", "coordinator"}
"""Who also tries every boundary of every value: most of the time, and judged alike for all."""
CALLS = sum(len(path) for path in json.loads((DOCS / "openapi.json").read_text())["paths"].values())


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """Address of the service with example data, and a token of each caller."""
    folder = tmp_path_factory.mktemp("schemathesis")
    url = f"sqlite:///{folder / 'livinglab.sqlite3'}"
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    upgrade(engine)
    world, now = World("http://127.0.0.1", "desk@livinglab.example"), datetime.now(UTC)
    with Session(engine) as session:
        with begin_work(session, world, now=now) as work:
            demo.seed(work, examples_path(), "no password", anchor=world.today(now, PORI))
            user = user_by_email(work.session, CALLERS["member"])
            user.memberships[0].role = "member"
        with begin_work(session, world, now=now) as work:
            tokens = {
                name: email and make_token(work, email, "read" if name in READERS else "write")
                for name, email in CALLERS.items()
            }
    engine.dispose()
    with serve(folder, api_calls_per_minute=1_000_000) as address:
        yield address, tokens


@pytest.mark.parametrize("name", CALLERS)
def test_no_check_fails(service, name, tmp_path):
    address, tokens = service
    command = [Path(sys.executable).with_name("st"), "--config-file", ROOT / "schemathesis.toml"]
    command += ["run", f"{address}/api/v1/openapi.json", "--checks", "all", "--seed", "1"]
    command += ["--max-examples", str(EXAMPLES), "--no-color"]
    if name not in BOUNDARIES:
        command += ["--phases", "examples,fuzzing,stateful"]
    if tokens[name]:
        command += ["--header", f"Authorization: Bearer {tokens[name]}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    assert f"Tested: {CALLS - 1}" in done.stdout  # every call but that of the document itself
