"""Which pages there are, and who sees what there: for checks and pictures of all of them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from livinglab.adapters.waiting import Waiting
from livinglab.db.queries.accounts import user_by_email
from livinglab.db.tables import (
    Block,
    Booking,
    Comment,
    Facility,
    FeedFetch,
    Pilot,
    Resource,
    User,
)
from livinglab.services import accounts, conversation
from livinglab.services.conversation import File, Said
from livinglab.web.hosting.sections import SECTIONS
from tests.domain.sheets import TWO_BROKEN, table
from tests.journeys.mailed import link_to_answer, link_to_confirm, link_to_join, link_to_undo
from tests.journeys.read_in import calendars_read_in

READERS = (None, "c08", "c09", "manager.fac-02", "coordinator", "admin")
"""Whose pages; None is somebody not signed in."""
SAMPLED = {
    "c08": ("in_review", "waitlisted", "in_progress", "completed"),
    "c09": ("draft", "needs_info", "suspended", "closed"),
    "coordinator": ("submitted", "conditional", "ready", "no_show", "rejected"),
}
"""States of which each reader opens one pilot."""


def addresses(service):
    """Addresses of all kinds of pages, by reader. Pages that several see stand where most is."""
    next_month = (datetime.now(UTC) + timedelta(days=40)).date()
    refs = {reader: refs_by_state(service, reader) for reader in SAMPLED}
    fac_02 = refs_by_state(service, None, "fac-02")
    return {
        None: [
            "/login/code",  # first: who gave the right password has ten minutes
            "/",
            "/facilities",
            "/facilities?view=table&days=3",
            f"/facilities?capability=amr_agv_fleets&days=3&free_from={next_month}",
            "/facilities?q=nothing+is+called+so",
            "/facilities?mass_kg=1800&current_a=32&phases=3&view=table",
            f"/facilities?mass_kg=1,800&current_a=250&days=2&free_from={next_month}",
            "/search",
            "/search?q=robot",
            "/search?q=nothing+is+called+so",
            "/fit",
            "/fit?mass_kg=400&speed_m_s=1.5&power.phases=3&power.current_a=32",
            "/map",
            f"/map?municipality=Pori&days=2&free_from={next_month}",
            "/map?q=nothing+is+called+so",
            "/facilities/fac-02",
            f"/facilities/fac-08?from={next_month}&days=2",
            "/facilities/no-such-place",
            "/login",
            "/privacy",
            "/accessibility",
            "/login/passkey",
            "/reset",
            "/reset/sent",
            "/reset/no-such-link",
            "/account/email/confirm/no-such-link",
            "/register",
            "/register/sent",
            link_to_confirm(service),
            link_to_join(service),
            link_to_undo(service),
            "/register/confirm/nothing",
            link_to_answer(service),
            "/attendance/nothing",
            f"/pilots/new?facility=fac-02&from={next_month}&days=3&key=visitor",
        ],
        "c08": [
            "/pilots",
            "/pilots/new",
            f"/pilots/new?facility=fac-02&from={next_month}&days=3",
            "/board",
            "/calendar-feeds",
            feed_that_is_read(service),
            f"/board/month?from={next_month}",
            "/saved",
            "/saved/new/catalogue?q=robot&days=3",
            "/saved/new/facility/fac-02?days=3",
            "/tokens",
            "/company",
            "/company/edit",
            "/account/identities",
            "/account/security",
            "/account/password",
            "/account/authenticator",
            "/account/passkeys",
            "/account/sessions",
            "/account/email",
            "/account/confirm?next=/tokens",
            "/account",
            "/company/people",
            "/account/data",
            "/account/erase",
            "/company/trail",
            "/inbox",
            *(f"/pilots/{refs['c08'][state]}" for state in SAMPLED["c08"]),
            "/company/library",
            "/company/library/articles/new",
            f"/pilots/{refs['c08']['in_review']}/messages",
            f"/pilots/{refs['c08']['in_review']}/people",
            f"/pilots/{refs['c08']['in_review']}/owed",
            f"/pilots/{refs['c08']['in_review']}/offers",
        ],
        "c09": [
            "/pilots?q=nothing+is+called+so",
            f"/pilots/{refs['c09']['draft']}/edit?check=1",
            f"/pilots/{refs['c09']['needs_info']}/edit?check=1",
            *(f"/pilots/{refs['c09'][state]}" for state in SAMPLED["c09"]),
        ],
        "manager.fac-02": [
            "/inbox",
            "/inbox?show=decided",
            "/blocks",
            "/blocks/new",
            "/hosting",
            "/hosting/new",
            "/hosting/fac-02",
            *(f"/hosting/fac-02/{section}" for section in SECTIONS),
            "/hosting/fac-02/stand-ins",
            *calendars_read_in(service, "fac-02-hall-south"),
            "/hosting/fac-02/versions",
            "/hosting/fac-02/versions/1",
            "/hosting/fac-02/figures",
            f"/inbox/several?do=approve&ref={fac_02['submitted']}",
            "/board?scale=week&facility=fac-02",
            "/board?scale=day&facility=fac-02",
            f"/board/month?facility=fac-02&from={next_month}",
            longer_block(service, "fac-02"),
            f"/board/move?booking={booking_of(service, 'fac-02')}",
            f"/board/move?booking={booking_of(service, 'fac-02')}&start={far_monday()}",
            "/today",
            "/hosting/fac-02/photos",
            "/pilots/new",
            *(f"/inbox/{fac_02[state]}" for state in ("in_review", "submitted", "needs_info")),
        ],
        "coordinator": [
            "/hosting",
            "/hosting/people",
            "/inbox?show=all",
            "/search?q=robot",
            "/board?scale=quarter",
            "/board?state=firm&municipality=Pori",
            "/inbox?show=all&sort=company&due=late",
            "/today/site-01",
            "/figures",
            "/figures?facility=fac-08",
            "/companies/c08",
            "/pipeline",
            "/pipeline?view=table&overdue=1",
            f"/pilots/{spoken_of(service)}/messages",
            "/pilots",
            f"/pilots/{refs['coordinator']['conditional']}",
            *(f"/inbox/{refs['coordinator'][state]}" for state in SAMPLED["coordinator"]),
        ],
        "admin": [
            "/audit",
            "/audit?kind=paper&from=2027-13-01",
            "/hosting/people",
            "/rules",
            "/rules/clocks",
            "/rules/new",
            "/rules/rule/people_taking_part",
            "/rules/versions",
            "/rules/try",
            "/admin/mail",
            "/admin/mail?state=sent",
            "/admin/mail/none.eml",
            "/setup",
            "/setup/import",
            f"/setup/import/{sent_file(service, TWO_BROKEN)}",
        ],
    }


def spoken_of(service):
    """A request about which firm and hosts have written, and hosts have made notes."""
    with service.session() as session:
        ref = session.scalars(
            select(Pilot.ref).where(Pilot.state == "in_review").order_by(Pilot.id)
        ).first()
        if session.scalars(select(Comment.id)).first():
            return ref
        firm = session.scalars(
            select(User.email).join(Pilot, Pilot.created_by_id == User.id).where(Pilot.ref == ref)
        ).one()
    for who, text, note in (
        (firm, "Which door shall we use?\n\nThe crate is 2 m wide.", False),
        ("coordinator@demo.example", "The south gate, from 7:00 on.", False),
        ("coordinator@demo.example", "Ask the safety owner first.", True),
    ):
        with service.acting(who) as work:
            file = File("plan.pdf", b"%PDF-1.7 plan")
            conversation.say(work, ref, Said(text, note, (file,)), 1_000)
    return ref


def feed_that_is_read(service):
    """The page of a feed of the firm's that two programs read, one of them badly."""
    now = datetime.now(UTC)
    with service.acting("c08@demo.example") as work:
        known = work.session.scalars(select(FeedFetch.feed_id)).first()
        if known is not None:
            return f"/calendar-feeds/{known}"
        feed, _ = accounts.add_feed(work, work.actor.user_id, "fac-02", "title")
        for agent, ago, count, conditional in (
            ("Mozilla/5.0 (X11) Gecko/20100101 Thunderbird/128.6.0", 0, 60, True),
            ("Google-Calendar-Importer", 4, 9, False),
        ):
            at = now - timedelta(days=ago)
            work.session.add(
                FeedFetch(
                    feed_id=feed.id,
                    agent=agent,
                    first_at=at - timedelta(minutes=count),
                    at=at,
                    status=200,
                    octets=48_000,
                    conditional=conditional,
                    count=count,
                )
            )
        feed.used_at = now
        return f"/calendar-feeds/{feed.id}"


