"""The buttons of an open invitation, among the people of a company and among the hosts'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import flash, redirect, url_for
from flask_babel import gettext

from livinglab.services import invitations
from livinglab.web import context

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


def send_again(number: int, page: str) -> ResponseReturnValue:
    """Send a fresh link in place of the earlier one; ``page`` is the endpoint of the list."""
    with context.work() as work:
        invitations.send_again(work, number)
    flash(gettext("A new link is on its way. The earlier one does nothing any more."), "ok")
    return redirect(url_for(page), 303)


def revoke(number: int, page: str) -> ResponseReturnValue:
    """Take an invitation back; ``page`` is the endpoint of the list."""
    with context.work() as work:
        invitations.revoke(work, number)
    flash(gettext("The invitation is taken back. Its link does nothing any more."), "ok")
    return redirect(url_for(page), 303)
