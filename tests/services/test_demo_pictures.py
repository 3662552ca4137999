"""Drawings of the example places: two of each, in three languages, gone with the demo."""

from collections import Counter

import pytest
from sqlalchemy import create_engine, select

from livinglab.assets import examples_path
from livinglab.db.engine import engine_options, prepare
from livinglab.db.tables import Audit, Photo
from livinglab.services import demo
from livinglab.services.demo.pictures import illustrate
from livinglab.services.world import World
from tests.services.demo_mode import Demo


@pytest.fixture
def illustrated(engine_url, clock):
    engine = create_engine(engine_url, **engine_options(engine_url))
    prepare(engine)
    world = World("http://lab.example", "Living Lab <desk@lab.example>")
    made = Demo(engine, world, clock())
    with made.work() as work:
        demo.seed(work, examples_path(), "a hash", anchor=clock().date())
        assert illustrate(work) == 28
    yield made
    engine.dispose()


def test_each_place_has_two_drawings_that_say_what_they_are(illustrated):
    with illustrated.work() as work:
        rows = work.session.execute(select(Photo.facility_id, Photo.kind, Photo.alt)).all()
    count = Counter(row.facility_id for row in rows)
    assert (len(count), {*count.values()}, {row.kind for row in rows}) == (14, {2}, {"photo"})
    for row in rows:
        first = {code: text.partition(" ")[0].rstrip(":") for code, text in row.alt.items()}
        assert first == {"en": "Drawing", "fi": "Piirros", "sv": "Teckning"}


def test_they_go_with_the_example_data(illustrated):
    assert illustrated.leave().photos == 28
    assert illustrated.all(select(Photo.id)) == []
    assert illustrated.all(select(Audit.id).where(Audit.object_kind == "photo")) == []
