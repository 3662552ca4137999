"""The design's table of the workflow, copied by hand: what may follow what, and whose it is."""

ENDED = ("rejected", "withdrawn", "cancelled", "no_show")
WAYS = {
    "draft": {"submit", "withdraw"},
    "submitted": {"request-info", "approve", "offer", "waitlist", "reject", "withdraw"},
    "needs_info": {"submit", "withdraw", "reject"},
    "in_review": {"approve", "request-info", "offer", "waitlist", "reject", "withdraw"},
    "offered": {"accept", "decline", "withdraw"},
    "waitlisted": {"offer", "withdraw", "reject"},
    "conditional": {"fulfil", "reschedule", "cancel"},
    "confirmed": {"mark-ready", "reschedule", "cancel"},
    "ready": {"check-in", "reschedule", "cancel", "no-show"},
    "in_progress": {"suspend", "complete"},
    "suspended": {"resume", "complete", "cancel"},
    "completed": {"close"},
    "closed": set(),
    **{state: {"reinstate"} for state in ENDED},
}
BY = {
    **dict.fromkeys(("submit", "accept", "decline", "withdraw"), "company"),
    **dict.fromkeys(("approve", "request-info", "offer", "waitlist", "reject"), "gate"),
    **dict.fromkeys(("cancel", "suspend"), "either"),
    **dict.fromkeys(("reschedule", "fulfil", "mark-ready", "check-in", "no-show"), "host"),
    **dict.fromkeys(("resume", "complete", "close", "reinstate"), "host"),
}
PLAIN = {
    "request-info": "needs_info",
    "waitlist": "waitlisted",
    "withdraw": "withdrawn",
    "cancel": "cancelled",
    "mark-ready": "ready",
    "check-in": "in_progress",
    "no-show": "no_show",
    "suspend": "suspended",
    "resume": "in_progress",
    "complete": "completed",
    "close": "closed",
}
"""Moves that lead to one state and ask for nothing."""
HOLDS = {
    **dict.fromkeys(("in_review", "offered", "conditional"), "tentative"),
    **dict.fromkeys(("confirmed", "ready", "in_progress", "suspended"), "firm"),
    **dict.fromkeys(("completed", "closed"), "firm"),
    **dict.fromkeys(("draft", "waitlisted", *ENDED), "released"),
}
"""What held time becomes; sent and asked for more leave it as it is."""
