"""What ``domain.policy`` asks about time, answered by the one engine (``availability``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.domain.fit import Verdict, reasons, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from livinglab.domain.article import TestArticle
    from livinglab.domain.calendar import Busy, OpenCalendar, Stay
    from livinglab.domain.facility import Facility
    from livinglab.domain.policy import Asked, Wish
    from livinglab.services.availability import Finder
    from livinglab.services.places import PlacedResource


@dataclass(frozen=True, slots=True)
class FinderTime:
    """``policy.FreeTime`` over a :class:`Finder`, for an article with these triggers."""

    finder: Finder
    triggers: frozenset[str]

    def first_day(self, facility: Facility) -> date:
        """The first date the notice period allows."""
        return self.finder.world.first_day(facility, self.finder.now)

    def last_day(self, facility: Facility) -> date:
        """The last date on which a stay may begin."""
        return self.finder.world.last_day(facility, self.finder.now)

    def today(self, facility: Facility) -> date:
        """The date on the wall at the facility."""
        return self.finder.world.today(self.finder.now, facility.zone)

    def calendar(self, facility: Facility, resource: str | None) -> OpenCalendar:
        """Open days of the resource, or of the facility's first."""
        return self.finder.calendar(next(self._items(facility, resource)))

    def first_stay(
        self,
        asked: Asked,
        window: Wish | None,
        *,
        ignore_taken: bool = False,
        ignore_notice: bool = False,
    ) -> Stay | None:
        """The earliest feasible stay over the acceptable places."""
        found = [
            stay
            for facility, resource in asked.places
            for item in self._items(facility, resource)
            if (
                stay := self.finder.first_stay(
                    item,
                    asked.length,
                    None if window is None else (window.first, window.last),
                    also=asked.also,
                    triggers=self.triggers,
                    busy=self._closures(item, asked) if ignore_taken else None,
                    notice=not ignore_notice,
                )
            )
        ]
        return min(found, default=None)

    def elsewhere(self, article: TestArticle) -> list[Facility]:
        """Facilities into which the article fits without a question."""
        return [
            place.facility
            for place in self.finder.places.published.values()
            if verdict(reasons(article, place.facility)) is Verdict.YES
        ]

    def _closures(self, item: PlacedResource, asked: Asked) -> Busy:
        return self.finder.closures(item, asked.also, self.triggers)

    def _items(self, facility: Facility, resource: str | None) -> Iterator[PlacedResource]:
        for item in self.finder.places.bookable(facility.slug):
            if resource is None or item.slug == resource:
                yield item
