"""``livinglab run``: gunicorn with the settings, the scheduler beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

from livinglab.app import create_app
from livinglab.cli.tools import application, say

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from flask import Flask

    from config import Settings

LOOPBACK = "127.0.0.1"
REQUEST_SECONDS = 60
GRACE_SECONDS = 30


def add(verbs: _SubParsersAction) -> None:  # type: ignore[type-arg]  # argparse's own shape
    """Add the command."""
    verb = verbs.add_parser("run", help="serve pages, API and feeds, and run the scheduler")
    verb.add_argument("--host", default=LOOPBACK, help=f"address to listen at ({LOOPBACK})")
    verb.set_defaults(run=run)


def run(settings: Settings, options: Namespace) -> None:
    """Serve until told to stop; requests under way are finished."""
    with application(settings):
        pass  # a wrong database is told now, not by each worker
    say(f"Living Lab is at {settings.base_url} (port {settings.port}). Ctrl-C stops it.")
    Server(settings, options.host).run()


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn without a configuration file; each worker builds its own application."""

    def __init__(self, settings: Settings, host: str) -> None:
        self._settings = settings
        self._host = host
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
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "loglevel": "warning",
            "proc_name": "livinglab",
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application of one worker, with its scheduler waiting to lead."""
        return create_app(self._settings)
