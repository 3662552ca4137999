"""Photos as pages show them: addresses that never change, sizes known before they load."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from livinglab.adapters.pictures import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livinglab.db.tables import Photo


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture in two sizes, pixels; ``alt`` says by language what is to be seen."""

    id: int
    kind: str
    alt: dict[str, str]
    large: str
    width: int
    height: int
    small: str
    small_width: int
    small_height: int

    @property
    def srcset(self) -> str:
        """Both sizes, for the browser to choose from."""
        return f"{self.small} {self.small_width}w, {self.large} {self.width}w"


def shown(photo: Photo) -> Shown:
    """A picture without its bytes."""
    scale = min(1.0, SMALL / max(photo.width, photo.height))
    large, small = (
        url_for("photos.show", photo_id=photo.id, sha=photo.sha256, size=size)
        for size in ("large", "small")
    )
    return Shown(
        id=photo.id,
        kind=photo.kind,
        alt=photo.alt,
        large=large,
        width=photo.width,
        height=photo.height,
        small=small,
        small_width=max(1, round(photo.width * scale)),
        small_height=max(1, round(photo.height * scale)),
    )


def by_kind(photos: Iterable[Photo]) -> dict[str, list[Shown]]:
    """Pictures and plans, each in their order."""
    found: dict[str, list[Shown]] = {"photo": [], "plan": []}
    for photo in photos:
        found[photo.kind].append(shown(photo))
    return found
