"""Sending a request: rules are judged, places settled, gates opened, a receipt mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.article_json import article_from_json
from livinglab.domain.errors import RulesBroken
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action, State, after
from livinglab.domain.policy import fitting
from livinglab.services import approval, bookings, declined_place, gates, moves, notices, reopening
from livinglab.services.pilot import acceptable, finder_for, judge
from livinglab.services.placement import first_feasible

if TYPE_CHECKING:
    from livinglab.db.tables import Pilot
    from livinglab.services.availability import Finder
    from livinglab.services.moves import Command
    from livinglab.services.work import Work

LANE_ORDER = ("fast", "standard", "enhanced")


def submit(work: Work, ref: str, command: Command) -> Pilot:
    """Send the request, or send it again after more was asked for.

    Raises:
        RulesBroken: with every problem; the draft is kept.
        Others: see ``moves.begin``.
    """
    move = moves.begin(work, ref, Action.SUBMIT, command)
    pilot = move.pilot
    if command.without_declined:
        declined_place.drop(work, pilot)
    declined_place.refuse_unchanged(work, pilot)
    # What it holds already, asked for more and sent again, does not stand in its own way.
    finder = finder_for(work, pilot, without_own=True)
    found = judge(finder, pilot)
    if found:
        raise RulesBroken(found)
    pilot.submitted_at = work.now
    _settle(work, finder, pilot)
    gates.open_gates(work, pilot)
    _hold_if_asked(work, pilot)
    move.finish(after(move.before, Action.SUBMIT, **gates.left(pilot)))
    if pilot.state in {State.CONFIRMED, State.CONDITIONAL}:  # what was left is decided already
        approval.tell_decision(work, pilot, move)
        return pilot
    first_due = min((g.due_on for g in pilot.gates if g.due_on and g.state == "open"), default=None)
    notices.to_company(
        work,
        pilot,
        notices.Notice(
            "receipt",
            Message(N_("We have your request “%(title)s”"), {"title": pilot.title}),
            (
                Message(N_("Your request arrived on %(when)s."), {"when": work.now}),
                Message(N_("You will hear by %(day)s."), {"day": first_due})
                if first_due
                else Message(N_("You will hear from us.")),
                Message(N_("Follow it, add papers or withdraw it on its page:")),
            ),
        ),
    )
    notices.to_owners(
        work,
        pilot,
        notices.Notice(
            "new-request",
            Message(
                N_("%(company)s asks for time: %(title)s"),
                {"company": pilot.company.name, "title": pilot.title},
            ),
            (
                *reopening.told(work, pilot),
                Message(N_("A request waits for your decision. See the facts and decide:")),
            ),
        ),
    )
    return pilot


def _settle(work: Work, finder: Finder, pilot: Pilot) -> None:
    """Choose each stay's facility: the first preference that has a free stay in the windows.

    A stay that holds time already is settled where it is.
    """
    article = article_from_json(pilot.test_article)
    for period in pilot.periods:
        if bookings.held(pilot, period):
            continue
        options = [period.facility_id, *period.acceptable]
        there = tuple(acceptable(finder.places, period))
        for facility, _ in fitting(article, there):
            period.facility_id = finder.places.facilities[facility.slug].id
            if first_feasible(finder, pilot, period) is not None:
                break
        options += [finder.places.facilities[facility.slug].id for facility, _ in there]
        period.acceptable = [
            key for key in dict.fromkeys(options) if key not in {None, period.facility_id}
        ]
    work.session.flush()
    for period in pilot.periods:
        work.session.expire(period, ["facility"])


def _hold_if_asked(work: Work, pilot: Pilot) -> None:
    """A tentative booking at facilities that hold time from the sending on."""
    places = work.world.places(work.session)
    waiting = [
        period
        for period in pilot.periods
        if not bookings.held(pilot, period)
        and (place := places.facilities_by_id.get(period.facility_id or 0)) is not None
        and place.facility.hold_on_submit
    ]
    if waiting:
        bookings.lock(work, pilot)
    for period in waiting:
        # Read anew for each: the stay held before it takes time.
        placement = first_feasible(finder_for(work, pilot), pilot, period)
        if placement is not None:
            bookings.hold(work, pilot, period, placement, "tentative")


def withdraw(work: Work, ref: str, command: Command) -> Pilot:
    """The firm takes its request back; held time is free again."""
    move = moves.begin(work, ref, Action.WITHDRAW, command)
    sent = move.pilot.submitted_at is not None
    pilot = move.finish(State.WITHDRAWN)
    if sent:
        notices.to_owners(
            work,
            pilot,
            notices.Notice(
                "withdrawn",
                Message(
                    N_("%(company)s withdrew: %(title)s"),
                    {"company": pilot.company.name, "title": pilot.title},
                ),
                (Message(N_("There is nothing left to decide.")),),
            ),
        )
    return pilot
