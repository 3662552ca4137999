"""The composition root."""

from dataclasses import replace

import pytest
from flask import request

from livinglab.app import UnsafeSettings, create_app

SAFE = {"production": True, "secret_key": "x" * 32, "base_url": "https://lab.example"}


def test_production_starts_with_safe_settings(settings):
    assert create_app(replace(settings, **SAFE)).config["SESSION_COOKIE_SECURE"] is True


@pytest.mark.parametrize(
    ("weakness", "named"),
    [
        ({"secret_key": ""}, "LIVINGLAB_SECRET_KEY"),
        ({"secret_key": "x" * 31}, "LIVINGLAB_SECRET_KEY"),
        ({"base_url": "http://lab.example"}, "LIVINGLAB_BASE_URL"),
    ],
)
def test_production_refuses_unsafe_settings(settings, weakness, named):
    with pytest.raises(UnsafeSettings, match=named):
        create_app(replace(settings, **SAFE | weakness))


@pytest.mark.parametrize(("proxies", "believed"), [(0, "127.0.0.1"), (1, "192.0.2.7")])
def test_forwarded_headers_count_only_behind_proxies(settings, proxies, believed):
    app = create_app(replace(settings, proxies=proxies))
    seen = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/livez", headers={"X-Forwarded-For": "192.0.2.7"})
    assert seen == [believed]


def test_two_applications_in_one_process_keep_apart(settings, tmp_path, client):
    other = create_app(
        replace(settings, database_url=f"sqlite:///{tmp_path}/other.sqlite3")
    ).test_client()
    assert other.get("/readyz").status_code == 503
    assert client.get("/readyz").status_code == 200
