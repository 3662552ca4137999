"""Pictures of places as use cases: few enough, in an order of their own, gone two sweeps later."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.adapters.pictures import Picture
from livinglab.db.tables import Audit, Photo
from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.services import photos
from livinglab.services.photos import Given
from livinglab.services.work import begin_work

MANAGER = "manager.fac-03"


def add(house, name, kind="photo", *, who=MANAGER, slug="fac-03"):
    """Add a picture that differs by its name; its id."""
    made = Picture(4, 3, f"large {name}".encode(), f"small {name}".encode())
    with house.work(who) as work:
        return photos.add(work, slug, made, Given(kind, {"en": name})).id


def act(house, use_case, *arguments, who=MANAGER, slug="fac-03"):
    with house.work(who) as work:
        return use_case(work, slug, *arguments)


def sweep(house):
    with Session(house.engine) as session:
        with begin_work(session, house.world, now=house.clock()) as work:
            photos.sweep(work)
        return session.scalars(select(Photo.kind).order_by(Photo.id)).all()


def names(house, kind="photo"):
    with Session(house.engine) as session:
        found = select(Photo).where(Photo.kind == kind).order_by(Photo.position, Photo.id)
        return [photo.alt["en"] for photo in session.scalars(found)]


@pytest.fixture
def lab(house):
    house.place()
    return house


def test_the_same_picture_again_only_gets_the_new_words(lab):
    first = add(lab, "a")
    with lab.work(MANAGER) as work:
        same = Picture(4, 3, b"large a", b"small a")
        assert photos.add(work, "fac-03", same, Given("plan", {"en": "b", "fi": " "})).id == first
    assert (names(lab), names(lab, "plan")) == ([], ["b"])


@pytest.mark.both_engines
def test_thirty_are_enough_and_removed_ones_do_not_count(lab):
    ids = [add(lab, f"{number}") for number in range(photos.PHOTOS_PER_FACILITY)]
    with pytest.raises(InvalidInput) as refusal:
        add(lab, "one more")
    assert refusal.value.problems[0].code == "too_many_photos"
    kind = act(lab, photos.remove, ids[0])
    add(lab, "one more")
    with pytest.raises(InvalidInput) as refusal:
        act(lab, photos.restore, ids[0], kind)
    assert refusal.value.problems[0].code == "too_many_photos"
    assert len(names(lab)) == photos.PHOTOS_PER_FACILITY


@pytest.mark.parametrize(
    ("name", "steps", "after"),
    [
        ("a", 1, ["b", "a", "c"]),
        ("c", -1, ["a", "c", "b"]),
        ("a", -1, ["a", "b", "c"]),
        ("c", 1, ["a", "b", "c"]),
        ("c", -9, ["c", "a", "b"]),
    ],
)
def test_pictures_move_among_their_kind(lab, name, steps, after):
    ids = {}
    for given in ("a", "P", "b", "Q", "c"):
        ids[given] = add(lab, given, "plan" if given.isupper() else "photo")
    act(lab, photos.move, ids[name], steps)
    assert (names(lab), names(lab, "plan")) == (after, ["P", "Q"])


@pytest.mark.both_engines
def test_what_is_removed_is_forgotten_by_the_second_sweep(lab):
    first, second = add(lab, "a"), add(lab, "b", "plan")
    assert act(lab, photos.remove, second) == "plan"
    assert sweep(lab) == ["photo", "gone"]
    act(lab, photos.restore, second, "plan")
    assert (names(lab), names(lab, "plan")) == (["a"], ["b"])
    act(lab, photos.remove, first)
    assert sweep(lab) == ["gone", "plan"]
    assert sweep(lab) == ["plan"]
    with pytest.raises(NotFound):
        act(lab, photos.restore, first, "photo")


def test_pictures_belong_to_their_place(lab):
    lab.place("fac-06")
    photo = add(lab, "a")
    wrong = [
        (photos.remove, (photo,)),
        (photos.move, (photo, 1)),
        (photos.change, (photo, Given("photo", {"en": "x"}))),
        (photos.restore, (photo, "photo")),
    ]
    for use_case, arguments in wrong:
        for who, slug in (
            ("manager.fac-06", "fac-06"),
            ("manager.fac-06", "fac-03"),
            ("firm", "fac-03"),
            ("manager.fac-03:read", "fac-03"),
            (MANAGER, "fac-99"),
        ):
            with pytest.raises(NotFound):
                act(lab, use_case, *arguments, who=who, slug=slug)
    with pytest.raises(NotFound):
        add(lab, "b", who="manager.fac-06")
    assert names(lab) == ["a"]


def test_every_change_is_written_down(lab):
    photo = add(lab, "a")
    act(lab, photos.change, photo, Given("photo", {"en": "Door"}))
    act(lab, photos.move, photo, 1)
    act(lab, photos.restore, photo, act(lab, photos.remove, photo))
    with Session(lab.engine) as session:
        found = select(Audit.action, Audit.object_ref).where(Audit.object_kind == "photo")
        rows = session.execute(found.order_by(Audit.id)).all()
    assert [tuple(row) for row in rows] == [
        (action, f"fac-03/{photo}") for action in ("add", "change", "move", "remove", "restore")
    ]
