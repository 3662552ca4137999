"""What people say of themselves: their name, language, time zone, and when mails come."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters.countries import ZONES
from livinglab.db.tables import User
from livinglab.domain.mails import KINDS, choices
from livinglab.domain.messages import N_
from livinglab.domain.reading import Node
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.services.hosts import acting
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livinglab.services.work import Work

LABELS = {"name": N_("Your name"), "language": N_("Language"), "timezone": N_("Time zone")}


def keep(work: Work, given: Mapping[str, str]) -> None:
    """Keep the actor's own name, language, time zone, and when mails of each kind come.

    Raises:
        InvalidInput: with every fault of what is given.
    """
    node = Node(dict(given), labels=LABELS)
    name = node["name"].name()
    language = node["language"].choice(LANGUAGES)
    timezone = node["timezone"]
    if timezone.value not in ZONES:
        timezone.refuse("unknown_zone", N_("There is no such time zone. Choose one of the list."))
    mails = {kind: node[f"mails_{kind}"].choice(choices(kind)) for kind in KINDS}
    node.finish()
    user = work.session.get_one(User, acting(work).user_id)
    changed = {
        "name": user.name != name,
        "language": user.language != language,
        "timezone": user.timezone != timezone.value,
        "mails": user.mails != mails,
    }
    user.name, user.language, user.timezone, user.mails = name, language, str(timezone.value), mails
    facts = {"changed": [field for field, is_new in changed.items() if is_new]}
    audit(work, "change settings", "person", str(user.id), facts=facts)
    work.session.flush()
