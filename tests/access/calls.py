"""Calls as each principal, what a refusal looks like, and what may differ between two of them."""

import re
from io import BytesIO
from urllib.parse import quote

from itsdangerous import URLSafeTimedSerializer

from livinglab.web.access import SAFE_METHODS, policy
from tests.access.world import COOKIES, MARK, NOBODY, NOTE, OUTSIDERS, TOKENS
from tests.factories import PASSWORD

SECRET = "made by a test"
COMPANY = {"A member", "A admin", "B member", "B admin", "token read", "token write", "B token"}
ROLES = {
    principal: {role if isinstance(role, str) else role[0] for role in roles}
    for principal, (_, home, roles) in COOKIES.items()
    if home in {"host", "lab"}
}
"""Roles of the principals of hosts."""
BODIES = {
    "api_pilots.change_pilot": lambda _: {"json": {"version": 1, "title": "Changed"}},
    "api_pilots.move_pilot": lambda _: {"json": {"version": 1}},
    "api_pilots.take_offer_back": lambda _: {"json": {"version": 1}},
    "api_comments.add_comment": lambda _: {"json": {"text": "Hello"}},
    "api_papers.attach_paper": lambda _: {
        "data": {"code": "risk_assessment", "file": (BytesIO(b"%PDF-1.4 x"), "x.pdf")}
    },
    "api_facilities.move_facility": lambda _: {"json": {"version": 1}},
    "api_facilities.change_facility": lambda world: {"json": world.document | {"version": 1}},
}
"""What to send so that a write gets as far as the question whose object it is, by endpoint."""
BODY = {"version": 1, "note": "because", "do": "approve", "title": "Changed", "name": "Changed"}
"""The same for every other endpoint."""
CHANGING = re.compile(
    r'(name="csrf_token"[^>]*?value=")[^"]+|(nonce[=-]["\']?)[\w+/=-]+|'
    r'("csrf-token" content=")[^"]+'
)


class Callers:
    """One test client per principal, and everything that outsiders were sent."""

    def __init__(self, app, world):
        self.app, self.world = app, world
        self.clients = {principal: app.test_client() for principal in COOKIES}
        self.anonymous = app.test_client()
        self.bearers = {}
        self.leaks = {}
        signer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
        self.form_token = signer.dumps(SECRET)

    def sign_in(self, principal):
        client = self.clients[principal]
        self._know_form_token(client)
        email = self.world.people[COOKIES[principal][0]].email
        form = {"email": email, "password": PASSWORD, "csrf_token": self.form_token}
        answer = client.post("/login", data=form)
        assert answer.status_code in {302, 303}, answer.text
        self._know_form_token(client)

    def take_tokens(self):
        self._know_form_token(self.anonymous)
        self.bearers = {principal: self.world.token(principal) for principal in TOKENS}
        self.bearers["feed token"] = self.world.things["feed_token_a"]

    def _know_form_token(self, client):
        with client.session_transaction() as cookie:
            cookie["csrf_token"] = SECRET

    def call(self, principal, method, path, endpoint="", *, form_token=True, **sent):
        """Call as that principal. What reaches outsiders is searched for A's mark.

        What reaches anybody but a host is searched for that of internal notes.
        """
        client = self.clients.get(principal, self.anonymous)
        headers = sent.pop("headers", {})
        if principal in self.bearers:
            headers = {"Authorization": f"Bearer {self.bearers[principal]}", **headers}
        if method not in SAFE_METHODS and not {"data", "json"} & set(sent):
            way = "json" if path.startswith("/api/") else "data"
            sent |= BODIES.get(endpoint, lambda _: {way: BODY})(self.world)
        if form_token:
            headers["X-CSRFToken"] = self.form_token
        answer = client.open(path, method=method, headers=headers, buffered=True, **sent)
        kept = [MARK] * (principal in OUTSIDERS) + [NOTE] * (principal not in ROLES)
        if kept:
            said = (f"{answer.headers}\n".encode() + answer.data).lower()
            if any(word.encode() in said for word in kept):
                self.leaks.setdefault(principal, []).append(f"{method} {path}")
        return answer


DEAD_BEARERS = {"disabled token", "removed token", "feed token"}
NARROWER = {"request.new", "request.create", "request.edit", "request.change"}
"""Hosts are refused on a page of its own that tells whose request forms are."""


def expected(app, endpoint, principal, *, api, method):
    """What the declaration means for this principal: `open`, or the status of the refusal."""
    declared = policy(app, endpoint) or frozenset()
    person = principal not in NOBODY and (api or principal not in TOKENS)
    refusals = (
        (api and principal in DEAD_BEARERS, 401),  # wherever it is shown
        (not declared, 404),
        (endpoint == "caldav.answer", 401),  # it asks for a password of its own
        (endpoint in NARROWER and principal in ROLES, 403),
        ("public" in declared, "open"),
        (not person, 401 if api else 303),
        (not _named(declared, principal), 403),
        (principal == "token read" and method not in SAFE_METHODS, 403),
    )
    return next((answer for holds, answer in refusals if holds), "open")


def _named(declared, principal):
    """Whether a person is among those declared; written anew, not asked of the product."""
    if principal in COMPANY:
        words = {"signed_in", "company"} | ({"company_admin"} if "admin" in principal else set())
    else:
        words = {"signed_in", "host"} | ROLES.get(principal, set())
    return bool(words & declared)


def refusal(answer):
    """The status of an answer, or `open`: signing in first counts as 303."""
    if answer.status_code == 303 and answer.headers["Location"].startswith("/login"):
        return 303
    return answer.status_code if answer.status_code in {401, 403, 404} else "open"


def normalised(answer, path):
    """An answer without what two answers to the same question differ in."""
    text = answer.data.decode("utf-8", "replace")
    for said in (path, quote(path, safe=""), quote(path), path.replace("=", "%3D")):
        text = text.replace(said, "<path>")
    text = CHANGING.sub(r"\1\2\3", text)
    request_id = answer.headers.get("X-Request-ID", "")
    if request_id:
        text = text.replace(request_id, "<request>")
    names = sorted(answer.headers.keys())
    return answer.status_code, names, text
