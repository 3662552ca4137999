from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings, SettingsError
from livinglab import assets

ROOT = Path(__file__).resolve().parent.parent


def test_paths_of_a_checkout_lie_at_its_root():
    assert assets.templates_path() == ROOT / "templates"
    assert assets.migrations_path() == ROOT / "migrations"
    assert assets.examples_path() == ROOT / "livinglab" / "examples"


def test_paths_of_an_installed_wheel_lie_in_the_package(monkeypatch, tmp_path):
    (tmp_path / "_templates").mkdir()
    (tmp_path / "_migrations").mkdir()
    monkeypatch.setattr(assets, "PACKAGE", tmp_path)
    assert assets.templates_path() == tmp_path / "_templates"
    assert assets.migrations_path() == tmp_path / "_migrations"


def test_load_settings_reads_the_given_environment():
    settings = assets.load_settings({"LIVINGLAB_PORT": "8123", "LIVINGLAB_PRODUCTION": "on"})
    assert settings == Settings(
        port=8123, base_url="http://127.0.0.1:8123", production=True, require_mfa=True
    )


def test_load_settings_says_which_value_cannot_be_used():
    with pytest.raises(SettingsError) as caught:
        assets.load_settings({"LIVINGLAB_PORT": "eighty"})
    assert str(caught.value) == "LIVINGLAB_PORT must be a whole number, not 'eighty'."
