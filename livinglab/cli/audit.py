"""``livinglab audit verify``: whether anybody changed what the audit chain tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.cli.tools import application, give
from livinglab.db.flask_db import db
from livinglab.db.queries.audit import before_chain
from livinglab.domain.chain import Count
from livinglab.services import audit_chain
from livinglab.web import context

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from config import Settings
    from livinglab.domain.chain import Break

FAULTS = {
    "edited": "was edited",
    "words": "has other words than were written",
    "missing": "is missing",
    "cut": "is missing: the end of the chain was cut off",
    "head": "lies after what the database says is the last one",
    "anchor": "is another row than the one noted in the file of heads",
}


def add(verbs: _SubParsersAction) -> None:  # type: ignore[type-arg]  # argparse's own shape
    """Add the command."""
    actions = verbs.add_parser("audit", help="the trail of who did what").add_subparsers(
        required=True, metavar="ACTION"
    )
    action = actions.add_parser("verify", help="look for rows that were changed or taken away")
    action.set_defaults(run=verify)


def verify(settings: Settings, _options: Namespace) -> int:
    """Walk the whole chain, print each break or that there is none; 1 when there is one."""
    found, count = 0, Count()
    with application(settings):
        session = db.session()
        for fault in audit_chain.verify(session, context.world(), count):
            found += 1
            give(f"FAIL {_words(fault)}")
        early = before_chain(session)
    give(
        f"{'FAIL' if found else 'ok  '} {count.rows} rows, head {count.position}"
        f" {count.mac or '-'}; {count.removed} removed for a reason,"
        f" words of {count.erased} erased, {early} from before the chain"
    )
    return 1 if found else 0


def _words(fault: Break) -> str:
    if fault.fault == "unsealed":
        return f"row with id {fault.position} stands beside the chain"
    many = fault.until != fault.position
    where = f"{fault.position}-{fault.until}" if many else f"{fault.position}"
    return f"position {where} {FAULTS[fault.fault]}"
