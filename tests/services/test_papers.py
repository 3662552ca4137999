"""Papers: what is taken, from whom, what is asked for, and until when it counts."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from livinglab.db.locking import lock_pilot
from livinglab.db.tables import Paper
from livinglab.domain.errors import IllegalTransition, InvalidInput, NotFound
from livinglab.services import evidence, papers
from livinglab.services.placement import ChosenSlot
from tests.casework import MONDAY, at, days

BENCH = "fac-03-vision-bench"
CODE = "data_agreement"


@pytest.fixture
def ref(house):
    house.place()
    return house.draft(resource=BENCH, days=1)


def codes(raised):
    return [problem.code for problem in raised.value.problems]


def needs(house, ref):
    with Session(house.engine) as session:
        pilot = lock_pilot(session, ref)
        found = evidence.of(session, house.world.places(session), pilot)
        return {n.code: (n.paper and n.paper.file_name, n.expired) for n in found}


# --- What is taken --------------------------------------------------------------------------------


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"%PDF-1.7", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"PK\x03\x04", "application/zip"),
    ],
)
def test_a_file_is_known_by_its_first_octets(house, ref, start, kind, clock):
    house.attach(ref, CODE, date(2027, 5, 1), content=start + b"\0\xff")
    (paper,) = house.read(ref).papers
    assert (paper.code, paper.media_type, paper.file_name) == (CODE, kind, "data_agreement.pdf")
    assert (paper.expires_on, paper.uploaded_at) == (date(2027, 5, 1), clock())
    with Session(house.engine) as session:
        found = papers.read_paper(session, house.who("firm"), ref, paper.id)
        assert found.content.startswith(start + b"\0\xff")
        assert (found.size, len(found.sha256)) == (len(found.content), 64)
    assert house.audits(ref)[-1] == ("firm", "attach", None, "draft")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90", "file_kind"),
        (b"<html>", "file_kind"),
        (b" %PDF-", "file_kind"),
        (b"%PDF-" + b"x" * 1_000, "file_too_large"),
    ],
)
def test_other_files_are_not_taken(house, ref, content, code):
    with pytest.raises(InvalidInput) as raised:
        house.attach(ref, CODE, content=content)
    assert (codes(raised), house.read(ref).papers) == ([code], [])


@pytest.mark.parametrize("code", ["", "  ", "x" * 65, "a\0b", "a\nb"])
def test_a_paper_says_what_it_is(house, ref, code):
    with pytest.raises(InvalidInput) as raised:
        house.attach(ref, code)
    assert codes(raised) == ["paper_code"]


def test_nothing_is_no_file(house, ref):
    with house.work("firm") as work:
        pilot = lock_pilot(work.session, ref)
        with pytest.raises(InvalidInput) as raised:
            papers.attach(work, pilot, papers.Upload(CODE, "x.pdf", b""), 1_000)
    assert codes(raised) == ["file_empty"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\docs\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nX: b.pdf", "aX: b.pdf"),
        ("", "paper"),
        ("x" * 250 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_file_name_is_a_name(house, ref, given, kept):
    with house.work("firm") as work:
        pilot = lock_pilot(work.session, ref)
        papers.attach(work, pilot, papers.Upload(CODE, given, b"%PDF-1"), 1_000)
    assert [paper.file_name for paper in house.read(ref).papers] == [kept]


def test_the_same_file_again_is_kept_once_with_the_newer_date(house, ref):
    for expires in (date(2027, 1, 1), date(2028, 1, 1)):
        with house.work("firm") as work:
            pilot = lock_pilot(work.session, ref)
            upload = papers.Upload(CODE, "plan.pdf", b"%PDF-same", expires)
            papers.attach(work, pilot, upload, 1_000)
    assert [paper.expires_on for paper in house.read(ref).papers] == [date(2028, 1, 1)]


def test_a_pilot_has_room_for_forty(house, ref):
    with house.work("firm") as work:
        pilot = lock_pilot(work.session, ref)
        for number in range(40):
            content = b"%PDF-" + bytes([number])
            papers.attach(work, pilot, papers.Upload(CODE, "x.pdf", content), 1_000)
    with pytest.raises(InvalidInput) as raised:
        house.attach(ref, CODE)
    assert codes(raised) == ["too_many_papers"]


# --- From whom and until when ---------------------------------------------------------------------


@pytest.mark.both_engines
def test_papers_are_read_by_those_who_see_the_pilot(house, ref):
    key = house.attach(ref, CODE)
    people = ("firm", "firm:read", "rival", "manager.fac-03", "coordinator")

    def readers():
        found = []
        with Session(house.engine) as session:
            for name in people:
                try:
                    papers.read_paper(session, house.who(name), ref, key)
                    found.append(name)
                except NotFound:
                    pass
            for wrong in ((ref, key + 1), ("PLL-2026-9999", key)):
                with pytest.raises(NotFound):
                    papers.read_paper(session, house.who("firm"), *wrong)
        return found

    assert readers() == ["firm", "firm:read"]
    house.act(ref, "submit", "firm")
    assert readers() == ["firm", "firm:read", "manager.fac-03", "coordinator"]


def test_a_paper_that_was_kept_long_enough_is_there_no_more(house, ref):
    house.attach(ref, CODE)
    (paper,) = house.read(ref).papers
    with Session(house.engine) as session:
        session.execute(update(Paper).values(content=b"", size=0))
        session.commit()
        with pytest.raises(NotFound, match="no longer kept"):
            papers.read_paper(session, house.who("firm"), ref, paper.id)


def test_what_was_sent_stays(house, ref):
    key, other = house.attach(ref, CODE), house.attach(ref, "insurance")
    with house.work("firm") as work:
        pilot = lock_pilot(work.session, ref)
        papers.detach(work, pilot, other)
        with pytest.raises(NotFound):
            papers.detach(work, pilot, other + 99)
    house.act(ref, "submit", "firm")
    with house.work("firm") as work, pytest.raises(IllegalTransition):
        papers.detach(work, lock_pilot(work.session, ref), key)
    assert [paper.code for paper in house.read(ref).papers] == [CODE]
    assert [action for _, action, _, _ in house.audits(ref)] == [
        *("create", "attach", "attach", "detach", "submit"),
    ]


def test_what_has_ended_takes_no_more(house, ref):
    house.act(ref, "withdraw", "firm")
    with pytest.raises(IllegalTransition):
        house.attach(ref, CODE)


# --- What is asked for ----------------------------------------------------------------------------


def test_needs_name_what_the_case_asks_for(house):
    house.place("fac-13")
    plain = house.draft(facility="fac-13")
    hot = house.draft(facility="fac-13", article={"hot_work": True})
    assert list(needs(house, plain)) == ["risk_assessment", "insurance"]
    assert list(needs(house, hot)) == ["hot_work_card", "risk_assessment", "insurance"]


def test_one_paper_serves_two_places(house):
    house.place("fac-01")
    house.place("fac-13")
    ref = house.draft(periods=[{"facility": slug, "windows": []} for slug in ("fac-01", "fac-13")])
    house.attach(ref, "insurance")
    assert needs(house, ref) == {
        "risk_assessment": (None, False),
        "insurance": ("insurance.pdf", False),
        "conformity": (None, False),
    }


@pytest.mark.parametrize(
    ("expires", "expired"), [(None, False), (MONDAY, False), (MONDAY - timedelta(days=1), True)]
)
def test_a_paper_counts_through_its_last_day(house, expires, expired):
    """The stay ends at midnight on the wall: Monday is its last day, in Pori and in UTC."""
    house.place()
    workspace = "fac-03-gpu-workspace-remote"
    ref = house.sent(resource=workspace, days=1)
    slot = ChosenSlot(0, workspace, at(MONDAY, 0), at(days(1)[0], 0))
    house.approve(ref, "manager.fac-03", slot)
    house.attach(ref, CODE, expires)
    assert needs(house, ref)[CODE] == ("data_agreement.pdf", expired)


def test_the_last_day_is_the_one_on_the_wall(house):
    """A stay until one in the morning on Tuesday in Pori ends on Monday in UTC."""
    night = {"mon": [["20:00", "01:00"]]}
    opening = {"week": night, "round_the_clock": False}
    resource = {"id": BENCH, "name": {"en": "Bench"}, "bookable": True, "opening": opening}
    house.place("fac-03", resources=[resource])
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    house.attach(ref, CODE, MONDAY)
    assert needs(house, ref)[CODE] == ("data_agreement.pdf", True)
    house.attach(ref, CODE, days(1)[0])
    assert needs(house, ref)[CODE] == ("data_agreement.pdf", False)


def test_before_time_is_held_no_paper_is_too_old(house, ref):
    house.attach(ref, CODE, date(2020, 1, 1))
    assert needs(house, ref)[CODE] == ("data_agreement.pdf", False)
