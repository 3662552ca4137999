"""Views people save: their own, named, few enough, and watched only where that means something."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.tables import Audit, AuditValue, SavedView
from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.services import saved
from livinglab.services.availability import Finder
from tests.casework import MONDAY, WEEK

DAYS = {"facility": ["fac-03"], "days": ["3"]}


@pytest.fixture
def finder(house):
    house.place()
    with Session(house.engine) as session:
        return Finder.read(house.world, session, house.clock())


def views(house):
    with Session(house.engine) as session:
        return session.scalars(select(SavedView).order_by(SavedView.id)).all()


def told(house):
    return [(view.page, view.name, view.query, view.watched, view.told) for view in views(house)]


def save(house, page="catalogue", name="Mine", query=DAYS, *, who="firm", **values):
    with house.work(who) as work:
        return saved.save(work, page, name, query, **values).id


@pytest.mark.both_engines
def test_a_view_keeps_page_name_and_arguments(house):
    save(house, "board", " North side ", {"facility": ["fac-02"], "scale": ["week"]})
    assert told(house) == [
        ("board", "North side", {"facility": ["fac-02"], "scale": ["week"]}, False, {})
    ]


def test_the_same_view_again_only_gets_the_new_name(house, finder):
    first = save(house, watch_from=finder)
    assert save(house, name="Other") == first
    assert [(view.name, view.watched) for view in views(house)] == [("Other", True)]
    assert save(house, who="rival") != first


@pytest.mark.both_engines
def test_a_new_watch_knows_what_is_free_now(house, finder):
    week = {"free_from": [f"{MONDAY}"], "free_to": [f"{WEEK[1]}"]}
    save(house, query=DAYS | week, watch_from=finder)
    assert told(house)[0][3:] == (True, {"fac-03": "2027-01-10T22:00:00+00:00"})


@pytest.mark.parametrize("page", ["board", "inbox"])
def test_only_searches_can_be_watched(house, finder, page):
    with pytest.raises(InvalidInput, match="Only searches can be watched"):
        save(house, page, query={}, watch_from=finder)
    assert views(house) == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "missing"),
        (" ", "missing"),
        ("x" * 101, "too_long"),
        ("a\nb", "unsafe_text"),
        ("a\0b", "unsafe_text"),
        ("a\u2028b", "unsafe_text"),
    ],
)
def test_names_are_one_line_of_a_hundred_characters(house, name, code):
    for act in (
        lambda: save(house, name=name),
        lambda: rename(house, save(house), name),
    ):
        with pytest.raises(InvalidInput) as refusal:
            act()
        assert [(p.code, p.field) for p in refusal.value.problems] == [(code, "name")]
    assert [view.name for view in views(house)] == ["Mine"]


def rename(house, view_id, name, who="firm"):
    with house.work(who) as work:
        saved.rename(work, view_id, name)


def test_fifty_are_enough(house):
    for number in range(saved.VIEWS_PER_PERSON):
        save(house, "inbox", f"View {number}", {"show": [f"{number}"]})
    with pytest.raises(InvalidInput) as refusal:
        save(house, "inbox", "One more", {})
    assert refusal.value.problems[0].code == "too_many_views"
    save(house, "inbox", "Known one", {"show": ["7"]})
    save(house, "inbox", "One more", {}, who="rival")
    assert len(views(house)) == saved.VIEWS_PER_PERSON + 1


@pytest.mark.both_engines
def test_views_are_renamed_watched_unwatched_and_removed(house, finder):
    view = save(house)
    rename(house, view, "Vision")
    with house.work("firm") as work:
        saved.watch(work, view, finder)
    assert [(v.name, v.watched, sorted(v.told)) for v in views(house)] == [
        ("Vision", True, ["fac-03"])
    ]
    with house.work("firm") as work:
        saved.unwatch(work, view)
    assert [(v.watched, v.told) for v in views(house)] == [(False, {})]
    with house.work("firm") as work:
        saved.remove(work, view)
    assert views(house) == []
    with Session(house.engine) as session:
        said = select(Audit.action, AuditValue.content["note"].as_string()).join(Audit.value)
        rows = session.execute(said.order_by(Audit.id)).all()
    assert [tuple(row) for row in rows] == [
        ("save", "Mine"),
        *((action, "Vision") for action in ("rename", "watch", "unwatch", "remove")),
    ]


def test_views_of_others_are_not_there(house, finder):
    view = save(house)
    for act in (
        lambda work: saved.rename(work, view, "Taken"),
        lambda work: saved.watch(work, view, finder),
        lambda work: saved.unwatch(work, view),
        lambda work: saved.remove(work, view),
        lambda work: saved.remove(work, view + 1),
    ):
        with pytest.raises(NotFound), house.work("rival") as work:
            act(work)
    assert told(house) == [("catalogue", "Mine", DAYS, False, {})]
