"""WSGI entry point: ``gunicorn wsgi:app``."""

from config import Settings
from livinglab.app import create_app

app = create_app(Settings.from_env())
