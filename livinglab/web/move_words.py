"""What a firm's moves of its pilot are called, what they do, and what is said after them."""

from __future__ import annotations

from flask_babel import gettext

from livinglab.domain.pilot import Action

LABELS = {
    Action.WITHDRAW: lambda: gettext("Withdraw the request"),
    Action.ACCEPT: lambda: gettext("Accept this time"),
    Action.DECLINE: lambda: gettext("Decline this time"),
    Action.CANCEL: lambda: gettext("Cancel the stay"),
    Action.SUSPEND: lambda: gettext("Suspend the test"),
}
CONSEQUENCES = {
    Action.WITHDRAW: lambda: gettext(
        "The request ends and any time held for it is free again. The host is told."
    ),
    Action.ACCEPT: lambda: gettext(
        "The time below becomes yours; what is still to be decided goes on."
    ),
    Action.DECLINE: lambda: gettext(
        "The time is free for others. Your request stays, and the host may offer another time."
    ),
    Action.CANCEL: lambda: gettext(
        "The stay ends and its time is free for others. The host reads your reason."
    ),
    Action.SUSPEND: lambda: gettext(
        "The test stops for now; the time stays yours. The host reads your reason."
    ),
}
AFTER = {
    Action.WITHDRAW: lambda: gettext("Withdrawn. The host is told."),
    Action.ACCEPT: lambda: gettext("Accepted. The host is told."),
    Action.DECLINE: lambda: gettext("Declined. The host is told and may offer another time."),
    Action.CANCEL: lambda: gettext("Cancelled. The time is free again, and the host is told."),
    Action.SUSPEND: lambda: gettext("Suspended. The host can resume or complete the test."),
}
