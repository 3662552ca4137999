"""The list of addresses that checks and pictures go through has every kind of page."""

from urllib.parse import urlsplit

from config import Settings
from livinglab.app import create_app
from tests.journeys.addresses import addresses

NO_PAGES = {
    "static": "files",
    "security.static": "files",
    "health.live": "for programs",
    "health.ready": "for programs",
    "health.metrics": "for programs",
    "feeds.show": "a calendar",
    "free_busy.of_facility": "a calendar",
    "pilot_calendar.stay": "a calendar",
    "caldav.answer": "for calendar programs",
    "caldav.discover": "leads to calendars",
    "language.choose": "leads back",
    "language.choose_theme": "leads back",
    "language.choose_keys": "leads back",
    "identities.begin": "leads to a provider",
    "identities.finish": "comes back from a provider",
    "board.download": "a download",
    "inbox.download": "a download",
    "pilots.paper": "a download",
    "decision.paper": "a download",
    "setup.facilities": "a download",
    "setup.example_data": "a download",
    "setup_import.template": "a download",
    "figures.file": "a download",
    "figures.facility_file": "a download",
    "rules.export": "a download",
    "library.paper": "a download",
    "conversation.file": "a download",
    "participants.file": "a download",
    "pipeline.download": "a download",
    "library.edit_article": "the form of a new article, filled in",
    "facility.qr": "a picture",
    "photos.show": "a picture",
    "look.sheet": "a style sheet",
    "trail.file": "a download",
    "statements.accessibility_in_finnish": "leads to the statement",
    "statements.privacy_in_finnish": "leads to the statement",
}
"""What answers GET but shows no page, and why."""


def test_every_kind_of_page_is_looked_at(service, tmp_path):
    app = create_app(Settings(database_url="sqlite://", instance_path=str(tmp_path)))
    kinds = app.url_map.bind("127.0.0.1")
    looked_at = {
        kinds.match(urlsplit(address).path)[0]
        for listed in addresses(service).values()
        for address in listed
    }
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.rule.startswith("/api/")
    }
    assert pages - NO_PAGES.keys() == looked_at
