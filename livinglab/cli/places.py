"""``livinglab import-facilities`` and ``export``: facilities from files and into them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from livinglab.adapters.csvfile import render_csv
from livinglab.adapters.texts import sentence
from livinglab.cli.tools import Failure, command_work, give, say
from livinglab.domain import sheet
from livinglab.services import facility_files

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from config import Settings
    from livinglab.services.facility_files import Report


def add(verbs: _SubParsersAction) -> None:  # type: ignore[type-arg]  # argparse's own shape
    """Add the commands."""
    verb = verbs.add_parser(
        "import-facilities", help="make or update facilities from a JSON or CSV file"
    )
    verb.add_argument("file", type=Path)
    verb.add_argument("--dry-run", action="store_true", help="only say what would happen")
    verb.add_argument(
        "--skip-broken", action="store_true", help="take the good ones, not all or nothing"
    )
    verb.add_argument(
        "--publish", action="store_true", help="put them into the catalogue if they are complete"
    )
    verb.set_defaults(run=import_facilities)
    things = verbs.add_parser("export", help="write data into a file").add_subparsers(
        required=True, metavar="WHAT"
    )
    verb = things.add_parser("facilities", help="all facilities, as they can be imported again")
    verb.add_argument("--format", choices=("json", "csv"), default="json")
    verb.add_argument("-o", "--output", type=Path, metavar="FILE", help="default: standard output")
    verb.set_defaults(run=export)


def import_facilities(settings: Settings, options: Namespace) -> int:
    """Take the file, or say what would happen; 1 when something is wrong with it."""
    with options.file.open("rb") as file, command_work(settings) as work:
        if options.dry_run:
            report = facility_files.check(
                work.session, work.world, work.now, file, publish=options.publish
            )
        else:
            try:
                report = facility_files.take(
                    work, file, publish=options.publish, skip_broken=options.skip_broken
                )
            except facility_files.BrokenFile as broken:
                raise Failure("\n".join(_faults(options.file, broken.report))) from None
    for line in _faults(options.file, report):
        say(line)
    would = "would be " if options.dry_run else ""
    give(
        f"{report.good} facilities {would}imported ({report.new} new, {report.changed} changed),"
        f" {report.same} unchanged, {report.broken} broken."
    )
    return 1 if report.broken or report.unreadable else 0


def _faults(path: Path, report: Report) -> list[str]:
    """What is wrong with the file, one line each as compilers tell it."""
    if report.unreadable:
        return [f"{path}: {sentence(report.unreadable, 'en')}"]
    told = []
    for fault in report.faults:
        where = f"{path}:{fault.line}" if report.kind == "csv" else f"{path} number {fault.line}"
        about = " ".join(filter(None, (fault.facility, fault.field)))
        told.append(f"{where}: {about + ': ' if about else ''}{sentence(fault.message, 'en')}")
    if report.fault_count > len(told):
        told.append(f"{path}: and {report.fault_count - len(told)} more faults.")
    if told:
        told.append(f"{report.good + report.same} facilities are good, {report.broken} broken.")
    return told


def export(settings: Settings, options: Namespace) -> None:
    """Write all facilities, published or not."""
    with command_work(settings) as work:
        found = list(facility_files.export(work.world.places(work.session), lambda _slug: True))
    if options.format == "csv":
        rows = [row for document in found for row in sheet.write_rows(document)]
        octets = render_csv(sheet.HEADER, rows)
    else:
        octets = json.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n"
    if options.output is None:
        sys.stdout.buffer.write(octets)
        sys.stdout.flush()
    else:
        options.output.write_bytes(octets)
        say(f"{len(found)} facilities are in {options.output}.")
