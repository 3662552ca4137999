"""The pipeline: pilots by state with age, next gate, owner and price; filters, table, file."""

from datetime import UTC, date, datetime, timedelta

import pytest

from livinglab.db.tables import Audit, Gate
from tests.web.pages.filling import text

COORDINATOR = "coordinator@lab.example"
HALL = "Mobile robot and intralogistics hall (example)"


@pytest.fixture
def coordinator(browser, make, hall):
    lab = make.host("living-lab")
    make.user(COORDINATOR, lab, "coordinator", name="Cora")
    make.user("boss@hall.example", lab, ("facility_manager", hall), name="Max Manager")
    make.session.close()
    return browser(COORDINATOR)


def column(page, key):
    """What a column says, in words."""
    part = page.partition(f'aria-labelledby="state-{key}"')[2].partition("</section>")[0]
    return text(part.partition(">")[2])


def moved(make, pilot, days, state):
    """It came to its state that many days ago."""
    make.add(
        Audit(
            at=datetime(2026, 11, 24, 8, tzinfo=UTC) - timedelta(days=days),
            actor_id=pilot.created_by_id,
            action="approve",
            object_kind="pilot",
            object_ref=pilot.ref,
            pilot_id=pilot.id,
            from_state="submitted",
            to_state=state,
            facts={},
        )
    )


def test_each_state_has_its_column_with_counts_and_prices(coordinator, pilot_in, make, hall):
    sent = pilot_in("submitted", title="Sent one")
    late = pilot_in("in_review", title="Late one")
    make.session.merge(late)
    gate = make.session.query(Gate).filter_by(pilot_id=late.id).one()
    gate.due_on = date(2026, 11, 20)
    make.session.commit()
    moved(make, late, 3, "in_review")
    pilot_in("suspended", title="Stopped one", booked="firm", gate="passed")
    pilot_in("draft", title="Secret draft")
    pilot_in("withdrawn", title="Gone")
    page = coordinator.get("/pipeline").text
    price = "€2,060"
    assert column(page, "submitted") == (
        f"Sent 1 {price} Sent one Sierra · {HALL} for 4 days · {price} "
        "Facility manager, Max Manager by Thu 26 Nov 2026"
    )
    assert column(page, "in_review") == (
        f"In review 1 {price} Late one Sierra · {HALL} for 3 days · {price} "
        "Facility manager, Max Manager 4 days late"
    )
    assert column(page, "in_progress").startswith(f"In progress 1 {price} Stopped one")
    assert "Suspended" in column(page, "in_progress")
    assert column(page, "completed") == "Completed 0 €0"
    assert "Secret draft" not in page
    assert "Gone" not in page
    assert f'href="/inbox/{sent.ref}"' in page


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        ("", ["Sent one", "Late one"]),
        ("facility=fac-02", ["Sent one", "Late one"]),
        ("facility=fac-03", []),
        ("facility=none", ["Sent one", "Late one"]),
        ("company=sierra", ["Sent one", "Late one"]),
        ("company=other", []),
        ("lane=fast", ["Late one"]),
        ("lane=wrong", ["Sent one", "Late one"]),
        ("overdue=1", ["Late one"]),
        ("overdue=1&lane=standard", []),
    ],
)
def test_filters_stand_in_the_address(coordinator, pilot_in, make, asked, titles):
    make.facility(make.host("third"), "fac-03")
    pilot_in("submitted", title="Sent one")
    late = pilot_in("in_review", title="Late one", lane="fast")
    gate = make.session.query(Gate).filter_by(pilot_id=late.id).one()
    gate.due_on = date(2026, 11, 20)
    make.session.commit()
    for view in ("", "&view=table"):
        page = coordinator.get(f"/pipeline?{asked}{view}").text
        assert [title for title in ("Sent one", "Late one") if title in page] == titles
    rows = coordinator.get(f"/pipeline.csv?{asked}").text.strip().splitlines()
    assert len(rows) == 1 + len(titles)


def test_the_file_has_a_line_for_each_pilot(coordinator, pilot_in):
    pilot = pilot_in("submitted", title="=Sent one")
    header, line = coordinator.get("/pipeline.csv").text.lstrip("\ufeff").strip().splitlines()
    assert header.split(",")[:3] == ["Reference", "Title", "Company"]
    assert line == (
        f"{pilot.ref},'=Sent one,Sierra,{HALL},Sent,4,Standard lane,"
        "Facility manager,Max Manager,2026-11-26,,2060"
    )


def test_an_empty_pipeline_says_so(coordinator):
    assert "No pilot is under way" in text(coordinator.get("/pipeline").text)


def test_it_is_for_those_who_oversee_everything(browser, coordinator, ann):
    assert browser(ann.email).get("/pipeline").status_code == 403
    assert browser("boss@hall.example").get("/pipeline").status_code == 403
    assert browser("boss@hall.example").get("/pipeline.csv").status_code == 403


def test_statements_do_not_grow_with_the_pilots(coordinator, pilot_in, query_counter):
    pilot_in("submitted")
    coordinator.get("/pipeline")
    with query_counter() as one:
        coordinator.get("/pipeline")
    for state in ("submitted", "in_review", "confirmed", "waitlisted") * 3:
        pilot_in(state)
    with query_counter() as many:
        coordinator.get("/pipeline")
    assert many.count == one.count
