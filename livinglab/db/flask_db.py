"""Flask-SQLAlchemy as a keeper of engines and sessions: one session per request."""

from __future__ import annotations

from flask_sqlalchemy import SQLAlchemy

from livinglab.db.base import Base

db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)
"""Bound to each application by ``livinglab.app``. Tables inherit ``db.base.Base`` instead."""
