"""The test article as JSON: one reading for API, forms and stored data.

Drafts may be incomplete, so every field may be absent; what is there must make sense.
"""

from __future__ import annotations

from dataclasses import fields

from livinglab.domain.article import PowerNeed, TestArticle
from livinglab.domain.messages import N_
from livinglab.domain.reading import Node
from livinglab.domain.vocabulary import AI_RISKS, ARTICLE_KINDS, CONFORMITIES, PEOPLE_NEAR, USES

LASER_CLASSES = ("1", "1C", "1M", "2", "2M", "3R", "3B", "4")
"""IEC 60825-1, from harmless to harmful."""

FLAGS = (
    "uses_ai",
    "people_in_view",
    "mixed_traffic",
    "hot_work",
    "new_materials",
    "open_category",
    "laser_enclosed",
    "pressure",
    "chemicals",
    "lifting",
    "remote_link",
    "from_outside_eu",
    "changed_here",
    "dual_use",
)

LABELS = {
    "test_article": N_("Test article"),
    "name": N_("Name of the robot"),
    "kind": N_("Kind of robot"),
    "count": N_("How many"),
    "mass_kg": N_("Mass of one, kg"),
    "dimensions_mm": N_("Length, width and height, mm"),
    "power": N_("Power connection"),
    "phases": N_("Phases"),
    "voltage": N_("Voltage, V"),
    "current_a": N_("Current, A"),
    "battery_kwh": N_("Battery, kWh"),
    "laser_class": N_("Laser class"),
    "speed_m_s": N_("Top speed, m/s"),
    "noise_dba": N_("Noise, dB(A)"),
    "ingress_ip": N_("Ingress protection, IP"),
    "people": N_("People who come along"),
    "charge_pct": N_("Charge on arrival, per cent"),
    "latency_ms": N_("Latency of remote control, ms"),
    "air_bar": N_("Compressed air needed, bar"),
    "lift_kg": N_("Heaviest part to lift, kg"),
    "conformity": N_("Conformity"),
    "uses_ai": N_("Uses AI"),
    "people_in_view": N_("People are filmed"),
    "mixed_traffic": N_("People or forklifts share the space"),
    "hot_work": N_("Hot work"),
    "new_materials": N_("Brings new materials"),
    "open_category": N_("Flies in the open category"),
    "ai_risk": N_("Risk class of the AI"),
    "people_near": N_("People around it"),
    "use": N_("What is done with it"),
    "laser_enclosed": N_("The laser works in an enclosure"),
    "pressure": N_("Pressure vessels or hydraulics"),
    "chemicals": N_("Brings chemicals"),
    "lifting": N_("Lifting with a crane"),
    "remote_link": N_("Linked to the host’s network or steered from afar"),
    "from_outside_eu": N_("Goods come from outside the EU"),
    "changed_here": N_("It is improved during the stay"),
    "dual_use": N_("Dual-use item or technology"),
}
"""What people read beside each field, in forms and in refusals."""


def article_from_json(value: object, path: str = "test_article") -> TestArticle:
    """The article that a JSON object describes; ``path`` starts the field paths of problems.

    Raises:
        InvalidInput: with one problem per fault.
    """
    root = Node(value, path, LABELS)
    node = root.record([item.name for item in fields(TestArticle)])
    flags = {name: node[name].flag(otherwise=name == "open_category") for name in FLAGS}
    article = TestArticle(
        name=node["name"].maybe(Node.text) or "",
        kind=node["kind"].maybe(lambda n: n.choice(ARTICLE_KINDS)) or "other",
        count=node["count"].maybe(lambda n: n.whole(1, 1000)) or 1,
        mass_kg=node["mass_kg"].maybe(lambda n: n.number(0, 1_000_000)),
        dimensions_mm=node["dimensions_mm"].maybe(_dimensions),
        power=node["power"].maybe(_power),
        battery_kwh=node["battery_kwh"].maybe(lambda n: n.number(0, 100_000)),
        laser_class=node["laser_class"].maybe(_laser_class),
        speed_m_s=node["speed_m_s"].maybe(lambda n: n.number(0, 500)),
        noise_dba=node["noise_dba"].maybe(lambda n: n.number(0, 200)),
        ingress_ip=node["ingress_ip"].maybe(lambda n: n.whole(0, 69)),
        people=node["people"].maybe(lambda n: n.whole(0, 1000)),
        charge_pct=node["charge_pct"].maybe(lambda n: n.number(0, 100)),
        latency_ms=node["latency_ms"].maybe(lambda n: n.number(0, 100_000)),
        air_bar=node["air_bar"].maybe(lambda n: n.number(0, 1000)),
        lift_kg=node["lift_kg"].maybe(lambda n: n.number(0, 1_000_000)),
        conformity=node["conformity"].maybe(lambda n: n.choice(CONFORMITIES)),
        ai_risk=node["ai_risk"].maybe(lambda n: n.choice(AI_RISKS)),
        people_near=node["people_near"].maybe(lambda n: n.choice(PEOPLE_NEAR)),
        use=node["use"].maybe(lambda n: n.choice(USES)),
        **flags,
    )
    root.finish()
    return article


def _dimensions(node: Node) -> tuple[float, float, float] | None:
    sizes = node.each(lambda n: n.number(1, 1_000_000))
    if isinstance(node.value, list | tuple) and len(sizes) != 3:  # noqa: PLR2004  # l, w, h
        node.refuse("not_three", N_("“%(field)s” must be three numbers: [600, 400, 900]."))
        return None
    return (sizes[0], sizes[1], sizes[2]) if sizes else None


def _power(node: Node) -> PowerNeed:
    entry = node.record(("phases", "voltage", "current_a"))
    phases = entry["phases"].maybe(lambda n: n.pick((1, 3))) or 1
    usual = 230 if phases == 1 else 400
    return PowerNeed(
        phases,
        entry["voltage"].maybe(lambda n: n.whole(1, 1000)) or usual,
        entry["current_a"].number(0, 1000),
    )


def _laser_class(node: Node) -> str:
    # Classes 1, 2 and 4 look like numbers and are sent as such.
    number = isinstance(node.value, int) and not isinstance(node.value, bool)
    named = str(node.value) if number and node.value in (1, 2, 4) else node.value
    return Node(named, node.path, node.labels, node.faults).choice(LASER_CLASSES)


def article_to_json(article: TestArticle) -> dict[str, object]:
    """The JSON object that :func:`article_from_json` reads back to an equal article."""
    laser, power, dimensions = article.laser_class, article.power, article.dimensions_mm
    return {
        "name": article.name or None,
        "kind": article.kind,
        "count": article.count,
        "mass_kg": article.mass_kg,
        "dimensions_mm": dimensions and list(dimensions),
        "power": power
        and {"phases": power.phases, "voltage": power.voltage, "current_a": power.current_a},
        "battery_kwh": article.battery_kwh,
        "laser_class": int(laser) if laser and laser.isdigit() else laser,
        "speed_m_s": article.speed_m_s,
        "noise_dba": article.noise_dba,
        "ingress_ip": article.ingress_ip,
        "people": article.people,
        "charge_pct": article.charge_pct,
        "latency_ms": article.latency_ms,
        "air_bar": article.air_bar,
        "lift_kg": article.lift_kg,
        "conformity": article.conformity,
        "ai_risk": article.ai_risk,
        "people_near": article.people_near,
        "use": article.use,
        **{name: getattr(article, name) for name in FLAGS},
    }
