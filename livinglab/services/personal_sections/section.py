"""One table that tells of people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute

    from livinglab.db.tables import AuditValue

    Columns = tuple[InstrumentedAttribute[Any], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One table. ``of`` names the person, by id or by mail address; ``given`` is what they get.

    ``also`` is a table with one row at most for each of the first one's.
    """

    name: str
    of: Columns
    given: Columns
    kept_back: Columns = ()
    also: type[AuditValue] | None = None

    @property
    def table(self) -> Any:  # noqa: ANN401  # one of many classes
        """The table whose rows name people."""
        return self.of[0].class_
