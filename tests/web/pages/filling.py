"""Filling in forms of firms as a browser without scripts does, and reading what comes back."""

import re

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from livinglab.db.tables import Paper, Period, Pilot
from tests.markup import Elements


class Browser:
    """Fills in forms as a browser without scripts does."""

    def __init__(self, client):
        self.client = client

    def open(self, path):
        """The fields of the form at this address, as they stand there."""
        response = self.client.get(path, follow_redirects=True)
        assert response.status_code == 200, response.status
        return form_of(response.text)

    def press(self, path, fields, **button):
        return self.client.post(path, data={**fields, **button})


def form_of(html):
    """Names and values of the first form that posts to a request."""
    form = re.search(r'<form class="ll-stack" method="post".*?</form>', html, re.DOTALL)[0]
    elements, fields = Elements(form), {}
    for field in elements.all("input"):
        if field["type"] in {"checkbox", "radio"} and "checked" not in field:
            continue
        if field["type"] != "file":
            fields.setdefault(field["name"], []).append(field.get("value", ""))
    for name, inner in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        fields[name] = [inner]
    for name, inner in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        fields[name] = [chosen[1] if chosen else ""]
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


def filled(**changes):
    """A request that may be sent: three days in the hall, one window."""
    fields = {
        "title": "Tugger with trailers",
        "purpose": "To see it turn.",
        "test_article.name": "Tugger",
        "test_article.kind": "mobile_robot",
        "test_article.count": "1",
        "test_article.mass_kg": "690",
        "test_article.open_category": "y",
        "periods.0.facility": "fac-02",
        "periods.0.length": "3",
        "periods.0.unit": "days",
        "periods.0.windows.0.start": "2027-02-01",
        "periods.0.windows.0.end": "2027-02-05",
    }
    names = {name.replace("__", "."): value for name, value in changes.items()}
    return {name: value for name, value in {**fields, **names}.items() if value is not None}


def hidden(fields):
    return {name: fields[name] for name in ("csrf_token", "version", "key") if name in fields}


def problems(html):
    """What the summary says, by the field it links to."""
    box = re.search(r'id="problems">.*?</div>\s*</div>', html, re.DOTALL)
    return dict(re.findall(r'<a href="#([^"]*)">([^<]*)</a>', box[0])) if box else {}


def stored(make):
    """The requests in the database; the read ends, so that the next write need not wait."""
    whole = (selectinload(Pilot.periods).selectinload(Period.windows), selectinload(Pilot.gates))
    found = list(make.session.scalars(select(Pilot).options(*whole).order_by(Pilot.id)))
    make.session.close()
    return found


def papers(make):
    found = list(make.session.scalars(select(Paper)))
    make.session.close()
    return found


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def move_of(page):
    """What the note on top says."""
    found = re.search(r'<h2 id="move">(.*?)</h2>', page) or re.search(
        r"<b>Next:</b>(.*?)</p>", page
    )
    return text(found[1]) if found else ""


def forms(page):
    """The moves offered, by their button."""
    found = re.findall(r'<form class="ll-panel.*?</form>', page, re.DOTALL)
    return {text(re.search(r"<button.*?</button>", form, re.DOTALL)[0]): form for form in found}


def press(client, form, **fields):
    """Send the form of a move."""
    action = Elements(form).all("form")[0]["action"]
    given = {i["name"]: i["value"] for i in Elements(form).all("input", type="hidden")}
    return client.post(action, data=given | fields)


def state_of(make, ref):
    state = make.session.scalar(select(Pilot.state).where(Pilot.ref == ref))
    make.session.close()
    return state
