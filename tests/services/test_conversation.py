"""What is said about a pilot: who reads and writes it, what goes back, and which mails go out."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from livinglab.db.queries import conversation as queries
from livinglab.db.tables import Comment, CommentFile, Outbox, Pilot, User
from livinglab.domain.errors import NotFound, Refusal
from livinglab.services import conversation, conversation_keeping
from livinglab.services.conversation import File, Said
from livinglab.services.work import begin_work

BENCH = "fac-03-vision-bench"
LIMIT = 1_000
PDF = b"%PDF-1.7 plan"


@pytest.fixture
def ref(house):
    """A sent request whose mails are gone."""
    house.place()
    sent = house.sent(resource=BENCH, days=1)
    clear(house)
    return sent


def clear(house):
    with house.engine.begin() as connection:
        connection.execute(Outbox.__table__.delete())


def say(house, ref, name, text, *, internal=False, files=()):
    with house.work(name) as work:
        return conversation.say(work, ref, Said(text, internal, files), LIMIT).id


def refused(house, ref, name, text="x", **values):
    try:
        say(house, ref, name, text, **values)
    except Refusal as refusal:
        return type(refusal).__name__, [p.code for p in refusal.problems]
    return None


def told(house, ref, name):
    """Messages and notes as this person reads them; the class of the refusal where they do not."""
    try:
        with house.work(name) as work:
            found = conversation.thread(work.session, work.actor, work.now, ref)
            said = [e.comment.text if e.comment else e.move.action for e in found.entries]
            return said, [note.comment.text for note in found.notes]
    except Refusal as refusal:
        return type(refusal).__name__


def unread(house, ref, name):
    with house.work(name) as work:
        return conversation.thread(work.session, work.actor, work.now, ref).unread


def mails(house):
    with Session(house.engine) as session:
        rows = session.scalars(select(Outbox).order_by(Outbox.id)).all()
        return [(row.recipient.partition("@")[0], row.body, row.due_at) for row in rows]


def confide(house, ref, *, confidential):
    with house.engine.begin() as connection:
        known = update(Pilot).where(Pilot.ref == ref)
        connection.execute(known.values(confidential=confidential))


@pytest.mark.both_engines
def test_firm_and_host_read_each_other_and_the_moves_between(house, ref, clock):
    clock.now += timedelta(minutes=1)
    say(house, ref, "manager.fac-03", "Which lens do you bring?")
    clock.now += timedelta(minutes=1)
    house.act(ref, "request-info", "manager.fac-03", note="Which mass?")
    clock.now += timedelta(minutes=1)
    house.act(ref, "submit", "firm")
    clock.now += timedelta(minutes=1)
    say(house, ref, "firm", "A 35 mm one.")
    said = ["submit", "Which lens do you bring?", "request-info", "submit", "A 35 mm one."]
    for name in ("firm", "manager.fac-03", "coordinator", "admin"):
        assert told(house, ref, name) == (said, [])
    assert told(house, ref, "rival") == "NotFound"


def test_a_confidential_pilots_messages_are_for_those_who_decide(house, ref):
    say(house, ref, "firm", "Secret")
    assert told(house, ref, "staff") == "NotFound"
    confide(house, ref, confidential=False)
    assert told(house, ref, "staff") == (["submit", "Secret"], [])
    assert refused(house, ref, "staff") == ("NotAllowed", [])


def test_notes_of_hosts_are_for_hosts(house, ref):
    say(house, ref, "manager.fac-03", "They always come late.", internal=True)
    assert told(house, ref, "coordinator") == (["submit"], ["They always come late."])
    assert told(house, ref, "firm") == (["submit"], [])
    assert (unread(house, ref, "firm"), unread(house, ref, "coordinator")) == (0, 1)
    assert refused(house, ref, "firm", internal=True) == ("NotAllowed", [])
    assert [to for to, _, _ in mails(house) if to == "firm"] == []


def test_notes_are_not_for_somebody_who_is_of_the_firm_too(house, ref):
    file = File("a.pdf", PDF)
    note = say(house, ref, "manager.fac-03", "A note", internal=True, files=(file,))
    firm = house.firms["firm"].id
    coordinator = house.people["coordinator"]
    house.people["both"] = type(coordinator)(
        **{name: getattr(coordinator, name) for name in coordinator.__slots__}
        | {"companies": frozenset({firm})}
    )
    assert told(house, ref, "both") == (["submit"], [])
    assert refused(house, ref, "both") == ("NotAllowed", [])
    pilot = house.read(ref).id
    for name, reads in (("coordinator", True), ("both", False)):
        with house.work(name) as work:
            attached = work.session.scalars(select(CommentFile.id)).one()
            assert queries.unread(work.session, work.actor, [pilot]) == (
                {pilot: 1} if reads else {}
            )
            assert (queries.comment(work.session, work.actor, ref, note) is not None) is reads
            with nullcontext() if reads else pytest.raises(NotFound):
                conversation.read_file(work.session, work.actor, ref, attached)


def test_a_firm_writes_once_it_has_sent(house):
    house.place()
    draft = house.draft(resource=BENCH, days=1)
    assert refused(house, draft, "firm") == ("IllegalTransition", [])
    assert refused(house, draft, "coordinator") == ("NotFound", [])
    assert refused(house, "PLL-2020-0001", "firm") == ("NotFound", [])
    assert refused(house, draft, None) == ("NotSignedIn", [])


@pytest.mark.parametrize(
    ("text", "files", "codes"),
    [
        ("", (), ["missing"]),
        ("  \r\n ", (), ["missing"]),
        ("x" * 10_001, (), ["too_long"]),
        ("a\x07b", (), ["unsafe_text"]),
        ("", (File("a.pdf", PDF),) * 11, ["missing", "too_many_files"]),
        ("x", (File("a.svg", b"<svg onload=alert(1)>"),), ["file_kind"]),
        ("x", (File("a.pdf", b"<html>"),), ["file_kind"]),
        ("x", (File("a.pdf", b""),), ["file_empty"]),
        ("x", (File("a.pdf", PDF + b" " * LIMIT),), ["file_too_large"]),
    ],
)
def test_bad_messages_are_refused_with_every_reason(house, ref, text, files, codes):
    assert refused(house, ref, "firm", text, files=files) == ("InvalidInput", codes)
    assert told(house, ref, "firm") == (["submit"], [])


def test_the_longest_message_and_most_files_are_taken(house, ref):
    files = tuple(File(f"../../{n}\x00.pdf", PDF + bytes([n])) for n in range(10))
    key = say(house, ref, "firm", "ä" * 10_000, files=files)
    with Session(house.engine) as session:
        names = session.scalars(select(CommentFile.file_name).order_by(CommentFile.id)).all()
        assert names == [f"{n}.pdf" for n in range(10)]
        assert session.get_one(Comment, key).text == "ä" * 10_000


def test_a_button_pressed_twice_writes_once(house, ref, clock):
    files = (File("a.pdf", PDF),)
    first = say(house, ref, "firm", "Hello", files=files)
    assert say(house, ref, "firm", "Hello", files=files) == first
    assert say(house, ref, "firm", "Hello") != first
    clock.now += timedelta(seconds=61)
    say(house, ref, "firm", "Hello")
    assert told(house, ref, "firm")[0] == ["submit", "Hello", "Hello", "Hello"]


def test_a_message_is_taken_back_within_five_minutes_by_its_author(house, ref, clock):
    def take_back(name, key):
        try:
            with house.work(name) as work:
                conversation.take_back(work, ref, key)
        except Refusal as refusal:
            return type(refusal).__name__
        return None

    key = say(house, ref, "firm", "Wrong", files=(File("a.pdf", PDF),))
    assert take_back("manager.fac-03", key) == "NotAllowed"
    assert take_back("rival", key) == "NotFound"
    clock.now += timedelta(minutes=5)
    assert take_back("firm", key) is None
    assert take_back("firm", key) == "NotFound"
    assert (told(house, ref, "firm")[0], mails(house)) == (["submit"], [])
    late = say(house, ref, "firm", "Stays")
    clock.now += timedelta(minutes=5, seconds=1)
    assert take_back("firm", late) == "IllegalTransition"
    note = say(house, ref, "manager.fac-03", "Note", internal=True)
    assert take_back("firm", note) == "NotFound"


def test_what_was_read_is_not_new_and_needs_no_mail(house, ref):
    first = say(house, ref, "firm", "One")
    second = say(house, ref, "firm", "Two")
    assert unread(house, ref, "manager.fac-03") == 2
    assert unread(house, ref, "firm") == 0
    for last, left, sent in ((first, 1, 1), (second, 0, 0), (first, 0, 0), (999_999, 0, 0)):
        with house.work("manager.fac-03") as work:
            conversation.mark_read(work, ref, last)
        assert (unread(house, ref, "manager.fac-03"), len(mails(house))) == (left, sent)
    assert unread(house, ref, "coordinator") == 2


def test_what_is_said_within_ten_minutes_is_one_mail(house, ref, clock):
    confide(house, ref, confidential=False)
    began = clock.now
    say(house, ref, "firm", "First")
    clock.now += timedelta(minutes=9)
    say(house, ref, "firm", "Second\nline", files=(File("plan.pdf", PDF),))
    [(to, body, due)] = mails(house)
    assert (to, due) == ("manager.fac-03", began + timedelta(minutes=10))
    assert body == (
        "Hello manager.fac-03,\n\n"
        "firm wrote on Tue 24 Nov 2026, 10:00 (Helsinki):\n\nFirst\n\n"
        "firm wrote on Tue 24 Nov 2026, 10:09 (Helsinki):\n\nSecond\nline\n\n* plan.pdf\n\n"
        f"Copper strip inspection\nhttp://lab.example/pilots/{ref}/messages\n\n"
        "Living Lab Pori\n"
    )
    clock.now += timedelta(minutes=1)
    say(house, ref, "firm", "Third")
    assert [(to, "First" in body, "Third" in body) for to, body, _ in mails(house)] == [
        ("manager.fac-03", True, False),
        ("manager.fac-03", False, True),
    ]


def test_a_mail_about_a_confidential_pilot_has_no_text(house, ref):
    say(house, ref, "firm", "Secret", files=(File("secret.pdf", PDF),))
    [(_, body, _)] = mails(house)
    assert "ecret" not in body
    assert f"http://lab.example/pilots/{ref}/messages" in body


def test_mails_come_as_people_chose_and_in_their_language(house, ref, clock):
    with house.engine.begin() as connection:
        firm = update(User).where(User.email == "firm@lab.example")
        connection.execute(firm.values(language="fi", timezone="America/Los_Angeles"))
        manager = update(User).where(User.email == "manager.fac-03@lab.example")
        connection.execute(manager.values(mails={"messages": "off"}))
    say(house, ref, "firm", "Hello")
    assert mails(house) == []
    say(house, ref, "manager.fac-03", "Good morning")
    [(to, body, _)] = mails(house)
    assert (to, "(Helsinki) = " in body, "(Los Angeles)" in body) == ("firm", True, True)
    clear(house)
    with house.engine.begin() as connection:
        connection.execute(manager.values(mails={"messages": "digest"}))
    clock.now += timedelta(minutes=2)
    say(house, ref, "firm", "One")
    say(house, ref, "firm", "Two")
    [(_, body, due)] = mails(house)
    assert "Hello" not in body
    assert body.count("wrote on") == 2
    assert due > clock.now + timedelta(hours=12)


def test_notes_are_mailed_to_hosts_who_take_part(house, ref):
    say(house, ref, "coordinator", "Is this one safe?", internal=True)
    assert [to for to, _, _ in mails(house)] == ["manager.fac-03"]
    clear(house)
    say(house, ref, "manager.fac-03", "Yes.", internal=True)
    assert [to for to, _, _ in mails(house)] == ["coordinator"]


def test_long_threads_are_read_by_pages(house, ref, clock):
    for number in range(120):
        clock.now += timedelta(minutes=1)
        say(house, ref, "firm", str(number))
    seen, before = [], None
    while True:
        with house.work("firm") as work:
            page = conversation.thread(work.session, work.actor, work.now, ref, before)
            seen = [e.comment.text for e in page.entries if e.comment] + seen
            moves = [e.move.action for e in page.entries if e.move]
        before = page.earlier
        if before is None:
            break
        assert moves == []
    assert seen == [str(number) for number in range(120)]
    assert moves == ["submit"]


def test_old_messages_are_nobodys_and_lose_their_files(house, ref):
    say(house, ref, "firm", "Hello from firm", files=(File("plan.pdf", PDF),))
    former = house.people["admin"].user_id
    with Session(house.engine) as session, begin_work(session, house.world, now=house.clock()) as w:
        conversation_keeping.forget_people(w.session, [house.read(ref).id], former)
    with Session(house.engine) as session:
        row = session.scalars(select(Comment)).one()
        assert (row.author_id, row.text, row.files[0].size) == (former, "Hello from firm", 0)
        key = row.files[0].id
    with house.work("firm") as work, pytest.raises(Refusal):
        conversation.read_file(work.session, work.actor, ref, key)


def test_no_note_stands_in_a_mail_to_the_firm(house, ref):
    confide(house, ref, confidential=False)
    say(house, ref, "manager.fac-03", "Public one")
    say(house, ref, "manager.fac-03", "A note", internal=True)
    say(house, ref, "manager.fac-03", "Public two")
    [body] = [body for to, body, _ in mails(house) if to == "firm"]
    assert ("Public one" in body, "Public two" in body, "A note" in body) == (True, True, False)
