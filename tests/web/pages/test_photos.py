"""Photos of places: added, described, ordered and removed by their managers, seen by everybody."""

import re
from dataclasses import replace
from datetime import timedelta
from functools import cache
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import undefer
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from livinglab.db.tables import Facility, Photo
from livinglab.services import photos
from livinglab.web import context
from tests.markup import Elements
from tests.web.pages.filling import problems, text
from tests.web.pages.scene import HALL, Scene

PATH = f"/hosting/{HALL}/photos"


@cache
def jpeg(shade=0, size=(800, 400)):
    target = BytesIO()
    Image.new("RGB", size, (shade, 90, 90)).save(target, "JPEG")
    return target.getvalue()


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


@pytest.fixture
def post(csrf):
    """Send a form with its token: `post(client, path, **form)`."""
    return lambda client, path, **form: client.post(path, data={"csrf_token": csrf(client), **form})


@pytest.fixture
def upload(csrf):
    """Add a picture: `upload(client, content, **form)`."""

    def send(client, content=None, path=PATH, **form):
        file = FileStorage(BytesIO(jpeg() if content is None else content), "IMG_1.jpg")
        form = {"kind": "photo", "alt_en": "The hall from its door", **form, "file": file}
        boundary, body = encode_multipart({"csrf_token": csrf(client), **form})
        media = f"multipart/form-data; boundary={boundary}"
        return client.post(path, data=body, content_type=media)

    return send


@pytest.fixture
def rows(scene):
    def read():
        found = select(Photo).options(undefer(Photo.large), undefer(Photo.small))
        return scene.make.all(found.order_by(Photo.position, Photo.id))

    return read


def publish(scene, published):
    facility = scene.make.session.get(Facility, scene.hall.id)
    facility.published, facility.version = published, facility.version + 1
    scene.make.session.commit()


def images(html, kind="img"):
    return Elements(re.search(r"<main.*</main>", html, re.DOTALL)[0]).all(kind)


