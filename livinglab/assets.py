"""Where the files beside the code lie: in the wheel inside the package, in a checkout at its root.

The wheel packs ``templates/``, ``migrations/`` and ``config.py`` under underscored names (see
``pyproject.toml``), so that nothing but ``livinglab`` lands in site-packages.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config import Settings

PACKAGE = Path(__file__).resolve().parent


def templates_path() -> Path:
    """The folder of Jinja templates."""
    return _folder("templates")


def migrations_path() -> Path:
    """The folder of Alembic's ``env.py`` and versions."""
    return _folder("migrations")


def examples_path() -> Path:
    """The folder of example data that ``seed-demo`` reads."""
    return PACKAGE / "examples"


def rules_path() -> Path:
    """The rule book that a new database begins with."""
    return PACKAGE / "rules" / "default.json"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings with the ``config`` module that belongs to this installation.

    Raises:
        config.SettingsError: (a ``ValueError``) a value is not of the setting's type.
    """
    packed = find_spec("livinglab._config") is not None
    module = import_module("livinglab._config" if packed else "config")
    settings: Settings = module.Settings.from_env(environ)
    return settings


def _folder(name: str) -> Path:
    packed = PACKAGE / f"_{name}"
    return packed if packed.is_dir() else PACKAGE.parent / name
