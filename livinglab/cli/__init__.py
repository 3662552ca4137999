"""The ``livinglab`` command. Every failure is one sentence on stderr and a status that is not 0.

Status 1: it could not be done. Status 2: the command line itself is wrong. ``mail-in`` answers as
mail servers ask.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from livinglab.adapters.texts import sentence
from livinglab.assets import load_settings
from livinglab.cli import (
    audit,
    database,
    examples,
    jobs,
    mail_in,
    people,
    places,
    privacy,
    serve,
)
from livinglab.cli.tools import Failure
from livinglab.domain.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (serve, jobs, mail_in, database, audit, examples, places, people, privacy)
"""Modules with ``add(verbs)``, in the order of ``livinglab --help``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks; the exit status."""
    parser = argparse.ArgumentParser(prog="livinglab", description="The Living Lab service.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in COMMANDS:
        module.add(verbs)
    options = parser.parse_args(arguments)
    try:
        return int(options.run(load_settings(), options) or 0)
    except Refusal as refusal:
        said = [refusal.message, *(problem.message for problem in refusal.problems)]
        return _fail(" ".join(dict.fromkeys(sentence(message, "en") for message in said)))
    except SQLAlchemyError as error:
        first = str(getattr(error, "orig", error)).strip().splitlines()[0]
        return _fail(f"The database did not answer as it should: {first}")
    except (Failure, ValueError, OSError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return 130


def _fail(words: str) -> int:
    sys.stdout.flush()
    print(f"livinglab: {words}", file=sys.stderr)
    return 1
