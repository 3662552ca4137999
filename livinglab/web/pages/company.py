"""A company's profile, for its own people and for the hosts it asks."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.adapters.countries import ZONES, countries
from livinglab.db.queries.companies import company_of, company_seen
from livinglab.domain.access import checks_companies
from livinglab.domain.companies import LABELS, MOST_LINKED, SECTORS, SIZES, profile_to_json
from livinglab.domain.errors import InvalidInput, NotFound, StaleVersion, VersionMissing
from livinglab.domain.identifiers import IDENTIFIERS
from livinglab.domain.messages import Message
from livinglab.services import companies
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.decision_view import country
from livinglab.web.errors import problem_list
from livinglab.web.filters import sentence
from livinglab.web.language import language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import Organisation
    from livinglab.domain.access import Principal

pages = Blueprint("company", __name__)
SPARE = 2
"""Empty rows for linked undertakings that a form offers."""
_LINKED = re.compile(r"linked\.([0-9]{1,2})\.(name|country)")


class Number(NamedTuple):
    """An identifier of a company as a host's page shows it."""

    field: str
    label: str
    value: str
    checked_on: date | None


@pages.get("/company")
@requires("company")
def profile() -> str:
    """The profile of one's own company."""
    return _shown(_own(), ours=True)


@pages.get("/company/edit")
@requires("company_admin")
def edit() -> str:
    """The form of the profile."""
    kept = companies.profile_of(_own())
    return _form(profile_to_json(kept), companies.version_of(kept))


@pages.post("/company/edit")
@requires("company_admin")
def change() -> ResponseReturnValue:
    """Write the profile, unless somebody else did since the form was opened."""
    document, version = _document(), request.form.get("version", "")
    try:
        with context.work() as work:
            changed = companies.change(work, document, version)
    except InvalidInput as refusal:
        page = _form(document, version, problem_list(refusal.problems))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    except (StaleVersion, VersionMissing):
        kept = companies.profile_of(_own())
        now = profile_to_json(kept)
        others = [sentence(Message(LABELS[name])) for name in now if now[name] != document[name]]
        page = _form(document, companies.version_of(kept), others=others, stale=True)
        return page, HTTPStatus.CONFLICT
    flash(gettext("The profile is saved.") if changed else gettext("Nothing was changed."), "ok")
    return redirect(url_for("company.profile"), 303)


@pages.get("/companies/<slug>")
@requires("host")
def show(slug: str) -> str:
    """The profile of a company for hosts whom it asks."""
    row = company_seen(context.session(), slug, _who())
    if row is None:
        raise NotFound
    return _shown(row, ours=False)


@pages.post("/companies/<slug>/checks")
@requires("coordinator", "admin")
def check(slug: str) -> ResponseReturnValue:
    """Note that an identifier was compared with its register, or take that back."""
    name, value = request.form.get("identifier", ""), request.form.get("value", "")
    holds = request.form.get("holds") == "y"
    try:
        with context.work() as work:
            companies.check(work, slug, name, value, holds=holds)
    except StaleVersion as refusal:
        flash(sentence(refusal.message), "bad")
    else:
        flash(gettext("Noted for today.") if holds else gettext("Taken back."), "ok")
    return redirect(url_for("company.show", slug=slug), 303)


def _shown(row: Organisation, *, ours: bool) -> str:
    kept, who = companies.profile_of(row), _who()
    numbers = [
        Number(
            field,
            sentence(Message(LABELS[field])),
            getattr(kept, field) or "",
            getattr(row, companies.checked_on(field)),
        )
        for field in IDENTIFIERS
    ]
    return render_template(
        "company/profile.html",
        company=kept,
        slug=row.slug,
        ours=ours,
        may_edit=ours and who.runs_company,
        may_check=not ours and checks_companies(who),
        numbers=numbers,
        sizes=SIZES,
        sectors=SECTORS,
        labels=LABELS,
        country=country,
    )


def _form(
    values: dict[str, Any],
    version: str,
    problems: Sequence[dict[str, Any]] = (),
    *,
    others: Sequence[str] = (),
    stale: bool = False,
) -> str:
    linked = list(values["linked"] or [])
    spare = max(min(SPARE, MOST_LINKED - len(linked)), 0)
    return render_template(
        "company/form.html",
        values=values,
        linked=[*linked, *({"name": "", "country": ""} for _ in range(spare))],
        version=version,
        problems=problems,
        at={problem["field"]: [problem] for problem in problems},
        others=others,
        stale=stale,
        labels=LABELS,
        countries=countries(language()),
        zones=[(name, name.replace("_", " ")) for name in ZONES],
        sizes=_options(SIZES),
        sectors=_options(SECTORS),
    )


def _document() -> dict[str, Any]:
    """The form as the document of a profile; what is left empty is left out."""
    texts = ("name", "country", "timezone", "size", "sector", *IDENTIFIERS)
    found: dict[str, Any] = {name: request.form.get(name, "").strip() or None for name in texts}
    found["startup"] = request.form.get("startup") == "y"
    rows: dict[int, dict[str, str | None]] = {}
    for field, value in request.form.items():
        if (named := _LINKED.fullmatch(field)) is not None and value.strip():
            rows.setdefault(int(named[1]), {"name": None, "country": None})[named[2]] = value
    found["linked"] = [rows[number] for number in sorted(rows)]
    return found


def _options(names: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, sentence(Message(name))) for code, name in names.items()]


def _own() -> Organisation:
    return company_of(context.session(), _who().organisation_id)


def _who() -> Principal:
    return cast("Principal", context.principal())