def sent_file(service, rows):
    """A file of facilities that the admin has sent and not decided about yet; its key."""
    with service.session() as session:
        admin = user_by_email(session, "admin@demo.example").id
    folder = Path(service.engine.url.database).parent / "imports"
    return Waiting(folder, admin).keep(table(*rows), datetime.now(UTC))


def booking_of(service, facility):
    """A booking of a stay at the facility that can be moved."""
    with service.session() as session:
        return session.scalars(
            select(Booking.id)
            .join(Pilot, Booking.pilot_id == Pilot.id)
            .join(Resource, Booking.resource_id == Resource.id)
            .join(Facility, Resource.facility_id == Facility.id)
            .where(
                Facility.slug == facility,
                Pilot.state.in_(("confirmed", "ready", "conditional")),
                Booking.state != "released",
            )
            .order_by(Booking.id)
        ).first()


def longer_block(service, facility):
    """Where the last block of the facility is closed for a day more."""
    with service.session() as session:
        block = session.scalars(
            select(Block)
            .join(Resource, Block.resource_id == Resource.id)
            .join(Facility, Resource.facility_id == Facility.id)
            .where(Facility.slug == facility)
            .order_by(Block.ends_at.desc(), Block.id)
        ).first()
        return f"/blocks/{block.id}/change?end={block.ends_at + timedelta(days=1):%Y-%m-%dT%H:%M}"


def far_monday():
    """A Monday on which nothing lies yet."""
    day = (datetime.now(UTC) + timedelta(days=200)).date()
    return day - timedelta(days=day.weekday())


def refs_by_state(service, reader, facility=None):
    """One pilot's reference for each state: of that person, or at that facility."""
    with service.session() as session:
        found = select(Pilot).join(User, Pilot.created_by_id == User.id).order_by(Pilot.id)
        if reader in {"c08", "c09"}:
            found = found.where(User.email == f"{reader}@demo.example")
        return {
            pilot.state: pilot.ref
            for pilot in session.scalars(found)
            if facility is None
            or any(stay.facility and stay.facility.slug == facility for stay in pilot.periods)
        }
