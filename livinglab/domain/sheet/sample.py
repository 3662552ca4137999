"""One invented hall with two spaces: a sheet begins with it, so that each column shows its form."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livinglab.domain.sheet.parts import Document


def _text(en: str, fi: str, sv: str) -> dict[str, str]:
    return {"en": en, "fi": fi, "sv": sv}


SAMPLE: Document = {
    "id": "my-hall",
    "example": False,
    "name": _text("Test hall", "Testihalli", "Testhall"),
    "summary": _text(
        "A hall of 300 m² for mobile robots.",
        "300 neliön halli mobiiliroboteille.",
        "En hall på 300 m² för mobila robotar.",
    ),
    "kind": "hall",
    "focus_areas": ["automation_robotics"],
    "host": {"id": "my-host", "name": "My Host Ltd"},
    "site": {"id": "my-yard", "name": "My yard"},
    "municipality": "Pori",
    "address": "Testikatu 1, 28100 Pori",
    "latitude": 61.4851,
    "longitude": 21.7974,
    "zone": "Europe/Helsinki",
    "directions": _text("Gate A, blue doors.", "Portti A, siniset ovet.", "Port A, blå dörrar."),
    "contact": {
        "role": _text("Hall desk", "Hallin palvelupiste", "Hallens kundtjänst"),
        "email": "hall@host.example",
        "phone": "+358 2 123 4567",
    },
    "capabilities": [
        {
            "code": "amr_agv_fleets",
            "name": _text("AMR and AGV fleets", "AMR- ja AGV-laivueet", "AMR- och AGV-flottor"),
        },
        {
            "code": "pallet_handling",
            "name": _text("Pallet handling", "Lavojen käsittely", "Pallhantering"),
        },
    ],
    "area_m2": 300,
    "floor_kpa": 20,
    "door_m": [4, 4.5],
    "crane_t": 3.2,
    "limits": [{"kind": "mass_kg", "max": 2500, "min": None, "hard": True, "note": None}],
    "power": [
        {"connector": "cee", "phases": 3, "voltage": 400, "current_a": 32, "count": 2},
        {"connector": "domestic", "phases": 1, "voltage": 230, "current_a": 16, "count": 8},
    ],
    "air": {"pressure_bar": 6, "flow_l_min": 500, "note": None},
    "networks": [_text("Wi-Fi 6", "Wi-Fi 6", "Wi-Fi 6")],
    "environment": _text("Indoors, 12–18 °C", "Sisätila, 12–18 °C", "Inomhus, 12–18 °C"),
    "house_rules": [
        _text("Safety shoes in the hall.", "Hallissa turvakengät.", "Skyddsskor i hallen.")
    ],
    "papers": [
        {
            "code": "insurance",
            "name": _text(
                "Liability insurance certificate",
                "Todistus vastuuvakuutuksesta",
                "Intyg om ansvarsförsäkring",
            ),
            "when": "always",
        }
    ],
    "approvers": [
        {
            "role": "facility_manager",
            "title": _text("Facility manager", "Testitilan vastaava", "Anläggningsansvarig"),
            "when": "always",
        },
        {
            "role": "safety_owner",
            "title": _text("Safety officer", "Turvallisuusvastaava", "Säkerhetsansvarig"),
            "when": "mixed_traffic",
        },
    ],
    "prices": [
        {"valid_from": "2026-01-01", "half_day": 370, "day": 620, "setup": 200, "expert_hour": 105}
    ],
    "notice_working_days": 10,
    "horizon_days": 400,
    "min_halves": 1,
    "max_halves": 40,
    "default_lane": "standard",
    "resources": [
        {
            "id": f"my-hall-{name}",
            "name": _text(*names),
            "bookable": True,
            "opening": {
                "week": {
                    **{day: [["07:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
                    "sat": [["10:00", "14:00"]],
                },
                "round_the_clock": False,
                "open_on_holidays": False,
                "daylight_only": False,
            },
            "requires": [],
        }
        for name, names in (
            ("north", ("Hall north", "Pohjoishalli", "Norra hallen")),
            ("south", ("Hall south", "Etelähalli", "Södra hallen")),
        )
    ],
}
