"""Journeys: whole ways through the real service, in a real browser."""

from pathlib import Path

import pytest

from tests.factories import PASSWORD
from tests.journeys.browsing import Watch, chromium, launch_options
from tests.journeys.service import example_service, mail_of

HERE = Path(__file__).parent
WIDE = {"width": 1280, "height": 900}
NO_BROWSER = "NO CHROMIUM: the browser journeys are skipped; install the package `chromium`"


def pytest_collection_modifyitems(items):
    """Every test here drives a browser; without one it is skipped, and says so."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)
            if chromium() is None:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return browser_type_launch_args | launch_options()


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("service")


@pytest.fixture(scope="session")
def service(folder):
    """The service with example data, shared by the journeys of one test process."""
    with example_service(folder) as running:
        yield running


@pytest.fixture(scope="session")
def base_url(service):
    return service.base_url


@pytest.fixture(scope="session")
def postbox(service, folder):
    """Where the service's mail arrives."""
    with mail_of(service, folder) as box:
        yield box


@pytest.fixture
def watch(base_url):
    """What no page may do. A journey that met any of it has failed."""
    watching = Watch(base_url)
    yield watching
    assert watching.faults == []


@pytest.fixture
def visitor(new_context, watch):
    """Makes a page of somebody not signed in: `visitor(language="fi", …)`."""

    def arrive(*, language="en", **options):
        options = {"viewport": WIDE, "reduced_motion": "reduce", "locale": language} | options
        context = new_context(**options)
        watch.over(context)
        return context.new_page()

    return arrive


@pytest.fixture
def named(browser, base_url):
    """Makes pages at the name of this machine: passkeys belong to names, not to numbers."""
    at = base_url.replace("127.0.0.1", "localhost")
    watching = Watch(at)
    contexts = []

    def arrive():
        contexts.append(
            browser.new_context(base_url=at, viewport=WIDE, reduced_motion="reduce", locale="en")
        )
        watching.over(contexts[-1])
        return contexts[-1].new_page()

    yield arrive
    for context in contexts:
        context.close()
    assert watching.faults == []


@pytest.fixture(scope="session")
def _signed_in():
    """Cookies of people who signed in before, in this test process."""
    return {}


@pytest.fixture
def as_person(visitor, service, _signed_in):
    """Makes a page of a person who is signed in: `as_person("c08", language="fi", …)`."""

    def arrive(name, *, language="en", **options):
        email = f"{name}@demo.example"
        if email not in _signed_in:
            page = visitor()
            sign_in(page, name)
            _signed_in[email] = page.context.storage_state()
            page.context.close()
        page = visitor(language=language, storage_state=_signed_in[email], **options)
        if service.languages.get(email, "en") != language:
            page.goto(f"/{language}")
        return page

    return arrive


def sign_in(page, name):
    """Sign a person in through the form, as people do."""
    page.goto("/login")
    page.locator("input[name=email]").fill(f"{name}@demo.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(lambda url: not url.endswith("/login"))
