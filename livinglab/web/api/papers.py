"""Papers of a pilot: attached, downloaded, removed."""

from __future__ import annotations

from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from flask import Response, request, send_file
from werkzeug.exceptions import UnsupportedMediaType

from livinglab.domain.messages import N_
from livinglab.domain.pilot import By
from livinglab.domain.reading import Node
from livinglab.services import moves, papers
from livinglab.web import context, readings
from livinglab.web.access import requires
from livinglab.web.api.describe import PREFIX, Api
from livinglab.web.api.pilot_json import paper_json
from livinglab.web.api.reading import Query, row_number, version, whole
from livinglab.web.api.schemas.pilots import PaperBody, PaperJson, PaperPath, PilotPath
from livinglab.web.api.writes import IF_MATCH, KEY, NOTHING, acting, reply, write

if TYPE_CHECKING:
    from livinglab.services.idempotency import Reply
    from livinglab.services.work import Work

api = Api("papers", "Documents that a firm attaches to its pilot.")

FORM = "multipart/form-data"
FLAGS = {"true": True, "false": False}
MEGABYTE = 1_000_000
MEDIA_TYPES = tuple(papers.SIGNATURES.values())
VERSION = whole("version", "The version of the pilot it was decided on; or send If-Match.")
REFUSES = (409, 412, 428)


@api.call(
    "POST",
    "/pilots/<ref>/papers",
    answers={201: PaperJson},
    takes=PaperBody,
    media=FORM,
    query=(IF_MATCH, KEY),
    refuses=REFUSES,
    etag=True,
)
@requires("company")
def attach_paper(path: PilotPath) -> Response:
    """Attach a document: PDF, PNG, JPEG, ZIP or an office file."""
    upload, seen = _upload()
    limit = context.settings().upload_limit_mb * MEGABYTE

    def act(work: Work) -> Reply:
        pilot = moves.open_pilot(work, path.ref, seen, {By.COMPANY})
        paper = papers.attach(work, pilot, upload, limit)
        work.session.flush()
        place = f"{PREFIX}/pilots/{pilot.ref}/papers/{paper.id}"
        return reply(paper_json(paper), 201, version=pilot.version, location=place)

    facts = [upload.code, upload.file_name, str(upload.expires_on), str(seen)]
    facts += [] if upload.confidential else ["open"]
    digest = sha256(upload.content).digest()
    return write(act, sent=b"\0".join((*(fact.encode() for fact in facts), digest)))


@api.call("GET", "/pilots/<ref>/papers/<int:paper>", answers={200: MEDIA_TYPES})
@requires("signed_in")
def download_paper(path: PaperPath) -> Response:
    """The document itself."""
    paper = papers.read_paper(context.session(), acting(), path.ref, row_number(path.paper))
    readings.paper(path.ref, paper)
    response = send_file(
        BytesIO(paper.content),
        mimetype=paper.media_type,
        as_attachment=True,
        download_name=paper.file_name,
        etag=paper.sha256,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


@api.call(
    "DELETE",
    "/pilots/<ref>/papers/<int:paper>",
    answers={204: None},
    query=(VERSION, IF_MATCH),
    refuses=REFUSES,
)
@requires("company")
def remove_paper(path: PaperPath) -> Response:
    """Remove a document that nobody has judged yet."""
    ask = Query()
    number = ask(VERSION)
    seen = version(Node(number, VERSION.name, {}, ask.faults))
    ask.finish()

    def act(work: Work) -> Reply:
        pilot = moves.open_pilot(work, path.ref, seen, {By.COMPANY})
        papers.detach(work, pilot, row_number(path.paper))
        return NOTHING

    return write(act)


def _upload() -> tuple[papers.Upload, int | None]:
    if request.mimetype != FORM:
        raise UnsupportedMediaType
    form = request.form
    number = form.get("version", "")
    fields = {
        "code": form.get("code"),
        "expires_on": form.get("expires_on") or None,
        "confidential": FLAGS.get(flag, flag) if (flag := form.get("confidential")) else None,
        "version": int(number) if number.isascii() and number.isdecimal() else number or None,
    }
    node = Node(fields)
    code = node["code"].text(64)
    expires = node["expires_on"].maybe(Node.day)
    confidential = node["confidential"].flag(otherwise=True)
    seen = version(node["version"])
    file = request.files.get("file")
    if file is None:
        node["file"].refuse("missing", N_("“%(field)s” is missing. Add it."))
    node.finish()
    content = file.read() if file else b""
    name = file.filename if file else None
    return papers.Upload(code, name or "", content, expires, confidential), seen
