"""Sites: the ground that facilities stand on, named once for all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from livinglab.db.locking import lock_facility
from livinglab.db.queries.sites import facilities_on, lock_site
from livinglab.domain.access import may_manage_facility
from livinglab.domain.errors import (
    NotAllowed,
    NotFound,
    StaleVersion,
)
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile import facility_from_json
from livinglab.domain.reading import Node
from livinglab.services.hosts import acting
from livinglab.services.profiles import store
from livinglab.services.records import audit

if TYPE_CHECKING:
    from livinglab.db.tables import Site
    from livinglab.services.work import Work


def rename(work: Work, slug: str, name: str, old_name: str) -> Site:
    """Give a site another name, in the description of every facility on it.

    ``old_name`` is the one that was read: two people do not rename over each other.

    Raises:
        NotFound: there is no such site, or none of its facilities is there for the actor.
        NotAllowed: some facility on it is not the actor's to manage.
        StaleVersion: somebody has renamed it meanwhile.
        InvalidInput: the name is empty, too long, or has signs that cannot be kept.
    """
    who = acting(work)
    slugs = facilities_on(work.session, slug)
    places = work.world.places(work.session)
    if not any(places.seen(facility, who) for facility in slugs):
        raise NotFound
    if not all(may_manage_facility(who, facility) for facility in slugs):
        raise NotAllowed(
            Message(N_("Others run facilities on this site too. Ask the coordinator."))
        )
    wanted = _checked(name)
    rows = [row for facility in slugs if (row := lock_facility(work.session, facility))]
    site = lock_site(work.session, slug)
    if site is None:
        raise NotFound
    if site.name != old_name:
        text = N_("The site is called “%(name)s” by now. Read it again.")
        raise StaleVersion(Message(text, {"name": site.name}))
    if wanted == site.name:
        return site
    site.name = wanted
    for row in rows:
        renamed = replace(facility_from_json(row.profile), site=wanted)
        store(work, row, renamed, row.host, "rename")
    audit(work, "rename", "site", slug, facts={"from": old_name, "to": wanted})
    work.session.flush()
    return site


def _checked(name: str) -> str:
    node = Node(name, "name", {"name": N_("Name")})
    text = node.text()
    node.finish()
    return text
