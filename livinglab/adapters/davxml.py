"""WebDAV's XML (RFC 4918): bodies of strangers are read with limits, answers are written as text.

A document with a type declaration is refused: without one there are no entities, so nothing grows
and nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEEPEST = 32
MOST = 50_000
"""Elements of one document: a ``multiget`` names each object."""
PREFIXES: Final = {
    "DAV:": "D",
    "urn:ietf:params:xml:ns:caldav": "C",
    "http://calendarserver.org/ns/": "CS",
}
_NAMESPACES = "".join(f' xmlns:{prefix}="{uri}"' for uri, prefix in PREFIXES.items())
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BETWEEN = "\n"
"""Parts a name's namespace from the rest; no namespace has it: it is normalised to a space."""


class BadXml(ValueError):
    """The document is not well-formed, declares a type, or is too deep or too long."""


@dataclass(slots=True)
class Element:
    """An element of a request; names are ``D:href``, or ``{uri}name`` if unknown."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def first(self, name: str) -> Element | None:
        """The first child of that name."""
        return next(self.each(name), None)

    def each(self, name: str) -> Iterator[Element]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)


class _Reader:
    def __init__(self) -> None:
        self.open = [Element("")]
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST or len(self.open) > DEEPEST:
            raise BadXml("too many elements, or nested too deeply")
        element = Element(_named(name), attributes)
        self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, _name: str) -> None:
        self.open.pop()

    def text(self, data: str) -> None:
        if not self.open[-1].children:
            self.open[-1].text += data

    def refuse(self, *_: object) -> None:
        raise BadXml("a document type")


def parse(body: bytes) -> Element:
    """The root element of a document.

    Raises:
        BadXml: see there.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = reader.refuse
    try:
        parser.Parse(body, True)  # noqa: FBT003  # expat takes no names
    except (expat.ExpatError, ValueError, LookupError) as error:  # ValueError: an odd encoding
        raise BadXml(str(error)) from error
    return reader.open[0].children[0]


def _named(name: str) -> str:
    uri, _, local = name.rpartition(_BETWEEN)
    prefix = PREFIXES.get(uri)
    return f"{prefix}:{local}" if prefix else f"{{{uri}}}{local}"


def text(value: str) -> str:
    """Text of an element; a CR stays one (XML would read it as a line feed)."""
    return escape(_NOT_XML.sub("", value), quote=False).replace("\r", "&#13;")


def tag(name: str, content: str = "") -> str:
    """An element of a name as :class:`Element` has it, around what is XML already."""
    if name.startswith("{"):
        uri, _, local = name[1:].partition("}")
        opened = f'{local} xmlns="{escape(uri)}"'
        return f"<{opened}>{content}</{local}>" if content else f"<{opened}/>"
    return f"<{name}>{content}</{name}>" if content else f"<{name}/>"


def href(path: str) -> str:
    """A ``D:href`` of a path that is quoted already."""
    return f"<D:href>{escape(path)}</D:href>"


def document(root: str, parts: Iterable[str]) -> bytes:
    """A whole answer: a root element of DAV's around what is XML already."""
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<D:{root}{_NAMESPACES}>'
    return f"{head}{''.join(parts)}</D:{root}>".encode()
