"""Who comes for a pilot, over the API: for its firm and those who decide, and for nobody else."""

from datetime import date

from sqlalchemy import select

from livinglab.db.tables import Audit, Card, Participant, Pilot


def test_who_comes_is_told_to_the_firm_and_those_who_decide(
    firm, rival, manager, anybody, as_person, make, sent, clock
):
    make.user("staff@test.example", make.host("lab"), "staff")
    ref = sent()["ref"]
    path = f"/pilots/{ref}/people"
    assert firm.get(path).json == {"items": []}
    [pilot] = make.all(select(Pilot))
    cards = [
        Card(code="safety_cards", number="7", expires_on=date(2027, 3, 1), created_at=clock()),
        Card(code="induction", created_at=clock()),
    ]
    for person, with_cards in (("Zoe", cards), ("Bo", [])):
        row = Participant(pilot_id=pilot.id, name=person, task="Driver", created_at=clock())
        row.cards = with_cards
        make.add(row)
    told = firm.get(path).json["items"]
    assert [(one["name"], one["task"], len(one["cards"])) for one in told] == [
        ("Zoe", "Driver", 2),
        ("Bo", "Driver", 0),
    ]
    assert told[0]["cards"] == [
        {"code": "safety_cards", "number": "7", "expires": "2027-03-01"},
        {"code": "induction", "number": "", "expires": None},
    ]
    assert manager.get(path).json == {"items": told}
    assert [
        caller.get(path).status_code for caller in (anybody, rival, as_person("staff@test.example"))
    ] == [401, 404, 404]
    for caller in (firm, manager, as_person("staff@test.example")):
        assert "Zoe" not in caller.get(f"/pilots/{ref}").text
    read = select(Audit).where(Audit.object_kind == "people", Audit.action == "read")
    assert len(make.all(read)) == 1
