"""Counts of finished pilots."""

from livinglab.domain.experience import Finished, Tally, tally


def test_pilots_count_by_kind_area_and_year():
    assert tally(
        [
            Finished("mobile_robot", ("automation_robotics",), 2025),
            Finished("gripper", ("technology_metals", "automation_robotics"), 2026),
            Finished("mobile_robot", ("sote", "sote"), 2026),
        ]
    ) == Tally(
        number=3,
        kinds=(("mobile_robot", 2), ("gripper", 1)),
        focus_areas=(("automation_robotics", 2), ("sote", 1), ("technology_metals", 1)),
        years=((2026, 2), (2025, 1)),
    )


def test_nothing_was_tested_yet():
    assert tally([]) == Tally(0, (), (), ())
