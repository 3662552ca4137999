"""A facility as linked data for search engines (JSON-LD 1.1, vocabulary of schema.org)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from flask_babel import gettext

from livinglab.web.filters import localised

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livinglab.domain.facility import Facility
    from livinglab.web.place_words import Row


def place_data(
    facility: Facility, address: str, facts: Iterable[Row], pictures: Iterable[str] = ()
) -> dict[str, Any]:
    """The place and the way to it through the site; what is not known is left out.

    Args:
        facility: The place.
        address: Its page ``…/facilities/<slug>``, in full.
        facts: Limits and utilities in words.
        pictures: Where its pictures are, from the root.
    """
    name = localised(facility.name)
    place = {
        "@type": "Place",
        "@id": f"{address}#place",
        "name": name,
        "description": localised(facility.summary),
        "url": address,
        "image": [urljoin(address, picture) for picture in pictures],
        "address": _address(facility),
        "geo": _geo(facility),
        "telephone": facility.contact.phone if facility.contact else "",
        "containedInPlace": {"@type": "Place", "name": facility.site} if facility.site else None,
        "keywords": ", ".join(localised(c.name) for c in facility.capabilities),
        "amenityFeature": [
            {"@type": "LocationFeatureSpecification", "name": fact, "value": value}
            for fact, value, _ in facts
        ],
    }
    listing = address.rpartition("/")[0]
    home = listing.rpartition("/")[0] + "/"
    trail = ((gettext("Home"), home), (gettext("Facilities"), listing), (name, address))
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": label, "item": target}
            for position, (label, target) in enumerate(trail, 1)
        ],
    }
    known = {key: value for key, value in place.items() if value}
    return {"@context": "https://schema.org", "@graph": [known, crumbs]}


def _address(facility: Facility) -> dict[str, str]:
    street = {"streetAddress": facility.address} if facility.address else {}
    return {"@type": "PostalAddress", **street, "addressLocality": facility.municipality}


def _geo(facility: Facility) -> dict[str, Any] | None:
    if not (facility.latitude or facility.longitude):
        return None
    return {
        "@type": "GeoCoordinates",
        "latitude": facility.latitude,
        "longitude": facility.longitude,
    }
