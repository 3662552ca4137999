"""What to do with a fit: who else has what is missing here, and what was not told to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livinglab.domain.article import TestArticle
    from livinglab.domain.facility import Facility
    from livinglab.domain.fit import Reason


class Untold(NamedTuple):
    """A comparison that could not be made: its kind, the field to tell, and the sentence."""

    kind: str
    field: str
    message: Message


_UNTOLD: dict[str, tuple[str, str]] = {
    # kind: (article field, sentence)
    "mass_kg": ("mass_kg", N_("Mass not compared: tell it.")),
    "speed_m_s": ("speed_m_s", N_("Speed not compared: tell the top speed.")),
    "battery_kwh": ("battery_kwh", N_("Battery not compared: tell its kWh, or 0.")),
    "charge_pct": ("charge_pct", N_("Charge not compared: tell it as it is on arrival.")),
    "laser_class": ("laser_class", N_("Laser not compared: tell its class if there is one.")),
    "people": ("people", N_("People not compared: tell how many come along.")),
    "ingress_ip": ("ingress_ip", N_("Protection not compared: tell the IP code.")),
    "latency_ms": ("latency_ms", N_("Latency not compared: tell it if you steer from afar.")),
    "power": ("power", N_("Power not compared: tell the current.")),
    "door": ("dimensions_mm", N_("Door not compared: tell length, width and height.")),
    "floor": ("dimensions_mm", N_("Floor not compared: tell mass, length and width.")),
}


def untold(article: TestArticle, facility: Facility) -> list[Untold]:
    """What the place would compare, but the article does not tell; each kind once."""
    return [_said(kind) for kind in dict.fromkeys(_open(article, facility))]


def _open(article: TestArticle, facility: Facility) -> Iterator[str]:
    for limit in facility.limits:
        bounded = limit.maximum is not None or limit.minimum is not None
        if bounded and getattr(article, limit.kind) is None:
            yield limit.kind
    if facility.power and article.power is None:
        yield "power"
    sizes = article.dimensions_mm is not None
    if facility.door_m is not None and not sizes:
        yield "door"
    if facility.floor_kpa is not None and not (sizes and article.mass_kg is not None):
        yield "floor"


def _said(kind: str) -> Untold:
    field, sentence = _UNTOLD[kind]
    return Untold(kind, f"test_article.{field}", Message(sentence))


_ELSEWHERE = {
    (True, "none"): N_("No other place has %(needed)s."),
    (True, "one"): N_("One other place has %(needed)s."),
    (True, "many"): N_("%(count)s other places have %(needed)s."),
    (False, "none"): N_("No other place says that it takes it."),
    (False, "one"): N_("One other place takes it."),
    (False, "many"): N_("%(count)s other places take it."),
}
"""By whether it is something that a place has, and by how many there are."""
_HAD = frozenset({"power", "air"})


def elsewhere(reason: Reason, count: int) -> Message:
    """How many other places keep a comparison that is not kept here."""
    many = "none" if count == 0 else "one" if count == 1 else "many"
    params = {"count": count, "needed": reason.message.params.get("needed", reason.needed)}
    return Message(_ELSEWHERE[reason.kind in _HAD, many], params)
