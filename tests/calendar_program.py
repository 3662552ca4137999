"""A calendar program as CalDAV's servers see it: it signs in, asks in XML and keeps a token."""

from base64 import b64encode
from xml.etree import ElementTree as ET

NS = {
    "D": "DAV:",
    "C": "urn:ietf:params:xml:ns:caldav",
    "CS": "http://calendarserver.org/ns/",
}
NAMESPACES = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NS.items())


class Program:
    """Asks as one person; answers are Flask's, or the parsed XML of a multi-status."""

    def __init__(self, client, email, password):
        self.client = client
        sent = b64encode(f"{email}:{password}".encode()).decode()
        self.headers = {"Authorization": f"Basic {sent}"}
        self.token = ""

    def ask(self, method, path, body="", **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        return self.client.open(path, method=method, data=data, headers={**self.headers, **named})

    def propfind(self, path, *names, depth="0"):
        asked = "".join(f"<{name}/>" for name in names)
        body = f"<D:propfind {NAMESPACES}><D:prop>{asked}</D:prop></D:propfind>"
        return xml(self.ask("PROPFIND", path, body, Depth=depth))

    def report(self, path, kind, inside, wanted="<D:getetag/>", **headers):
        prop = f"<D:prop>{wanted}</D:prop>" if wanted else ""
        return self.ask(
            "REPORT", path, f"<{kind} {NAMESPACES}>{prop}{inside}</{kind}>", Depth="1", **headers
        )

    def home(self):
        """The address of the person and their calendars."""
        tree = self.propfind("/dav/", "D:current-user-principal")
        return tree.findtext(".//D:current-user-principal/D:href", namespaces=NS)

    def calendars(self):
        """Address and name of each calendar."""
        tree = self.propfind(self.home(), "D:resourcetype", "D:displayname", depth="1")
        return {
            answer.findtext("D:href", namespaces=NS): answer.findtext(".//D:displayname", "", NS)
            for answer in tree.iterfind("D:response", NS)
            if answer.find(".//C:calendar", NS) is not None
        }

    def query(self, path, inside='<C:comp-filter name="VEVENT"/>'):
        """Texts of the objects a filter finds, by address."""
        asked = f'<C:filter><C:comp-filter name="VCALENDAR">{inside}</C:comp-filter></C:filter>'
        return texts(xml(self.report(path, "C:calendar-query", asked, "<C:calendar-data/>")))

    def sync(self, path, token=None, wanted="<C:calendar-data/>"):
        """The answer to what changed since the token, by default the last one."""
        asked = self.token if token is None else token
        inside = f"<D:sync-token>{asked}</D:sync-token><D:sync-level>1</D:sync-level>"
        return self.report(path, "D:sync-collection", inside, wanted)


def everything(one):
    """The address of the calendar with all somebody may see."""
    return f"{one.home()}all/"


def xml(answer):
    """The multi-status of an answer."""
    assert answer.status_code == 207, (answer.status_code, answer.text[:500])
    return ET.fromstring(answer.data)  # noqa: S314  # what our own server wrote


def texts(tree):
    """Texts of objects by address, None for what is not there."""
    return {
        answer.findtext("D:href", namespaces=NS): answer.findtext(".//C:calendar-data", None, NS)
        for answer in tree.iterfind("D:response", NS)
    }


def condition(answer):
    """The precondition that a refusal names."""
    root = ET.fromstring(answer.data)  # noqa: S314  # what our own server wrote
    assert root.tag == "{DAV:}error"
    return [child.tag.rpartition("}")[2] for child in root]
