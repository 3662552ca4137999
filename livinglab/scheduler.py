"""The scheduler: a ticker in every process, of which only the leader's does anything.

APScheduler says when, in UTC and with nothing stored; the database says what is due
(``services.jobs``). Every tick asks for leadership first, so another process takes over at its next
tick when the leader is gone.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy.exc import DBAPIError

from livinglab.adapters.leader import leader_for
from livinglab.adapters.mail import PermanentMailError, compose, transport_for
from livinglab.db.flask_db import db
from livinglab.services import jobs
from livinglab.web import context

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy import Engine

    from config import Settings
    from livinglab.adapters.mail import Transport

TICK = timedelta(seconds=3)
log = logging.getLogger(__name__)


class Scheduler:
    """One process's part in running the jobs of ``app``. Make it after forking.

    Raises:
        ValueError: the settings name no mail server or sender that could work.
    """

    def __init__(self, app: Flask) -> None:
        settings = context.settings(app)
        self._app = app
        self._transport = mail_transport(settings)
        with app.app_context():
            self._leader = leader_for(db.engine, lock_file(db.engine, settings.instance))
        self._stopping = Event()
        self._leads: bool | None = None
        self._ticker = Ticker(executors={"default": ThreadPoolExecutor(1)}, timezone=UTC)

    def start(self) -> None:
        """Tick from now on, in a thread of its own."""
        # A round that outlasts a tick is no news; what jobs have to say they say themselves.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        self._ticker.add_job(self._tick, FromNow(TICK), next_run_time=datetime.now(UTC))
        self._ticker.start()

    def stop(self) -> None:
        """End after the piece of work under way, and let another process lead."""
        self._stopping.set()
        if self._leads:
            log.info("This process ends running the jobs.")
        self._ticker.shutdown(wait=True)
        self._leader.release()

    def _tick(self) -> None:
        try:
            self._note(self._leader.try_acquire())
            if self._leads:
                self._work()
        except DBAPIError as error:
            log.warning("The database is away, so no jobs run: %s", str(error.orig).strip())
        except Exception:
            log.exception("A tick of the scheduler failed.")

    def _work(self) -> None:
        with self._app.app_context():
            jobs.tick(
                context.session(),
                context.world(),
                self._transport,
                clock=context.now,
                keep_on=lambda: not self._stopping.is_set() and self._leader.still_held(),
            )

    def _note(self, leads: bool) -> None:  # noqa: FBT001  # a state to remember, not a switch
        if leads != self._leads:
            self._leads = leads
            log.info("%s the jobs.", "This process runs" if leads else "Another process runs")


class FromNow(BaseTrigger):  # type: ignore[misc]  # APScheduler is untyped
    """Fires that long after now, whatever was missed: a clock set ahead causes one tick only."""

    def __init__(self, period: timedelta) -> None:
        self._period = period

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """See ``BaseTrigger``."""
        return now + self._period


class Ticker(BackgroundScheduler):  # type: ignore[misc]  # APScheduler is untyped
    """Keeps ticking when the clock is set back, where APScheduler waits for the old time."""

    def _process_jobs(self) -> float | None:
        seconds: float | None = super()._process_jobs()
        if seconds is not None and seconds > TICK.total_seconds():
            for job in self.get_jobs():
                job.modify(next_run_time=datetime.now(UTC))
        return seconds


def mail_transport(settings: Settings) -> Transport:
    """Where mail goes by these settings, tried as far as that needs no connection.

    Raises:
        ValueError: the settings name no mail server or sender that could work.
    """
    sender = settings.mail_from
    try:
        compose(sender, sender, "", "", "<trial@localhost>", datetime.now(UTC))
    except PermanentMailError as error:
        raise ValueError(f"LIVINGLAB_MAIL_FROM: {error}") from error
    try:
        return transport_for(settings.smtp_url, settings.instance / "mail")
    except ValueError as error:
        raise ValueError(f"LIVINGLAB_SMTP_URL: {error}") from error


def lock_file(engine: Engine, instance: Path) -> Path:
    """The file all processes meet at that share an SQLite database: beside it."""
    database = engine.url.database
    if engine.dialect.name != "sqlite" or not database or database == ":memory:":
        return instance / "scheduler.lock"
    return Path(f"{database}.scheduler.lock")
