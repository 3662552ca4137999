"""Photos and plans of a facility: its managers' own, with a text for who cannot see them.

A removed picture stays for its undo and is forgotten by the second round after it (see ``sweep``).
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from livinglab.adapters import pictures
from livinglab.db.queries.photos import SHOWN, photo_with_bytes, photos_of
from livinglab.db.tables import Facility, Photo
from livinglab.domain import access
from livinglab.domain.errors import InvalidInput, NotFound, NotSignedIn, Problem
from livinglab.domain.messages import N_, Message, Quantity
from livinglab.domain.reading import is_safe
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.adapters.pictures import Picture
    from livinglab.domain.access import Principal
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.work import Work

PHOTOS_PER_FACILITY = 30
ALT_LIMIT = 200
MEGABYTE = 1_000_000
KINDS = {"photo": N_("Photo"), "plan": N_("Plan")}
REMOVED, GONE = "removed", "gone"


@dataclass(frozen=True, slots=True)
class Given:
    """What stands beside a picture: its kind, and by language what is to be seen on it."""

    kind: str
    alt: Mapping[str, str]


def picture(content: bytes, limit_bytes: int) -> Picture:
    """The picture in an uploaded file, in our two sizes. It takes a second: do it before the work.

    Raises:
        InvalidInput: empty, too large, no JPEG, PNG or WebP, broken, or too many pixels.
    """
    if not content:
        raise _refused("file_empty", N_("Choose a picture: there is none, or it is empty."))
    if len(content) > limit_bytes:
        raise _refused(
            "file_too_large",
            N_("The picture is larger than %(limit)s. Make it smaller."),
            limit=Quantity(limit_bytes // MEGABYTE, "MB"),
        )
    try:
        return pictures.read(content)
    except pictures.TooManyPixels as refusal:
        most = Quantity(refusal.megapixels, "MP")
        raise _refused(
            "too_many_pixels",
            N_("The picture has more than %(limit)s. Make it smaller."),
            limit=most,
        ) from None
    except pictures.NotAPicture:
        raise _refused(
            "file_kind", N_("This is no JPEG, PNG or WebP picture. Save it as one of these.")
        ) from None


def add(work: Work, slug: str, shown: Picture, given: Given) -> Photo:
    """Put a picture behind the others of a facility. The same one again only gets the new texts.

    Raises:
        NotFound: there is no such facility that the actor keeps.
        InvalidInput: unknown kind, no English text, a text too long; or too many pictures.
    """
    place = _managed(work, slug)
    alt = _checked(given)
    others = _locked(work, place)
    digest = sha256(shown.large).hexdigest()
    known = next((photo for photo in others if photo.sha256 == digest), None)
    if known is not None:
        known.kind, known.alt = given.kind, alt
        return known
    if len(others) >= PHOTOS_PER_FACILITY:
        raise _refused(
            "too_many_photos",
            N_("There are %(limit)s pictures already. Remove one first."),
            limit=PHOTOS_PER_FACILITY,
        )
    photo = Photo(
        facility_id=place.id,
        position=max((other.position for other in others), default=-1) + 1,
        kind=given.kind,
        alt=alt,
        width=shown.width,
        height=shown.height,
        sha256=digest,
        large=shown.large,
        small=shown.small,
        uploaded_at=work.now,
        uploaded_by_id=work.actor.user_id if work.actor else None,
    )
    work.session.add(photo)
    work.session.flush()
    audit(work, "add", "photo", f"{slug}/{photo.id}", note=alt["en"])
    return photo


def change(work: Work, slug: str, photo_id: int, given: Given) -> Photo:
    """Say anew what a picture is and shows.

    Raises:
        NotFound: there is no such picture at a facility that the actor keeps.
        InvalidInput: unknown kind, no English text, or a text too long.
    """
    photo, _ = _own(work, slug, photo_id)
    photo.kind, photo.alt = given.kind, _checked(given)
    audit(work, "change", "photo", f"{slug}/{photo.id}", note=photo.alt["en"])
    return photo


def move(work: Work, slug: str, photo_id: int, steps: int) -> None:
    """Move a picture so many places back (or, below zero, forward) among those of its kind.

    Raises:
        NotFound: there is no such picture at a facility that the actor keeps.
    """
    photo, others = _own(work, slug, photo_id)
    alike = [other for other in others if other.kind == photo.kind]
    at = alike.index(photo)
    alike.insert(min(max(at + steps, 0), len(alike) - 1), alike.pop(at))
    for other, position in zip(alike, sorted(other.position for other in alike), strict=True):
        other.position = position
    audit(work, "move", "photo", f"{slug}/{photo.id}", facts={"steps": steps})


def remove(work: Work, slug: str, photo_id: int) -> str:
    """Take a picture away; the kind it had, for :func:`restore`.

    Raises:
        NotFound: there is no such picture at a facility that the actor keeps.
    """
    photo, _ = _own(work, slug, photo_id)
    kind, photo.kind = photo.kind, REMOVED
    audit(work, "remove", "photo", f"{slug}/{photo.id}", note=photo.alt["en"])
    return kind


def restore(work: Work, slug: str, photo_id: int, kind: str) -> None:
    """Put a removed picture back where it was.

    Raises:
        NotFound: it is gone, or was at no facility that the actor keeps.
        InvalidInput: there are too many pictures by now.
    """
    place = _managed(work, slug)
    others = _locked(work, place)
    photo = work.session.get(Photo, photo_id)
    if photo is None or photo.facility_id != place.id or photo.kind not in {REMOVED, GONE}:
        raise NotFound
    if len(others) >= PHOTOS_PER_FACILITY:
        raise _refused(
            "too_many_photos",
            N_("There are %(limit)s pictures already. Remove one first."),
            limit=PHOTOS_PER_FACILITY,
        )
    photo.kind = kind
    audit(work, "restore", "photo", f"{slug}/{photo.id}", note=photo.alt["en"])


def read_photo(
    session: Session, places: Places, who: Principal | None, photo_id: int, sha: str, size: str
) -> tuple[Photo, PlacedFacility]:
    """A picture with the bytes of one size (large or small), and the facility it shows.

    Raises:
        NotFound: there is none, or its facility is not there for the reader.
    """
    photo = photo_with_bytes(session, photo_id, sha, size)
    place = places.facilities_by_id.get(photo.facility_id) if photo else None
    if photo is None or place is None or places.seen(place.slug, who) is None:
        raise NotFound
    return photo, place


def removed_rows(_now: datetime) -> Select[int]:
    """Pictures that wait to be forgotten."""
    return select(Photo.id).where(Photo.kind.in_((REMOVED, GONE)))


def sweep(work: Work) -> None:
    """Forget what was removed before the last sweep; what was removed since goes with the next."""
    work.session.execute(delete(Photo).where(Photo.kind == GONE))
    work.session.execute(update(Photo).where(Photo.kind == REMOVED).values(kind=GONE))


def _managed(work: Work, slug: str) -> PlacedFacility:
    if work.actor is None:
        raise NotSignedIn
    place = work.world.places(work.session).facilities.get(slug)
    if place is None or not access.may_manage_facility(work.actor, slug):
        raise NotFound
    return place


def _locked(work: Work, place: PlacedFacility) -> list[Photo]:
    """The facility's pictures; nobody else adds, moves or removes one until the work ends."""
    work.session.execute(select(Facility.id).where(Facility.id == place.id).with_for_update())
    return list(photos_of(work.session, place.id))


