"""A browser that stays on this machine, and contexts that notice what must not happen."""

import shutil
from dataclasses import dataclass, field
from urllib.parse import urlsplit

NAMES = ("chromium", "chromium-browser", "google-chrome")
OFFLINE = (
    *("--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--lang=en-US"),
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
)
"""As root there is no sandbox; names other than this machine's lead nowhere."""
REFUSED_PAGE = "Failed to load resource: the server responded with a status of 4"
"""What Chromium writes about a page answered with a refusal; journeys assert those themselves."""
REFUSED_PICTURE = "Loading the image 'data:image/svg+xml"
"""Bootstrap's arrows. Our sheets replace them, but who looks at a page that is still loading its
sheets, as waiting for an element does, may meet them before."""


def chromium():
    """Path of an installed Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def launch_options():
    return {"executable_path": chromium(), "args": list(OFFLINE)}


@dataclass
class Watch:
    """What no page may do: script errors, breaches of its policy, dialogs, calls elsewhere."""

    base_url: str
    faults: list = field(default_factory=list)
    refused_pictures: list = field(default_factory=list)

    def over(self, context):
        """Watch a browser context."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        context.on("dialog", self._dialog)
        context.on("request", self._request)
        context.on("response", self._response)

    def _console(self, message):
        told = f"console: {message.text} ({message.location['url']})"
        if message.text.startswith(REFUSED_PICTURE):
            self.refused_pictures.append(told)
        elif message.type in {"error", "warning"} and not message.text.startswith(REFUSED_PAGE):
            self.faults.append(told)

    def _dialog(self, dialog):
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request):
        if urlsplit(request.url).scheme in {"data", "blob"}:
            return
        if not request.url.startswith(self.base_url + "/"):
            self.faults.append(f"left the service: {request.url}")

    def _response(self, response):
        a_part = response.request.resource_type not in {"document", "fetch", "xhr"}
        if response.status >= (400 if a_part else 500):
            self.faults.append(f"status {response.status}: {response.url}")
