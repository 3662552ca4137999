"""Which programs read a feed: one row for each, written once a minute at most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select

from livinglab.db.tables import Feed, FeedFetch
from livinglab.services.accounts import worth_noting

if TYPE_CHECKING:
    from livinglab.services.work import Work

AGENT_LIMIT: Final = 200
MOST_AGENTS: Final = 20
"""Programs kept for a feed: whoever has its address may call himself anything."""
LONG_SERIES: Final = 100
"""From so many readings on, older ones count half: habits change."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One reading. ``octets`` is 0 where nothing was sent but "nothing changed"."""

    agent: str
    status: int
    octets: int
    conditional: bool


def agent_of(text: str) -> str:
    """What a program calls itself, as it is kept: one line of what can be seen."""
    return "".join(filter(str.isprintable, text))[:AGENT_LIMIT]


def note(work: Work, feed_id: int, fetch: Fetch) -> None:
    """Write down that a program read the feed, and what it got."""
    session, feed, agent = work.session, work.session.get(Feed, feed_id), agent_of(fetch.agent)
    if feed is None:
        return
    row = session.scalars(
        select(FeedFetch).where(FeedFetch.feed_id == feed_id, FeedFetch.agent == agent)
    ).one_or_none()
    if row is None:
        row = FeedFetch(feed_id=feed_id, agent=agent, first_at=work.now, count=0, octets=0)
        row.conditional = False
        session.add(row)
    elif not worth_noting(row.at, work.now):
        return
    row.at, row.status = work.now, fetch.status
    row.octets = fetch.octets or row.octets
    row.conditional |= fetch.conditional
    row.count += 1
    if row.count > LONG_SERIES:
        row.first_at, row.count = row.first_at + (work.now - row.first_at) / 2, row.count // 2
    feed.used_at, feed.used_by = work.now, agent
    session.flush()
    _forget(work, feed_id)


def _forget(work: Work, feed_id: int) -> None:
    """Keep the programs that read last."""
    known = work.session.scalars(
        select(FeedFetch.id)
        .where(FeedFetch.feed_id == feed_id)
        .order_by(FeedFetch.at.desc(), FeedFetch.id.desc())
    ).all()
    if gone := known[MOST_AGENTS:]:
        work.session.execute(delete(FeedFetch).where(FeedFetch.id.in_(gone)))