@pytest.mark.both_engines
def test_a_photo_is_made_smaller_and_shown_to_everybody(client, manager, upload, rows):
    response = upload(manager, jpeg(size=(2400, 1200)), alt_fi="Halli oveltaan")
    (row,) = rows()
    assert (response.status_code, response.location) == (303, f"{PATH}#photo-{row.id}")
    assert (row.kind, row.width, row.height) == ("photo", 1600, 800)
    assert row.alt == {"en": "The hall from its door", "fi": "Halli oveltaan"}
    (shown,) = [i for i in images(client.get(f"/facilities/{HALL}").text) if "srcset" in i]
    seen = shown["width"], shown["height"], shown["alt"]
    assert seen == ("1600", "800", "The hall from its door")
    assert shown["src"] == f"/photos/{row.id}/{row.sha256}/large.webp"
    small = f"/photos/{row.id}/{row.sha256}/small.webp"
    assert shown["srcset"] == f"{small} 480w, {shown['src']} 1600w"
    for address, content in ((shown["src"], row.large), (small, row.small)):
        sent = client.get(address)
        assert (sent.status_code, sent.data) == (200, content)
        assert {name: sent.headers[name] for name in HEADERS} == HEADERS
        again = client.get(address, headers={"If-None-Match": sent.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


HEADERS = {
    "Content-Type": "image/webp",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def test_an_address_with_another_digest_is_not_there(client, manager, upload, rows):
    upload(manager)
    (row,) = rows()
    for address in (
        f"/photos/{row.id}/{'0' * 64}/large.webp",
        f"/photos/{row.id + 1}/{row.sha256}/large.webp",
        f"/photos/{row.id}/{row.sha256}/huge.webp",
        f"/photos/{2**40}/{row.sha256}/large.webp",
    ):
        assert client.get(address).status_code == 404


def test_photos_of_a_draft_are_for_those_who_see_it(client, scene, manager, upload, rows, login):
    upload(manager)
    (row,) = rows()
    address = f"/photos/{row.id}/{row.sha256}/small.webp"
    publish(scene, published=False)
    assert client.get(address).status_code == 404
    assert scene.client("ada", login).get(address).status_code == 404
    assert scene.client("other", login).get(address).status_code == 404
    sent = manager.get(address)
    assert (sent.status_code, sent.headers["Cache-Control"]) == (200, "private, no-cache")
    publish(scene, published=True)
    assert client.get(address).status_code == 200


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


NONE = "Choose a picture: there is none, or it is empty."
OTHER = "This is no JPEG, PNG or WebP picture. Save it as one of these."
NO_WORDS = "Say in English what is to be seen: some people cannot see it."
ONE_LINE = "Keep it to one line of 200 characters."


@pytest.mark.parametrize(
    ("content", "form", "told"),
    [
        (b"", {}, {"file": NONE}),
        (SVG, {}, {"file": OTHER}),
        (b"<!doctype html><script>alert(1)</script>", {}, {"file": OTHER}),
        (None, {"alt_en": " "}, {"alt_en": NO_WORDS}),
        (None, {"alt_fi": "x" * 201}, {"alt_fi": ONE_LINE}),
        (None, {"alt_sv": "a\r\nb"}, {"alt_sv": ONE_LINE}),
        (None, {"kind": "film"}, {"kind": "Say whether it is a photo or a plan."}),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_words_stay(
    manager, upload, rows, content, form, told
):
    response = upload(manager, content, **{"alt_en": "Door", "alt_fi": "Ovi", **form})
    assert (response.status_code, rows()) == (422, [])
    assert problems(response.text) == told
    if "alt_fi" not in form:
        assert 'value="Ovi"' in response.text


def test_a_form_without_a_file_asks_for_one(manager, post, rows):
    response = post(manager, PATH, kind="photo", alt_en="Door")
    assert (response.status_code, rows()) == (422, [])
    assert problems(response.text) == {"file": NONE}


def test_too_large_a_photo_is_refused_with_its_limit(app, settings, manager, upload, rows):
    app.extensions[context.SETTINGS] = replace(settings, photo_limit_mb=1)
    noise = jpeg() + b"\0" * 1_000_000
    response = upload(manager, noise)
    assert (response.status_code, problems(response.text)) == (
        422,
        {"file": "The picture is larger than 1\u00a0MB. Make it smaller."},
    )
    response = upload(manager, noise + b"\0" * 2_000_000)
    assert response.status_code == 413
    assert "One file may have at most 1 MB." in text(response.text)
    assert rows() == []


def test_photos_may_be_larger_than_papers_and_nothing_else_may(manager, upload):
    large = b"\0" * 12_000_000
    assert upload(manager, large).status_code == 422
    assert upload(manager, b"\0" * 17_000_000).status_code == 413
    assert upload(manager, large, "/blocks/new").status_code == 413


def test_thirty_are_enough(scene, manager, upload, rows, monkeypatch):
    monkeypatch.setattr(photos, "PHOTOS_PER_FACILITY", 2)
    for shade in (10, 20):
        upload(manager, jpeg(shade))
    response = upload(manager, jpeg(30))
    told = "There are 2 pictures already. Remove one first."
    assert (response.status_code, problems(response.text)) == (422, {"file": told})
    assert "Upload" not in text(manager.get(PATH).text)
    assert len(rows()) == 2


@pytest.mark.both_engines
def test_pictures_are_ordered_among_their_kind(client, manager, upload, post, rows):
    for shade, kind in ((10, "photo"), (20, "plan"), (30, "photo"), (40, "photo")):
        upload(manager, jpeg(shade), kind=kind, alt_en=f"{kind} {shade}")
    by_alt = {row.alt["en"]: row.id for row in rows()}
    post(manager, f"{PATH}/{by_alt['photo 40']}/move", to="front")
    post(manager, f"{PATH}/{by_alt['photo 10']}/move", to="back")
    html = client.get(f"/facilities/{HALL}", headers={"Accept-Language": "fi"}).text
    photos_seen = [i for i in images(html) if i["src"].startswith("/photos/")]
    assert [(i["alt"], i["lang"], i.get("loading")) for i in photos_seen] == [
        ("photo 40", "en", None),
        ("photo 10", "en", "lazy"),
        ("photo 30", "en", "lazy"),
        ("plan 20", "en", "lazy"),
    ]
    assert ["lang" in i for i in images(client.get("/facilities").text)] == [False]


def test_words_and_kind_can_be_changed(manager, upload, post, rows):
    upload(manager)
    (row,) = rows()
    words = {"kind": "plan", "alt_en": "Floor", "alt_fi": "Pohja", "alt_sv": ""}
    post(manager, f"{PATH}/{row.id}", **words)
    assert [(row.kind, row.alt) for row in rows()] == [("plan", {"en": "Floor", "fi": "Pohja"})]
    response = post(manager, f"{PATH}/{row.id}", kind="plan", alt_en="", alt_fi="Uusi")
    assert response.status_code == 422
    assert problems(response.text) == {f"p{row.id}-alt_en": NO_WORDS}
    assert 'value="Uusi"' in response.text
    assert [row.alt for row in rows()] == [{"en": "Floor", "fi": "Pohja"}]


@pytest.mark.both_engines
def test_a_removal_can_be_taken_back_for_ten_minutes(
    client, manager, upload, post, rows, scene, clock
):
    upload(manager)
    (row,) = rows()
    address = f"/photos/{row.id}/{row.sha256}/small.webp"
    post(manager, f"{PATH}/{row.id}/remove")
    assert client.get(address).status_code == 404
    assert "until Tue 24 Nov 2026, 10:10" in text(manager.get(PATH).text)
    clock.now += timedelta(minutes=9)
    post(manager, f"{PATH}/undo")
    assert client.get(address).status_code == 200
    post(manager, f"{PATH}/{row.id}/remove")
    clock.now += timedelta(minutes=10)
    assert "Undo" not in manager.get(PATH).text
    post(manager, f"{PATH}/undo")
    assert client.get(address).status_code == 404


def test_only_those_who_keep_the_place_may(scene, manager, upload, post, rows, login, client):
    upload(manager)
    (row,) = rows()
    acts = (PATH, f"{PATH}/{row.id}", f"{PATH}/{row.id}/move", f"{PATH}/{row.id}/remove")
    for name, status in (("other", 404), ("staff", 403), ("ada", 403)):
        person = scene.client(name, login)
        assert person.get(PATH).status_code == status
        assert upload(person, jpeg(99)).status_code == status
        assert [post(person, act, alt_en="x").status_code for act in acts] == [status] * 4
        assert post(person, f"{PATH}/undo").status_code == status
    assert client.get(PATH).location == f"/login?next={PATH}"
    assert scene.client("coordinator", login).get(PATH).status_code == 200
    other = "/hosting/fac-03/photos"
    assert post(scene.client("admin", login), f"{other}/{row.id}/remove").status_code == 404
    assert [(r.kind, r.alt["en"]) for r in rows()] == [("photo", "The hall from its door")]


def test_words_of_any_script_are_shown_as_text(client, manager, upload):
    upload(manager, alt_en='"><script>שלום 👷</script>')
    for page in (manager.get(PATH), client.get(f"/facilities/{HALL}"), client.get("/facilities")):
        assert "&lt;script&gt;שלום 👷" in page.text
        assert "<script>שלום" not in page.text


def test_statements_do_not_grow_with_the_pictures(client, manager, upload, query_counter):
    def counts():
        found = []
        for person, page in (
            (manager, PATH),
            (client, f"/facilities/{HALL}"),
            (client, "/facilities"),
        ):
            person.get(page)
            with query_counter() as sent:
                person.get(page)
            found.append(sent.count)
        return found

    upload(manager, jpeg(10))
    one = counts()
    for shade in (20, 30):
        upload(manager, jpeg(shade))
    upload(manager, jpeg(40), kind="plan")
    assert counts() == one