def _own(work: Work, slug: str, photo_id: int) -> tuple[Photo, list[Photo]]:
    photos = _locked(work, _managed(work, slug))
    photo = next((photo for photo in photos if photo.id == photo_id), None)
    if photo is None:
        raise NotFound
    return photo, photos


def _checked(given: Given) -> dict[str, str]:
    """The texts as they are kept: English always, others where somebody wrote them."""
    alt = {code: text for code in LANGUAGES if (text := given.alt.get(code, "").strip())}
    faults = [*_faults(given.kind, alt)]
    if faults:
        raise InvalidInput.of(*faults)
    return alt


def _faults(kind: str, alt: Mapping[str, str]) -> Iterator[Problem]:
    if kind not in SHOWN:
        yield Problem("unknown_code", "kind", Message(N_("Say whether it is a photo or a plan.")))
    if "en" not in alt:
        told = Message(N_("Say in English what is to be seen: some people cannot see it."))
        yield Problem("missing", "alt_en", told)
    for code, text in alt.items():
        if len(text) > ALT_LIMIT or not is_safe(text):
            one_line = Message(
                N_("Keep it to one line of %(limit)s characters."), {"limit": ALT_LIMIT}
            )
            yield Problem("bad_text", f"alt_{code}", one_line)


def _refused(code: str, sentence: str, **params: object) -> InvalidInput:
    return InvalidInput.of(Problem(code, "file", Message(sentence, params)))
