"""Whatever changes something tells it in the audit: all addresses that take an unsafe method."""

from livinglab.web.access import SAFE_METHODS
from tests.calls import reached

AUDIT = ("livinglab.services.records", "audit")
EXEMPT = {
    "account.switch": "for whom a session acts is kept with the session",
    "api_search.judge_fit": "answers a question, keeps nothing",
    "caldav.answer": "its unsafe methods ask, too; those that would write are refused",
    "fresh.check": "when somebody showed who they are is kept with the session",
    "hosting_edit.show_preview": "shows what a change would look like, keeps nothing",
    "second_step.by_passkey": "a sign-in is a session's row",
    "security.login": "a sign-in is a session's row",
    "security.logout": "the end of a session is kept with the session",
    "setup_import.send": "puts a file aside to be looked at; taking it over is noted",
}
"""Endpoints that write no row, each with the reason."""


def changing(app):
    """Endpoints that take an unsafe method."""
    return sorted(
        {rule.endpoint for rule in app.url_map.iter_rules() if rule.methods - SAFE_METHODS}
    )


def test_every_address_that_changes_something_writes_an_audit_row(app):
    silent = {e for e in changing(app) if AUDIT not in reached(app.view_functions[e])}
    assert silent == set(EXEMPT)
