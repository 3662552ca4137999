"""Filling in a section's form as a browser without scripts does."""

import re
from html import unescape

from livinglab.db.tables import Facility, FacilityVersion
from tests.markup import Elements
from tests.web.pages.scene import HALL


def words(html):
    """The text of a page on one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).replace("\u00a0", " ")


def form_of(html):
    """Names and values of the section's form as it stands."""
    form = re.search(r'<form class="ll-stack ll-host-form".*?</form>', html, re.DOTALL)[0]
    fields = {}
    for field in Elements(form).all("input"):
        if field["type"] != "checkbox" if "type" in field else True:
            fields[field["name"]] = field.get("value", "")
        elif "checked" in field:
            fields[field["name"]] = "y"
    for name, inner in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        fields[name] = unescape(inner)
    for name, inner in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        fields[name] = chosen[1] if chosen else ""
    return fields


class Host:
    """A host's browser at the hall's pages. The hall's first version came by an import."""

    def __init__(self, scene, client):
        self.scene, self.client = scene, client
        make, hall = scene.make, scene.hall
        if not make.session.query(FacilityVersion).count():
            kept = {"profile": hall.profile, "published": True, "at": scene.clock()}
            make.add(FacilityVersion(facility_id=hall.id, number=1, action="import", **kept))
        make.session.commit()

    def get(self, path=""):
        return self.client.get(f"/hosting/{HALL}{path}")

    def form(self, section):
        return form_of(self.get(f"/{section}").text)

    def send(self, section, fields=None, **changes):
        """The answer to the section's form with these changes; names have dots."""
        given = (fields or self.form(section)) | changes.pop("more", {}) | changes
        return self.client.post(f"/hosting/{HALL}/{section}", data=given)

    def post(self, path, **fields):
        fields = {"csrf_token": self.form("stays")["csrf_token"]} | fields
        return self.client.post(f"/hosting/{HALL}{path}", data=fields)

    def confirm(self, response):
        """The answer to the button of a page that shows what is touched."""
        elements = Elements(response.text).all("input", type="hidden")
        fields = {field["name"]: field["value"] for field in elements}
        return self.client.post(response.request.path, data=fields | {"do": "save"})

    def row(self):
        """The hall as it is stored."""
        session = self.scene.make.session
        session.expire_all()
        row = session.query(Facility).filter_by(slug=HALL).one()
        profile, version, published = row.profile, row.version, row.published
        session.commit()
        return profile, version, published

    @property
    def profile(self):
        return self.row()[0]

    @property
    def version(self):
        return self.row()[1]
