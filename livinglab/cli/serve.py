"""``livinglab run``: gunicorn with the scheduler inside; ``worker``: the scheduler alone."""

from __future__ import annotations

import logging
import signal
from threading import Event
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from livinglab.app import create_app
from livinglab.cli.tools import application, say
from livinglab.scheduler import Scheduler, mail_transport

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from flask import Flask
    from gunicorn.workers.base import Worker

    from config import Settings

LOOPBACK = "127.0.0.1"
REQUEST_SECONDS = 60
GRACE_SECONDS = 30
LONGEST_LINE = 8190
"""Octets of a request's first line; RFC 9112, 3 asks for 8000 at least."""


def add(verbs: _SubParsersAction) -> None:  # type: ignore[type-arg]  # argparse's own shape
    """Add the commands."""
    verb = verbs.add_parser("run", help="serve pages, API and feeds, and run the scheduler")
    verb.add_argument("--host", default=LOOPBACK, help=f"address to listen at ({LOOPBACK})")
    verb.set_defaults(run=run)
    verb = verbs.add_parser("worker", help="run the scheduler only: mail and jobs")
    verb.set_defaults(run=worker)


def run(settings: Settings, options: Namespace) -> None:
    """Serve until told to stop; requests under way are finished."""
    with application(settings):
        mail_transport(settings)  # what is wrong is told now, not by each worker
    _log()
    say(f"Living Lab is at {settings.base_url} (port {settings.port}). Ctrl-C stops it.")
    Server(settings, options.host).run()


def worker(settings: Settings, _options: Namespace) -> None:
    """Run jobs, whenever this process leads, until told to stop."""
    _log()
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with application(settings) as app:
        scheduler = Scheduler(app)
        scheduler.start()
        say("The scheduler is running. Ctrl-C stops it.")
        stop.wait()
        scheduler.stop()


def _log() -> None:
    """Let the service's own loggers speak to the terminal; those of libraries only to warn."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("livinglab").setLevel(logging.INFO)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn without a configuration file; each worker builds its own application."""

    def __init__(self, settings: Settings, host: str) -> None:
        self._settings = settings
        self._host = host
        self._scheduler: Scheduler | None = None
        super().__init__(prog="livinglab")

    def load_config(self) -> None:
        """Say how to serve. Client headers about proxies are judged by the app, not here."""
        values: dict[str, Any] = {
            "bind": [f"{self._host}:{self._settings.port}"],
            "worker_class": "gthread",
            "workers": self._settings.web_processes,
            "threads": self._settings.web_threads,
            "timeout": REQUEST_SECONDS,
            "graceful_timeout": GRACE_SECONDS,
            "limit_request_line": LONGEST_LINE,
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "loglevel": "warning",
            "proc_name": "livinglab",
            "post_worker_init": self._start_scheduler,
            "worker_exit": self._stop_scheduler,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one worker."""
        return create_app(self._settings)

    def _start_scheduler(self, worker: Worker) -> None:
        """After the fork, so that thread and lock are this worker's own."""
        if self._settings.scheduler:
            self._scheduler = Scheduler(worker.wsgi)
            self._scheduler.start()

    def _stop_scheduler(self, _arbiter: object, _worker: Worker) -> None:
        if self._scheduler is not None:
            self._scheduler.stop()
