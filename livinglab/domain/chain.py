"""The audit chain: each row bound to the one before, so that no later change goes unseen.

A row's mac is HMAC-SHA-256 (RFC 2104) with a key the database does not know, over the mac before
it, the row's facts and the digest of its free words. The words themselves can be erased: their
salted digest stays in the chain and tells nothing of them.

What is removed for a reason (example data, what is older than it is kept) is a :class:`Gap`, named
by a row that is itself in the chain.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

START = ""
"""What stands before the first row."""

Fault = Literal["edited", "words", "missing", "cut", "head", "anchor", "unsealed"]
"""``words``: only the free words were changed. ``cut``: the end is gone. ``head``: the end the
database knows lies before the last row. ``anchor``: another head was noted for that place.
``unsealed``: a row beside the chain, by its id."""


@dataclass(frozen=True, slots=True)
class Link:
    """One sealed row as it stands in the database.

    ``facts`` are the covered columns, ``words`` the salt and free words, None where there are none
    (any more).
    """

    position: int
    mac: str
    digest: str | None
    facts: Mapping[str, object]
    words: tuple[str, Mapping[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Rows that were removed for a reason: first and last position, and the mac of the last."""

    first: int
    last: int
    mac: str


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head of the chain that was noted elsewhere."""

    position: int
    mac: str


@dataclass(frozen=True, slots=True)
class Break:
    """Where the chain does not hold, and how; ``until`` is the last position it concerns."""

    fault: Fault
    position: int
    until: int


@dataclass(slots=True)
class Count:
    """What a walk has seen so far; complete when the walk has ended."""

    rows: int = 0
    removed: int = 0
    erased: int = 0
    position: int = 0
    mac: str = START


def digest_of(salt: str, words: Mapping[str, Any]) -> str:
    """What stands in the chain for free words: SHA-256 in hex of the salt and the words."""
    return hashlib.sha256(salt.encode() + canonical(words)).hexdigest()


def mac_of(key: bytes, before: str, facts: Mapping[str, object], digest: str | None) -> str:
    """The mac in hex of a row with these facts and this digest, after one with that mac."""
    return hmac.new(key, canonical([before, facts, digest]), hashlib.sha256).hexdigest()


def canonical(value: object) -> bytes:
    """JSON that is the same for equal values: sorted names, no space (after RFC 8785)."""
    plain = json.loads(json.dumps(value))  # names are text by now, and sort as text
    return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()


def runs(removed: Iterable[tuple[int, str]], known: Iterable[Gap] = ()) -> list[Gap]:
    """Gaps left by removing rows of these positions and macs, joined with gaps known before."""
    found: list[Gap] = []
    single = [Gap(position, position, mac) for position, mac in removed]
    for gap in sorted([*single, *known], key=lambda gap: gap.first):
        if found and gap.first == found[-1].last + 1:
            found[-1] = Gap(found[-1].first, gap.last, gap.mac)
        else:
            found.append(gap)
    return found


def breaks(
    key: bytes,
    links: Iterable[Link],
    *,
    head: int,
    gaps: Sequence[Gap] = (),
    anchors: Sequence[Anchor] = (),
    count: Count | None = None,
) -> Iterator[Break]:
    """Every place where the chain does not hold, walking once through the links by position.

    ``head`` is the position the database says is its last; ``gaps`` are removals that rows of the
    chain name, ``anchors`` heads noted elsewhere. ``count`` is filled on the way. Only links are
    many: they are taken one by one.
    """
    seen = count or Count()
    way = _Way(runs((), gaps), sorted(anchors, key=lambda anchor: anchor.position))
    for link in links:
        yield from way.missing(seen, link.position - 1, "missing")
        if link.mac != mac_of(
            key, seen.mac, {**link.facts, "position": link.position}, link.digest
        ):
            yield Break("edited", link.position, link.position)
        if link.digest is not None and link.words is None:
            seen.erased += 1
        elif link.words is not None and link.digest != digest_of(*link.words):
            yield Break("words", link.position, link.position)
        seen.rows, seen.position, seen.mac = seen.rows + 1, link.position, link.mac
        yield from way.anchored(seen)
    last = max([head, *(anchor.position for anchor in anchors)])
    if head < seen.position:
        yield Break("head", head, seen.position)
    yield from way.missing(seen, last, "cut")


class _Way:
    """What is known of the way beforehand."""

    def __init__(self, gaps: Sequence[Gap], anchors: Sequence[Anchor]) -> None:
        self._gaps, self._firsts = gaps, [gap.first for gap in gaps]
        self._anchors, self._next = anchors, 0

    def missing(self, seen: Count, until: int, fault: Fault) -> Iterator[Break]:
        """Go on to a position over rows that are not there; breaks where no gap explains it."""
        while seen.position < until:
            at = seen.position + 1
            index = bisect_right(self._firsts, at) - 1
            gap = self._gaps[index] if index >= 0 else None
            if gap is not None and gap.first <= at <= gap.last <= until:
                seen.removed += gap.last - at + 1
                seen.position, seen.mac = gap.last, gap.mac
                yield from self.anchored(seen)
            else:
                following = self._firsts[index + 1] if index + 1 < len(self._firsts) else until + 1
                end = min(until, following - 1)
                yield Break(fault, at, end)
                seen.position = end

    def anchored(self, seen: Count) -> Iterator[Break]:
        """Compare with anchors up to here; one inside a gap can no longer be compared."""
        while self._next < len(self._anchors):
            anchor = self._anchors[self._next]
            if anchor.position > seen.position:
                return
            self._next += 1
            if anchor.position == seen.position and anchor.mac != seen.mac:
                yield Break("anchor", anchor.position, anchor.position)
