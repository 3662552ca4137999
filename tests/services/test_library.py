"""A company's library: kept once, used by its people, and not there for anybody else."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from livinglab.db.locking import lock_pilot
from livinglab.db.queries.library import articles_of, papers_of
from livinglab.db.tables import LibraryArticle, LibraryPaper
from livinglab.domain.article import TestArticle
from livinglab.domain.article_json import article_from_json
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    StaleVersion,
    VersionMissing,
)
from livinglab.services import library
from livinglab.services.papers import Upload

ARM = TestArticle(name="Arm 7", mass_kg=40)
PDF = b"%PDF-1.4 "
LIMIT = 1_000


@pytest.fixture
def firm(house):
    """A firm with two people beside the rival."""
    house.place(papers=[])
    house.person("colleague", house.firms["firm"])
    return house


def kept(house, article=ARM, name="firm"):
    with house.work(name) as work:
        return library.keep_article(work, article).id


def paper(house, code="ce", content=PDF, expires=None, name="firm"):
    with house.work(name) as work:
        upload = Upload(code, f"{code}.pdf", content, expires)
        return library.keep_paper(work, upload, LIMIT).id


def articles(house, name="firm"):
    with house.work(name) as work:
        rows = articles_of(work.session, work.actor.organisation_id)
        return [(row.name, row.version, article_from_json(row.test_article)) for row in rows]


def papers(house, name="firm"):
    with house.work(name) as work:
        rows = papers_of(work.session, work.actor.organisation_id)
        return [(row.code, row.file_name, row.expires_on) for row in rows]


@pytest.mark.both_engines
def test_what_one_keeps_colleagues_use_and_others_do_not_see(firm):
    kept(firm)
    assert articles(firm, "colleague") == [("Arm 7", 1, ARM)]
    assert articles(firm, "rival") == []


def test_the_same_name_is_written_over(firm):
    first = kept(firm)
    heavier = TestArticle(name="Arm 7", mass_kg=50)
    assert kept(firm, heavier, "colleague") == first
    assert articles(firm) == [("Arm 7", 2, heavier)]
    kept(firm, heavier)
    assert articles(firm) == [("Arm 7", 2, heavier)]


@pytest.mark.both_engines
def test_it_is_changed_on_the_version_that_was_read(firm):
    key = kept(firm)
    heavier = TestArticle(name="Arm 8", mass_kg=50)
    with firm.work("colleague") as work:
        assert library.change_article(work, key, heavier, 1).version == 2
    for version, refusal in ((1, StaleVersion), (None, VersionMissing)):
        with pytest.raises(refusal), firm.work("firm") as work:
            library.change_article(work, key, ARM, version)
    assert articles(firm) == [("Arm 8", 2, heavier)]


def test_an_article_without_a_name_is_not_kept(firm):
    with pytest.raises(InvalidInput) as refusal:
        kept(firm, TestArticle(mass_kg=40))
    assert [p.field for p in refusal.value.problems] == ["test_article.name"]


@pytest.mark.parametrize("thing", ["article", "paper"])
def test_there_is_an_end_to_what_is_kept(firm, monkeypatch, thing):
    monkeypatch.setattr(library, "MOST_ARTICLES", 1)
    monkeypatch.setattr(library, "MOST_PAPERS", 1)
    kept(firm)
    paper(firm)
    with pytest.raises(InvalidInput) as refusal:
        kept(firm, TestArticle(name="Another")) if thing == "article" else paper(firm, "other")
    assert refusal.value.problems[0].code == "too_many"


def test_what_was_removed_can_be_put_back_for_ten_minutes(firm, clock):
    key, sheet = kept(firm), paper(firm)
    with firm.work("firm") as work:
        library.remove_article(work, key)
        library.remove_paper(work, sheet)
    assert (articles(firm), papers(firm)) == ([], [])
    clock.now += timedelta(minutes=9)
    with firm.work("colleague") as work:
        library.put_back(work, LibraryArticle, key)
    assert articles(firm) == [("Arm 7", 1, ARM)]
    clock.now += timedelta(minutes=1)
    with pytest.raises(IllegalTransition), firm.work("firm") as work:
        library.put_back(work, LibraryPaper, sheet)
    with pytest.raises(NotFound), firm.work("firm") as work:
        library.remove_paper(work, sheet)


def test_the_same_file_for_the_same_purpose_gets_the_newer_day(firm):
    first = paper(firm, expires=date(2027, 1, 1))
    assert paper(firm, expires=date(2028, 1, 1), name="colleague") == first
    assert paper(firm, "data sheet") != first
    assert papers(firm) == [
        ("ce", "ce.pdf", date(2028, 1, 1)),
        ("data sheet", "data sheet.pdf", None),
    ]


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh", PDF + b"x" * LIMIT])
def test_what_is_no_paper_is_not_kept(firm, content):
    with pytest.raises(InvalidInput):
        paper(firm, content=content)


@pytest.mark.both_engines
def test_a_kept_paper_is_attached_with_its_day(firm):
    sheet = paper(firm, "ce", expires=date(2027, 6, 1))
    ref = firm.draft()
    with firm.work("colleague") as work:
        pilot = lock_pilot(work.session, ref)
        library.attach(work, pilot, sheet, "declaration", LIMIT)
    [given] = firm.read(ref).papers
    assert (given.code, given.file_name, given.expires_on) == (
        *("declaration", "ce.pdf"),
        date(2027, 6, 1),
    )
    with firm.work("firm") as work:
        library.remove_paper(work, sheet)
    assert len(firm.read(ref).papers) == 1


def test_nothing_of_it_is_there_for_others(firm):
    key, sheet = kept(firm), paper(firm)
    ref = firm.draft("rival")
    acts = (
        lambda work: library.change_article(work, key, ARM, 1),
        lambda work: library.remove_article(work, key),
        lambda work: library.remove_paper(work, sheet),
        lambda work: library.put_back(work, LibraryPaper, sheet),
        lambda work: library.attach(work, lock_pilot(work.session, ref), sheet, "", LIMIT),
    )
    for act in acts:
        with pytest.raises(NotFound), firm.work("rival") as work:
            act(work)
    for name in ("manager.fac-03", "firm:read"):
        with pytest.raises(NotAllowed), firm.work(name) as work:
            library.keep_article(work, ARM)
        with pytest.raises(NotAllowed), firm.work(name) as work:
            library.remove_article(work, key)
    assert len(firm.make.all(select(LibraryPaper).where(LibraryPaper.removed_at.is_(None)))) == 1


@pytest.mark.parametrize(("days", "warned"), [(-1, True), (30, True), (31, False), (None, False)])
def test_a_paper_that_ends_within_thirty_days_is_warned_of(days, warned):
    today = date(2026, 11, 24)
    ends = None if days is None else today + timedelta(days=days)
    assert library.ends_soon(LibraryPaper(expires_on=ends), today) is warned
