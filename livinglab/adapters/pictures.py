"""Pictures as people bring them, made into two sizes of WebP (RFC 9649) that say nothing else.

What a file is its content says, never its name. A picture is turned the way its camera was held
and comes out in sRGB; where and when it was taken, and with what, is left behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from threading import Lock

from PIL import Image, ImageCms, ImageOps

MEGAPIXEL = 1_000_000
MOST_MEGAPIXELS = {"JPEG": 50, "PNG": 25, "WEBP": 25}
"""The formats taken, and how much of each: a small file can hold a picture that fills the memory.

A JPEG can be decoded at a fraction of its size, so it may have as much as phones take.
"""
LARGE, SMALL = 1600, 480
"""Longest sides of the two sizes, in pixels."""
QUALITY = 80
TRANSPARENT = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})
Image.MAX_IMAGE_PIXELS = max(MOST_MEGAPIXELS.values()) * MEGAPIXEL
_one_at_a_time = Lock()
"""Decoding the largest picture takes 400 MB."""


class NotAPicture(ValueError):
    """The bytes are no JPEG, PNG or WebP picture, or a broken one."""


class TooManyPixels(ValueError):
    """The picture has more than so many ``megapixels``."""

    def __init__(self, megapixels: int) -> None:
        super().__init__(f"more than {megapixels} megapixels")
        self.megapixels = megapixels


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in two sizes; ``width`` and ``height`` are those of the large one."""

    width: int
    height: int
    large: bytes
    small: bytes


def read(content: bytes) -> Picture:
    """Make both sizes of a picture; neither is larger than the picture itself.

    Raises:
        NotAPicture: it is something else, or broken.
        TooManyPixels: it is too large to be decoded.
    """
    try:
        with _one_at_a_time, Image.open(BytesIO(content), formats=tuple(MOST_MEGAPIXELS)) as source:
            _bound(source)
            source.draft("RGB", (LARGE, LARGE))  # a JPEG is decoded no larger than needed
            picture = _eight_bits(source)
            picture.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
            large = _plain(ImageOps.exif_transpose(picture))
    except TooManyPixels:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise TooManyPixels(max(MOST_MEGAPIXELS.values())) from None
    except Exception as error:  # decoders fail in as many ways as files are broken
        raise NotAPicture from error
    small = large.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.LANCZOS)
    return Picture(large.width, large.height, _webp(large), _webp(small))


def _bound(picture: Image.Image) -> None:
    most = MOST_MEGAPIXELS.get(picture.format or "", MOST_MEGAPIXELS["JPEG"])
    if picture.width * picture.height > most * MEGAPIXEL:
        raise TooManyPixels(most)


def _eight_bits(picture: Image.Image) -> Image.Image:
    """The picture with 8 bits a channel; as it is, where it has them: copies are large."""
    if picture.mode.startswith("I"):  # 16 bits of grey, of which the upper ones are seen
        return picture.point(lambda value: value / 256, "L")
    if picture.mode in {"L", "RGB", "RGBA"} and "transparency" not in picture.info:
        return picture
    transparent = picture.mode in TRANSPARENT or "transparency" in picture.info
    return picture.convert("RGBA" if transparent else "RGB")


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels alone, in sRGB."""
    profile = picture.info.get("icc_profile")
    if picture.mode == "L":
        picture = picture.convert("RGB")
    elif picture.mode == "RGB" and profile:
        picture = _in_srgb(picture, profile)
    picture.info = {}
    return picture


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):  # a broken profile: colours as they are
        return picture
    return turned or picture


def _webp(picture: Image.Image) -> bytes:
    target = BytesIO()
    picture.save(target, "WEBP", quality=QUALITY)
    return target.getvalue()
