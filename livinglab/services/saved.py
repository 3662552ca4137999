"""Views that people come back to: searches of the catalogue, parts of the calendar, queues.

A view is the arguments of a page's address, as that page's own reader understands them. A search
may be watched (see ``services.watches``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.queries.saved import views_of
from livinglab.db.tables import SavedView, User
from livinglab.domain.errors import InvalidInput, NotFound, NotSignedIn, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import Node
from livinglab.services import watches
from livinglab.services.records import audit

if TYPE_CHECKING:
    from livinglab.services.availability import Finder
    from livinglab.services.watches import Query
    from livinglab.services.work import Work

PAGES = ("catalogue", "board", "inbox")
"""Pages whose views can be saved."""
SEARCHES = "catalogue"
"""The page whose views are searches: they can be watched."""
VIEWS_PER_PERSON = 50
NAME_LIMIT = 100


def save(
    work: Work, page: str, name: str, query: Query, *, watch_from: Finder | None = None
) -> SavedView:
    """Keep a view of the actor's under a name; the same view again only gets the new name.

    With ``watch_from`` it is watched: what is free in that finder is no news.

    Raises:
        InvalidInput: the name is empty, too long or has control characters; there are too many
            views; or the page cannot be watched.
    """
    name, user_id = _name(name), _person(work)
    work.session.scalars(select(User.id).where(User.id == user_id).with_for_update()).one()
    known = views_of(work.session, user_id)
    view = next((v for v in known if (v.page, v.query) == (page, query)), None)
    if view is None:
        if len(known) >= VIEWS_PER_PERSON:
            raise _refused(
                "too_many_views",
                N_("You have %(limit)s saved views. Remove one before you save another."),
                limit=VIEWS_PER_PERSON,
            )
        view = SavedView(
            user_id=user_id, page=page, query=dict(query), told={}, created_at=work.now
        )
        work.session.add(view)
    view.name = name
    if watch_from is not None:
        _watch(view, watch_from)
    work.session.flush()
    audit(work, "save", "view", str(view.id), note=name)
    return view


def rename(work: Work, view_id: int, name: str) -> SavedView:
    """Give a view of the actor's another name.

    Raises:
        NotFound: there is none, or it is somebody else's.
        InvalidInput: the name is empty, too long or has control characters.
    """
    view = _own(work, view_id)
    view.name = _name(name)
    audit(work, "rename", "view", str(view.id), note=view.name)
    return view


def remove(work: Work, view_id: int) -> SavedView:
    """Forget a view of the actor's; the row as it was.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    view = _own(work, view_id)
    work.session.delete(view)
    audit(work, "remove", "view", str(view.id), note=view.name)
    return view


def watch(work: Work, view_id: int, finder: Finder) -> SavedView:
    """Tell by mail from now on when a search finds time that is not free in ``finder``.

    Raises:
        NotFound: there is none, or it is somebody else's.
        InvalidInput: it is not a search.
    """
    view = _own(work, view_id)
    _watch(view, finder)
    audit(work, "watch", "view", str(view.id), note=view.name)
    return view


def unwatch(work: Work, view_id: int) -> SavedView:
    """Send no more mails about a search.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    view = _own(work, view_id)
    view.watched, view.told = False, {}
    audit(work, "unwatch", "view", str(view.id), note=view.name)
    return view


def _watch(view: SavedView, finder: Finder) -> None:
    if view.page != SEARCHES:
        raise _refused("not_a_search", N_("Only searches can be watched."))
    view.watched = True
    view.told = watches.starts(watches.free_now(finder, view.query))


def _own(work: Work, view_id: int) -> SavedView:
    view = work.session.get(SavedView, view_id, with_for_update=True)
    if view is None or view.user_id != _person(work):
        raise NotFound
    return view


def _person(work: Work) -> int:
    if work.actor is None:
        raise NotSignedIn
    return work.actor.user_id


def _name(text: str) -> str:
    node = Node({"name": text}, labels={"name": N_("Name")})
    name = node["name"].text(NAME_LIMIT)
    node.finish()
    return name


def _refused(code: str, sentence: str, **params: object) -> InvalidInput:
    return InvalidInput.of(Problem(code, "name", Message(sentence, params)))
