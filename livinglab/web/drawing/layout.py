"""Where everything on a time line stands; ``templates/_macros/timeline.html`` draws the result.

The rules are those of docs/look.md, section "Time lines".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.web.drawing import head
from livinglab.web.drawing.axis import Axis
from livinglab.web.drawing.bars import Frame, place
from livinglab.web.drawing.drawn import Drawing, DrawnRow, Name
from livinglab.web.drawing.text import squeeze, wrap

if TYPE_CHECKING:
    from livinglab.web.drawing.drawn import Tick, Today
    from livinglab.web.drawing.timeline import Labels, Timeline

HEAD = 46
"""Height of the two lines of dates, pixels."""
GROUP_ROOM, LABEL_ROOM, NARROW_ROOM = 132, 138, 116
"""Pixels for a group's name and a row's label beside it, and for either on a phone."""


def layout(
    timeline: Timeline, labels: Labels | None, *, width: int = 990, row_height: int = 32
) -> Drawing:
    """Place everything.

    Args:
        timeline: what to draw; bars outside the range are left out, others clipped to it.
        labels: the reader's way of writing dates; None leaves out head, texts and today: bare rows.
        width: pixels at which text should fit; the drawing itself fits every width.
        row_height: pixels of a row with nothing stacked.

    Raises:
        ValueError: the range has no day.
    """
    axis = Axis(timeline.start, timeline.end, timeline.zone)
    if axis.days < 1:
        raise ValueError(f"the range {timeline.start} to {timeline.end} has no day")
    day_width = width / axis.days
    frame = Frame(axis, timeline.scale, width if labels else 0, row_height)
    rows: list[DrawnRow] = []
    top = high = HEAD if labels else 0
    group = None
    for row in timeline.rows:
        height, bars = place(row.bars, frame, top)
        first = row.group and row.group != group
        rows.append(
            DrawnRow(
                key=row.key,
                y=top,
                height=height,
                group=_name(row.group, GROUP_ROOM) if first else None,
                label=_name(row.label, LABEL_ROOM),
                href=row.href,
                bars=bars,
                closable=row.closable,
            )
        )
        top, group = top + height, row.group
    hourly = timeline.scale == "day"
    today = head.today(timeline, axis, labels, day_width) if labels else None
    heads, days = _dates(axis, labels, day_width, today, hourly=hourly)
    return Drawing(
        scale=timeline.scale,
        start=timeline.start,
        end=timeline.end,
        head=high,
        height=top,
        numbered=day_width >= head.DAY_NUMBERS and not hourly,
        heads=heads,
        days=days,
        rest=tuple(head.rest(axis, timeline.rest)),
        weeks=tuple(head.hour_lines(axis) if hourly else head.weeks(axis)),
        today=today,
        rows=tuple(rows),
        marks=head.marks(axis) if hourly else (),
    )


def _dates(
    axis: Axis, labels: Labels | None, day_width: float, today: Today | None, *, hourly: bool
) -> tuple[tuple[Tick, ...], tuple[Tick, ...]]:
    """The upper and the lower line of the head."""
    if labels is None:
        return (), ()
    if hourly:
        return head.whole_day(axis, labels), tuple(head.hours(axis, labels))
    heads = tuple(head.heads(axis, labels, day_width))
    return heads, tuple(head.days(axis, labels, day_width, today))


def _name(full: str, room: int) -> Name:
    return Name(full, wrap(full, room), squeeze(full, NARROW_ROOM))
