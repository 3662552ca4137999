"""Papers a firm attaches: risk assessments, certificates, data sheets."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import undefer

from livinglab.db.queries.pilots import confided_to, visible_to
from livinglab.db.tables import Paper, Pilot
from livinglab.domain.errors import IllegalTransition, InvalidInput, NotFound, Problem
from livinglab.domain.messages import N_, Message, Quantity
from livinglab.domain.pilot import STATE_NAMES, By, State
from livinglab.domain.reading import is_safe
from livinglab.services import evidence, moves, notices
from livinglab.services.evidence import OVER
from livinglab.services.pilot import EDITABLE
from livinglab.services.records import audit

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal
    from livinglab.services.work import Work

PAPERS_PER_PILOT = 40
CODE_LIMIT = 64
SIGNATURES: dict[bytes, str] = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"PK\x03\x04": "application/zip",
}
"""What may be attached, judged by the first octets; office documents are ZIP files."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in. A ``confidential`` one is read by those who decide alone."""

    code: str
    file_name: str
    content: bytes
    expires_on: date | None = None
    confidential: bool = True


def attach(work: Work, pilot: Pilot, upload: Upload, limit_bytes: int) -> Paper:
    """Keep a file with the pilot; the caller has the right and holds the pilot's lock.

    The same file for the same purpose again is kept once, with the newer date.

    Raises:
        IllegalTransition: the pilot has ended.
        InvalidInput: no code, empty, too large, too many, or not a kind of file that is taken.
    """
    _refuse_unless(pilot, State(pilot.state) not in OVER)
    if not 0 < len(upload.code.strip()) <= CODE_LIMIT or not is_safe(upload.code):
        raise _refused("paper_code", N_("Say which paper this is."))
    if len(pilot.papers) >= PAPERS_PER_PILOT:
        raise _refused("too_many_papers", N_("There are too many papers. Remove some first."))
    media_type = media_type_of(upload.content, limit_bytes)
    digest = sha256(upload.content).hexdigest()
    for known in pilot.papers:
        if (known.code, known.sha256) == (upload.code, digest):
            known.expires_on = upload.expires_on
            evidence.settle(work, pilot)
            return known
    paper = Paper(
        code=upload.code,
        file_name=plain_name(upload.file_name) or "paper",
        media_type=media_type,
        size=len(upload.content),
        sha256=digest,
        confidential=upload.confidential,
        expires_on=upload.expires_on,
        content=upload.content,
        uploaded_at=work.now,
        uploaded_by_id=work.actor.user_id if work.actor else pilot.created_by_id,
    )
    pilot.papers.append(paper)
    pilot.changed_at = work.now
    evidence.settle(work, pilot)
    audit(work, "attach", "paper", f"{pilot.ref}/{upload.code}", pilot=pilot, note=paper.file_name)
    return paper


def detach(work: Work, pilot: Pilot, paper_id: int) -> None:
    """Remove a paper, while nobody has decided on it: what was judged stays.

    Raises:
        IllegalTransition: the request was sent.
        NotFound: the pilot has no such paper.
    """
    _refuse_unless(pilot, State(pilot.state) in EDITABLE)
    paper = next((paper for paper in pilot.papers if paper.id == paper_id), None)
    if paper is None:
        raise NotFound
    pilot.papers.remove(paper)
    pilot.changed_at = work.now
    evidence.settle(work, pilot)
    audit(work, "detach", "paper", f"{pilot.ref}/{paper.code}", pilot=pilot, note=paper.file_name)


def refuse(work: Work, ref: str, paper_id: int, note: str, *, version: int | None) -> Pilot:
    """Say that a paper is not accepted, and why; the firm is told and gives another.

    Whoever decides on the pilot may. It is then as if the paper were not there.

    Raises:
        InvalidInput: no reason is given, or it cannot be kept.
        IllegalTransition: the pilot has ended.
        NotFound: the pilot has no such paper; else see ``moves.open_pilot``.
    """
    pilot = moves.open_pilot(work, ref, version, {By.GATE_OWNER})
    _refuse_unless(pilot, State(pilot.state) not in OVER)
    paper = next((paper for paper in pilot.papers if paper.id == paper_id), None)
    if paper is None:
        raise NotFound
    paper.rejected_note = moves.checked_note(note, needed=True)
    paper.rejected_at = work.now
    pilot.version += 1
    pilot.changed_at = work.now
    evidence.settle(work, pilot)
    name = f"{pilot.ref}/{paper.code}"
    audit(work, "refuse-paper", "paper", name, pilot=pilot, note=paper.rejected_note)
    told = {"title": pilot.title}
    lines = (
        Message(N_("A paper was not accepted: %(name)s. The reason:"), {"name": paper.file_name}),
        Message("%(note)s", {"note": paper.rejected_note}),
        Message(N_("Give another one on the page of your request:")),
    )
    subject = Message(N_("A paper is needed anew: %(title)s"), told)
    notices.to_company(work, pilot, notices.Notice("paper-refused", subject, lines))
    return pilot


def read_paper(session: Session, who: Principal, ref: str, paper_id: int) -> Paper:
    """A paper with its bytes, if the person may see the pilot, and a confidential one at that.

    Raises:
        NotFound: there is none, not for this person, or not any more: what it said was deleted
            when it had been kept long enough (``retention``).
    """
    paper = session.scalars(
        select(Paper)
        .join(Pilot, Paper.pilot_id == Pilot.id)
        .where(
            Pilot.ref == ref,
            Paper.id == paper_id,
            visible_to(who),
            or_(~Paper.confidential, confided_to(who)),
        )
        .options(undefer(Paper.content))
    ).one_or_none()
    if paper is None:
        raise NotFound
    if not paper.size:
        raise NotFound(Message(N_("What this paper said is no longer kept.")))
    return paper


def _refuse_unless(pilot: Pilot, allowed: bool) -> None:  # noqa: FBT001  # reads as a sentence
    if not allowed:
        raise IllegalTransition(
            Message(
                N_("This cannot be done now: the pilot is “%(state)s”."),
                {"state": Message(STATE_NAMES[State(pilot.state)])},
            )
        )


def media_type_of(content: bytes, limit_bytes: int, field: str = "paper") -> str:
    """The kind of a file, judged by its first octets.

    Raises:
        InvalidInput: empty, too large, or not a kind of file that is taken.
    """
    if not content:
        raise _refused("file_empty", N_("Choose a file: this one is empty."), field)
    if len(content) > limit_bytes:
        raise _refused(
            "file_too_large",
            N_("The file is larger than %(limit)s. Make it smaller or split it."),
            field,
            limit=Quantity(limit_bytes // 1_000_000, "MB"),
        )
    found = next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), None)
    if found is None:
        words = N_("Only PDF, PNG, JPEG, ZIP and office files are taken.")
        raise _refused("file_kind", words, field)
    return found


def plain_name(file_name: str) -> str:
    """The last part of a file's name, without control characters; empty where nothing is left."""
    last = file_name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in last if is_safe(sign))[-200:]


def _refused(code: str, sentence: str, field: str = "paper", **params: object) -> InvalidInput:
    return InvalidInput.of(Problem(code, field, Message(sentence, params)))
