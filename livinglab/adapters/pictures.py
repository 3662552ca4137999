"""Pictures as people bring them, made into two sizes of WebP (RFC 9649) that say nothing else.

What a file is its content says, never its name. A picture is turned the way its camera was held
and comes out in sRGB; where and when it was taken, and with what, is left behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
LARGE, SMALL = 1600, 480
"""Longest sides of the two sizes, in pixels."""
MOST_PIXELS = 50_000_000
"""More than phones take. Decoded it is 200 MB; a small file can hold far more."""
QUALITY = 80
TRANSPARENT = frozenset({"RGBA", "LA", "PA", "La", "RGBa"})
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


class NotAPicture(ValueError):
    """The bytes are no JPEG, PNG or WebP picture, or a broken one."""


class TooManyPixels(ValueError):
    """The picture has more than ``MOST_PIXELS``."""


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
        with Image.open(BytesIO(content), formats=FORMATS) as source:
            _bound(source)
            source.draft("RGB", (LARGE, LARGE))  # a JPEG is decoded no larger than needed
            turned = _plain(ImageOps.exif_transpose(source))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, TooManyPixels):
        raise TooManyPixels from None
    except Exception as error:  # decoders fail in as many ways as files are broken
        raise NotAPicture from error
    large, small = _fitted(turned, LARGE), _fitted(turned, SMALL)
    return Picture(large.width, large.height, _webp(large), _webp(small))


def _bound(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise TooManyPixels


def _plain(picture: Image.Image) -> Image.Image:
    """The pixels alone, in sRGB, 8 bits a channel."""
    profile = picture.info.get("icc_profile")
    if picture.mode.startswith("I"):  # 16 bits of grey, of which the upper ones are seen
        picture = picture.point(lambda value: value / 256, "L")
    transparent = picture.mode in TRANSPARENT or "transparency" in picture.info
    mode = "RGBA" if transparent else "RGB"
    if profile and picture.mode == "RGB":
        picture = _in_srgb(picture, profile)
    plain = picture.convert(mode)
    plain.info = {}
    return plain


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):  # a broken profile: colours as they are
        return picture
    return turned or picture


def _fitted(picture: Image.Image, longest: int) -> Image.Image:
    fitted = picture.copy()
    fitted.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return fitted


def _webp(picture: Image.Image) -> bytes:
    target = BytesIO()
    picture.save(target, "WEBP", quality=QUALITY)
    return target.getvalue()
