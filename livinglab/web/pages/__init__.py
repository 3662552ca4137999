"""Pages of the service. Each module has a blueprint ``pages``; all are named here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.web import feeds as calendars
from livinglab.web import health
from livinglab.web.pages import (
    account,
    account_security,
    block_change,
    blocks,
    board,
    bulk,
    catalogue,
    company,
    conversation,
    decision,
    duplicating,
    email,
    facility,
    feeds,
    figures,
    fit,
    fresh,
    hold,
    home,
    hosting,
    hosting_edit,
    hosting_new,
    hosting_people,
    hosting_roles,
    hosting_versions,
    identities,
    inbox,
    invitations,
    library,
    mail,
    moving,
    offers,
    owed,
    own_sessions,
    participants,
    passkeys,
    password,
    people,
    personal_data,
    photos,
    pilot,
    pipeline,
    region,
    register,
    request,
    rule_edit,
    rules,
    saved,
    search,
    second_step,
    setup,
    setup_import,
    statements,
    today,
    tokens,
    trail,
    undoing,
)

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """Register every page."""
    for module in (
        *(health, calendars, home, catalogue, fit, region, search, facility, request, pilot),
        *(participants, owed),
        *(register, company, conversation, pipeline),
        *(
            inbox,
            decision,
            hold,
            undoing,
            bulk,
            library,
            duplicating,
            board,
            moving,
            offers,
            today,
            blocks,
            block_change,
            feeds,
            figures,
            saved,
            photos,
            tokens,
            identities,
            personal_data,
            mail,
            trail,
        ),
        *(hosting, hosting_edit, hosting_new, hosting_people, hosting_versions),
        *(rules, rule_edit, setup, setup_import, statements),
        *(people, invitations, hosting_roles, account),
        *(password, second_step, fresh, account_security, passkeys, own_sessions, email),
    ):
        app.register_blueprint(module.pages)
