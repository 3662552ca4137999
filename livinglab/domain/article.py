"""The test article: the robot, vehicle, sensor or software a firm brings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PowerNeed:
    """What one article draws: phases (1 or 3), volts, amperes per phase."""

    phases: int = 1
    voltage: int = 230
    current_a: float = 0


@dataclass(frozen=True, slots=True)
class TestArticle:
    """Facts about one kind of article; ``None`` means not told yet.

    Mass in kilograms of one piece, dimensions in millimetres (length, width, height), battery in
    kilowatt-hours, laser class by IEC 60825-1, speed in metres a second, noise in dB(A). ``people``
    come along; the battery arrives at ``charge_pct`` per cent; remote control has ``latency_ms``.
    It needs compressed air at ``air_bar``, and a crane for a part of ``lift_kg``.
    """

    __test__ = False

    name: str = ""
    kind: str = "other"
    count: int = 1
    mass_kg: float | None = None
    dimensions_mm: tuple[float, float, float] | None = None
    power: PowerNeed | None = None
    battery_kwh: float | None = None
    laser_class: str | None = None
    speed_m_s: float | None = None
    noise_dba: float | None = None
    ingress_ip: int | None = None
    people: int | None = None
    charge_pct: float | None = None
    latency_ms: float | None = None
    air_bar: float | None = None
    lift_kg: float | None = None
    conformity: str | None = None
    uses_ai: bool = False
    people_in_view: bool = False
    mixed_traffic: bool = False
    hot_work: bool = False
    new_materials: bool = False
    open_category: bool = True
    ai_risk: str | None = None
    people_near: str | None = None
    use: str | None = None
    laser_enclosed: bool = False
    pressure: bool = False
    chemicals: bool = False
    lifting: bool = False
    remote_link: bool = False
    from_outside_eu: bool = False
    changed_here: bool = False
    dual_use: bool = False

    def triggers(self) -> frozenset[str]:
        """Which of ``vocabulary.TRIGGERS`` the article's answers set off."""
        answers = {
            "always": True,
            "people_in_view": self.people_in_view,
            "mixed_traffic": self.mixed_traffic,
            "hot_work": self.hot_work,
            "new_materials": self.new_materials,
            "not_open_category": self.kind == "aerial_vehicle" and not self.open_category,
            "noisy": (self.noise_dba or 0) >= LOUD_DBA,
        }
        return frozenset(code for code, holds in answers.items() if holds)


LOUD_DBA = 85
"""From this level on hearing protection is required (Directive 2003/10/EC, art. 3)."""
