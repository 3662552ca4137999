"""Pictures: told by their content, turned upright, in two sizes, with nothing else in them."""

from io import BytesIO

import pytest
from PIL import Image, ImageCms, ImageDraw

from livinglab.adapters import pictures
from livinglab.adapters.pictures import NotAPicture, TooManyPixels, read

RED, BLUE = (200, 30, 30), (30, 30, 200)
ORIENTATION, GPS, MAKE = 0x0112, 0x8825, 0x010F


def drawn(width, height, mode="RGB"):
    """A red picture whose upper left quarter is blue."""
    picture = Image.new("RGB", (width, height), RED)
    ImageDraw.Draw(picture).rectangle((0, 0, width // 2 - 1, height // 2 - 1), BLUE)
    return picture.convert(mode)


def file(picture, kind="JPEG", **values):
    target = BytesIO()
    picture.save(target, kind, **values)
    return target.getvalue()


def opened(content):
    return Image.open(BytesIO(content), formats=["WEBP"])


def near(seen, wanted):
    return all(abs(a - b) < 25 for a, b in zip(seen, wanted, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_comes_out_in_two_sizes(kind):
    made = read(file(drawn(2400, 1200), kind))
    assert (made.width, made.height) == (1600, 800)
    assert (opened(made.large).size, opened(made.small).size) == ((1600, 800), (480, 240))
    assert near(opened(made.small).convert("RGB").getpixel((10, 10)), BLUE)
    assert near(opened(made.small).convert("RGB").getpixel((470, 10)), RED)


def test_a_small_picture_is_not_blown_up():
    made = read(file(drawn(300, 200)))
    assert (made.width, made.height) == (300, 200)
    assert (opened(made.large).size, opened(made.small).size) == ((300, 200), (300, 200))


@pytest.mark.parametrize(("orientation", "blue"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0))])
def test_a_picture_stands_the_way_its_camera_was_held(orientation, blue):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    made = read(file(drawn(400, 200), exif=exif))
    size = (200, 400) if orientation == 6 else (400, 200)
    assert (made.width, made.height) == size
    across, down = blue
    at = (10 + across * (size[0] - 20), 10 + down * (size[1] - 20))
    assert near(opened(made.large).convert("RGB").getpixel(at), BLUE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_picture_is_kept(kind):
    exif = Image.Exif()
    exif[MAKE] = "Secret Camera"
    exif[GPS] = {1: "N", 2: (61.0, 29.0, 5.0), 3: "E", 4: (21.0, 47.0, 50.0)}
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    values = {"comment": b"Secret note"} if kind == "JPEG" else {}
    if kind != "PNG":
        values["xmp"] = b"<x>Secret place</x>"
    content = file(drawn(600, 400), kind, exif=exif, icc_profile=profile, **values)
    assert b"Secret Camera" in content
    made = read(content)
    for size in (made.large, made.small):
        assert b"Secret" not in size
        assert [chunk in size for chunk in (b"EXIF", b"XMP ", b"ICCP")] == [False] * 3
        assert dict(opened(size).getexif()) == {}


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGBA", "CMYK", "1"])
def test_pictures_of_any_colours_are_taken(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    made = read(file(drawn(60, 40, mode), kind))
    assert opened(made.large).size == (60, 40)


def test_transparency_stays():
    made = read(file(Image.new("RGBA", (60, 40), (0, 0, 0, 0)), "PNG"))
    assert opened(made.large).convert("RGBA").getpixel((5, 5))[3] == 0


def test_sixteen_bits_of_grey_are_not_white():
    made = read(file(Image.new("I;16", (60, 40), 0x8000), "PNG"))
    assert near(opened(made.large).convert("RGB").getpixel((5, 5)), (128, 128, 128))


def test_a_broken_colour_profile_does_no_harm():
    made = read(file(drawn(60, 40), icc_profile=b"nonsense"))
    assert near(opened(made.large).convert("RGB").getpixel((5, 5)), BLUE)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        SVG,
        b"<!doctype html><script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n" + SVG,
        b"\xff\xd8\xff" + SVG,
        b"RIFF\xff\xff\xff\xffWEBP" + SVG,
        b"%PDF-1.7",
        file(drawn(60, 40), "GIF"),
        file(drawn(60, 40), "BMP"),
        file(drawn(60, 40), "TIFF"),
        file(drawn(60, 40))[:400],
        file(drawn(60, 40), "PNG")[:60],
    ],
)
def test_anything_else_is_no_picture(content):
    with pytest.raises(NotAPicture):
        read(content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_small_file_may_not_hold_a_giant_picture(monkeypatch, kind):
    content = file(Image.new("1", (4000, 4001)).convert("RGB"), kind)
    monkeypatch.setitem(pictures.MOST_MEGAPIXELS, kind, 16)
    with pytest.raises(TooManyPixels) as refusal:
        read(content)
    assert refusal.value.megapixels == 16
    monkeypatch.setitem(pictures.MOST_MEGAPIXELS, kind, 17)
    assert read(content).height == 1600


@pytest.mark.parametrize("limit", [60, 20])
def test_the_decoders_own_bound_speaks_the_same_way(monkeypatch, limit):
    """Pillow warns from its bound on, and refuses from twice as much."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    with pytest.raises(TooManyPixels):
        read(file(drawn(10, 10), "PNG"))
