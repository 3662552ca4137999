"""A company's profile: its admins write it, hosts read it, the living lab checks its numbers."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from livinglab.adapters.countries import COUNTRIES
from livinglab.db.queries.companies import company_of, company_seen
from livinglab.domain.access import checks_companies
from livinglab.domain.companies import CompanyProfile, profile_from_json, profile_to_json
from livinglab.domain.countries import in_eea
from livinglab.domain.errors import NotAllowed, NotFound, StaleVersion, VersionMissing
from livinglab.domain.identifiers import IDENTIFIERS
from livinglab.domain.messages import N_, Message
from livinglab.services.calendar_texts import refresh_company
from livinglab.services.records import audit

if TYPE_CHECKING:
    from livinglab.db.tables import Organisation
    from livinglab.services.work import Work

STALE = N_("Somebody changed the profile after you opened it. Look at it again, then change it.")


def profile_of(row: Organisation) -> CompanyProfile:
    """The profile as it is kept."""
    linked = tuple((entry["name"], entry["country"]) for entry in row.linked)
    return CompanyProfile(
        name=row.name,
        country=row.country,
        timezone=row.timezone,
        size=row.size,
        sector=row.sector,
        startup=row.startup,
        vat_id=row.vat_id,
        lei=row.lei,
        eori=row.eori,
        linked=linked,
    )


def version_of(profile: CompanyProfile) -> str:
    """What a form names to say from which profile it was made: a hash of its content."""
    text = json.dumps(profile_to_json(profile), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def change(work: Work, document: object, version: str) -> list[str]:
    """Write the profile of the actor's company; the names of the fields that changed.

    An identifier that changed has been checked by nobody.

    Raises:
        NotAllowed: the actor is no admin of a company.
        VersionMissing, StaleVersion: the form was made from nothing, or from another profile.
        InvalidInput: with every fault of the document.
    """
    who = work.actor
    if who is None or not who.runs_company or who.scope != "write":
        raise NotAllowed(Message(N_("A company's admins change its profile.")))
    if not version:
        raise VersionMissing
    row = company_of(work.session, who.organisation_id, lock=True)
    before = profile_of(row)
    after = profile_from_json(document, COUNTRIES)
    if version != version_of(before):
        raise StaleVersion(Message(STALE))
    old, new = profile_to_json(before), profile_to_json(after)
    changed = [name for name in new if new[name] != old[name]]
    for name in changed:
        setattr(row, name, new[name])
        if name in IDENTIFIERS:
            setattr(row, checked_on(name), None)
    row.eea = in_eea(row.country)
    if changed:
        audit(work, "edit", "organisation", row.slug, facts={"changed": changed})
    work.session.flush()
    if "name" in changed:
        refresh_company(work, row.id)
    return changed


def check(work: Work, slug: str, name: str, value: str, *, holds: bool) -> None:
    """Note that somebody compared an identifier with its register today, or take that back.

    ``value`` is what was compared: a company may have changed it meanwhile.

    Raises:
        NotFound: the actor sees no such company, or no such identifier of it.
        NotAllowed: the actor is neither coordinator nor admin of the living lab.
        StaleVersion: the company's identifier is another one now.
    """
    who = work.actor
    row = company_seen(work.session, slug, who) if who else None
    if who is None or row is None or name not in IDENTIFIERS:
        raise NotFound
    if not checks_companies(who):
        raise NotAllowed(Message(N_("The coordinator and admins check a company's numbers.")))
    row = company_of(work.session, row.id, lock=True)
    if not value or getattr(row, name) != value:
        raise StaleVersion(Message(STALE))
    setattr(row, checked_on(name), work.world.today(work.now) if holds else None)
    facts = {"identifier": name}
    audit(work, "check" if holds else "uncheck", "organisation", row.slug, facts=facts)


def checked_on(name: str) -> str:
    """The column with the day on which an identifier was compared with its register."""
    return f"{name.removesuffix('_id')}_checked_on"
