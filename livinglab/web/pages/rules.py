"""The rules that choose lanes, gates and evidence: in words, by version, and tried on pilots."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.db.queries.pilots import pilot_by_ref, pilots
from livinglab.domain.errors import InvalidInput, NotFound, Problem, Refusal, StaleVersion
from livinglab.domain.messages import N_, Message
from livinglab.domain.rules_difference import differences
from livinglab.domain.rules_json import read_book
from livinglab.domain.vocabulary import LANES, OWNER_ROLES
from livinglab.services import outlook, rule_drafts, rules
from livinglab.services.availability import Finder
from livinglab.services.rules import Numbered
from livinglab.web import context, lane_view, rule_words
from livinglab.web.access import requires
from livinglab.web.asked import Asked
from livinglab.web.errors import problem_list, status_of
from livinglab.web.filters import sentence

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.services.judging import Judged

pages = Blueprint("rules", __name__)
TRIED = 60
LONGEST = 1_000_000


@pages.get("/rules")
@requires("coordinator", "admin")
def listing() -> str:
    """Every rule of the draft, or of the version in force while there is no draft."""
    return _listing()


@pages.post("/rules/publish")
@requires("coordinator", "admin")
def publish() -> ResponseReturnValue:
    """Make the draft the version in force."""
    try:
        with context.work() as work:
            number = rule_drafts.publish(work, request.form.get("note", ""), _version())
    except (InvalidInput, StaleVersion, NotFound) as refusal:
        return _listing(refusal), status_of(refusal, page=True)
    text = gettext("Version %(number)s is in force for requests sent from now on.", number=number)
    flash(text, "ok")
    return redirect(url_for("rules.listing"), 303)


@pages.post("/rules/discard")
@requires("coordinator", "admin")
def discard() -> ResponseReturnValue:
    """Throw the draft away."""
    try:
        with context.work() as work:
            rule_drafts.discard(work, _version())
    except StaleVersion as refusal:
        return _listing(refusal), status_of(refusal, page=True)
    flash(gettext("The draft is gone. The version in force stands."), "ok")
    return redirect(url_for("rules.listing"), 303)


@pages.get("/rules/versions")
@requires("coordinator", "admin")
def versions() -> str:
    """Every version, with what it changed."""
    found = rule_drafts.versions(context.session())
    books = [rules.parsed(row.document) for row in found]
    rows = [
        (row, differences(books[index + 1], books[index]) if index + 1 < len(books) else None)
        for index, row in enumerate(found)
    ]
    return render_template("rules/versions.html", rows=rows, words=rule_words)


@pages.get("/rules/versions/<int(max=2147483647):number>.json")
@requires("coordinator", "admin")
def export(number: int) -> Response:
    """A version as a file, to keep or to change and import."""
    document = rule_drafts.book(context.session(), number)
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    name = f"attachment; filename=rules-{number}.json"
    return Response(text, mimetype="application/json", headers={"Content-Disposition": name})


@pages.post("/rules/import")
@requires("coordinator", "admin")
def take() -> ResponseReturnValue:
    """Read a file: say what it would change or what is wrong, and take it as the draft if asked."""
    upload = request.files.get("file")
    text = upload.read(LONGEST + 1).decode("utf-8", "replace") if upload else ""
    text = text.strip() or request.form.get("text", "")
    found = rule_drafts.draft(context.session())
    try:
        document = _document(text)
        book = read_book(document)
        if request.form.get("do") == "take":
            with context.work() as work:
                rule_drafts.replace(work, document, _version())
            flash(gettext("The file is the draft now. Publish it to put it into force."), "ok")
            return redirect(url_for("rules.listing"), 303)
    except (InvalidInput, StaleVersion) as refusal:
        problems = problem_list(refusal.problems) or [
            {"field": "file", "detail": sentence(refusal.message)}
        ]
        page = render_template(
            "rules/import.html", problems=problems, text=text, differences=[], draft=found
        )
        return page, status_of(refusal, page=True)
    return render_template(
        "rules/import.html",
        problems=[],
        text=text,
        differences=differences(found.book, book),
        draft=found,
        words=rule_words,
    )


@pages.get("/rules/try")
@requires("coordinator", "admin")
def try_out() -> str:
    """A pilot by the draft and by the version in force, side by side."""
    session, who = context.session(), _who()
    recent = session.scalars(pilots(who).limit(TRIED)).all()
    ref = Asked(request.args).text("pilot") or (recent[0].ref if recent else "")
    pilot = pilot_by_ref(session, ref, who) if ref else None
    found, current = rule_drafts.draft(session), rules.current(session)
    judged: list[tuple[str, Judged]] = []
    if pilot is not None:
        finder = Finder.read(context.world(), session, context.now())
        drafted = Numbered(current.number + 1, found.book)
        named = gettext("Version %(number)s, in force", number=current.number)
        judged.append((named, outlook.judged(finder, pilot, current)))
        if found.version:
            judged.append((gettext("The draft"), outlook.judged(finder, pilot, drafted)))
    return render_template(
        "rules/try.html",
        options=[(p.ref, f"{p.ref}: {p.title}") for p in recent],
        pilot=pilot,
        judged=[(name, one, lane_view.of_judged(one)) for name, one in judged],
    )


def _listing(refusal: Refusal | None = None) -> str:
    session = context.session()
    found, current = rule_drafts.draft(session), rules.current(session)
    places = context.world().places(session)
    return render_template(
        "rules/list.html",
        draft=found,
        number=current.number,
        rows=[
            (rule, rule_words.when(rule), rule_words.causes(rule, found.book.evidence))
            for rule in found.book.rules
        ],
        differences=differences(current.book, found.book) if found.version else [],
        unowned=rule_drafts.unowned(session, places, found.book, context.today()),
        lanes=LANES,
        roles=OWNER_ROLES,
        words=rule_words,
        lengths=rule_words.lengths(found.book),
        refused=sentence(refusal.message) if refusal else "",
        note=request.form.get("note", ""),
    )


def _document(text: str) -> object:
    """The JSON of a file.

    Raises:
        InvalidInput: it is none, and where.
    """
    if not text.strip() or len(text) > LONGEST:
        raise InvalidInput.of(Problem("file_empty", "file", Message(N_("Choose a file of rules."))))
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        message = Message(N_("Line %(line)s cannot be read as JSON."), {"line": line})
        raise InvalidInput.of(Problem("not_json", "file", message)) from None


def _version() -> int:
    return request.form.get("version", type=int) or 0


def _who() -> Principal:
    return cast("Principal", context.principal())
