"""Hosts of facilities: made by name, with an id that nobody has yet."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.tables import Organisation
from livinglab.domain.folding import fold
from livinglab.domain.reading import Node
from livinglab.services.records import audit

if TYPE_CHECKING:
    from livinglab.services.work import Work

ID_LETTERS = 40


def add_host(work: Work, name: str) -> Organisation:
    """The real host of that name, made if there is none.

    Raises:
        InvalidInput: the name is empty, too long, or has control characters.
    """
    node = Node({"host": name})["host"]
    name = node.text()
    node.finish()
    known = select(Organisation).where(
        Organisation.kind == "host", Organisation.name == name, ~Organisation.is_example
    )
    host = work.session.scalars(known.order_by(Organisation.id).limit(1)).one_or_none()
    if host is None:
        taken = set(work.session.scalars(select(Organisation.slug)))
        host = Organisation(slug=free_id(name, taken), kind="host", name=name)
        work.session.add(host)
        work.session.flush()
        audit(work, "create", "organisation", host.slug)
    return host


def free_id(name: str, taken: set[str], otherwise: str = "host") -> str:
    """An id made of the letters of a name: small letters, digits and hyphens, not yet ``taken``.

    ``otherwise`` serves names without any Latin letter.
    """
    stem = re.sub(r"[^a-z0-9]+", "-", fold(name))[:ID_LETTERS].strip("-") or otherwise
    return next(slug for n in count(1) if (slug := f"{stem}-{n}" if n > 1 else stem) not in taken)
